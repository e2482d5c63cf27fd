//! A small picture of the brightness, of which any rectangle can be hashed without new pixels.

use std::array::from_fn;

use crate::{
    decode::Brightness,
    pdq::{self, BITS, Fingerprint},
};

/// Cells on each side: twice as fine as PDQ's own grid, so that a window of half the picture still has one.
const CELLS: usize = 128;

/// From and to, as shares of a side.
pub(super) type Span = (f32, f32);

/// The picture in 128 x 128 cells, upright.
pub(super) struct Plane {
    cells: Box<[[f32; CELLS]; CELLS]>,
    /// How much changes from cell to cell above and left of each: steps as PDQ counts them for its quality.
    steps: Vec<u32>,
}

/// One direction of a window: how much each cell adds to each frequency.
type Waves = Box<[[f32; BITS]; CELLS]>;

/// A picture as far as its columns are concerned.
pub(super) struct Columns<'a> {
    plane: &'a Plane,
    across: Span,
    sums: Box<[[f32; BITS]; CELLS]>,
}

impl Plane {
    /// `None` of a picture without structure to hash.
    pub(super) fn new(picture: &Brightness<'_>, orientation: u8) -> Option<Self> {
        if !pdq::is_hashable(picture) {
            return None;
        }
        let cells = pdq::cells::<CELLS>(picture, orientation);
        let steps = steps(&cells);
        Some(Self { cells, steps })
    }

    /// All windows of this width have this in common.
    pub(super) fn columns(&self, across: Span) -> Columns<'_> {
        let waves = waves(across);
        let mut sums = Box::new([[0.0; BITS]; CELLS]);
        for (sums, row) in sums.iter_mut().zip(self.cells.iter()) {
            for (value, waves) in row.iter().zip(waves.iter()) {
                for (sum, wave) in sums.iter_mut().zip(waves) {
                    *sum += value * wave;
                }
            }
        }
        Columns {
            plane: self,
            across,
            sums,
        }
    }

    /// PDQ's measure of structure for a window: steps between cells, scaled to its grid.
    fn quality(&self, across: Span, down: Span) -> u8 {
        let edge = |at: f32| ((at * CELLS as f32).round() as usize).min(CELLS);
        let at = |x: f32, y: f32| self.steps[edge(y) * (CELLS + 1) + edge(x)];
        let total = at(across.1, down.1) + at(across.0, down.0)
            - at(across.0, down.1)
            - at(across.1, down.0);
        let share = (across.1 - across.0) * (down.1 - down.0);
        (total as f32 / (4.0 * share * 90.0)).min(100.0) as u8
    }
}

impl Columns<'_> {
    /// The window's fingerprint, and that of its mirror image.
    pub(super) fn window(&self, down: Span) -> (Fingerprint, Fingerprint) {
        let waves = waves(down);
        let mut frequencies = [0.0_f32; BITS * BITS];
        for (sums, waves) in self.sums.iter().zip(waves.iter()) {
            for (out, wave) in frequencies.chunks_exact_mut(BITS).zip(waves) {
                for (out, sum) in out.iter_mut().zip(sums) {
                    *out += wave * sum;
                }
            }
        }
        let quality = self.plane.quality(self.across, down);
        let straight = pdq::hash(&frequencies);
        pdq::mirror(&mut frequencies);
        let of = |pdq| Fingerprint { pdq, quality };
        (of(straight), of(pdq::hash(&frequencies)))
    }
}

/// Cosines over a span, without the constant part.
fn waves((from, to): Span) -> Waves {
    let mut waves = Box::new([[0.0; BITS]; CELLS]);
    let mut totals = [0.0_f32; BITS];
    let (from, to) = (from * CELLS as f32, to * CELLS as f32);
    let shares: [f32; CELLS] = from_fn(|at| {
        let at = at as f32;
        (to.min(at + 1.0) - from.max(at)).max(0.0)
    });
    for (at, (waves, share)) in waves.iter_mut().zip(shares).enumerate() {
        if share <= 0.0 {
            continue;
        }
        let middle = f32::midpoint(from.max(at as f32), to.min(at as f32 + 1.0));
        let angle = std::f64::consts::PI * f64::from((middle - from) / (to - from));
        // cos(k a) from the two before it: one cosine a cell instead of sixteen.
        let (mut before, mut now) = (1.0, angle.cos());
        let twice = 2.0 * now;
        for (wave, total) in waves.iter_mut().zip(&mut totals) {
            *wave = share * now as f32;
            *total += *wave;
            (before, now) = (now, twice * now - before);
        }
    }
    // Brightness alone must add nothing, also where a span cuts cells.
    for (waves, share) in waves.iter_mut().zip(shares) {
        for (wave, total) in waves.iter_mut().zip(totals) {
            *wave -= share * total / (to - from);
        }
    }
    waves
}

/// Sums over all rectangles from the corner: (CELLS + 1) x (CELLS + 1).
fn steps(cells: &[[f32; CELLS]; CELLS]) -> Vec<u32> {
    // From cell to cell half of what changes from one sample of PDQ's coarser grid to the next.
    let step = |a: f32, b: f32| ((a - b) * 200.0 / 255.0).abs() as u32;
    let mut sums = vec![0; (CELLS + 1) * (CELLS + 1)];
    for (y, row) in cells.iter().enumerate() {
        let mut line = 0;
        for (x, value) in row.iter().enumerate() {
            line += x.checked_sub(1).map_or(0, |left| step(row[left], *value));
            line += y
                .checked_sub(1)
                .map_or(0, |above| step(cells[above][x], *value));
            sums[(y + 1) * (CELLS + 1) + x + 1] = sums[y * (CELLS + 1) + x + 1] + line;
        }
    }
    sums
}
