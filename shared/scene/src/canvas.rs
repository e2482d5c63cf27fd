//! Pixels: the finished picture, and the canvas it is painted on.

/// A finished picture, 8 bits a channel, rows top down without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rgb {
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height * 3` bytes: red, green, blue.
    pub data: Vec<u8>,
}

impl Rgb {
    /// A picture of one colour.
    pub fn flat(width: u32, height: u32, colour: [u8; 3]) -> Self {
        Self {
            width,
            height,
            data: colour.repeat(width as usize * height as usize),
        }
    }

    /// The pixel at column `x`, row `y`; both must lie inside.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let at = (y as usize * self.width as usize + x as usize) * 3;
        [self.data[at], self.data[at + 1], self.data[at + 2]]
    }

    /// Writes the pixel at column `x`, row `y`; both must lie inside.
    pub fn set_pixel(&mut self, x: u32, y: u32, colour: [u8; 3]) {
        let at = (y as usize * self.width as usize + x as usize) * 3;
        self.data[at..at + 3].copy_from_slice(&colour);
    }

    /// A smaller copy; each pixel is the mean of four samples of the cell it stands for. Sides are
    /// at least 1 pixel and at most the original's.
    #[must_use]
    pub fn shrink(&self, width: u32, height: u32) -> Self {
        let (w, h) = (width.clamp(1, self.width), height.clamp(1, self.height));
        // The two sample places of cell `i` of `n`, at a quarter and three quarters of it.
        let places = |i: u32, n: u32, of: u32| {
            [1, 3].map(|quarter| {
                (u64::from(i * 4 + quarter) * u64::from(of) / u64::from(n * 4)) as usize
            })
        };
        let columns: Vec<_> = (0..w)
            .map(|x| places(x, w, self.width).map(|c| c * 3))
            .collect();
        let mut data = Vec::with_capacity(w as usize * h as usize * 3);
        for y in 0..h {
            let stride = self.width as usize * 3;
            let rows = places(y, h, self.height).map(|r| &self.data[r * stride..(r + 1) * stride]);
            for [left, right] in &columns {
                for c in 0..3 {
                    let sum: u16 = rows
                        .iter()
                        .map(|r| u16::from(r[left + c]) + u16::from(r[right + c]))
                        .sum();
                    data.push((sum / 4) as u8);
                }
            }
        }
        Self {
            width: w,
            height: h,
            data,
        }
    }
}

/// A colour packed as `0x00BBGGRR`.
pub(crate) type Ink = u32;

/// Packs a colour.
pub(crate) const fn ink(r: u8, g: u8, b: u8) -> Ink {
    r as u32 | (g as u32) << 8 | (b as u32) << 16
}

/// `a` towards `b` by `t` of 256.
#[inline]
pub(crate) fn mix(a: Ink, b: Ink, t: u32) -> Ink {
    let even = ((a & 0x00FF_00FF) * (256 - t) + (b & 0x00FF_00FF) * t) >> 8 & 0x00FF_00FF;
    let odd = ((a & 0xFF00) * (256 - t) + (b & 0xFF00) * t) >> 8 & 0xFF00;
    even | odd
}

/// Brighter or darker: every channel times `by` of 256, at most full.
#[inline]
pub(crate) fn scale(colour: Ink, by: u32) -> Ink {
    let channel = |shift: u32| (((colour >> shift & 0xFF) * by) >> 8).min(255) << shift;
    channel(0) | channel(8) | channel(16)
}

/// What is painted on: one word a pixel, so that a span of one colour is one fill.
pub(crate) struct Canvas {
    /// Pixels a row.
    pub(crate) width: usize,
    /// Rows.
    pub(crate) height: usize,
    /// Row by row.
    pub(crate) pixels: Vec<Ink>,
}

impl Canvas {
    /// An empty canvas.
    pub(crate) fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1) as usize, height.max(1) as usize);
        Self {
            width,
            height,
            pixels: vec![0; width * height],
        }
    }

    /// One row.
    pub(crate) fn row(&mut self, y: usize) -> &mut [Ink] {
        &mut self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// Fills from `left` to `right` in row `y`, the two end pixels by their covered share.
    pub(crate) fn span(&mut self, y: i64, left: f32, right: f32, colour: Ink) {
        let width = self.width as f32;
        if y < 0 || y >= self.height as i64 || right <= 0.0 || left >= width || right <= left {
            return;
        }
        let (left, right) = (left.max(0.0), right.min(width));
        let row = self.row(y as usize);
        let (first, last) = (left as usize, (right as usize).min(row.len()));
        if first == last {
            row[first] = mix(row[first], colour, ((right - left) * 256.0) as u32);
            return;
        }
        row[first] = mix(
            row[first],
            colour,
            ((first as f32 + 1.0 - left) * 256.0) as u32,
        );
        row[first + 1..last].fill(colour);
        if let Some(end) = row.get_mut(last) {
            *end = mix(*end, colour, ((right - last as f32) * 256.0) as u32);
        }
    }
}
