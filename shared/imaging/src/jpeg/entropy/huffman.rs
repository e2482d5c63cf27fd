//! Huffman codes and the bits they are read from.

use crate::bytes::word;

/// Bits looked up at once; longer codes are rare and found one length at a time.
const LOOK: usize = 10;

/// One Huffman table, ready for decoding.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// By the next [`LOOK`] bits: length of the code in the high byte (0: longer), symbol in the low.
    short: Vec<u16>,
    /// By length: the first code beyond those of this length, moved up to 16 bits.
    beyond: [u32; 17],
    /// By length: what to add to a code for the place of its symbol.
    shift: [i32; 17],
    symbols: Vec<u8>,
}

impl Table {
    /// Builds a table from its 16 counts and its symbols. `None` where the counts make no code.
    pub(super) fn new(counts: &[u8], symbols: &[u8]) -> Option<Self> {
        let mut table = Self {
            short: vec![0; 1 << LOOK],
            beyond: [0; 17],
            shift: [0; 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut place) = (0_u32, 0_usize);
        for (length, count) in (1..=16).zip(counts) {
            table.shift[length] = place as i32 - code as i32;
            for _ in 0..*count {
                let symbol = *symbols.get(place)?;
                if length <= LOOK {
                    let from = (code as usize) << (LOOK - length);
                    let entry = (length as u16) << 8 | u16::from(symbol);
                    table
                        .short
                        .get_mut(from..from + (1 << (LOOK - length)))?
                        .fill(entry);
                }
                code += 1;
                place += 1;
            }
            if code > 1 << length {
                return None;
            }
            table.beyond[length] = code << (16 - length);
            code <<= 1;
        }
        (place == symbols.len()).then_some(table)
    }
}

/// Coded bits of one interval, without stuffing.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// Place in bits.
    at: usize,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next bits at the top of a word; at least 57 of them count, zeros beyond the end.
    #[inline]
    fn peek(&self) -> u64 {
        u64::from_be_bytes(word(self.bytes, self.at >> 3)) << (self.at & 7)
    }

    #[inline]
    pub(super) fn skip(&mut self, count: usize) {
        self.at += count;
    }

    /// Reads up to 16 bits as a number.
    pub(super) fn take(&mut self, count: usize) -> usize {
        let value = if count == 0 {
            0
        } else {
            (self.peek() >> (64 - count)) as usize
        };
        self.at += count;
        value
    }

    /// Reads one symbol. `None` where no code begins like these bits.
    #[inline]
    pub(super) fn symbol(&mut self, table: &Table) -> Option<u8> {
        let next = self.peek();
        let entry = *table.short.get((next >> (64 - LOOK)) as usize)?;
        if entry != 0 {
            self.at += usize::from(entry >> 8);
            return Some(entry as u8);
        }
        let next = (next >> 48) as u32;
        let length = (LOOK + 1..=16).find(|length| next < table.beyond[*length])?;
        self.at += length;
        let place = (next >> (16 - length)) as i32 + table.shift[length];
        table.symbols.get(usize::try_from(place).ok()?).copied()
    }

    /// Bytes begun so far; `None` where more was read than there is.
    pub(super) fn used(&self) -> Option<usize> {
        let used = self.at.div_ceil(8);
        (used <= self.bytes.len()).then_some(used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_length_are_read() {
        // One code of each length: 0, 10, 110, ... as T.81 assigns them.
        let symbols: Vec<u8> = (1..=16).collect();
        let table = Table::new(&[1; 16], &symbols).unwrap();
        for length in 1..=16_usize {
            let code = ((1_u32 << length) - 2) << (32 - length);
            let bytes = [code.to_be_bytes().as_slice(), &[0; 8]].concat();
            let mut bits = Bits::new(&bytes);
            assert_eq!(bits.symbol(&table), Some(length as u8));
            assert_eq!(bits.at, length);
        }
        assert_eq!(Bits::new(&[0xff; 9]).symbol(&table), None);
        assert!(Table::new(&[3; 16], &[0; 48]).is_none());
    }
}
