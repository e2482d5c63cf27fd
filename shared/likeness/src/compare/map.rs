//! How one picture lies on another: four to eight numbers, and their least squares.

/// From a place in the first picture to one in the second: a 3 by 3 matrix, row by row, the last
/// number 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Map(pub(super) [f64; 9]);

pub(super) type Point = (f64, f64);

impl Map {
    pub(super) const SAME: Self = Self([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);

    pub(super) fn affine(m: [f64; 6]) -> Self {
        Self([m[0], m[1], m[2], m[3], m[4], m[5], 0.0, 0.0, 1.0])
    }

    pub(super) fn apply(&self, (x, y): Point) -> Point {
        let m = &self.0;
        let w = m[6] * x + m[7] * y + m[8];
        (
            (m[0] * x + m[1] * y + m[2]) / w,
            (m[3] * x + m[4] * y + m[5]) / w,
        )
    }

    /// First `self`, then `next`.
    pub(super) fn then(&self, next: &Self) -> Self {
        let (a, b) = (&next.0, &self.0);
        let at = |row: usize, column: usize| {
            (0..3)
                .map(|k| a[row * 3 + k] * b[k * 3 + column])
                .sum::<f64>()
        };
        let mut out: [f64; 9] = std::array::from_fn(|i| at(i / 3, i % 3));
        let last = out[8];
        if last.abs() > 1e-12 {
            out = out.map(|value| value / last);
        }
        Self(out)
    }

    pub(super) fn inverse(&self) -> Option<Self> {
        let m = &self.0;
        let minor = |a: usize, b: usize, c: usize, d: usize| m[a] * m[d] - m[b] * m[c];
        let cofactors = [
            minor(4, 5, 7, 8),
            -minor(1, 2, 7, 8),
            minor(1, 2, 4, 5),
            -minor(3, 5, 6, 8),
            minor(0, 2, 6, 8),
            -minor(0, 2, 3, 5),
            minor(3, 4, 6, 7),
            -minor(0, 1, 6, 7),
            minor(0, 1, 3, 4),
        ];
        let det = m[0] * cofactors[0] + m[1] * cofactors[3] + m[2] * cofactors[6];
        if det.abs() < 1e-12 || cofactors[8].abs() < 1e-12 {
            return None;
        }
        Some(Self(cofactors.map(|value| value / cofactors[8])))
    }

    /// By how much lengths grow.
    pub(super) fn scale(&self) -> f64 {
        let m = &self.0;
        (m[0] * m[4] - m[1] * m[3]).abs().sqrt()
    }

    /// By how much it turns, radians.
    pub(super) fn turn(&self) -> f64 {
        let m = &self.0;
        (m[3] - m[1]).atan2(m[0] + m[4])
    }

    /// How far it is from a picture that was only turned, scaled and stretched along its sides: the
    /// sine of the angle that is missing from a right angle.
    pub(super) fn shear(&self) -> f64 {
        let m = &self.0;
        let dot = m[0] * m[1] + m[3] * m[4];
        let lengths = m[0].hypot(m[3]) * m[1].hypot(m[4]);
        if lengths > 0.0 { dot / lengths } else { 1.0 }
    }

    /// By how much more it stretches across than down.
    pub(super) fn stretch(&self) -> f64 {
        let m = &self.0;
        m[0].hypot(m[3]) / m[1].hypot(m[4]).max(1e-9)
    }
}

/// Turn, scale and shift that bring one pair of places to another.
pub(super) fn similarity([a, b]: [Point; 2], [c, d]: [Point; 2]) -> Option<Map> {
    let (from, to) = ((b.0 - a.0, b.1 - a.1), (d.0 - c.0, d.1 - c.1));
    let length = from.0 * from.0 + from.1 * from.1;
    if length < 100.0 {
        return None;
    }
    let re = (from.0 * to.0 + from.1 * to.1) / length;
    let im = (from.0 * to.1 - from.1 * to.0) / length;
    Some(Map::affine([
        re,
        -im,
        c.0 - re * a.0 + im * a.1,
        im,
        re,
        c.1 - im * a.0 - re * a.1,
    ]))
}

/// The affine map of least squares; `None` of fewer than three places or places in a line.
pub(super) fn fit_affine(pairs: &[(Point, Point)]) -> Option<Map> {
    let centre = centre(pairs)?;
    let mut sums = [[0.0; 4]; 3];
    let mut right = [[0.0; 3]; 2];
    for ((x, y), to) in pairs {
        let row = [x - centre.0, y - centre.1, 1.0];
        for i in 0..3 {
            for j in 0..3 {
                sums[i][j] += row[i] * row[j];
            }
            right[0][i] += row[i] * to.0;
            right[1][i] += row[i] * to.1;
        }
    }
    let solve_for = |right: [f64; 3]| {
        let mut system = sums;
        for (row, value) in system.iter_mut().zip(right) {
            row[3] = value;
        }
        solve::<3, 4>(system)
    };
    let (u, v) = (solve_for(right[0])?, solve_for(right[1])?);
    let shift = |row: [f64; 3]| row[2] - row[0] * centre.0 - row[1] * centre.1;
    Some(Map::affine([u[0], u[1], shift(u), v[0], v[1], shift(v)]))
}

/// The plane-to-plane map of least squares, from the equations made linear.
pub(super) fn fit_plane(pairs: &[(Point, Point)]) -> Option<Map> {
    if pairs.len() < 6 {
        return None;
    }
    let centre = centre(pairs)?;
    // About one in size: the sums must not lose their small parts.
    let unit = 1.0 / 300.0;
    let mut sums = [[0.0; 9]; 8];
    for ((x, y), (u, v)) in pairs {
        let (x, y) = ((x - centre.0) * unit, (y - centre.1) * unit);
        let (u, v) = ((u - centre.0) * unit, (v - centre.1) * unit);
        let rows = [
            ([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y], u),
            ([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y], v),
        ];
        for (row, value) in rows {
            for i in 0..8 {
                for j in 0..8 {
                    sums[i][j] += row[i] * row[j];
                }
                sums[i][8] += row[i] * value;
            }
        }
    }
    let m = solve::<8, 9>(sums)?;
    let inner = Map([m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], 1.0]);
    let into = Map::affine([unit, 0.0, -centre.0 * unit, 0.0, unit, -centre.1 * unit]);
    let out = Map::affine([1.0 / unit, 0.0, centre.0, 0.0, 1.0 / unit, centre.1]);
    Some(into.then(&inner).then(&out))
}

