//! Prefix codes of lossless WebP and the bits they are read from, lowest first.

use crate::bytes::word;

/// Bits looked up at once; longer codes are rare.
const LOOK: u32 = 8;

/// Bits of a bitstream; zeros beyond its end.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    /// Begins behind so many bits.
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// The next bits; at least 57 of them count.
    #[inline]
    fn peek(&self) -> u64 {
        u64::from_le_bytes(word(self.bytes, self.at >> 3)) >> (self.at & 7)
    }

    /// Reads up to 32 bits as a number.
    pub(super) fn take(&mut self, count: u32) -> usize {
        let value = self.peek() & ((1 << count) - 1);
        self.at += count as usize;
        value as usize
    }

    pub(super) fn flag(&mut self) -> bool {
        self.take(1) == 1
    }

    /// Whether more was read than there is.
    pub(super) fn starved(&self) -> bool {
        self.at > 8 * self.bytes.len()
    }

    /// Bits read so far.
    pub(super) fn used(&self) -> usize {
        self.at
    }

    #[inline]
    pub(super) fn symbol(&mut self, code: &Code) -> Option<usize> {
        let code = match code {
            Code::One(symbol) => return Some(usize::from(*symbol)),
            Code::Many(many) => many,
        };
        let next = self.peek();
        let entry = *code.short.get((next & ((1 << LOOK) - 1)) as usize)?;
        if entry != 0 {
            self.at += usize::from(entry >> 12);
            return Some(usize::from(entry & 0xfff));
        }
        let (mut path, mut first, mut before) = (0, 0, 0);
        for length in 1..16_u32 {
            path = path << 1 | (next >> (length - 1) & 1) as usize;
            let count = usize::from(*code.counts.get(length as usize)?);
            if path < first + count {
                self.at += length as usize;
                return code
                    .symbols
                    .get(before + path - first)
                    .map(|it| usize::from(*it));
            }
            before += count;
            first = (first + count) << 1;
        }
        None
    }
}

/// A prefix code.
#[derive(Debug)]
pub(super) enum Code {
    /// Only one symbol: it takes no bits.
    One(u16),
    Many(Box<Many>),
}

#[derive(Debug)]
pub(super) struct Many {
    /// By the next [`LOOK`] bits: length of the code in the highest four (all zero: longer), symbol in the rest.
    short: Vec<u16>,
    counts: [u16; 16],
    /// By code.
    symbols: Vec<u16>,
}

impl Code {
    /// Builds a code from the length of each symbol's. `None` where some bits stand for no symbol, or for two.
    pub(super) fn new(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0_u16; 16];
        let mut symbols: Vec<u16> = Vec::new();
        for (symbol, length) in lengths.iter().enumerate() {
            if *length > 0 {
                *counts.get_mut(usize::from(*length))? += 1;
                symbols.push(symbol as u16);
            }
        }
        if let [only] = symbols[..] {
            return Some(Self::One(only));
        }
        let full = (1..16).map(|it| usize::from(counts[it]) << (15 - it));
        if full.sum::<usize>() != 1 << 15 {
            return None;
        }
        symbols.sort_by_key(|symbol| lengths.get(usize::from(*symbol)));
        let mut short = vec![0; 1 << LOOK];
        let (mut path, mut from) = (0_usize, 0);
        for length in 1..=LOOK {
            let count = usize::from(counts[length as usize]);
            for symbol in symbols.get(from..from + count)? {
                // Codes are written from their highest bit on, all else from the lowest.
                let start = path.reverse_bits() >> (usize::BITS - length);
                let entry = (length as u16) << 12 | symbol;
                let places = short.get_mut(start..)?.iter_mut().step_by(1 << length);
                places.for_each(|place| *place = entry);
                path += 1;
            }
            path <<= 1;
            from += count;
        }
        Some(Self::Many(Box::new(Many {
            short,
            counts,
            symbols,
        })))
    }

    /// Memory that it takes, roughly.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::One(_) => 0,
            Self::Many(many) => 2 * (many.short.len() + many.symbols.len()) + 64,
        }
    }
}
