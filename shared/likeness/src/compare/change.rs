//! Which parts of the aligned picture changed.

use super::plane::Grey;

/// Pixels of a cell's side.
pub(super) const CELL: usize = 8;

/// Sums over one cell.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    pixels: f32,
    a: f32,
    b: f32,
    aa: f32,
    bb: f32,
    ab: f32,
    left: f32,
    slope: f32,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.pixels += other.pixels;
        self.a += other.a;
        self.b += other.b;
        self.aa += other.aa;
        self.bb += other.bb;
        self.ab += other.ab;
        self.left += other.left;
        self.slope += other.slope;
    }

    /// Correlation, and the deviation of each.
    fn alike(&self) -> (f32, f32, f32) {
        let n = self.pixels.max(1.0);
        let va = (self.aa - self.a * self.a / n).max(0.0) / n;
        let vb = (self.bb - self.b * self.b / n).max(0.0) / n;
        let cross = (self.ab - self.a * self.b / n) / n;
        (
            cross / ((va + 0.3) * (vb + 0.3)).sqrt(),
            va.sqrt(),
            vb.sqrt(),
        )
    }
}

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The second picture does not show it.
    Outside,
    Same,
    Changed,
}

/// The picture in cells.
pub(super) struct Cells {
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) fates: Vec<Fate>,
    /// Mean of what is left, levels, in cells that are the same and in those that changed.
    pub(super) inside: f32,
    pub(super) outside: f32,
}

impl Cells {
    /// Whether the cell of this pixel and those at its sides are the same in both pictures.
    pub(super) fn all_same_around(&self, (x, y): (f64, f64)) -> bool {
        let cell = |at: f64| ((at + 0.5) / CELL as f64).floor();
        let (column, row) = (cell(x), cell(y));
        let inside = |at: f64, most: usize| at >= 1.0 && at + 1.0 < most as f64;
        if !inside(column, self.columns) || !inside(row, self.rows) {
            return false;
        }
        let at = row as usize * self.columns + column as usize;
        [at, at - 1, at + 1, at - self.columns, at + self.columns]
            .into_iter()
            .all(|at| self.fates.get(at) == Some(&Fate::Same))
    }
}

/// Fewer cells than this that changed are chance.
const FEWEST: usize = 5;

pub(super) fn cells(
    a: &Grey,
    b: &Grey,
    left: &Grey,
    trusted: impl Fn(usize, usize) -> bool,
) -> Cells {
    let (columns, rows) = (a.width / CELL, a.height / CELL);
    let sums: Vec<Sums> = (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (column, row)))
        .map(|(column, row)| sum(a, b, left, column * CELL, row * CELL))
        .collect();
    let whole = (CELL * CELL) as f32 * 0.9;
    let mean = |sums: &Sums| sums.left / sums.pixels.max(1.0);
    let slope = |sums: &Sums| sums.slope / sums.pixels.max(1.0);
    // How much is left where nothing changed, by how steep the picture is there.
    let calm: Vec<&Sums> = (0..sums.len())
        .filter(|i| trusted(i % columns * CELL, i / columns * CELL))
        .map(|i| &sums[i])
        .filter(|sums| sums.pixels >= whole)
        .collect();
    let flat = calm.iter().filter(|s| slope(s) < 4.0).map(|s| mean(s));
    let floor = middle(flat.collect()).unwrap_or(2.0).clamp(0.3, 12.0);
    let steep = calm.iter().filter(|s| slope(s) >= 4.0);
    let by = middle(steep.map(|s| (mean(s) - floor) / slope(s)).collect());
    let by = by.unwrap_or(0.15).clamp(0.04, 0.6);
    let fate = |index: usize| {
        let sums_here = &sums[index];
        if sums_here.pixels < whole {
            return Fate::Outside;
        }
        let mut around = Sums::default();
        for (x, y) in near(index % columns, index / columns, columns, rows) {
            around.add(&sums[y * columns + x]);
        }
        let (alike, one, other) = around.alike();
        let expected = floor + by * slope(sums_here);
        let odd = mean(sums_here) > 2.6 * expected + 2.0;
        let torn = alike < 0.4 && one.max(other) > 3.0 * floor + 3.0;
        if odd || torn {
            Fate::Changed
        } else {
            Fate::Same
        }
    };
    let fates: Vec<Fate> = (0..sums.len()).map(fate).collect();
    let fates = settled(&fates, columns, rows);
    let level = |which| {
        let of = fates.iter().zip(&sums).filter(|it| *it.0 == which);
        let (total, pixels) = of.fold((0.0, 0.0), |sum, (_, cell)| {
            (sum.0 + cell.left, sum.1 + cell.pixels)
        });
        total / f32::max(pixels, 1.0)
    };
    Cells {
        columns,
        rows,
        inside: level(Fate::Changed),
        outside: level(Fate::Same),
        fates,
    }
}

