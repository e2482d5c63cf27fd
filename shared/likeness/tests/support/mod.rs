//! Pictures with corners, depth and grain, made by a few sums.

use jaga_likeness::Luma;

#[derive(Clone)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub samples: Vec<u8>,
}

impl Picture {
    pub fn even(width: usize, height: usize, level: u8) -> Self {
        Self {
            width,
            height,
            samples: vec![level; width * height],
        }
    }

    pub fn tiles(width: usize, height: usize, step: usize, shift: usize) -> Self {
        let level = |x: usize, y: usize| {
            let (x, y) = ((x + shift) % step, (y + shift) % step);
            if x < 3 || y < 3 { 60 } else { 190 }
        };
        Self {
            width,
            height,
            samples: (0..width * height)
                .map(|at| level(at % width, at / width))
                .collect(),
        }
    }

    pub fn luma(&self) -> Luma<'_> {
        Luma {
            samples: &self.samples,
            stride: self.width,
            width: self.width,
            height: self.height,
        }
    }

    fn made(width: usize, height: usize, pixel: impl Fn(usize, usize) -> u8) -> Self {
        let samples = (0..width * height).map(|at| pixel(at % width, at / width));
        Self {
            width,
            height,
            samples: samples.collect(),
        }
    }

    pub fn mirrored(&self) -> Self {
        let (width, height) = (self.width, self.height);
        Self::made(width, height, |x, y| {
            self.samples[y * width + width - 1 - x]
        })
    }

    pub fn cropped(&self, left: usize, top: usize, width: usize, height: usize) -> Self {
        Self::made(width, height, |x, y| {
            self.samples[(top + y) * self.width + left + x]
        })
    }

    pub fn halved(&self) -> Self {
        let of = |x: usize, y: usize| u32::from(self.samples[y * self.width + x]);
        Self::made(self.width / 2, self.height / 2, |x, y| {
            let (x, y) = (2 * x, 2 * y);
            ((of(x, y) + of(x + 1, y) + of(x, y + 1) + of(x + 1, y + 1) + 2) / 4) as u8
        })
    }

    /// Noise of this shot.
    pub fn noisy(mut self, sigma: f32, shot: u64) -> Self {
        for (at, level) in self.samples.iter_mut().enumerate() {
            let noise = bell(scramble(shot.wrapping_mul(0xABCD_1234_5678) ^ at as u64));
            *level = (f32::from(*level) + noise * sigma)
                .round()
                .clamp(0.0, 255.0) as u8;
        }
        self
    }

    /// Paints one level over a part.
    pub fn flatten(&mut self, left: usize, top: usize, width: usize, height: usize) {
        for y in top..top + height {
            self.samples[y * self.width + left..][..width].fill(131);
        }
    }
}

fn scramble(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// About normal, deviation 1.
fn bell(bits: u64) -> f32 {
    let sum: u64 = (0..4).map(|i| bits >> (16 * i) & 0xFFFF).sum();
    (sum as f32 / 65_535.0 - 2.0) * 1.732
}

/// A heap of boxes before a calm sky, nearer ones in front; a step aside moves near ones further.
/// Noise is of this shot alone.
pub fn street(seed: u64, step: f32, shot: u64) -> Picture {
    let (width, height) = (640_usize, 480_usize);
    let mut levels: Vec<f32> = (0..width * height)
        .map(|at| 150.0 + (at / width) as f32 * 0.08)
        .collect();
    for index in 0..140_u64 {
        let draw = |part: u64| scramble(seed * 100_003 + index * 17 + part);
        let near = index as f32 / 140.0;
        let size = |part| 12.0 + (draw(part) % 40) as f32 * (0.4 + near);
        let (wide, high) = (size(1) as i64, size(2) as i64);
        let left = (draw(3) % 700) as f32 - 40.0 + step * near;
        let top = 60 + (draw(4) % 400) as i64 / 2 + (near * 200.0) as i64;
        let level = 30.0 + (draw(5) % 190) as f32;
        for y in top.max(0)..(top + high).min(height as i64) {
            for x in (left as i64).max(0)..(left as i64 + wide).min(width as i64) {
                let inside = (x - left as i64) as u64 / 5 + (y - top) as u64 / 5 * 31;
                let texture = (scramble(draw(6) ^ inside) % 31) as f32 - 15.0;
                levels[y as usize * width + x as usize] = level + texture;
            }
        }
    }
    let samples = levels.iter().enumerate().map(|(at, level)| {
        let bits = scramble(shot.wrapping_mul(0xABCD_1234_5678) ^ scramble(seed) ^ at as u64);
        (level + bell(bits) * 2.5).round().clamp(0.0, 255.0) as u8
    });
    Picture {
        width,
        height,
        samples: samples.collect(),
    }
}

/// A street on ground as asphalt and grass are: fine texture everywhere, the same in every shot.
pub fn rough(seed: u64, shot: u64) -> Picture {
    let mut picture = street(seed, 0.0, shot);
    for (at, level) in picture.samples.iter_mut().enumerate() {
        let texture = (scramble(seed ^ 0x5EED ^ (at as u64) << 8) % 15) as i16 - 7;
        *level = (i16::from(*level) + texture).clamp(0, 255) as u8;
    }
    picture
}
