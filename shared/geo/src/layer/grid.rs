//! Point in polygon by a grid: most cells lie in one feature as a whole and cost one look-up; a cell
//! that a border crosses names the few features to try and the few sides of each that matter.
//!
//! The test is the exact ray cast (to the east, half-open in latitude, by an exact orientation), so
//! that a point on a shared border is in one of the two, always the same one, and never in both.

use std::collections::HashMap;

use geo::MultiPolygon;
use robust::{Coord, orient2d};

/// Degrees: cells are not made smaller than some 110 m.
const SMALLEST_CELL: f64 = 0.001;
/// Cells of a grid, at most.
const MOST_CELLS: f64 = 1_048_576.0;
/// A side's way through a row is widened by this much, degrees (0.1 mm), against rounding.
const WIDENED: f64 = 1e-9;

const NOBODY: u32 = u32::MAX;
const MIXED: u32 = 1 << 31;

/// A side, the lower end first: both neighbours hold the same two ends and so compute the same.
#[derive(Debug, Clone, Copy)]
struct Side {
    low: [f64; 2],
    high: [f64; 2],
}

/// A feature to try in a mixed cell, and its sides in the cell's row.
#[derive(Debug, Clone, Copy)]
struct Try {
    feature: u32,
    first: u32,
    last: u32,
}

#[derive(Debug)]
pub(super) struct Grid {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
    per_degree: f64,
    columns: usize,
    /// The feature that holds the whole cell, [`NOBODY`], or [`MIXED`] and the place in `mixed`.
    cells: Vec<u32>,
    /// Where the tries of a mixed cell begin; they end where the next one's begin.
    mixed: Vec<u32>,
    tries: Vec<Try>,
    sides: Vec<Side>,
}

impl Side {
    /// Whether the point is west of the side, exactly, and level with it.
    #[inline]
    fn is_crossed(&self, x: f64, y: f64) -> bool {
        if !(self.low[1] <= y && y < self.high[1]) {
            return false;
        }
        let (left, right) = if self.low[0] < self.high[0] {
            (self.low[0], self.high[0])
        } else {
            (self.high[0], self.low[0])
        };
        if x < left {
            return true;
        }
        if x > right {
            return false;
        }
        let at = |[x, y]: [f64; 2]| Coord { x, y };
        orient2d(at(self.low), at(self.high), Coord { x, y }) > 0.0
    }
}

/// The frame of a grid over some features: west, south, east, north and the cell's size, degrees.
pub(super) fn frame(shapes: &[MultiPolygon<f64>]) -> ([f64; 4], f64) {
    let mut bounds = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for point in shapes.iter().flatten().flat_map(|p| &p.exterior().0) {
        bounds[0] = bounds[0].min(point.x);
        bounds[1] = bounds[1].min(point.y);
        bounds[2] = bounds[2].max(point.x);
        bounds[3] = bounds[3].max(point.y);
    }
    let (wide, high) = (bounds[2] - bounds[0], bounds[3] - bounds[1]);
    // A square cell, and room for the one that rounding adds at the end.
    let cell = (wide * high / MOST_CELLS)
        .sqrt()
        .max(wide.max(high) / 8192.0)
        .max(SMALLEST_CELL);
    (bounds, cell)
}

impl Grid {
    pub(super) fn new(shapes: &[MultiPolygon<f64>]) -> Self {
        let ([west, south, east, north], cell) = frame(shapes);
        let per_degree = 1.0 / cell;
        let count = |span: f64| (span * per_degree) as usize + 1;
        let columns = count(east - west);
        let rows = count(north - south);
        let mut grid = Self {
            west,
            south,
            east,
            north,
            per_degree,
            columns,
            cells: vec![NOBODY; columns * rows],
            mixed: Vec::new(),
            tries: Vec::new(),
            sides: Vec::new(),
        };
        grid.fill(shapes, cell);
        grid
    }

    /// The number of the feature that holds the point.
    #[inline]
    pub(super) fn find(&self, x: f64, y: f64) -> Option<u32> {
        let within = x >= self.west && x <= self.east && y >= self.south && y <= self.north;
        if !within {
            return None;
        }
        let column = ((x - self.west) * self.per_degree) as usize;
        let row = ((y - self.south) * self.per_degree) as usize;
        let cell = *self.cells.get(row * self.columns + column)?;
        if cell == NOBODY {
            return None;
        }
        if cell & MIXED == 0 {
            return Some(cell);
        }
        let at = (cell & !MIXED) as usize;
        let (first, last) = (*self.mixed.get(at)?, *self.mixed.get(at + 1)?);
        let tries = self.tries.get(first as usize..last as usize)?;
        tries
            .iter()
            .find(|t| self.holds(t, x, y))
            .map(|t| t.feature)
    }

    #[inline]
    fn holds(&self, t: &Try, x: f64, y: f64) -> bool {
        let sides = self.sides.get(t.first as usize..t.last as usize);
        let mut inside = false;
        for side in sides.unwrap_or_default() {
            inside ^= side.is_crossed(x, y);
        }
        inside
    }

