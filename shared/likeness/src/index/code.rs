//! A code of 256 bits.

/// A fingerprint's bits. Which bit means what is of no interest here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code([u64; 4]);

impl Code {
    /// From 32 bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let (words, _) = bytes.as_chunks::<8>();
        let mut code = [0; 4];
        for (to, from) in code.iter_mut().zip(words) {
            *to = u64::from_le_bytes(*from);
        }
        Self(code)
    }

    /// The number of bits that differ, 0 to 256.
    #[inline]
    pub fn distance(&self, other: &Self) -> u32 {
        let [a, b, c, d] = [0, 1, 2, 3].map(|i| self.0[i] ^ other.0[i]);
        // Three words are added bit by bit into a sum and a carry: two counts instead of three, which
        // counts where the processor's own instruction may not be taken for granted.
        let sum = a ^ b ^ c;
        let carry = (a & b) | (c & (a ^ b));
        sum.count_ones() + 2 * carry.count_ones() + d.count_ones()
    }

    /// One of its eight parts.
    #[inline]
    pub(super) fn part(&self, index: usize) -> u32 {
        (self.0[index / 2] >> (32 * (index % 2))) as u32
    }
}
