//! From cells to outlines that can be drawn.

use super::answer::Region;
use super::change::{CELL, Cells, islands};
use super::map::Map;

/// Regions told at most.
const MOST: usize = 16;
/// Corners of an outline at most.
const CORNERS: usize = 48;

/// Regions in shares of the whole first picture. `from_a` brings pixels of the cells' picture to it.
pub(super) fn regions(cells: &Cells, from_a: &Map, (width, height): (usize, usize)) -> Vec<Region> {
    let (width, height) = (width as f64, height as f64);
    let cell = from_a.scale() * CELL as f64;
    let place = |(x, y): (i32, i32)| {
        // Edges of cells lie half a pixel before the middles of their first pixels.
        let at = |cell: i32| f64::from(cell) * CELL as f64 - 0.5;
        let (x, y) = from_a.apply((at(x), at(y)));
        [
            ((x + 0.5) / width).clamp(0.0, 1.0),
            ((y + 0.5) / height).clamp(0.0, 1.0),
        ]
    };
    let found = islands(&cells.fates, cells.columns, cells.rows);
    let region = |island: &Vec<usize>| Region {
        polygon: outline(island, cells.columns, cells.rows)
            .into_iter()
            .map(place)
            .collect(),
        share: (island.len() as f64 * cell * cell / (width * height)).min(1.0),
    };
    found.iter().take(MOST).map(region).collect()
}

/// Walks around the cells with the outside on its left; holes are not told.
fn outline(island: &[usize], columns: usize, rows: usize) -> Vec<(i32, i32)> {
    let mut is_in = vec![false; columns * rows];
    for index in island {
        is_in[*index] = true;
    }
    let inside = |x: i32, y: i32| {
        let fits = x >= 0 && y >= 0 && (x as usize) < columns && (y as usize) < rows;
        fits && is_in[y as usize * columns + x as usize]
    };
    let Some(first) = island.iter().min() else {
        return Vec::new();
    };
    let start = ((first % columns) as i32, (first / columns) as i32);
    // Directions: right, down, left, up; the topmost, leftmost cell's upper edge comes first.
    let steps = [(1, 0), (0, 1), (-1, 0), (0, -1)];
    let ahead = |(x, y): (i32, i32), direction: usize| match direction {
        0 => ((x, y - 1), (x, y)),
        1 => ((x, y), (x - 1, y)),
        2 => ((x - 1, y), (x - 1, y - 1)),
        _ => ((x - 1, y - 1), (x, y - 1)),
    };
    let (mut at, mut direction) = (start, 0);
    let mut path = vec![start];
    for _ in 0..4 * columns * rows {
        at = (at.0 + steps[direction].0, at.1 + steps[direction].1);
        if at == start {
            break;
        }
        let (left, right) = ahead(at, direction);
        // Left where that is inside, else straight on, else right.
        let turn = match (inside(left.0, left.1), inside(right.0, right.1)) {
            (true, _) => 3,
            (false, true) => 0,
            (false, false) => 1,
        };
        if turn != 0 {
            path.push(at);
            direction = (direction + turn) % 4;
        }
    }
    simplified(&path)
}

/// Douglas and Peucker, 1973, coarser until there are few enough corners.
fn simplified(path: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let mut tolerance = 1.01;
    let mut out = path.to_vec();
    while out.len() > 4 && tolerance < 64.0 {
        // A ring has no ends: it is cut at the corner that is farthest from the first.
        let first = path[0];
        let far = |p: &(i32, i32)| (p.0 - first.0).pow(2) + (p.1 - first.1).pow(2);
        let cut = (0..path.len()).max_by_key(|i| far(&path[*i])).unwrap_or(0);
        let mut back = path[cut..].to_vec();
        back.push(first);
        let mut forth = halved(&path[..=cut], tolerance);
        forth.pop();
        let back = halved(&back, tolerance);
        forth.extend(&back[..back.len().saturating_sub(1)]);
        out = forth;
        if out.len() <= CORNERS {
            break;
        }
        tolerance *= 1.5;
    }
    out
}

fn halved(path: &[(i32, i32)], tolerance: f64) -> Vec<(i32, i32)> {
    let (Some(first), Some(last)) = (path.first(), path.last()) else {
        return Vec::new();
    };
    let line = (f64::from(last.0 - first.0), f64::from(last.1 - first.1));
    let length = line.0.hypot(line.1).max(1e-9);
    let away = |p: &(i32, i32)| {
        let (x, y) = (f64::from(p.0 - first.0), f64::from(p.1 - first.1));
        (x * line.1 - y * line.0).abs() / length
    };
    let farthest = (1..path.len().saturating_sub(1))
        .max_by(|i, j| away(&path[*i]).total_cmp(&away(&path[*j])));
    match farthest.filter(|i| away(&path[*i]) > tolerance) {
        None => vec![*first, *last],
        Some(middle) => {
            let mut out = halved(&path[..=middle], tolerance);
            out.pop();
            out.extend(halved(&path[middle..], tolerance));
            out
        }
    }
}
