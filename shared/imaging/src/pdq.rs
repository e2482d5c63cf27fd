//! PDQ: 256 bits that stay close when a picture is scaled, compressed or slightly edited.
//!
//! Own implementation of the algorithm that Meta published in 2019 ("The TMK+PDQF
//! Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm"): smooth with two passes of a box
//! filter in each direction, sample 64 x 64 points, take the 16 x 16 lowest frequencies of a
//! cosine transform without the constant ones, and compare each with their median.
//!
//! Published hashes differ by some bits between decoders and scalers. Here the luma of the decoded
//! picture goes in as it is, without scaling to some size first: that agrees with the published
//! reference in nearly every bit.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    cells::{self, Grid},
    decode::Brightness,
    hex32,
};

/// Cells on each side of the picture.
pub(crate) const GRID: usize = 64;
/// Frequencies in each direction.
pub(crate) const BITS: usize = 16;
/// Smaller pictures have no structure to hash.
const SMALLEST: usize = 5;

/// A perceptual fingerprint. Two pictures that look alike differ in few bits: of 256, at most 31
/// is the usual threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pdq(pub [u8; 32]);

impl Pdq {
    /// The number of bits that differ, 0 to 256.
    pub fn distance(&self, other: &Self) -> u32 {
        self.0
            .iter()
            .zip(&other.0)
            .map(|(a, b)| (a ^ b).count_ones())
            .sum()
    }

    /// 64 lower-case hex digits, in the order other PDQ tools print.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// Reads 64 hex digits; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex32::parse(text).map(Self)
    }
}

impl std::fmt::Display for Pdq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl Serialize for Pdq {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        hex32::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Pdq {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| D::Error::custom("not 64 hex digits"))
    }
}

/// A fingerprint and how much it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The hash.
    pub pdq: Pdq,
    /// 0 (a blank wall: matches everything blank) to 100. Matches below about 50 mean little.
    pub quality: u8,
}

/// Of a picture without structure to hash.
pub(crate) const NOTHING: Fingerprint = Fingerprint {
    pdq: Pdq([0; 32]),
    quality: 0,
};

/// Hashes a luma picture, row by row as stored, as it looks when its EXIF orientation (1 to 8)
/// has been applied.
pub(crate) fn fingerprint(picture: &Brightness<'_>, orientation: u8) -> Fingerprint {
    if !is_hashable(picture) {
        return NOTHING;
    }
    of_cells(&cells::of(picture, orientation)).0
}

/// The fingerprint of a picture in cells, and that of its mirror image.
pub(crate) fn of_cells(grid: &Grid<GRID>) -> (Fingerprint, Fingerprint) {
    let mut frequencies = frequencies(grid);
    let straight = hash(&frequencies);
    mirror(&mut frequencies);
    let quality = quality(grid);
    let of = |pdq| Fingerprint { pdq, quality };
    (of(straight), of(hash(&frequencies)))
}

/// Whether there is anything to hash.
pub(crate) fn is_hashable(picture: &Brightness<'_>) -> bool {
    let small = picture.width < SMALLEST || picture.height < SMALLEST;
    let short = picture.stride < picture.width;
    !small && !short && picture.samples.len() >= picture.stride * picture.height
}

/// How much changes from cell to cell, on a scale that Meta chose by experiment.
fn quality(grid: &Grid<GRID>) -> u8 {
    let step = |a: f32, b: f32| ((a - b) * 100.0 / 255.0).abs() as u32;
    let mut total = 0;
    for (y, row) in grid.iter().enumerate() {
        total += row
            .windows(2)
            .map(|pair| step(pair[0], pair[1]))
            .sum::<u32>();
        if let Some(next) = grid.get(y + 1) {
            total += row.iter().zip(next).map(|(a, b)| step(*a, *b)).sum::<u32>();
        }
    }
    (total / 90).min(100) as u8
}