    fn column(&self, x: f64) -> usize {
        let at = ((x - self.west) * self.per_degree).max(0.0) as usize;
        at.min(self.columns - 1)
    }

    fn fill(&mut self, shapes: &[MultiPolygon<f64>], cell: f64) {
        let rows = self.cells.len() / self.columns;
        let row_of = |y: f64| (((y - self.south) * self.per_degree) as usize).min(rows - 1);
        // Each row's sides by feature, and the cells that a side touches.
        let mut level: Vec<Vec<(u32, Side)>> = vec![Vec::new(); rows];
        let mut touched: Vec<(u32, u32)> = Vec::new();
        for (feature, shape) in shapes.iter().enumerate() {
            for side in sides(shape) {
                let (from, to) = (row_of(side.low[1]), row_of(side.high[1]));
                for (row, level) in level.iter_mut().enumerate().take(to + 1).skip(from) {
                    let floor = self.south + row as f64 * cell;
                    let (left, right) = side.between(floor, floor + cell);
                    for column in self.column(left)..=self.column(right) {
                        touched.push(((row * self.columns + column) as u32, feature as u32));
                    }
                    // Level sides cross no ray.
                    if side.low[1] < side.high[1] {
                        level.push((feature as u32, side));
                    }
                }
            }
        }
        let mut spans: Vec<HashMap<u32, (u32, u32)>> = Vec::with_capacity(rows);
        for row in level {
            // Features come in their order, so that each one's sides stand together.
            let mut span: HashMap<u32, (u32, u32)> = HashMap::new();
            for (feature, side) in row {
                let at = self.sides.len() as u32;
                span.entry(feature).or_insert((at, at)).1 = at + 1;
                self.sides.push(side);
            }
            spans.push(span);
        }
        touched.sort_unstable();
        touched.dedup();
        for group in touched.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(cell, _)) = group.first() else {
                continue;
            };
            if let Some(slot) = self.cells.get_mut(cell as usize) {
                *slot = MIXED | self.mixed.len() as u32;
            }
            self.mixed.push(self.tries.len() as u32);
            let row = cell as usize / self.columns;
            for &(_, feature) in group {
                let (first, last) = spans
                    .get(row)
                    .and_then(|s| s.get(&feature).copied())
                    .unwrap_or_default();
                self.tries.push(Try {
                    feature,
                    first,
                    last,
                });
            }
        }
        self.mixed.push(self.tries.len() as u32);
        self.flood(&spans, cell);
    }

    /// Gives the cells that no side touches to the feature around them: next to such a cell it is the
    /// same one, and behind a mixed cell one of those tried there.
    fn flood(&mut self, spans: &[HashMap<u32, (u32, u32)>], size: f64) {
        for (row, span) in spans.iter().enumerate() {
            let y = self.south + (row as f64 + 0.5) * size;
            let mut before = NOBODY;
            for column in 0..self.columns {
                let at = row * self.columns + column;
                let Some(&cell) = self.cells.get(at) else {
                    continue;
                };
                if cell != NOBODY {
                    before = MIXED;
                    continue;
                }
                if before == MIXED {
                    let x = self.west + (column as f64 + 0.5) * size;
                    before = span
                        .iter()
                        .filter(|&(&feature, &(first, last))| {
                            let t = Try {
                                feature,
                                first,
                                last,
                            };
                            self.holds(&t, x, y)
                        })
                        .map(|(&feature, _)| feature)
                        .min()
                        .unwrap_or(NOBODY);
                }
                if let Some(slot) = self.cells.get_mut(at) {
                    *slot = before;
                }
            }
        }
        self.cells.shrink_to_fit();
        self.sides.shrink_to_fit();
        self.tries.shrink_to_fit();
    }
}

impl Side {
    /// The stretch of longitude that the side has between two latitudes, a little widened.
    fn between(&self, floor: f64, ceiling: f64) -> (f64, f64) {
        let ([x1, y1], [x2, y2]) = (self.low, self.high);
        let at = |y: f64| {
            let y = y.clamp(y1, y2);
            if y2 > y1 {
                x1 + (x2 - x1) * ((y - y1) / (y2 - y1))
            } else {
                x1
            }
        };
        let (mut a, mut b) = (at(floor - WIDENED), at(ceiling + WIDENED));
        if y1 >= y2 {
            (a, b) = (x1, x2);
        }
        (a.min(b) - WIDENED, a.max(b) + WIDENED)
    }
}

fn sides(shape: &MultiPolygon<f64>) -> impl Iterator<Item = Side> + '_ {
    let rings = shape
        .iter()
        .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    rings.flat_map(geo::LineString::lines).map(|line| {
        let (a, b) = ([line.start.x, line.start.y], [line.end.x, line.end.y]);
        let upward = (a[1], a[0]) <= (b[1], b[0]);
        let (low, high) = if upward { (a, b) } else { (b, a) };
        Side { low, high }
    })
}
