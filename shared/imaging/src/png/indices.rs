//! Which colours of a palette the pixels have: rows are unfiltered one by one, nothing is kept of them.

/// Follows rows of indices.
#[derive(Debug)]
pub(super) struct Indices {
    depth: u8,
    used: [bool; 256],
    filter: u8,
    /// Pixels of the row, without spare bits at its end.
    width: u64,
    row: Vec<u8>,
    above: Vec<u8>,
}

impl Indices {
    pub(super) fn new(depth: u8) -> Self {
        Self {
            depth,
            used: [false; 256],
            filter: 0,
            width: 0,
            row: Vec::new(),
            above: Vec::new(),
        }
    }

    /// Begins a row; the first of a pass has nothing above it.
    pub(super) fn begin(&mut self, filter: u8, width: u64, first: bool) {
        std::mem::swap(&mut self.row, &mut self.above);
        self.row.clear();
        if first {
            self.above.clear();
        }
        (self.filter, self.width) = (filter, width);
    }

    pub(super) fn push(&mut self, data: &[u8]) {
        self.row.extend_from_slice(data);
    }

    /// Ends the row: unfilters it and notes its colours.
    pub(super) fn end(&mut self) {
        self.above.resize(self.row.len(), 0);
        let (mut left, mut corner) = (0_u8, 0_u8);
        for (byte, above) in self.row.iter_mut().zip(&self.above) {
            let guess = match self.filter {
                1 => left,
                2 => *above,
                3 => u8::midpoint(left, *above),
                4 => nearest(left, *above, corner),
                _ => 0,
            };
            *byte = byte.wrapping_add(guess);
            (left, corner) = (*byte, *above);
        }
        let (depth, mut rest) = (u64::from(self.depth), self.width);
        let mask = 0xff_u8 >> (8 - self.depth);
        for byte in &self.row {
            for place in 0..rest.min(8 / depth) {
                let index = byte >> (8 - depth * (place + 1)) & mask;
                if let Some(used) = self.used.get_mut(usize::from(index)) {
                    *used = true;
                }
            }
            rest = rest.saturating_sub(8 / depth);
        }
    }

    pub(super) fn used(&self) -> &[bool; 256] {
        &self.used
    }
}

/// Paeth's choice: whichever of the three is nearest to left plus above less corner.
fn nearest(left: u8, above: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, above, corner].map(i16::from);
    let (to_left, to_above, to_corner) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    if to_left <= to_above && to_left <= to_corner {
        left
    } else if to_above <= to_corner {
        above
    } else {
        corner
    }
}

/// What of a palette, or of its transparency, says something: up to the last entry that a pixel has, the others of one
/// fixed value.
pub(super) fn trimmed(table: &[u8], size: usize, used: &[bool; 256], blank: u8) -> Vec<u8> {
    let last = used.iter().rposition(|used| *used).unwrap_or(0);
    let mut out = table.to_vec();
    out.truncate(size * (last + 1));
    for (entry, used) in out.chunks_mut(size).zip(used) {
        if !used {
            entry.fill(blank);
        }
    }
    out
}