/// The lowest 16 x 16 frequencies of the cosine transform, leaving out the constant ones.
fn frequencies(grid: &Grid<GRID>) -> [f32; BITS * BITS] {
    let scale = (2.0 / GRID as f64).sqrt();
    let waves: [[f32; GRID]; BITS] = std::array::from_fn(|wave| {
        std::array::from_fn(|place| {
            let angle = std::f64::consts::PI / (2 * GRID) as f64
                * (wave + 1) as f64
                * (2 * place + 1) as f64;
            (scale * angle.cos()) as f32
        })
    });
    let mut columns = [[0.0_f32; GRID]; BITS];
    for (out, wave) in columns.iter_mut().zip(&waves) {
        for (weight, row) in wave.iter().zip(grid) {
            out.iter_mut()
                .zip(row)
                .for_each(|(out, value)| *out += weight * value);
        }
    }
    let mut result = [0.0; BITS * BITS];
    for (row, out) in columns.iter().zip(result.chunks_exact_mut(BITS)) {
        for (wave, out) in waves.iter().zip(out) {
            *out = row
                .iter()
                .zip(wave)
                .map(|(value, weight)| value * weight)
                .sum();
        }
    }
    result
}

/// The frequencies of the mirror image: where a wave is odd, left and right are its opposites.
pub(crate) fn mirror(frequencies: &mut [f32; BITS * BITS]) {
    for row in frequencies.chunks_exact_mut(BITS) {
        row.iter_mut().step_by(2).for_each(|it| *it = -*it);
    }
}

/// One bit per frequency: above the median or not. Printed with the last bit first.
pub(crate) fn hash(frequencies: &[f32; BITS * BITS]) -> Pdq {
    // Whole numbers in the same order are found their places faster.
    let key = |value: f32| {
        let bits = value.to_bits() as i32;
        bits ^ (((bits >> 31) as u32) >> 1) as i32
    };
    let mut keys = frequencies.map(key);
    let (_, median, _) = keys.select_nth_unstable(BITS * BITS / 2 - 1);
    // The key of a key is the number itself.
    let median = f32::from_bits(key(f32::from_bits(*median as u32)) as u32);
    let mut bytes = [0; 32];
    for (bit, value) in frequencies.iter().enumerate() {
        if *value > median {
            bytes[31 - bit / 8] |= 1 << (bit % 8);
        }
    }
    Pdq(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(luma: &[u8], (width, height): (usize, usize), orientation: u8) -> Fingerprint {
        let picture = Brightness {
            samples: luma.into(),
            stride: width,
            width,
            height,
        };
        fingerprint(&picture, orientation)
    }

    fn waves(width: usize, height: usize) -> Vec<u8> {
        let value = |x: usize, y: usize| {
            let (x, y) = (x as f32 / width as f32, y as f32 / height as f32);
            128.0 + 60.0 * (x * 17.0 + y * 5.0).sin() + 50.0 * (y * 23.0 - x * x * 9.0).cos()
        };
        (0..height)
            .flat_map(|y| (0..width).map(move |x| value(x, y) as u8))
            .collect()
    }

    #[test]
    fn half_of_the_bits_are_set_and_scaling_moves_few() {
        let large = print(&waves(512, 384), (512, 384), 1);
        let small = print(&waves(256, 192), (256, 192), 1);
        assert_eq!(
            large
                .pdq
                .0
                .iter()
                .map(|byte| byte.count_ones())
                .sum::<u32>(),
            128
        );
        assert_eq!(large.quality, 100);
        assert!(large.pdq.distance(&small.pdq) <= 10);
    }

    #[test]
    fn tiny_and_blank_pictures_are_worth_nothing() {
        assert_eq!(print(&[7; 16], (4, 4), 1).quality, 0);
        assert_eq!(print(&[7; 64 * 64], (64, 64), 1).quality, 0);
        assert_eq!(print(&[7; 5 * 5], (5, 5), 1).quality, 0);
        assert_eq!(print(&[7; 3], (5, 5), 1).quality, 0);
    }

    #[test]
    fn a_tag_turns_the_hash_as_turning_the_pixels_does() {
        let (width, height) = (301, 205);
        let stored = waves(width, height);
        for orientation in 1..=8 {
            let tagged = print(&stored, (width, height), orientation);
            let (pixels, width, height) =
                crate::orient::upright::<1>(&stored, width, height, orientation);
            let upright = print(&pixels, (width, height), 1);
            assert!(
                tagged.pdq.distance(&upright.pdq) <= 2,
                "orientation {orientation}"
            );
        }
    }

    #[test]
    fn hex_goes_both_ways() {
        let pdq = Pdq(std::array::from_fn(|index| index as u8));
        assert_eq!(Pdq::from_hex(&pdq.to_hex()), Some(pdq));
        assert_eq!(Pdq::from_hex("abc"), None);
        assert_eq!(pdq.distance(&Pdq([0; 32])), 80);
    }
}
