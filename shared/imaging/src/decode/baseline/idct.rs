//! What the transforms have in common.
//!
//! Eight blocks are transformed at once, the same coefficient of each side by side: that is the shape
//! in which compilers find vector instructions, and nothing must be transposed. Rounding, saturation
//! and overflow are those of libjpeg-turbo's vector code, so that the samples are equal to its.

use super::block::LANES;

/// A number in 13 fractional bits.
pub(super) const fn fix(value: f64) -> i32 {
    (value * 8192.0 + 0.5) as i32
}

/// Coefficients of the first row that are larger than this after scaling up make the vector code
/// overflow in a way of its own; no encoder writes them.
const TAME: i16 = 8191;

/// One number of each block.
pub(super) type Lanes = [i16; LANES];

/// T.81, figure A.6: the place of a coefficient in its block, by place in the coded order.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Rows of samples: those of one block after those of the other, as many as a block has.
pub(super) type Samples = [[u8; 8 * LANES]; 8];

/// What the transforms write to. It is there once: to clear it for each batch would take as long as a
/// part of the transform.
pub(super) struct Scratch {
    /// By row of the block: its numbers after the columns were transformed.
    pub(super) lines: [[Lanes; 8]; 8],
    pub(super) samples: Samples,
}

impl Scratch {
    pub(super) const EMPTY: Self = Self {
        lines: [[[0; LANES]; 8]; 8],
        samples: [[0; 8 * LANES]; 8],
    };
}

/// Not 0 where one of these is not [`TAME`].
#[inline(always)]
pub(super) fn wild(row: &Lanes) -> u16 {
    row.iter().fold(0, |all, value| {
        all | (value.wrapping_add(TAME + 1) as u16 & 0xc000)
    })
}

/// Turns a row of transformed numbers into samples, block by block.
#[inline(always)]
pub(super) fn put_row<const SIDE: usize>(row: &[Lanes; SIDE], to: &mut [u8; 8 * LANES]) {
    for lane in 0..LANES {
        for x in 0..SIDE {
            to[SIDE * lane + x] = (row[x][lane].clamp(-128, 127) + 128) as u8;
        }
    }
}
