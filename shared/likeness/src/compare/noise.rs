//! Do both pictures have the same grain?
//!
//! Two exposures never do: a sensor's noise is new each time. A copy keeps its original's, as far as
//! its coder left any. Looked at where the picture itself has nothing to show.

use super::blur::box_blur;
use super::change::{CELL, Cells, Fate};
use super::plane::Grey;

/// Cells needed to say anything.
const ENOUGH: usize = 40;

/// What the calm cells say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grain {
    /// Correlation of the grain, -1 to 1: median over cells.
    pub(super) alike: f32,
    /// Deviation of the grain, levels, in the picture that has less of it.
    pub(super) strength: f32,
}

/// `None` where there is too little calm ground.
pub(super) fn grain(a: &Grey, b: &Grey, cells: &Cells) -> Option<Grain> {
    let (smooth_a, smooth_b) = (box_blur(a, 2), box_blur(&without_gaps(b), 2));
    // The calmest cells by their smoothed brightness, so that grain itself does not decide.
    let broad = box_blur(&smooth_a, 2);
    let mut calm: Vec<(f32, usize)> = Vec::new();
    for (index, fate) in cells.fates.iter().enumerate() {
        if *fate == Fate::Same && !at_rim(index, cells) {
            let steep = places(index, cells, a.width)
                .map(|at| (smooth_a.pixels[at] - broad.pixels[at]).abs())
                .fold(0.0, f32::max);
            let level =
                broad.pixels[index % cells.columns * CELL + index / cells.columns * CELL * a.width];
            // Blown out and black ground has no grain.
            if (12.0..243.0).contains(&level) {
                calm.push((steep, index));
            }
        }
    }
    let share = (calm.len() / 4).max(ENOUGH);
    if calm.len() < ENOUGH {
        return None;
    }
    calm.sort_by(|one, other| one.0.total_cmp(&other.0));
    calm.truncate(share);
    let (mut alike, mut strength) = (Vec::new(), Vec::new());
    for (_, index) in &calm {
        let (mut aa, mut bb, mut ab) = (0.0_f32, 0.0_f32, 0.0_f32);
        for at in places(*index, cells, a.width) {
            let one = a.pixels[at] - smooth_a.pixels[at];
            let other = b.pixels[at] - smooth_b.pixels[at];
            if other.is_finite() {
                aa += one * one;
                bb += other * other;
                ab += one * other;
            }
        }
        let pixels = (CELL * CELL) as f32;
        alike.push(ab / (aa * bb).sqrt().max(0.01 * pixels));
        strength.push((aa.min(bb) / pixels).sqrt());
    }
    Some(Grain {
        alike: middle(alike),
        strength: middle(strength),
    })
}

fn at_rim(index: usize, cells: &Cells) -> bool {
    let (x, y) = (index % cells.columns, index / cells.columns);
    x == 0 || y == 0 || x + 1 == cells.columns || y + 1 == cells.rows
}

fn places(index: usize, cells: &Cells, width: usize) -> impl Iterator<Item = usize> {
    let (left, top) = (index % cells.columns * CELL, index / cells.columns * CELL);
    (top..top + CELL).flat_map(move |y| y * width + left..y * width + left + CELL)
}

fn without_gaps(from: &Grey) -> Grey {
    let pixels = from.pixels.iter();
    Grey {
        pixels: pixels
            .map(|v| if v.is_finite() { *v } else { 0.0 })
            .collect(),
        ..*from
    }
}

fn middle(mut values: Vec<f32>) -> f32 {
    let half = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    *values.select_nth_unstable_by(half, f32::total_cmp).1
}
