//! The cosine transform of a span, one direction at a time.
//!
//! All sums are made in the order of the cells, whatever is left out and whatever is done side by
//! side: a fingerprint must not depend on how it is computed.

use std::array::from_fn;

use super::{plane::CELLS, windows::Span};
use crate::{cells::Grid, pdq::BITS};

/// By row: what it adds to each frequency across.
pub(super) type Weave = [[f32; BITS]; CELLS];

/// How much each cell adds to each frequency of a span.
pub(super) struct Waves {
    /// The first cell that adds anything.
    first: usize,
    /// From there to the last that does.
    by_cell: Vec<[f32; BITS]>,
    by_frequency: [Vec<f32>; BITS],
}

impl Waves {
    /// Cosines over a span, without the constant part.
    pub(super) fn over((from, to): Span) -> Self {
        let (from, to) = (from * CELLS as f32, to * CELLS as f32);
        let share = |at: usize| {
            let at = at as f32;
            (to.min(at + 1.0) - from.max(at)).max(0.0)
        };
        let touched = |at: &usize| share(*at) > 0.0;
        let first = (0..CELLS).find(touched).unwrap_or(0);
        let cells = first..(0..CELLS).rfind(touched).map_or(first, |it| it + 1);
        let mut totals = [0.0_f32; BITS];
        let mut by_cell: Vec<[f32; BITS]> = Vec::with_capacity(cells.len());
        for at in cells.clone() {
            let share = share(at);
            let middle = f32::midpoint(from.max(at as f32), to.min(at as f32 + 1.0));
            let angle = std::f64::consts::PI * f64::from((middle - from) / (to - from));
            // cos(k a) from the two before it: one cosine a cell instead of sixteen.
            let (mut before, mut now) = (1.0, angle.cos());
            let twice = 2.0 * now;
            by_cell.push(from_fn(|_| {
                let wave = share * now as f32;
                (before, now) = (now, twice * now - before);
                wave
            }));
        }
        for waves in &by_cell {
            for (total, wave) in totals.iter_mut().zip(waves) {
                *total += wave;
            }
        }
        // Brightness alone must add nothing, also where a span cuts cells.
        for (at, waves) in cells.zip(&mut by_cell) {
            let share = share(at);
            for (wave, total) in waves.iter_mut().zip(totals) {
                *wave -= share * total / (to - from);
            }
        }
        let by_frequency = from_fn(|k| by_cell.iter().map(|waves| waves[k]).collect());
        Self {
            first,
            by_cell,
            by_frequency,
        }
    }

    /// The transform across each row.
    pub(super) fn of_rows(&self, cells: &Grid<CELLS>) -> Weave {
        let mut out = [[0.0; BITS]; CELLS];
        let span = self.first..self.first + self.by_cell.len();
        let (pairs, _) = cells.as_chunks::<2>();
        for (rows, out) in pairs.iter().zip(out.as_chunks_mut::<2>().0) {
            let [one, two] = rows.each_ref().map(|row| &row[span.clone()]);
            *out = weigh(one, two, &self.by_cell);
        }
        out
    }

    /// The transform down what was transformed across.
    pub(super) fn of_columns(&self, rows: &Weave) -> [f32; BITS * BITS] {
        let mut out = [[0.0; BITS]; BITS];
        let rows = &rows[self.first..self.first + self.by_cell.len()];
        let (pairs, _) = self.by_frequency.as_chunks::<2>();
        for ([one, two], out) in pairs.iter().zip(out.as_chunks_mut::<2>().0) {
            *out = weigh(one, two, rows);
        }
        from_fn(|at| out[at / BITS][at % BITS])
    }
}

/// Two rows of factors times the same rows of sixteen numbers, summed up from the first to the last:
/// as many sums as there are registers for.
fn weigh(one: &[f32], two: &[f32], rows: &[[f32; BITS]]) -> [[f32; BITS]; 2] {
    let mut sums = [[0.0; BITS]; 2];
    for ((one, two), row) in one.iter().zip(two).zip(rows) {
        for k in 0..BITS {
            sums[0][k] += one * row[k];
            sums[1][k] += two * row[k];
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prints::windows;

    fn grid(value: impl Fn(usize) -> f32) -> Box<Grid<CELLS>> {
        let rows: Vec<[f32; CELLS]> = (0..CELLS)
            .map(|y| from_fn(|x| value(y * CELLS + x)))
            .collect();
        rows.into_boxed_slice().try_into().unwrap()
    }

    /// The transform as it is written on paper, all cells and one sum at a time.
    fn plainly(cells: &Grid<CELLS>, (across, down): (Span, Span)) -> [f32; BITS * BITS] {
        let [across, down] = [across, down].map(|span| {
            let waves = Waves::over(span);
            let mut all = [[0.0; BITS]; CELLS];
            all[waves.first..][..waves.by_cell.len()].copy_from_slice(&waves.by_cell);
            all
        });
        from_fn(|at| {
            let (j, i) = (at / BITS, at % BITS);
            (0..CELLS).fold(0.0, |sum, y| {
                let row = (0..CELLS).fold(0.0, |sum, x| sum + cells[y][x] * across[x][i]);
                sum + down[y][j] * row
            })
        })
    }

    #[test]
    fn what_is_left_out_and_done_side_by_side_changes_no_bit() {
        let cells = grid(|at| (at * 7919 % 2551) as f32 / 10.0);
        let windows = windows::of_whole().chain(windows::of_centre());
        for (across, down) in windows.step_by(5) {
            let rows = Waves::over(across).of_rows(&cells);
            let found = Waves::over(down).of_columns(&rows);
            let expected = plainly(&cells, (across, down));
            let [found, expected] = [found, expected].map(|it| it.map(f32::to_bits));
            assert_eq!(found, expected, "{across:?} {down:?}");
        }
    }

    #[test]
    fn brightness_alone_adds_nothing() {
        let cells = grid(|_| 255.0);
        for (across, _) in windows::of_whole().chain(windows::of_centre()) {
            let rows = Waves::over(across).of_rows(&cells);
            let most = rows[0].iter().fold(0.0_f32, |most, it| most.max(it.abs()));
            assert!(most < 0.05, "{across:?}: {most}");
        }
    }
}
