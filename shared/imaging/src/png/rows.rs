//! Rows of inflated pixels. Each starts with the number of its filter; there are five.

use super::{Header, header::Pass, indices::Indices};

/// Follows inflated pixels in pieces of any length.
pub(super) struct Rows {
    /// Passes still to come, the last first.
    passes: Vec<Pass>,
    /// Bytes to the end of the current row.
    left: u64,
    /// The next row is the first of its pass.
    first: bool,
    /// Where pixels are indices: those that occur.
    indices: Option<Indices>,
}

impl Rows {
    pub(super) fn new(header: Header, width: u32, height: u32) -> Self {
        let mut passes = header.passes(width, height);
        passes.reverse();
        Self {
            passes,
            left: 0,
            first: true,
            indices: (header.colour == 3).then(|| Indices::new(header.depth)),
        }
    }

    /// Takes the next bytes; `false` where a row names a filter that does not exist.
    pub(super) fn follow(&mut self, mut data: &[u8]) -> bool {
        loop {
            let skipped = self.left.min(data.len() as u64);
            self.left -= skipped;
            let (row, rest) = data.split_at_checked(skipped as usize).unwrap_or_default();
            if let Some(indices) = &mut self.indices
                && !row.is_empty()
            {
                indices.push(row);
                if self.left == 0 {
                    indices.end();
                }
            }
            data = rest;
            let Some((filter, rest)) = data.split_first() else {
                return true;
            };
            while self.passes.last().is_some_and(|pass| pass.rows == 0) {
                self.passes.pop();
                self.first = true;
            }
            let Some(pass) = self.passes.last_mut() else {
                return true;
            };
            pass.rows -= 1;
            self.left = pass.length - 1;
            if *filter > 4 {
                return false;
            }
            if let Some(indices) = &mut self.indices {
                indices.begin(*filter, pass.width, self.first);
            }
            (self.first, data) = (false, rest);
        }
    }

    /// The indices that occurred so far, where pixels are such.
    pub(super) fn used(&self) -> Option<&[bool; 256]> {
        self.indices.as_ref().map(Indices::used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_byte_of_a_row_names_a_filter() {
        let header = |interlace| Header::read(&[0, 0, 0, 3, 0, 0, 0, 3, 8, 0, 0, 0, interlace]);
        let whole = [4, 9, 9, 9, 0, 9, 9, 9, 1, 9, 9, 9];
        for cut in 0..whole.len() {
            let mut rows = Rows::new(header(0).unwrap(), 3, 3);
            assert!(rows.follow(&whole[..cut]) && rows.follow(&whole[cut..]));
        }
        assert!(!Rows::new(header(0).unwrap(), 3, 3).follow(&[4, 9, 9, 9, 5]));
        // Interlaced, 3 x 3: passes of 1x1, 1x1, 2x1, 1x2 and 3x1 pixels.
        let passes = [0, 9, 4, 9, 1, 9, 9, 2, 9, 3, 9, 4, 9, 9, 9];
        assert!(Rows::new(header(1).unwrap(), 3, 3).follow(&passes));
    }
}
