//! Which entries of a palette a PNG's pixels name, for the second opinion: a sink for inflated rows.

use std::io::{Result, Write};

/// What IHDR says of the pixels.
#[derive(Clone, Copy, Default)]
pub(super) struct Shape {
    pub(super) depth: u8,
    pub(super) interlaced: bool,
}

/// Takes the rows of one frame.
pub(super) struct Seen<'u> {
    named: &'u mut [bool; 256],
    depth: usize,
    /// Pixels of each row to come, the last first, and whether nothing stands above it.
    rows: Vec<(usize, usize)>,
    /// Unfiltered bytes of the row above, and those of this one so far.
    above: Vec<u8>,
    row: Vec<u8>,
    /// The filter of this row, once it is read.
    filter: Option<u8>,
    started: bool,
}

impl<'u> Seen<'u> {
    pub(super) fn new(
        named: &'u mut [bool; 256],
        shape: Shape,
        (width, height): (usize, usize),
    ) -> Self {
        // How wide and how high the passes are: every so many pixels, from which one on.
        let across = |size: usize, from: usize, step: usize| (size + step - 1 - from) / step;
        let rows = if shape.interlaced {
            let starts = [(0, 0), (4, 0), (0, 4), (2, 0), (0, 2), (1, 0), (0, 1)];
            let steps = [(8, 8), (8, 8), (4, 8), (4, 4), (2, 4), (2, 2), (1, 2)];
            let each = starts
                .into_iter()
                .zip(steps)
                .map(|((x, y), (dx, dy))| (across(width, x, dx), across(height, y, dy)));
            let mut all: Vec<_> = each.filter(|(wide, _)| *wide > 0).collect();
            all.reverse();
            all
        } else {
            vec![(width, height)]
        };
        Self {
            named,
            depth: usize::from(shape.depth.clamp(1, 8)),
            rows,
            above: Vec::new(),
            row: Vec::new(),
            filter: None,
            started: false,
        }
    }

    fn byte(&mut self, byte: u8) {
        while self.rows.last().is_some_and(|pass| pass.1 == 0) {
            self.rows.pop();
            self.started = false;
        }
        let Some((width, left)) = self.rows.last_mut() else {
            return;
        };
        let Some(filter) = self.filter else {
            self.filter = Some(byte);
            if !self.started {
                self.above.clear();
            }
            self.started = true;
            return;
        };
        let at = self.row.len();
        let before = |row: &[u8]| at.checked_sub(1).and_then(|it| row.get(it)).copied();
        let a = i32::from(before(&self.row).unwrap_or(0));
        let b = i32::from(self.above.get(at).copied().unwrap_or(0));
        let c = i32::from(before(&self.above).unwrap_or(0));
        let guess = match filter {
            1 => a,
            2 => b,
            3 => i32::midpoint(a, b),
            4 => {
                let p = a + b - c;
                // The first of the nearest.
                [a, b, c]
                    .into_iter()
                    .min_by_key(|it| (p - it).abs())
                    .unwrap_or(a)
            }
            _ => 0,
        };
        let byte = byte.wrapping_add(guess as u8);
        self.row.push(byte);
        let per = 8 / self.depth;
        for place in (0..per).take(*width - (at * per).min(*width)) {
            let index = usize::from(byte) >> (8 - self.depth * (place + 1));
            if let Some(named) = self.named.get_mut(index & ((1 << self.depth) - 1)) {
                *named = true;
            }
        }
        if (at + 1) * per >= *width {
            *left -= 1;
            std::mem::swap(&mut self.row, &mut self.above);
            self.row.clear();
            self.filter = None;
        }
    }
}

impl Write for Seen<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        for byte in bytes {
            self.byte(*byte);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
