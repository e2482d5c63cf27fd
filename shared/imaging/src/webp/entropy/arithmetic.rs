//! The boolean decoder of VP8 (RFC 6386, section 7), which also says where its data ends.

/// Zeros that encoders write behind the last bit: libvpx pads by 32 bits, libwebp by fewer.
pub(super) const PADDING: usize = 4;

/// Reads decisions, each coded with the probability of a zero.
pub(super) struct Decisions<'a> {
    bytes: &'a [u8],
    /// Bytes taken into `value`; zeros beyond the end count too.
    at: usize,
    /// The data less what all decisions so far stand for: eight bits and `spare` more.
    value: u64,
    spare: i32,
    range: u32,
    /// Bits up to the last one that a decision looked at.
    seen: usize,
}

/// What a piece of coded data ends in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing but zeros that encoders write.
    Sound,
    /// Something: this is the data that says the same and ends with its last bit.
    Shorter(Vec<u8>),
}

impl<'a> Decisions<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            value: 0,
            spare: -8,
            range: 255,
            seen: 0,
        }
    }

    fn load(&mut self) {
        for _ in 0..6 {
            let byte = self.bytes.get(self.at).copied().unwrap_or(0);
            self.value = self.value << 8 | u64::from(byte);
            self.at += 1;
            self.spare += 8;
        }
    }

    #[inline]
    pub(super) fn flag(&mut self, zero: u8) -> bool {
        if self.spare < 0 {
            self.load();
        }
        let split = 1 + (((self.range - 1) * u32::from(zero)) >> 8);
        let place = u64::from(split) << self.spare;
        let one = self.value >= place;
        if one {
            self.range -= split;
            self.value -= place;
        } else {
            self.range = split;
        }
        self.seen = (8 * self.at).wrapping_sub(self.spare as usize);
        let shift = self.range.leading_zeros().saturating_sub(24);
        self.range <<= shift;
        self.spare -= shift as i32;
        one
    }

    pub(super) fn bit(&mut self) -> bool {
        self.flag(128)
    }

    pub(super) fn number(&mut self, bits: u32) -> u32 {
        (0..bits).fold(0, |value, _| value << 1 | u32::from(self.bit()))
    }

    /// Moves over a flag and, where it is set, a number with its sign.
    pub(super) fn optional(&mut self, bits: u32) {
        if self.bit() {
            self.number(bits + 1);
        }
    }

    /// Follows a tree: pairs of what a zero and a one lead to, another pair or, not above zero, a leaf.
    pub(super) fn leaf(&mut self, tree: &[i8], zeros: &[u8]) -> Option<u8> {
        let mut pair = 0;
        loop {
            let one = self.flag(*zeros.get(pair / 2)?);
            match usize::try_from(*tree.get(pair + usize::from(one))?) {
                Ok(next) if next > 0 => pair = next,
                Ok(_) => return Some(0),
                Err(_) => return Some(tree.get(pair + usize::from(one))?.unsigned_abs()),
            }
        }
    }

    /// Whether decisions were made of data that is not there. One byte is: some encoders leave it out.
    pub(super) fn starved(&self) -> bool {
        self.seen.div_ceil(8) > self.bytes.len() + 1
    }

    /// What is left when all decisions are made. An encoder ends with the smallest number that stands for them: then
    /// nothing but zeros is left. Anything else is a number of the decoder's free choice, and is taken off.
    /// `None` where there was less data than decisions.
    pub(super) fn end(mut self) -> Option<End> {
        let needed = self.seen.div_ceil(8);
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let quiet = self.value == 0 && rest.iter().all(|byte| *byte == 0);
        if quiet && (needed..=needed + PADDING).contains(&self.bytes.len()) {
            return Some(End::Sound);
        }
        if quiet && needed == self.bytes.len() + 1 {
            return Some(End::Sound);
        }
        let mut out = self.bytes.get(..needed)?.to_vec();
        // What was loaded and not needed has no part in the number.
        self.value >>= 8 * self.at.saturating_sub(needed);
        let mut borrow = 0;
        for byte in out.iter_mut().rev() {
            let less = (self.value & 0xff) as u16 + borrow;
            self.value >>= 8;
            let (left, under) = u16::from(*byte).overflowing_sub(less);
            borrow = u16::from(under);
            *byte = left as u8;
        }
        if out.is_empty() {
            // Decoders want every piece to hold something.
            out.push(0);
        }
        Some(End::Shorter(out))
    }
}
