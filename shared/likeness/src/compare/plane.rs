//! Brightness: as it was decoded, and with room between two levels.

use super::resize::extract;

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
