//! Means over squares.

use std::array::from_fn;

use super::plane::Grey;

/// Rows that are blurred at a time.
const TOGETHER: usize = 8;

/// Mean over a square of `2 * radius + 1` pixels; at the edges over the part that is inside.
pub(super) fn box_blur(from: &Grey, radius: usize) -> Grey {
    let (width, height) = (from.width, from.height);
    let mut across = Grey::new(width, height);
    // Several rows at a time: each sum waits for the one before it, and the others' do not.
    let together = TOGETHER * width.max(1);
    let rows = from.pixels.chunks(together);
    for (rows, out) in rows.zip(across.pixels.chunks_mut(together)) {
        if rows.len() == together {
            blur_across::<TOGETHER>(rows, radius, width, out);
        } else {
            let single = rows.chunks(width.max(1));
            let pairs = single.zip(out.chunks_mut(width.max(1)));
            pairs.for_each(|(row, out)| blur_across::<1>(row, radius, width, out));
        }
    }
    let mut out = Grey::new(width, height);
    let mut sums = vec![0.0_f32; width];
    let row = |y: usize| &across.pixels[y * width..(y + 1) * width];
    let mut count = 0.0_f32;
    for y in 0..height.min(radius) {
        sums.iter_mut().zip(row(y)).for_each(|(s, v)| *s += v);
        count += 1.0;
    }
    for y in 0..height {
        if y + radius < height {
            let next = row(y + radius);
            sums.iter_mut().zip(next).for_each(|(s, v)| *s += v);
            count += 1.0;
        }
        if y > radius {
            let last = row(y - radius - 1);
            sums.iter_mut().zip(last).for_each(|(s, v)| *s -= v);
            count -= 1.0;
        }
        let target = &mut out.pixels[y * width..(y + 1) * width];
        let by = 1.0 / count;
        target.iter_mut().zip(&sums).for_each(|(t, s)| *t = s * by);
    }
    out
}

/// Means of `2 * radius + 1` along each of so many rows.
fn blur_across<const ROWS: usize>(rows: &[f32], radius: usize, width: usize, out: &mut [f32]) {
    let from: [&[f32]; ROWS] = from_fn(|row| &rows[row * width..][..width]);
    let mut sums = [0.0_f32; ROWS];
    for x in 0..radius.min(width) {
        for (sum, row) in sums.iter_mut().zip(from) {
            *sum += row[x];
        }
    }
    let mut count = radius.min(width) as f32;
    for x in 0..width {
        if x + radius < width {
            for (sum, row) in sums.iter_mut().zip(from) {
                *sum += row[x + radius];
            }
            count += 1.0;
        }
        if x > radius {
            for (sum, row) in sums.iter_mut().zip(from) {
                *sum -= row[x - radius - 1];
            }
            count -= 1.0;
        }
        for (row, sum) in sums.iter().enumerate() {
            out[row * width + x] = sum / count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::chance::Chance;
    use super::*;

    #[test]
    fn rows_blurred_together_are_as_rows_blurred_alone() {
        let seed = 12;
        let mut chance = Chance::new(seed);
        for (width, height, radius) in [(1, 1, 2), (3, 20, 8), (41, 17, 2), (40, 8, 1)] {
            let mut grey = Grey::new(width, height);
            grey.pixels
                .iter_mut()
                .for_each(|v| *v = chance.below(256) as f32);
            let blurred = box_blur(&grey, radius);
            for y in 0..height {
                for x in 0..width {
                    let (mut sum, mut count) = (0.0, 0.0);
                    for v in y.saturating_sub(radius)..(y + radius + 1).min(height) {
                        for u in x.saturating_sub(radius)..(x + radius + 1).min(width) {
                            sum += f64::from(grey.pixels[v * width + u]);
                            count += 1.0;
                        }
                    }
                    let off = f64::from(blurred.pixels[y * width + x]) - sum / count;
                    assert!(off.abs() < 0.01, "{x}, {y} of {width}, seed {seed}: {off}");
                }
            }
        }
    }
}