fn centre(pairs: &[(Point, Point)]) -> Option<Point> {
    let count = pairs.len() as f64;
    let sum = |of: fn(&Point) -> f64| pairs.iter().map(|(from, _)| of(from)).sum::<f64>();
    (count >= 3.0).then(|| (sum(|p| p.0) / count, sum(|p| p.1) / count))
}

/// Gauss with pivots: `N` equations, the right side in the last column; `None` of a system that has
/// no one answer.
pub(super) fn solve<const N: usize, const M: usize>(mut rows: [[f64; M]; N]) -> Option<[f64; N]> {
    for i in 0..N {
        let best = (i..N).max_by(|a, b| rows[*a][i].abs().total_cmp(&rows[*b][i].abs()))?;
        rows.swap(i, best);
        let pivot = rows[i][i];
        if pivot.abs() < 1e-9 {
            return None;
        }
        for j in i + 1..N {
            let by = rows[j][i] / pivot;
            for k in i..M {
                rows[j][k] -= by * rows[i][k];
            }
        }
    }
    let mut out = [0.0; N];
    for i in (0..N).rev() {
        let known: f64 = (i + 1..N).map(|k| rows[i][k] * out[k]).sum();
        out[i] = (rows[i][N] - known) / rows[i][i];
    }
    Some(out)
}
