//! A code of 256 bits.

/// A fingerprint's bits, in an order of their own: pictures of one kind agree in neighbouring frequencies,
/// and so neighbouring bits are dealt out to all parts. In any order as many bits differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code([u64; 4]);

impl Code {
    /// From 32 bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let (words, _) = bytes.as_chunks::<8>();
        let mut dealt = [[0; 4]; 8];
        for (at, word) in words.iter().enumerate() {
            let columns = transposed(u64::from_le_bytes(*word)).to_le_bytes();
            for (part, column) in dealt.iter_mut().zip(columns) {
                part[at] = column;
            }
        }
        let mut code = [0; 4];
        for (at, part) in dealt.into_iter().enumerate() {
            code[at / 2] |= u64::from(u32::from_le_bytes(part)) << (32 * (at % 2));
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

    /// The code whose bits are as those of most of them are.
    pub(super) fn middle<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let (mut set, mut total) = ([0_u32; 256], 0);
        for code in all {
            for (bit, count) in set.iter_mut().enumerate() {
                *count += (code.0[bit / 64] >> (bit % 64) & 1) as u32;
            }
            total += 1;
        }
        let mut middle = [0; 4];
        for (bit, count) in set.into_iter().enumerate() {
            middle[bit / 64] |= u64::from(2 * count > total) << (bit % 64);
        }
        Self(middle)
    }

    /// One of its eight parts.
    #[inline]
    pub(super) fn part(&self, index: usize) -> u32 {
        (self.0[index / 2] >> (32 * (index % 2))) as u32
    }
}

/// Rows and columns of a square of 8 x 8 bits exchanged: bits, then pairs, then fours across the diagonal.
fn transposed(mut square: u64) -> u64 {
    for (shift, mask) in [
        (7, 0x00aa_00aa_00aa_00aa),
        (14, 0x0000_cccc_0000_cccc),
        (28, 0x0000_0000_f0f0_f0f0),
    ] {
        let differs = (square ^ (square >> shift)) & mask;
        square ^= differs ^ (differs << shift);
    }
    square
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_one_bit_of_every_byte() {
        for byte in 0..32 {
            for bit in 0..8 {
                let mut bytes = [0; 32];
                bytes[byte] = 1 << bit;
                let code = Code::new(&bytes);
                for part in 0..8 {
                    let want = if part == bit { 1 << byte } else { 0 };
                    assert_eq!(code.part(part), want, "byte {byte} bit {bit}");
                }
            }
        }
    }
}