fn middle(mut values: Vec<f32>) -> Option<f32> {
    let half = values.len() / 2;
    (values.len() >= 12).then(|| *values.select_nth_unstable_by(half, f32::total_cmp).1)
}

fn sum(a: &Grey, b: &Grey, left: &Grey, x: usize, y: usize) -> Sums {
    let mut sums = Sums::default();
    for row in y..y + CELL {
        for at in row * a.width + x..row * a.width + x + CELL {
            let (one, other, left) = (a.pixels[at], b.pixels[at], left.pixels[at]);
            if !left.is_finite() {
                continue;
            }
            let right = a.pixels.get(at + 1).map_or(0.0, |v| (v - one).abs());
            let below = a.pixels.get(at + a.width).map_or(0.0, |v| (v - one).abs());
            sums.pixels += 1.0;
            sums.a += one;
            sums.b += other;
            sums.aa += one * one;
            sums.bb += other * other;
            sums.ab += one * other;
            sums.left += left.abs();
            sums.slope += right.max(below);
        }
    }
    sums
}

fn near(x: usize, y: usize, columns: usize, rows: usize) -> impl Iterator<Item = (usize, usize)> {
    let down = y.saturating_sub(1)..(y + 2).min(rows);
    let across = x.saturating_sub(1)..(x + 2).min(columns);
    down.flat_map(move |y| across.clone().map(move |x| (x, y)))
}

/// Lone cells follow their neighbours, holes close, and small islands go.
fn settled(fates: &[Fate], columns: usize, rows: usize) -> Vec<Fate> {
    let count = |fates: &[Fate], index: usize| {
        let around = near(index % columns, index / columns, columns, rows);
        let fates = around.map(|(x, y)| fates[y * columns + x]);
        let (mut changed, mut all) = (0, 0);
        for fate in fates.filter(|fate| *fate != Fate::Outside) {
            all += 1;
            changed += usize::from(fate == Fate::Changed);
        }
        (changed, all)
    };
    let mut now = fates.to_vec();
    for _ in 0..2 {
        let before = now.clone();
        for (index, fate) in now
            .iter_mut()
            .enumerate()
            .filter(|it| *it.1 != Fate::Outside)
        {
            let (changed, all) = count(&before, index);
            let enough = if *fate == Fate::Changed { 3 } else { 2 };
            *fate = if enough * changed > all {
                Fate::Changed
            } else {
                Fate::Same
            };
        }
    }
    for island in islands(&now, columns, rows) {
        if island.len() < FEWEST {
            for index in island {
                now[index] = Fate::Same;
            }
        }
    }
    now
}

/// Cells that changed, those that touch together; largest first.
pub(super) fn islands(fates: &[Fate], columns: usize, rows: usize) -> Vec<Vec<usize>> {
    let mut seen = vec![false; fates.len()];
    let mut out = Vec::new();
    for start in 0..fates.len() {
        if seen[start] || fates[start] != Fate::Changed {
            continue;
        }
        seen[start] = true;
        let mut island = vec![start];
        let mut next = 0;
        while let Some(index) = island.get(next).copied() {
            next += 1;
            for (x, y) in near(index % columns, index / columns, columns, rows) {
                let other = y * columns + x;
                if !seen[other] && fates[other] == Fate::Changed {
                    seen[other] = true;
                    island.push(other);
                }
            }
        }
        out.push(island);
    }
    out.sort_by_key(|island: &Vec<usize>| std::cmp::Reverse(island.len()));
    out
}
