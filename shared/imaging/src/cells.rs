//! A picture in few smoothed samples: what a fingerprint is made of.
//!
//! PDQ smooths with two passes of a moving average in each direction and then samples the middle of
//! each grid cell: since only the samples count, each is computed alone, as one weighted sum per
//! direction. Turning the picture is then a matter of which weights meet which pixels.
//!
//! Eight rows are summed side by side, which is what vector instructions are good at; each of them is
//! summed in one fixed order, so that the bits are the same everywhere.
#![expect(
    clippy::unnecessary_box_returns,
    reason = "64 KiB do not belong on the stack"
)]

use std::array::from_fn;

use crate::{
    decode::Brightness,
    orient::{swaps, turned_by_joining},
};

/// Samples row by row.
pub(crate) type Grid<const CELLS: usize> = [[f32; CELLS]; CELLS];

/// Rows that are summed side by side.
const ROWS: usize = 8;

/// One column of these rows.
type Column = [f32; ROWS];

/// The picture in `CELLS` x `CELLS` smoothed samples, upright.
pub(crate) fn of<const CELLS: usize>(
    picture: &Brightness<'_>,
    orientation: u8,
) -> Box<Grid<CELLS>> {
    let mut sums = Sums::new(picture, orientation);
    walk(picture, |top, columns, count| {
        sums.take(top, columns, count);
    });
    sums.upright(orientation)
}

/// The same in two sizes at once: most of the work is to get at the pixels.
pub(crate) fn of_two<const FEW: usize, const MANY: usize>(
    picture: &Brightness<'_>,
    orientation: u8,
) -> (Box<Grid<FEW>>, Box<Grid<MANY>>) {
    let mut few = Sums::new(picture, orientation);
    let mut many = Sums::new(picture, orientation);
    walk(picture, |top, columns, count| {
        few.take(top, columns, count);
        many.take(top, columns, count);
    });
    (few.upright(orientation), many.upright(orientation))
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

/// The samples of a picture in its stored order, as far as its rows were seen.
struct Sums<const CELLS: usize> {
    across: Vec<Sample>,
    down: Vec<Sample>,
    grid: Box<Grid<CELLS>>,
}

impl<const CELLS: usize> Sums<CELLS> {
    fn new(picture: &Brightness<'_>, orientation: u8) -> Self {
        let from_right = matches!(orientation, 2 | 3 | 7 | 8);
        let from_bottom = matches!(orientation, 3 | 4 | 6 | 7);
        Self {
            across: averages(picture.width, CELLS, from_right),
            down: averages(picture.height, CELLS, from_bottom),
            grid: Box::new([[0.0; CELLS]; CELLS]),
        }
    }

    /// The next rows, `count` of them from `top` on, in columns.
    fn take(&mut self, top: usize, columns: &[Column], count: usize) {
        let mut sums = [[0.0; CELLS]; ROWS];
        for (cell, sample) in self.across.iter().enumerate() {
            let pixels = columns.get(sample.start..).unwrap_or_default();
            let column = dot(&sample.weights, pixels);
            for (sums, sum) in sums.iter_mut().zip(column) {
                sums[cell] = sum;
            }
        }
        for (out, sample) in self.grid.iter_mut().zip(&self.down) {
            if sample.start >= top + count || sample.start + sample.weights.len() <= top {
                continue;
            }
            for (y, sums) in (top..).zip(sums.iter().take(count)) {
                let index = y.checked_sub(sample.start);
                if let Some(weight) = index.and_then(|it| sample.weights.get(it)) {
                    for (out, sum) in out.iter_mut().zip(sums) {
                        *out += weight * sum;
                    }
                }
            }
        }
    }

    fn upright(self, orientation: u8) -> Box<Grid<CELLS>> {
        if !swaps(orientation) {
            return self.grid;
        }
        let mut turned = Box::new([[0.0; CELLS]; CELLS]);
        for (y, row) in turned.iter_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                *value = self.grid[x][y];
            }
        }
        turned
    }
}

/// Goes through a picture, eight rows at a time: the number of the first, their columns, and how many
/// rows there are.
fn walk(picture: &Brightness<'_>, mut take: impl FnMut(usize, &[Column], usize)) {
    let (stride, width) = (picture.stride, picture.width);
    let mut columns = vec![[0.0; ROWS]; width.next_multiple_of(ROWS)];
    let shown = picture.samples.chunks(ROWS * stride);
    for (top, rows) in (0..picture.height).step_by(ROWS).zip(shown) {
        let count = (rows.len() / stride).min(picture.height - top);
        // What is not there is read as the last row and not looked at.
        let row = |at: usize| rows.get(at.min(count - 1) * stride..).unwrap_or_default();
        let lines: [&[u8]; ROWS] = from_fn(|at| row(at).get(..width).unwrap_or_default());
        turn(&lines, &mut columns);
        take(top, &columns, count);
    }
}

