//! Block by block: is it the same, and did it move? An edit leaves what it does not change where it
//! was; another shot moves near things more than far ones.

use super::plane::Grey;

/// Pixels of a block's side.
pub(super) const BLOCK: usize = 24;

/// What was found in one block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Block {
    /// Correlation as it lies, -1 to 1.
    pub(super) same: f32,
    /// Correlation where it fits best nearby.
    pub(super) best: f32,
    /// Where that is, pixels; 0, 0 if it could not be told.
    pub(super) moved: (f32, f32),
    /// Deviation of brightness in the first and the second picture, levels.
    pub(super) contrast: (f32, f32),
    /// The least change of brightness in any direction, levels a pixel: without it nothing holds the
    /// block in place.
    pub(super) grip: f32,
    /// All of it is in both pictures.
    pub(super) covered: bool,
}

pub(super) struct Field {
    pub(super) columns: usize,
    pub(super) blocks: Vec<Block>,
}

pub(super) fn field(a: &Grey, b: &Grey) -> Field {
    let columns = a.width / BLOCK;
    let rows = a.height / BLOCK;
    let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    let blocks = places.map(|(column, row)| block(a, b, column * BLOCK, row * BLOCK));
    Field {
        columns,
        blocks: blocks.collect(),
    }
}

struct Sums {
    same: f32,
    contrast: (f32, f32),
    /// What brings the second's brightness to the first's.
    gain: f32,
    means: (f32, f32),
}

fn sums(pairs: impl Iterator<Item = (f32, f32)>) -> Sums {
    let (mut n, mut a, mut b, mut aa, mut bb, mut ab) = (0.0_f64, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (one, other) in pairs {
        let (one, other) = (f64::from(one), f64::from(other));
        n += 1.0;
        a += one;
        b += other;
        aa += one * one;
        bb += other * other;
        ab += one * other;
    }
    let n = f64::max(n, 1.0);
    let (ma, mb) = (a / n, b / n);
    let va = (aa / n - ma * ma).max(0.0);
    let vb = (bb / n - mb * mb).max(0.0);
    let cross = ab / n - ma * mb;
    Sums {
        // Rounding and the coder's own noise must not look like structure.
        same: (cross / ((va + 0.3) * (vb + 0.3)).sqrt()) as f32,
        contrast: (va.sqrt() as f32, vb.sqrt() as f32),
        gain: (va.sqrt() / vb.sqrt().max(0.3)).clamp(0.3, 3.0) as f32,
        means: (ma as f32, mb as f32),
    }
}

fn block(a: &Grey, b: &Grey, left: usize, top: usize) -> Block {
    let width = a.width;
    let places = || (top..top + BLOCK).flat_map(|y| (left..left + BLOCK).map(move |x| (x, y)));
    let pair = |(x, y): (usize, usize)| (a.pixels[y * width + x], b.pixels[y * width + x]);
    let first = sums(places().map(pair));
    let mut found = Block {
        same: first.same,
        best: first.same,
        moved: (0.0, 0.0),
        contrast: first.contrast,
        grip: 0.0,
        covered: first.same.is_finite(),
    };
    if !found.covered {
        return found;
    }
    // Gradients of both: of one alone, the coder's noise would shorten every way.
    let slope = |grey: &Grey, at: usize, by: usize| {
        let (before, after) = (at.saturating_sub(by), (at + by).min(grey.pixels.len() - 1));
        (grey.pixels[after] - grey.pixels[before]) * 0.5
    };
    let (mut xx, mut yy, mut xy) = (0.0_f32, 0.0_f32, 0.0_f32);
    let mut slopes = Vec::with_capacity(BLOCK * BLOCK);
    for (x, y) in places() {
        let at = y * width + x;
        let (dx, dy) = (slope(a, at, 1), slope(a, at, width));
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
        slopes.push((dx, dy));
    }
    let n = (BLOCK * BLOCK) as f32;
    let least = f32::midpoint(xx, yy) - (((xx - yy) / 2.0).powi(2) + xy * xy).sqrt();
    found.grip = (least / n).max(0.0).sqrt();
    let det = xx * yy - xy * xy;
    if found.grip < 0.8 || det <= 0.0 {
        return found;
    }
    let (mut u, mut v) = (0.0_f32, 0.0_f32);
    let mut level = first;
    // The second picture's brightness where the block may have moved to; NaN where it has none.
    let mut moved = Vec::with_capacity(BLOCK * BLOCK);
    let look = |moved: &mut Vec<f32>, u: f32, v: f32| {
        moved.clear();
        for y in top..top + BLOCK {
            let value = |x: usize| b.sample(x as f32 + u, y as f32 + v);
            moved.extend((left..left + BLOCK).map(|x| value(x).unwrap_or(f32::NAN)));
        }
    };
    let one = |(x, y): (usize, usize)| a.pixels[y * width + x];
    look(&mut moved, u, v);
    for _ in 0..4 {
        let (mut ex, mut ey) = (0.0_f32, 0.0_f32);
        for ((one, (dx, dy)), value) in places().map(one).zip(&slopes).zip(&moved) {
            if value.is_finite() {
                let error = one - level.means.0 - (value - level.means.1) * level.gain;
                ex += dx * error;
                ey += dy * error;
            }
        }
        let (du, dv) = ((yy * ex - xy * ey) / det, (xx * ey - xy * ex) / det);
        u += du;
        v += dv;
        if u * u + v * v >= 64.0 || !u.is_finite() || !v.is_finite() {
            return found;
        }
        look(&mut moved, u, v);
        let pairs = places().map(one).zip(moved.iter().copied());
        level = sums(pairs.filter(|(_, value)| value.is_finite()));
        if du * du + dv * dv < 4e-4 {
            break;
        }
    }
    if level.same > found.same - 0.02 {
        found.best = level.same;
        found.moved = (u, v);
    }
    found
}
