//! A picture's brightness at another size.

use super::plane::{Grey, Luma, Window};

/// Samples of a pixel whose number is known when the program is built.
const WIDEST: usize = 6;

/// Which samples make one pixel along one side, and by how much.
struct Span {
    start: usize,
    weights: Vec<f32>,
}

fn spans(from: f64, length: f64, side: usize, pixels: usize) -> Vec<Span> {
    let step = length / pixels as f64;
    let span = |index: usize| {
        let low = (from + step * index as f64).clamp(0.0, side as f64 - 1e-6);
        let high = (from + step * (index + 1) as f64).clamp(low + 1e-6, side as f64);
        let (start, end) = (low as usize, (high.ceil() as usize).min(side));
        let share = |at: usize| {
            let inside = high.min((at + 1) as f64) - low.max(at as f64);
            (inside / (high - low)) as f32
        };
        Span {
            start,
            weights: (start..end.max(start + 1)).map(share).collect(),
        }
    };
    (0..pixels).map(span).collect()
}

/// A window of a picture at another size: each pixel is the mean of what it stands for.
pub(super) fn extract(luma: &Luma<'_>, window: Window, width: usize, height: usize) -> Grey {
    let across = spans(window.x, window.width, luma.width, width);
    // Mostly two to four samples: a pixel's then stand in a row whose length is known.
    let most = across.iter().map(|span| span.weights.len()).max();
    match most.filter(|_| luma.width >= WIDEST) {
        Some(..=2) => reduced::<2>(luma, &across, window, height),
        Some(..=3) => reduced::<3>(luma, &across, window, height),
        Some(..=4) => reduced::<4>(luma, &across, window, height),
        Some(..=WIDEST) => reduced::<WIDEST>(luma, &across, window, height),
        _ => averaged(luma, window, (width, height), |row, out| {
            for (value, span) in out.iter_mut().zip(&across) {
                let samples = row.get(span.start..).unwrap_or_default();
                let parts = samples.iter().zip(&span.weights);
                *value = parts.map(|(s, weight)| f32::from(*s) * weight).sum();
            }
        }),
    }
}

/// At most `MOST` samples make a pixel of a row.
fn reduced<const MOST: usize>(
    luma: &Luma<'_>,
    across: &[Span],
    window: Window,
    height: usize,
) -> Grey {
    // Shorter ones are filled up with samples that count nothing; the last ones from the left.
    let last = luma.width.saturating_sub(MOST);
    let fixed = |span: &Span| {
        let start = span.start.min(last);
        let mut weights = [0.0; MOST];
        let places = weights.iter_mut().skip(span.start - start);
        places.zip(&span.weights).for_each(|(place, w)| *place = *w);
        (start, weights)
    };
    let across: Vec<(usize, [f32; MOST])> = across.iter().map(fixed).collect();
    averaged(luma, window, (across.len(), height), |row, out| {
        for (value, (start, weights)) in out.iter_mut().zip(&across) {
            let samples = row.get(*start..).unwrap_or_default();
            let samples = samples
                .first_chunk::<MOST>()
                .map_or(&[0; MOST][..], |it| it);
            let parts = samples.iter().zip(weights);
            *value = parts.map(|(s, weight)| f32::from(*s) * weight).sum();
        }
    })
}

/// Rows made shorter by `reduce`, and those that make one row of the result put together.
fn averaged(
    luma: &Luma<'_>,
    window: Window,
    (width, height): (usize, usize),
    reduce: impl Fn(&[u8], &mut [f32]),
) -> Grey {
    let mut out = Grey::new(width, height);
    let down = spans(window.y, window.height, luma.height, height);
    let mut row = vec![0.0_f32; width];
    let mut known = usize::MAX;
    for (span, target) in down.iter().zip(out.pixels.chunks_exact_mut(width.max(1))) {
        for (offset, weight) in span.weights.iter().enumerate() {
            let y = span.start + offset;
            if y != known {
                reduce(luma.row(y), &mut row);
                known = y;
            }
            for (target, value) in target.iter_mut().zip(&row) {
                *target += weight * value;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::chance::Chance;
    use super::*;

    /// The mean of what pixel `at` of `pixels` stands for, straight from the definition.
    fn mean(row: &[u8], at: usize, pixels: usize) -> f64 {
        let step = row.len() as f64 / pixels as f64;
        let (low, high) = (step * at as f64, step * (at + 1) as f64);
        let share = |x: usize| (high.min(x as f64 + 1.0) - low.max(x as f64)).max(0.0);
        let parts = row.iter().enumerate();
        parts.map(|(x, v)| share(x) * f64::from(*v)).sum::<f64>() / step
    }

    #[test]
    fn each_pixel_is_the_mean_of_what_it_stands_for() {
        let seed = 11;
        let mut chance = Chance::new(seed);
        for width in [1, 2, 5, 6, 7, 40, 97, 320] {
            let row: Vec<u8> = (0..width).map(|_| chance.below(256) as u8).collect();
            let luma = Luma {
                samples: &row,
                stride: width,
                width,
                height: 1,
            };
            for pixels in [1, 2, 3, 7, 33, 96, 200] {
                let made = extract(&luma, luma.all(), pixels, 1);
                for (at, value) in made.pixels.iter().enumerate() {
                    let want = mean(&row, at, pixels);
                    let off = (f64::from(*value) - want).abs();
                    assert!(
                        off < 0.01,
                        "{at} of {width} to {pixels}, seed {seed}: {off}"
                    );
                }
            }
        }
    }
}