/// Turns rows into columns.
fn turn(rows: &[&[u8]; ROWS], columns: &mut [Column]) {
    let (squares, _) = columns.as_chunks_mut::<ROWS>();
    let whole = rows[0].len() / ROWS;
    let lines: [&[[u8; ROWS]]; ROWS] = from_fn(|y| rows[y].as_chunks().0);
    for (at, square) in squares.iter_mut().enumerate() {
        if at < whole {
            let mut from = [[0; ROWS]; ROWS];
            for y in 0..ROWS {
                from[y] = lines[y][at];
            }
            for (column, values) in square.iter_mut().zip(turned_by_joining(from)) {
                *column = values.map(f32::from);
            }
        } else {
            for (x, column) in (at * ROWS..).zip(square) {
                *column = from_fn(|y| rows[y].get(x).map_or(0.0, |it| f32::from(*it)));
            }
        }
    }
}

/// Weighted sums of some rows, each in eight lanes that are then added up one after the other.
fn dot(weights: &[f32], pixels: &[Column]) -> Column {
    const LANES: usize = 8;
    let pixels = pixels.get(..weights.len()).unwrap_or_default();
    let (weight_chunks, weight_rest) = weights.as_chunks::<LANES>();
    let (pixel_chunks, pixel_rest) = pixels.as_chunks::<LANES>();
    let mut total = [0.0; ROWS];
    for lane in 0..LANES {
        let mut sum = [0.0; ROWS];
        for (weights, pixels) in weight_chunks.iter().zip(pixel_chunks) {
            add(&mut sum, weights[lane], &pixels[lane]);
        }
        add(&mut total, 1.0, &sum);
    }
    let mut rest = [0.0; ROWS];
    for (weight, pixels) in weight_rest.iter().zip(pixel_rest) {
        add(&mut rest, *weight, pixels);
    }
    add(&mut total, 1.0, &rest);
    total
}

#[inline]
fn add(sums: &mut Column, weight: f32, values: &Column) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += weight * value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row at a time: a sum in eight lanes, then the lanes, then what is left.
    fn plainly<const CELLS: usize>(picture: &Brightness<'_>, orientation: u8) -> Box<Grid<CELLS>> {
        let mut sums = Sums::<CELLS>::new(picture, orientation);
        for y in 0..picture.height {
            let row = &picture.samples[y * picture.stride..];
            let across = sums.across.iter().map(|sample| {
                let pixels = &row[sample.start..][..sample.weights.len()];
                let (mut lanes, mut rest) = ([0.0_f32; 8], 0.0);
                let whole = pixels.len() / 8 * 8;
                for (at, (weight, pixel)) in sample.weights.iter().zip(pixels).enumerate() {
                    let value = weight * f32::from(*pixel);
                    if at < whole {
                        lanes[at % 8] += value;
                    } else {
                        rest += value;
                    }
                }
                lanes.iter().sum::<f32>() + rest
            });
            let across: Vec<f32> = across.collect();
            for (out, sample) in sums.grid.iter_mut().zip(&sums.down) {
                let index = y.checked_sub(sample.start);
                if let Some(weight) = index.and_then(|it| sample.weights.get(it)) {
                    for (out, sum) in out.iter_mut().zip(&across) {
                        *out += weight * sum;
                    }
                }
            }
        }
        sums.upright(orientation)
    }

    #[test]
    fn eight_rows_at_a_time_give_the_bits_of_one_at_a_time() {
        for (width, height, more) in [(301, 205, 3), (128, 96, 0), (64, 65, 1), (5, 900, 2)] {
            let stride = width + more;
            let samples: Vec<u8> = (0..stride * height)
                .map(|at| (at * 31 % 251) as u8)
                .collect();
            let picture = Brightness {
                samples: samples.into(),
                stride,
                width,
                height,
            };
            for orientation in 1..=8 {
                let (few, many) = of_two::<64, 128>(&picture, orientation);
                assert_eq!(few, plainly(&picture, orientation), "{width} x {height}");
                assert_eq!(many, plainly(&picture, orientation), "{width} x {height}");
                assert_eq!(few, of(&picture, orientation), "{width} x {height}");
            }
        }
    }
}
