//! What lies between the samples of a picture.

use super::plane::{Grey, Luma};

/// What can be looked at between its samples.
pub(super) trait Samples {
    /// Samples of a row, and rows.
    fn size(&self) -> (usize, usize);
    fn one(&self, x: usize, y: usize) -> f32;
    /// Four of a row, from this one on.
    fn four(&self, x: usize, y: usize) -> [f32; 4];
}

impl Samples for Grey {
    fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    fn one(&self, x: usize, y: usize) -> f32 {
        self.pixels[y * self.width + x]
    }

    fn four(&self, x: usize, y: usize) -> [f32; 4] {
        let row = &self.pixels[y * self.width + x..][..4];
        [row[0], row[1], row[2], row[3]]
    }
}

impl Samples for Luma<'_> {
    fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    fn one(&self, x: usize, y: usize) -> f32 {
        f32::from(self.samples[y * self.stride + x])
    }

    fn four(&self, x: usize, y: usize) -> [f32; 4] {
        let row = &self.samples[y * self.stride + x..][..4];
        [row[0], row[1], row[2], row[3]].map(f32::from)
    }
}

/// Between four by four; NaN outside.
pub(super) fn cubic(b: &impl Samples, x: f32, y: f32) -> f32 {
    let (wide, high) = b.size();
    let (width, height) = (wide as f32, high as f32);
    if !(x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5) {
        return f32::NAN;
    }
    let (left, top) = (whole(x), whole(y));
    let (wx, wy) = (weights(x - left), weights(y - top));
    let (left, top) = (left as isize - 1, top as isize - 1);
    let inside = left >= 0 && top >= 0 && left + 4 <= wide as isize && top + 4 <= high as isize;
    let mut sum = 0.0;
    if inside {
        for (i, wy) in wy.iter().enumerate() {
            let row = b.four(left as usize, top as usize + i);
            sum += wy * (wx[0] * row[0] + wx[1] * row[1] + wx[2] * row[2] + wx[3] * row[3]);
        }
        return sum;
    }
    for (i, wy) in wy.iter().enumerate() {
        let row = (top + i as isize).clamp(0, high as isize - 1) as usize;
        for (j, wx) in wx.iter().enumerate() {
            let column = (left + j as isize).clamp(0, wide as isize - 1) as usize;
            sum += wy * wx * b.one(column, row);
        }
    }
    sum
}

/// The largest whole number that is not larger, of one from -0.5 on: a step where older processors take a call.
fn whole(value: f32) -> f32 {
    let cut = value as i32 as f32;
    if cut > value { cut - 1.0 } else { cut }
}

fn weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        -0.5 * t3 + t2 - 0.5 * t,
        1.5 * t3 - 2.5 * t2 + 1.0,
        -1.5 * t3 + 2.0 * t2 + 0.5 * t,
        0.5 * t3 - 0.5 * t2,
    ]
}
