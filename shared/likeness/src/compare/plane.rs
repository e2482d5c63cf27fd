//! Brightness in, brightness at a chosen size out.

/// A picture's brightness as it was decoded, upright: 8 bits a sample, row by row.
#[derive(Debug, Clone, Copy)]
pub struct Luma<'a> {
    /// The samples; rows are `stride` long.
    pub samples: &'a [u8],
    /// Samples of a row, padding included.
    pub stride: usize,
    /// Samples of a row that are picture.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Luma<'_> {
    /// Whether there are as many samples as the sizes say.
    pub(super) fn is_whole(&self) -> bool {
        let rows = self.height.saturating_sub(1).checked_mul(self.stride);
        let most = rows.and_then(|rows| rows.checked_add(self.width));
        self.width > 0
            && self.height > 0
            && self.stride >= self.width
            && most.is_some_and(|most| self.samples.len() >= most)
    }

    /// All of it.
    pub(super) fn all(&self) -> Window {
        Window {
            x: 0.0,
            y: 0.0,
            width: self.width as f64,
            height: self.height as f64,
        }
    }

    /// Its sides at another scale, whole pixels.
    pub(super) fn sides(&self, by: f64) -> (usize, usize) {
        let side = |side: usize| (side as f64 * by).round().max(1.0) as usize;
        (side(self.width), side(self.height))
    }

    /// All of it at another scale.
    pub(super) fn scaled(&self, by: f64) -> Grey {
        let (width, height) = self.sides(by);
        extract(self, self.all(), width, height)
    }

    /// One row; empty where there is none.
    pub(super) fn row(&self, y: usize) -> &[u8] {
        let start = y * self.stride;
        self.samples
            .get(start..start + self.width)
            .unwrap_or_default()
    }
}

/// Left becomes right.
pub(super) fn mirrored(luma: &Luma<'_>) -> Vec<u8> {
    let rows = (0..luma.height).map(|y| luma.row(y));
    rows.flat_map(|row| row.iter().rev().copied()).collect()
}

/// A part of a picture, in its samples, edges at whole numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Brightness with room between two levels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grey {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<f32>,
}

impl Grey {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![0.0; width * height],
        }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.pixels.chunks_exact(self.width.max(1))
    }

    /// Rounded to 8 bits, for what only compares.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let round = |value: &f32| (value + 0.5) as u8;
        self.pixels.iter().map(round).collect()
    }

    /// Between four pixels; `None` outside. Pixel middles are whole numbers.
    pub(super) fn sample(&self, x: f32, y: f32) -> Option<f32> {
        let (left, top) = (x as usize, y as usize);
        if x < 0.0 || y < 0.0 || left + 1 >= self.width || top + 1 >= self.height {
            return None;
        }
        let at = top * self.width + left;
        let upper = self.pixels.get(at..at + 2)?;
        let lower = self.pixels.get(at + self.width..at + self.width + 2)?;
        let (u, v) = (x - left as f32, y - top as f32);
        let above = upper[0] + (upper[1] - upper[0]) * u;
        let below = lower[0] + (lower[1] - lower[0]) * u;
        Some(above + (below - above) * v)
    }
}

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
    let mut out = Grey::new(width, height);
    let across = spans(window.x, window.width, luma.width, width);
    let down = spans(window.y, window.height, luma.height, height);
    let mut row = vec![0.0_f32; width];
    let mut known = usize::MAX;
    for (span, target) in down.iter().zip(out.pixels.chunks_exact_mut(width.max(1))) {
        for (offset, weight) in span.weights.iter().enumerate() {
            let y = span.start + offset;
            if y != known {
                reduce(luma.row(y), &across, &mut row);
                known = y;
            }
            for (target, value) in target.iter_mut().zip(&row) {
                *target += weight * value;
            }
        }
    }
    out
}

fn reduce(samples: &[u8], across: &[Span], row: &mut [f32]) {
    for (value, span) in row.iter_mut().zip(across) {
        let samples = samples.get(span.start..).unwrap_or_default();
        let parts = samples.iter().zip(&span.weights);
        *value = parts.map(|(s, weight)| f32::from(*s) * weight).sum();
    }
}

/// Mean over a square of `2 * radius + 1` pixels; at the edges over the part that is inside.
pub(super) fn box_blur(from: &Grey, radius: usize) -> Grey {
    let (width, height) = (from.width, from.height);
    let mut across = Grey::new(width, height);
    for (row, out) in from
        .rows()
        .zip(across.pixels.chunks_exact_mut(width.max(1)))
    {
        let mut sum: f32 = row.iter().take(radius).sum();
        let mut count = radius.min(width) as f32;
        for x in 0..width {
            if let Some(next) = row.get(x + radius) {
                sum += next;
                count += 1.0;
            }
            if x > radius {
                sum -= row[x - radius - 1];
                count -= 1.0;
            }
            out[x] = sum / count;
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
