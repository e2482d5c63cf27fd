//! Rows of inflated pixels. Each starts with the number of its filter; there are five.

use super::Header;

/// Follows inflated pixels in pieces of any length.
pub(super) struct Rows {
    /// Rows still to come and their length, last pass first.
    passes: Vec<(u64, u64)>,
    /// Bytes to the end of the current row.
    left: u64,
}

impl Rows {
    pub(super) fn new(header: Header, width: u32, height: u32) -> Self {
        let mut passes = header.passes(width, height);
        passes.reverse();
        Self { passes, left: 0 }
    }

    /// Takes the next bytes; `false` where a row names a filter that does not exist.
    pub(super) fn follow(&mut self, mut data: &[u8]) -> bool {
        loop {
            let skipped = self.left.min(data.len() as u64);
            self.left -= skipped;
            data = data.get(skipped as usize..).unwrap_or_default();
            let Some(filter) = data.first() else {
                return true;
            };
            while self.passes.last().is_some_and(|pass| pass.0 == 0) {
                self.passes.pop();
            }
            let Some(pass) = self.passes.last_mut() else {
                return true;
            };
            pass.0 -= 1;
            self.left = pass.1;
            if *filter > 4 {
                return false;
            }
        }
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
