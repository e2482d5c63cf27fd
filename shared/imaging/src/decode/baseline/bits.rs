//! Coded bits: stuffing is taken out a piece at a time, and bits are read from a word that is
//! topped up eight bytes at once.

use memchr::memchr;

/// Bytes of a piece without stuffing; small enough to stay in the fastest cache.
const PIECE: usize = 12 << 10;

/// More bytes than the coded data of one coding unit: 6 blocks of 64 coefficients of 31 bits each,
/// and a word read ahead.
const UNIT: usize = 1600;

/// A piece and what a word read at its end reaches beyond it.
const ROOM: usize = PIECE + 8;

/// Bytes without stuffing.
pub(super) type Piece = [u8; ROOM];

/// One interval of coded data after the other.
pub(super) struct Source<'a> {
    coded: &'a [u8],
    /// Place in the coded data of what has not been looked at.
    at: usize,
    piece: Box<Piece>,
    /// Bytes of the piece that count.
    filled: usize,
    /// The piece holds the last byte of the interval: a marker follows, or nothing.
    last: bool,
}

/// A word of bits, the next one at the top.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits {
    pub(super) word: u64,
    /// Bits of the word that count.
    held: u32,
    /// Place in the piece of the first byte that is not in the word.
    next: usize,
}

impl Bits {
    const EMPTY: Self = Self {
        word: 0,
        held: 0,
        next: 0,
    };

    /// Tops the word up to at least 56 bits. Behind the end of the piece there is anything; that it
    /// was read is found by [`Source::holds`].
    #[inline(always)]
    pub(super) fn refill(&mut self, piece: &Piece) {
        // Places beyond the piece are only reached after the data ended.
        let bytes = piece.get(self.next..).and_then(<[u8]>::first_chunk::<8>);
        let Some(bytes) = bytes else {
            self.held = self.held.max(56);
            self.next = ROOM + 8;
            return;
        };
        self.word |= u64::from_be_bytes(*bytes) >> (self.held & 63);
        self.next += ((63 - self.held) >> 3) as usize;
        self.held |= 0b11_1000;
    }

    /// Moves over bits; at most as many as are held.
    #[inline(always)]
    pub(super) fn skip(&mut self, count: u32) {
        self.word <<= count & 63;
        self.held = self.held.wrapping_sub(count);
    }

    /// Bits of the piece that have been moved over.
    fn used(self) -> usize {
        (8 * self.next).saturating_sub(self.held as usize)
    }
}

impl<'a> Source<'a> {
    pub(super) fn new(coded: &'a [u8]) -> Self {
        Self {
            coded,
            at: 0,
            piece: Box::new([0; ROOM]),
            filled: 0,
            last: false,
        }
    }

    #[inline(always)]
    pub(super) fn piece(&self) -> &Piece {
        &self.piece
    }

    /// Starts reading an interval at its first bit.
    pub(super) fn start(&mut self) -> Bits {
        self.filled = 0;
        self.last = false;
        let mut bits = Bits::EMPTY;
        self.provide(&mut bits);
        bits
    }

    /// Sees to it that all bits of the next coding unit are in the piece, where there are as many.
    #[inline(always)]
    pub(super) fn provide(&mut self, bits: &mut Bits) {
        if bits.next + UNIT > self.filled && !self.last {
            *bits = self.more(*bits);
        }
    }

    /// Whether no more bits were read than there are.
    #[inline(always)]
    pub(super) fn holds(&self, bits: Bits) -> bool {
        bits.used() <= 8 * self.filled
    }

    /// Moves on to the next piece.
    #[inline(never)]
    fn more(&mut self, mut bits: Bits) -> Bits {
        // What the word holds in whole bytes is read once more.
        bits.next -= (bits.held / 8) as usize;
        bits.held %= 8;
        bits.word &= !(u64::MAX >> bits.held);
        let from = bits.next.min(self.filled);
        self.piece.copy_within(from..self.filled, 0);
        self.filled -= from;
        bits.next -= from;
        while self.filled < PIECE && !self.last {
            let room = PIECE - self.filled;
            let rest = self.coded.get(self.at..).unwrap_or_default();
            let rest = rest.get(..room).unwrap_or(rest);
            let hit = memchr(0xff, rest);
            let plain = hit.unwrap_or(rest.len());
            let (to, bytes) = (self.piece.get_mut(self.filled..), rest.get(..plain));
            if let (Some(to), Some(bytes)) = (to, bytes)
                && let Some(to) = to.get_mut(..plain)
            {
                to.copy_from_slice(bytes);
            }
            self.filled += plain;
            self.at += plain;
            match (hit, self.coded.get(self.at + 1)) {
                (Some(_), Some(0)) => {
                    self.piece[self.filled] = 0xff;
                    self.filled += 1;
                    self.at += 2;
                }
                (None, Some(_)) => {}
                (Some(_), _) | (None, None) => self.last = hit.is_some() || rest.len() < room,
            }
        }
        bits
    }

    /// Ends an interval with this marker. Says whether bytes lie between the last coded bit and the
    /// marker; `None` where another marker stands there, or none.
    pub(super) fn end(&mut self, mut bits: Bits, code: u8) -> Option<bool> {
        if !self.holds(bits) {
            return None;
        }
        let spare = bits.used().div_ceil(8) < self.filled;
        while !self.last {
            // So much slack that the piece does not hold it.
            bits.next = self.filled;
            bits.held = 0;
            bits = self.more(bits);
        }
        let marker = self.coded.get(self.at..self.at + 2)?;
        self.at += 2;
        (marker == [0xff, code]).then_some(spare)
    }

    /// Whether all was read.
    pub(super) fn ended(&self) -> bool {
        self.at == self.coded.len()
    }
}
