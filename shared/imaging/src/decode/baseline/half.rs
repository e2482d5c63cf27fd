//! Blocks of coefficients to samples at half the size: 8 x 8 to 4 x 4.
//!
//! The transform is the one by Loeffler, Ligtenberg and Moschytz ("Practical fast 1-D DCT algorithms
//! with 11 multiplications", 1989) in integers with 13 fractional bits, reduced to half its outputs,
//! as libjpeg has it since version 5: column and row 4 are left out.

use super::{
    block::{Batch, LANES},
    idct::{Lanes, Scratch, ZIGZAG, fix, put_row, wild},
};

/// Rows and columns that count; row and column 4 do not.
const COUNTED: [u8; 7] = [0, 1, 2, 3, 5, 6, 7];

/// Where coefficients go: row by row, those that count.
pub(super) fn place(coded: usize) -> Option<usize> {
    let counted = |wanted: u8| COUNTED.iter().position(|it| *it == wanted);
    let natural = ZIGZAG.get(coded)?;
    Some(7 * counted(natural / 8)? + counted(natural % 8)?)
}

/// The transform in one direction: seven numbers to four, with `shift` bits less.
#[inline(always)]
fn four(from: &[Lanes; 7], shift: u32) -> [Lanes; 4] {
    let [zero, one, two, three, five, six, seven] = from;
    let mut out = [[0; LANES]; 4];
    for i in 0..LANES {
        let times = |value: &Lanes, factor: i32| i32::from(value[i]).wrapping_mul(factor);
        let even = times(two, fix(1.847_759_065)).wrapping_sub(times(six, fix(0.765_366_865)));
        let outer = times(one, fix(2.562_915_447))
            .wrapping_add(times(three, fix(0.899_976_223)))
            .wrapping_sub(times(five, fix(0.601_344_887)))
            .wrapping_sub(times(seven, fix(0.509_795_579)));
        let inner = times(one, fix(1.061_594_337))
            .wrapping_sub(times(three, fix(2.172_734_803)))
            .wrapping_add(times(five, fix(1.451_774_981)))
            .wrapping_sub(times(seven, fix(0.211_164_243)));
        let base = (i32::from(zero[i]) << 14).wrapping_add(1 << (shift - 1));
        let (top, bottom) = (base.wrapping_add(even), base.wrapping_sub(even));
        let done = |value: i32| (value >> shift).clamp(-32_768, 32_767) as i16;
        out[0][i] = done(top.wrapping_add(outer));
        out[1][i] = done(bottom.wrapping_add(inner));
        out[2][i] = done(bottom.wrapping_sub(inner));
        out[3][i] = done(top.wrapping_sub(outer));
    }
    out
}

/// Transforms a batch. `None` where a coefficient is too large.
#[inline(never)]
pub(super) fn transform(batch: &Batch, scale: &[i16; 64], scratch: &mut Scratch) -> Option<()> {
    let Scratch { lines, samples } = scratch;
    let mut outside = 0;
    for column in 0..7 {
        let mut from = [[0; LANES]; 7];
        for (row, to) in from.iter_mut().enumerate() {
            let place = 7 * row + column;
            for (lane, to) in to.iter_mut().enumerate() {
                *to = batch[place * LANES + lane].wrapping_mul(scale[place]);
            }
        }
        outside |= wild(&from[0]);
        let done = four(&from, 12);
        for (line, values) in lines.iter_mut().zip(done) {
            line[column] = values;
        }
    }
    for ([line @ .., _], to) in lines.iter().zip(samples).take(4) {
        put_row(&four(line, 19), to);
    }
    (outside == 0).then_some(())
}
