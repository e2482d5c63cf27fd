//! The picture within a picture: what a screenshot of it shows between bars.

use super::{
    plane::CELLS,
    windows::{ALL, Span},
};
use crate::cells::Grid;

/// Cells of one brightness, of 255: what a coder leaves of a flat ground.
const SAME: f32 = 2.5;
/// From one flat line to the next: an edge between two grounds.
const JUMP: f32 = 10.0;
/// Buttons and letters leave so much of a line as it was.
const FLAT_SHARE: usize = 55;
/// Edges that are tried at each side: a flat sky below a bar looks like one more bar.
const EDGES: usize = 3;
/// Shares of a side: less is left of a border that nobody made, and of a picture that is too small.
const MOST: f32 = 0.97;
const LEAST: f32 = 0.2;

/// Windows that may show all of another picture, between flat bars above and below or at both sides. None
/// where there are no bars.
pub(super) fn windows(cells: &Grid<CELLS>) -> Vec<(Span, Span)> {
    let row = |y: usize, x: usize| cells[y][x];
    let column = |x: usize, y: usize| cells[y][x];
    let mut found = Vec::new();
    for down in spans(&row, (0, CELLS)) {
        found.push((inner(&column, down), down));
    }
    if found.is_empty() {
        for across in spans(&column, (0, CELLS)) {
            found.push((across, ALL));
        }
    }
    found
}

/// Bars at the sides of what lies between bars above and below, if there are any.
fn inner(column: &impl Fn(usize, usize) -> f32, down: Span) -> Span {
    let first = (down.0 * CELLS as f32).ceil() as usize;
    let last = (down.1 * CELLS as f32).floor() as usize;
    spans(column, (first, last)).first().copied().unwrap_or(ALL)
}

/// What may be between bars, where `at(line, place)` is the brightness and places run from `from` to `to`.
fn spans(at: &impl Fn(usize, usize) -> f32, (from, to): (usize, usize)) -> Vec<Span> {
    let before = edges(|line| ground(at, line, (from, to)));
    let behind = edges(|line| ground(at, CELLS - 1 - line, (from, to)));
    let mut spans = Vec::new();
    for first in &before {
        for last in &behind {
            let start = edge(at, *first, (from, to));
            let end = edge(
                &|line, place| at(CELLS - 1 - line, place),
                *last,
                (from, to),
            );
            let span = (start / CELLS as f32, 1.0 - end / CELLS as f32);
            if (LEAST..=MOST).contains(&(span.1 - span.0)) {
                spans.push(span);
            }
        }
    }
    spans
}

/// The brightness of a line that is flat but for letters and buttons.
fn ground(
    at: &impl Fn(usize, usize) -> f32,
    line: usize,
    (from, to): (usize, usize),
) -> Option<f32> {
    let mut values: Vec<f32> = (from..to).map(|place| at(line, place)).collect();
    values.sort_by(f32::total_cmp);
    let ground = *values.get(values.len() / 2)?;
    let same = values
        .iter()
        .filter(|v| (*v - ground).abs() <= SAME)
        .count();
    (same * 100 >= values.len() * FLAT_SHARE).then_some(ground)
}

/// The lines at which the picture may begin, the innermost first: behind the last flat line, or where one flat
/// ground meets another. The side itself is one where no line is flat.
fn edges(ground: impl Fn(usize) -> Option<f32>) -> Vec<usize> {
    // A photo without bars is done with its first line.
    let grounds: Vec<f32> = (0..CELLS / 2).map_while(ground).collect();
    let run = grounds.len();
    // More than this is no frame of a picture but a picture of a wall.
    if run == CELLS / 2 {
        return Vec::new();
    }
    let meets = |line: &usize| (grounds[line - 1] - grounds[*line]).abs() > JUMP;
    let met = (1..run).rev().filter(meets);
    std::iter::once(run).chain(met).take(EDGES).collect()
}

/// Where within a cell the picture begins: by how much of the cell at the edge is as the one behind it.
fn edge(at: &impl Fn(usize, usize) -> f32, line: usize, (from, to): (usize, usize)) -> f32 {
    if line == 0 {
        return 0.0;
    }
    let apart = |a: usize, b: usize| -> f32 {
        (from..to)
            .map(|place| (at(a, place) - at(b, place)).abs())
            .sum()
    };
    let (edge, whole) = (apart(line, line - 1), apart(line + 1, line - 1));
    let covered = if whole > 0.0 { edge / whole } else { 1.0 };
    line as f32 + 1.0 - covered.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use std::array::from_fn;

    use super::*;

    /// A picture of no structure but its own within a frame of two grounds.
    fn framed(first: usize, last: usize) -> Box<Grid<CELLS>> {
        let rows: Vec<[f32; CELLS]> = (0..CELLS)
            .map(|y| {
                from_fn(|x| match y {
                    _ if (first..last).contains(&y) => ((x * 7919 + y * 104_729) % 251) as f32,
                    0..12 => 32.0,
                    // Buttons.
                    _ if y > last + 8 && x % 4 == 0 => 96.0,
                    _ => 250.0,
                })
            })
            .collect();
        rows.into_boxed_slice().try_into().unwrap()
    }

    #[test]
    fn what_lies_between_bars_is_found_and_a_picture_without_bars_has_none() {
        let found = windows(&framed(40, 90));
        let near = |a: f32, b: f32| (a - b).abs() < 0.01;
        let hit = found.iter().any(|(across, down)| {
            *across == ALL && near(down.0, 40.0 / 128.0) && near(down.1, 90.0 / 128.0)
        });
        assert!(hit, "{found:?}");
        assert!(windows(&framed(0, CELLS)).is_empty());
    }

    #[test]
    fn bars_at_the_sides_are_found_as_well_as_those_above() {
        let upright = framed(40, 90);
        let rows: Vec<[f32; CELLS]> = (0..CELLS).map(|y| from_fn(|x| upright[x][y])).collect();
        let turned: Box<Grid<CELLS>> = rows.into_boxed_slice().try_into().unwrap();
        let found = windows(&turned);
        assert!(
            found
                .iter()
                .any(|(across, _)| (across.0 - 40.0 / 128.0).abs() < 0.01),
            "{found:?}"
        );
    }

    #[test]
    fn a_flat_sky_below_a_bar_may_belong_to_the_picture() {
        let mut cells = framed(40, 90);
        for row in &mut cells[40..60] {
            *row = [200.0; CELLS];
        }
        let found = windows(&cells);
        let starts: Vec<usize> = found
            .iter()
            .map(|(_, d)| (d.0 * 128.0).round() as usize)
            .collect();
        assert!(starts.contains(&40) && starts.contains(&60), "{starts:?}");
    }

    #[test]
    fn a_wall_has_no_frame() {
        let rows = vec![[128.0; CELLS]; CELLS];
        let cells: Box<Grid<CELLS>> = rows.into_boxed_slice().try_into().unwrap();
        assert!(windows(&cells).is_empty());
    }
}
