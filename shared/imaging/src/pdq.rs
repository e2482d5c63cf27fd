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

use crate::{decode::Brightness, hex32, orient::swaps};

const GRID: usize = 64;
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

/// Hashes a luma picture, row by row as stored, as it looks when its EXIF orientation (1 to 8)
/// has been applied.
///
/// Two passes of a moving average in each direction, then a sample in the middle of each grid
/// cell: since only the samples count, each is computed alone, as one weighted sum per direction.
/// Turning the picture is then a matter of which weights meet which pixels.
pub(crate) fn fingerprint(picture: &Brightness<'_>, orientation: u8) -> Fingerprint {
    both(picture, orientation).0
}

/// The same, and of the mirror image.
pub(crate) fn both(picture: &Brightness<'_>, orientation: u8) -> (Fingerprint, Fingerprint) {
    if !is_hashable(picture) {
        let nothing = Fingerprint {
            pdq: Pdq([0; 32]),
            quality: 0,
        };
        return (nothing, nothing);
    }
    let grid = cells::<GRID>(picture, orientation);
    let mut frequencies = frequencies(&grid);
    let straight = hash(&frequencies);
    mirror(&mut frequencies);
    let quality = quality(&grid);
    let of = |pdq| Fingerprint { pdq, quality };
    (of(straight), of(hash(&frequencies)))
}

/// Whether there is anything to hash.
pub(crate) fn is_hashable(picture: &Brightness<'_>) -> bool {
    let small = picture.width < SMALLEST || picture.height < SMALLEST;
    let short = picture.stride < picture.width;
    !small && !short && picture.samples.len() >= picture.stride * picture.height
}

/// The picture in `CELLS` x `CELLS` smoothed samples, upright.
#[expect(
    clippy::unnecessary_box_returns,
    reason = "64 KiB do not belong on the stack"
)]
pub(crate) fn cells<const CELLS: usize>(
    picture: &Brightness<'_>,
    orientation: u8,
) -> Box<[[f32; CELLS]; CELLS]> {
    let across = averages(picture.width, CELLS, matches!(orientation, 2 | 3 | 7 | 8));
    let down = averages(picture.height, CELLS, matches!(orientation, 3 | 4 | 6 | 7));
    let stored = grid(&picture.samples, picture.stride, &across, &down);
    if swaps(orientation) {
        transposed(&stored)
    } else {
        stored
    }
}

/// The pixels that one sample is made of along one direction.
struct Sample {
    start: usize,
    weights: Vec<f32>,
}

/// The samples along one side of the picture; mirrored where the side is read backwards.
fn averages(side: usize, cells: usize, mirrored: bool) -> Vec<Sample> {
    // Half a grid cell, rounded up: two passes then reach one whole cell.
    let window = side.div_ceil(2 * cells);
    let (before, after) = (window - 1 - window / 2, window / 2);
    let reach = |at: usize| at.saturating_sub(before)..=(at + after).min(side - 1);
    let sample = |index: usize| {
        let middle = (2 * index + 1) * side / (2 * cells);
        let start = reach(*reach(middle).start()).start().to_owned();
        let end = reach(*reach(middle).end()).end().to_owned();
        let mut weights = vec![0.0; end + 1 - start];
        // At the edges an average is over the part of its window that is inside.
        let share = |at: usize| 1.0 / reach(at).count() as f32;
        for first in reach(middle) {
            for second in reach(first) {
                weights[second - start] += share(middle) * share(first);
            }
        }
        if mirrored {
            weights.reverse();
            return Sample {
                start: side - 1 - end,
                weights,
            };
        }
        Sample { start, weights }
    };
    (0..cells).map(sample).collect()
}

type Grid = [[f32; GRID]; GRID];

/// Every sample of the picture, in its stored order.
#[expect(
    clippy::unnecessary_box_returns,
    reason = "64 KiB do not belong on the stack"
)]
fn grid<const CELLS: usize>(
    luma: &[u8],
    stride: usize,
    across: &[Sample],
    down: &[Sample],
) -> Box<[[f32; CELLS]; CELLS]> {
    let mut grid = Box::new([[0.0; CELLS]; CELLS]);
    for (y, row) in luma.chunks_exact(stride).enumerate() {
        let mut sums = [0.0_f32; CELLS];
        for (sum, sample) in sums.iter_mut().zip(across) {
            let pixels = row.get(sample.start..).unwrap_or_default();
            *sum = dot(&sample.weights, pixels);
        }
        for (out, sample) in grid.iter_mut().zip(down) {
            let weight = y
                .checked_sub(sample.start)
                .and_then(|index| sample.weights.get(index));
            if let Some(weight) = weight {
                out.iter_mut()
                    .zip(&sums)
                    .for_each(|(out, sum)| *out += weight * sum);
            }
        }
    }
    grid
}

/// Weighted sum in eight lanes: the same order of additions, and so the same bits, everywhere.
fn dot(weights: &[f32], pixels: &[u8]) -> f32 {
    const LANES: usize = 8;
    let pixels = pixels.get(..weights.len()).unwrap_or_default();
    let mut lanes = [0.0_f32; LANES];
    let (weight_chunks, weight_rest) = weights.as_chunks::<LANES>();
    let (pixel_chunks, pixel_rest) = pixels.as_chunks::<LANES>();
    for (weights, pixels) in weight_chunks.iter().zip(pixel_chunks) {
        for ((lane, weight), pixel) in lanes.iter_mut().zip(weights).zip(pixels) {
            *lane += weight * f32::from(*pixel);
        }
    }
    let rest: f32 = weight_rest
        .iter()
        .zip(pixel_rest)
        .map(|(weight, pixel)| weight * f32::from(*pixel))
        .sum();
    lanes.iter().sum::<f32>() + rest
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "64 KiB do not belong on the stack"
)]
fn transposed<const CELLS: usize>(grid: &[[f32; CELLS]; CELLS]) -> Box<[[f32; CELLS]; CELLS]> {
    let mut turned = Box::new([[0.0; CELLS]; CELLS]);
    for (y, row) in turned.iter_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            *value = grid[x][y];
        }
    }
    turned
}

/// How much changes from cell to cell, on a scale that Meta chose by experiment.
fn quality(grid: &Grid) -> u8 {
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
fn frequencies(grid: &Grid) -> [f32; BITS * BITS] {
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
    let mut sorted = *frequencies;
    sorted.sort_unstable_by(f32::total_cmp);
    let median = sorted[BITS * BITS / 2 - 1];
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
