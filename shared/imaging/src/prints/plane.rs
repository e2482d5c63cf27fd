//! A small picture of the brightness, of which any rectangle can be hashed without new pixels.

use std::rc::Rc;

use super::{
    waves::{Waves, Weave},
    windows::Span,
};
use crate::{
    cells::Grid,
    pdq::{self, BITS, Fingerprint},
};

/// Cells on each side: twice as fine as PDQ's own grid, so that a window of half the picture still has one.
pub(super) const CELLS: usize = 128;

/// The picture in 128 x 128 cells, upright, and what was made of it so far: windows of one width
/// share half of their work, and all of one side the cosines over it.
pub(super) struct Plane {
    cells: Box<Grid<CELLS>>,
    /// How much changes from cell to cell above and left of each: steps as PDQ counts them for its quality.
    steps: Vec<u32>,
    waves: Vec<(Span, Rc<Waves>)>,
    columns: Vec<(Span, Rc<Weave>)>,
}

/// A rectangle's lowest frequencies, and its measure of structure.
pub(super) struct Window {
    frequencies: [f32; BITS * BITS],
    quality: u8,
}

impl Plane {
    /// Of an upright picture.
    pub(super) fn new(cells: Box<Grid<CELLS>>) -> Self {
        Self {
            steps: steps(&cells),
            cells,
            waves: Vec::new(),
            columns: Vec::new(),
        }
    }

    /// A rectangle of the picture.
    pub(super) fn window(&mut self, across: Span, down: Span) -> Window {
        let columns = self.columns(across);
        let waves = self.waves(down);
        Window {
            frequencies: waves.of_columns(&columns),
            quality: self.quality(across, down),
        }
    }

    /// What each row adds to the frequencies across: all windows of this width have it in common.
    fn columns(&mut self, across: Span) -> Rc<Weave> {
        if let Some((_, done)) = self.columns.iter().find(|it| it.0 == across) {
            return Rc::clone(done);
        }
        let waves = self.waves(across);
        let columns = Rc::new(waves.of_rows(&self.cells));
        self.columns.push((across, Rc::clone(&columns)));
        columns
    }

    fn waves(&mut self, span: Span) -> Rc<Waves> {
        if let Some((_, done)) = self.waves.iter().find(|it| it.0 == span) {
            return Rc::clone(done);
        }
        let waves = Rc::new(Waves::over(span));
        self.waves.push((span, Rc::clone(&waves)));
        waves
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

impl Window {
    /// Its fingerprint.
    pub(super) fn straight(&self) -> Fingerprint {
        Fingerprint {
            pdq: pdq::hash(&self.frequencies),
            quality: self.quality,
        }
    }

    /// That of its mirror image.
    pub(super) fn mirrored(mut self) -> Fingerprint {
        pdq::mirror(&mut self.frequencies);
        self.straight()
    }
}
/// Sums over all rectangles from the corner: (CELLS + 1) x (CELLS + 1).
fn steps(cells: &Grid<CELLS>) -> Vec<u32> {
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
