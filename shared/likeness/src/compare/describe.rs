//! What a corner's surroundings look like, whichever way the picture is turned.
//!
//! Oriented BRIEF (Rublee and others, 2011: ORB): which of two places is brighter, 256 times, the
//! places turned with the corner's own direction. The pairs are drawn by a fixed recipe.

use std::sync::OnceLock;

use super::blur::box_blur;
use super::chance::Chance;
use super::corners::{Corner, Rung};
use super::plane::Grey;

/// Pixels around the corner that decide its direction.
const RADIUS: isize = 15;
/// Directions that the pattern is turned to.
const TURNS: usize = 64;
const WORDS: usize = 4;
const BITS: usize = WORDS * 64;

/// A corner and its description, in pixels of the first rung.
#[derive(Debug, Clone, Copy)]
pub(super) struct Feature {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Direction, radians.
    pub(super) angle: f32,
    pub(super) scale: f32,
    pub(super) bits: [u64; WORDS],
}

impl Feature {
    /// Bits that differ, 0 to 256.
    pub(super) fn distance(&self, other: &Self) -> u64 {
        differing([0, 1, 2, 3].map(|i| self.bits[i] ^ other.bits[i]))
    }

    /// The same for each of others, whose words stand in columns: a processor takes several at once.
    pub(super) fn distances(&self, others: &[Vec<u64>; WORDS], distances: &mut [u64]) {
        let [a, b, c, d] = self.bits;
        let [one, two, three, four] = others.each_ref().map(Vec::as_slice);
        let words = one.iter().zip(two).zip(three.iter().zip(four));
        for (distance, ((one, two), (three, four))) in distances.iter_mut().zip(words) {
            *distance = differing([a ^ one, b ^ two, c ^ three, d ^ four]);
        }
    }
}

/// The bits that are set; as the index counts: a sum and a carry of three words are two counts instead of three.
fn differing([a, b, c, d]: [u64; WORDS]) -> u64 {
    let sum = a ^ b ^ c;
    let carry = (a & b) | (c & (a ^ b));
    let count = |word: u64| u64::from(word.count_ones());
    count(sum) + 2 * count(carry) + count(d)
}

type Pair = [(i8, i8); 2];

/// The pattern in every direction.
fn patterns() -> &'static [Vec<Pair>] {
    static PATTERNS: OnceLock<Vec<Vec<Pair>>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let mut chance = Chance::new(0x4A61_6761);
        let mut place = || loop {
            let (x, y) = (chance.bell() * 6.2, chance.bell() * 6.2);
            if x * x + y * y <= 14.0 * 14.0 {
                return (x, y);
            }
        };
        let plain: Vec<[(f32, f32); 2]> = (0..BITS).map(|_| [place(), place()]).collect();
        let turned = |turn: usize| {
            let angle = turn as f32 / TURNS as f32 * std::f32::consts::TAU;
            let (sin, cos) = angle.sin_cos();
            let place = |(x, y): (f32, f32)| {
                let (x, y) = (x * cos - y * sin, x * sin + y * cos);
                (x.round() as i8, y.round() as i8)
            };
            plain.iter().map(|pair| pair.map(place)).collect()
        };
        (0..TURNS).map(turned).collect()
    })
}

/// Describes corners that lie at least `MARGIN` from their rung's edge.
pub(super) fn describe(rungs: &[Rung], corners: &[Corner]) -> Vec<Feature> {
    let mut out = Vec::with_capacity(corners.len());
    for (index, rung) in rungs.iter().enumerate() {
        let smooth = smoothed(rung);
        let here = corners.iter().filter(|corner| corner.rung == index);
        out.extend(here.map(|corner| feature(rung, &smooth, corner)));
    }
    out
}

fn smoothed(rung: &Rung) -> Vec<u8> {
    let grey = Grey {
        width: rung.width,
        height: rung.height,
        pixels: rung.bytes.iter().map(|b| f32::from(*b)).collect(),
    };
    box_blur(&grey, 2).bytes()
}

fn feature(rung: &Rung, smooth: &[u8], corner: &Corner) -> Feature {
    let width = rung.width;
    let middle = corner.y * width + corner.x;
    let angle = direction(&rung.bytes, width, middle);
    let turns = angle / std::f32::consts::TAU * TURNS as f32;
    let turn = (turns.round() as isize).rem_euclid(TURNS as isize) as usize;
    let mut bits = [0_u64; WORDS];
    let value = |(x, y): (i8, i8)| {
        let offset = y as isize * width as isize + x as isize;
        smooth[middle.wrapping_add_signed(offset)]
    };
    for (index, [one, two]) in patterns()[turn].iter().enumerate() {
        bits[index / 64] |= u64::from(value(*one) < value(*two)) << (index % 64);
    }
    Feature {
        // Middles of pixels are whole numbers on every rung.
        x: (corner.x as f32 + 0.5) * rung.scale - 0.5,
        y: (corner.y as f32 + 0.5) * rung.scale - 0.5,
        angle,
        scale: rung.scale,
        bits,
    }
}

/// From the corner to the centre of its surroundings' brightness.
fn direction(bytes: &[u8], width: usize, middle: usize) -> f32 {
    let (mut across, mut down) = (0_i32, 0_i32);
    for y in -RADIUS..=RADIUS {
        let half = ((RADIUS * RADIUS - y * y) as f32).sqrt() as isize;
        let start = middle.wrapping_add_signed(y * width as isize - half);
        let (mut sum, mut moment) = (0_i32, 0_i32);
        for (x, byte) in (-half..).zip(&bytes[start..=start + 2 * half as usize]) {
            sum += i32::from(*byte);
            moment += x as i32 * i32::from(*byte);
        }
        across += moment;
        down += y as i32 * sum;
    }
    (down as f32).atan2(across as f32)
}
