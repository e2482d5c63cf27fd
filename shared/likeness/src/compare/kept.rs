//! Has one picture detail of its own, or does the other explain all of it?
//!
//! A coder throws detail away and rounds what it keeps: each coefficient of an 8 by 8 block that a copy still has,
//! its original has too, to within a rounding. Another exposure has noise of its own, and where a coder kept any of
//! that, the other picture has something else there. Looked at on each picture's own grid of blocks, the other one
//! brought onto it; the picture with less of its own is the copy, if one is.

use super::between::cubic;
use super::map::Map;
use super::plane::{Grey, Luma};

/// Samples of a block's side.
pub(super) const SIDE: usize = 8;
/// Blocks that are looked at, evenly over the picture.
const BLOCKS: usize = 500;
/// Fewer blocks, or fewer coefficients in them, say nothing.
const FEWEST: usize = 30;
const LITTLE: usize = 40;
/// Diagonals of a block that are looked at: the first coefficient is the light, and of fine ones coders keep
/// little and a warp loses some.
const DIAGONALS: std::ops::RangeInclusive<usize> = 1..=3;
/// Coefficients, levels: weaker ones are what an earlier coder's steps leave, on a grid that lies elsewhere; stronger
/// ones are edges, where a warp errs.
const SIZES: std::ops::RangeInclusive<f32> = 5.0..=40.0;
/// A coefficient is explained to within this share of itself, as rounding to steps leaves it, and these levels.
const SHARE: f32 = 0.6;
const LEVELS: f32 = 0.5;
/// Groups of blocks by brightness: a curve has a slope in each.
const GROUPS: usize = 3;

type Block = [f32; SIDE * SIDE];

/// Two pictures, one of them to be brought onto the other's grid.
pub(super) struct Onto<'a> {
    pub(super) grid: &'a Luma<'a>,
    /// The first column of the grid that starts a block.
    pub(super) phase: usize,
    pub(super) other: &'a Luma<'a>,
    /// From a sample of `grid` to one of `other`.
    pub(super) map: Map,
}

/// The share of what the coder of `grid` kept that the other picture has not, 0 to 1; `None` where too little
/// can be looked at. `same` says whether a place of `grid` shows the same in both.
pub(super) fn unshared(onto: &Onto<'_>, same: impl Fn((f64, f64)) -> bool) -> Option<f64> {
    let grid = onto.grid;
    let half = (SIDE as f64 - 1.0) / 2.0;
    let rows = (0..grid.height.saturating_sub(SIDE - 1)).step_by(SIDE);
    let columns = (onto.phase..grid.width.saturating_sub(SIDE - 1)).step_by(SIDE);
    let places = rows.flat_map(|y| columns.clone().map(move |x| (x, y)));
    let places = places.filter(|(x, y)| same((*x as f64 + half, *y as f64 + half)));
    let places: Vec<(usize, usize)> = places.collect();
    let step = places.len().div_ceil(BLOCKS).max(1);
    let other = Sampled::new(onto);
    let mut blocks: Vec<(f32, Block, Block)> = Vec::with_capacity(BLOCKS);
    for place in places.into_iter().step_by(step) {
        let here = block(place, |x, y| {
            grid.row(y).get(x).copied().map_or(f32::NAN, f32::from)
        });
        let there = block(place, |x, y| other.at(x, y));
        let light = here.iter().sum::<f32>() / here.len() as f32;
        // Blown out and black ground has lost its own.
        if there.iter().all(|it| it.is_finite()) && (12.0..243.0).contains(&light) {
            blocks.push((light, transformed(&here), transformed(&there)));
        }
    }
    if blocks.len() < FEWEST {
        return None;
    }
    blocks.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut all, mut own) = (0_usize, 0_usize);
    for group in blocks.chunks(blocks.len().div_ceil(GROUPS)) {
        let gain = gain(group);
        for (_, here, there) in group {
            for at in broad() {
                let kept = here[at].abs();
                if SIZES.contains(&kept) {
                    all += 1;
                    let left = (here[at] - gain * there[at]).abs();
                    own += usize::from(left > SHARE * kept + LEVELS);
                }
            }
        }
    }
    Some(own as f64 / all.max(LITTLE) as f64)
}

/// How much more contrast the grid's picture has.
fn gain(group: &[(f32, Block, Block)]) -> f32 {
    let (mut cross, mut power) = (0.0_f32, 50.0_f32);
    for (_, here, there) in group {
        for at in broad() {
            cross += here[at] * there[at];
            power += there[at] * there[at];
        }
    }
    (cross / power).clamp(0.4, 2.5)
}

/// The coefficients that are looked at.
fn broad() -> impl Iterator<Item = usize> {
    (0..SIDE * SIDE).filter(|at| DIAGONALS.contains(&(at % SIDE + at / SIDE)))
}

/// The other picture, at no more samples than the grid has for the same.
struct Sampled<'a> {
    onto: &'a Onto<'a>,
    /// `None` where it has no more as it is: a few blocks are looked at, and the rest need not be made.
    smaller: Option<Grey>,
    by: (f64, f64),
}

impl<'a> Sampled<'a> {
    fn new(onto: &'a Onto<'a>) -> Self {
        let other = onto.other;
        let by = (1.0 / onto.map.scale()).min(1.0);
        let (width, height) = other.sides(by);
        let is_same = (width, height) == (other.width, other.height);
        Self {
            onto,
            smaller: (!is_same).then(|| other.scaled(by)),
            by: (
                width as f64 / other.width as f64,
                height as f64 / other.height as f64,
            ),
        }
    }

    /// NaN outside.
    fn at(&self, x: usize, y: usize) -> f32 {
        let (u, v) = self.onto.map.apply((x as f64, y as f64));
        let (u, v) = ((u + 0.5) * self.by.0 - 0.5, (v + 0.5) * self.by.1 - 0.5);
        match &self.smaller {
            Some(smaller) => cubic(smaller, u as f32, v as f32),
            None => cubic(self.onto.other, u as f32, v as f32),
        }
    }
}

fn block((left, top): (usize, usize), value: impl Fn(usize, usize) -> f32) -> Block {
    std::array::from_fn(|at| value(left + at % SIDE, top + at / SIDE))
}

/// The cosine transform that coders use, of length one in each direction.
fn transformed(block: &Block) -> Block {
    let waves = waves();
    let mut rows = [0.0; SIDE * SIDE];
    for (at, out) in rows.iter_mut().enumerate() {
        let (row, k) = (&block[at / SIDE * SIDE..][..SIDE], at % SIDE);
        *out = row.iter().zip(&waves[k]).map(|(v, w)| v * w).sum();
    }
    std::array::from_fn(|at| {
        let (column, k) = (at % SIDE, at / SIDE);
        (0..SIDE)
            .map(|y| rows[y * SIDE + column] * waves[k][y])
            .sum()
    })
}

fn waves() -> &'static [[f32; SIDE]; SIDE] {
    static WAVES: std::sync::LazyLock<[[f32; SIDE]; SIDE]> = std::sync::LazyLock::new(|| {
        std::array::from_fn(|k| {
            let scale = if k == 0 { 1.0_f64 } else { 2.0 } / SIDE as f64;
            let turn = std::f64::consts::PI * k as f64 / (2 * SIDE) as f64;
            std::array::from_fn(|n| (scale.sqrt() * (turn * (2 * n + 1) as f64).cos()) as f32)
        })
    });
    &WAVES
}
