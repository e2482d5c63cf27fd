//! Blocks of coefficients to samples at full size, 8 x 8.
//!
//! The transform by Loeffler, Ligtenberg and Moschytz, as in [`super::half`], with all its outputs.

use super::{
    block::{Batch, LANES},
    idct::{Lanes, Scratch, ZIGZAG, fix, put_row, wild},
};

/// Where coefficients go: row by row.
pub(super) fn place(coded: usize) -> Option<usize> {
    ZIGZAG.get(coded).map(|it| usize::from(*it))
}

/// The transform in one direction: eight numbers to eight, with `shift` bits less.
#[inline(always)]
fn eight(from: &[Lanes; 8], shift: u32) -> [Lanes; 8] {
    let mut out = [[0; LANES]; 8];
    for i in 0..LANES {
        let at = |row: usize| i32::from(from[row][i]);
        let times = |value: i32, factor: i32| value.wrapping_mul(factor);
        // The vector code adds these in 16 bits.
        let sum = |a: usize, b: usize| i32::from(from[a][i].wrapping_add(from[b][i]));
        let difference = i32::from(from[0][i].wrapping_sub(from[4][i]));
        let half = 1 << (shift - 1);
        let low = (sum(0, 4) << 13).wrapping_add(half);
        let high = (difference << 13).wrapping_add(half);
        let turned = times(at(2), fix(0.541_196_100) + fix(0.765_366_865))
            .wrapping_add(times(at(6), fix(0.541_196_100)));
        let other = times(at(2), fix(0.541_196_100))
            .wrapping_add(times(at(6), fix(0.541_196_100) - fix(1.847_759_065)));
        let even = [
            low.wrapping_add(turned),
            high.wrapping_add(other),
            high.wrapping_sub(other),
            low.wrapping_sub(turned),
        ];
        let (three, four) = (sum(7, 3), sum(5, 1));
        let shared = fix(1.175_875_602);
        let left = times(three, shared - fix(1.961_570_560)).wrapping_add(times(four, shared));
        let right = times(three, shared).wrapping_add(times(four, shared - fix(0.390_180_644)));
        let (outer, inner) = (fix(0.899_976_223), fix(2.562_915_447));
        let odd = [
            times(at(1), fix(1.501_321_110) - outer)
                .wrapping_sub(times(at(7), outer))
                .wrapping_add(right),
            times(at(3), fix(3.072_711_026) - inner)
                .wrapping_sub(times(at(5), inner))
                .wrapping_add(left),
            times(at(5), fix(2.053_119_869) - inner)
                .wrapping_sub(times(at(3), inner))
                .wrapping_add(right),
            times(at(7), fix(0.298_631_336) - outer)
                .wrapping_sub(times(at(1), outer))
                .wrapping_add(left),
        ];
        let done = |value: i32| (value >> shift).clamp(-32_768, 32_767) as i16;
        for j in 0..4 {
            out[j][i] = done(even[j].wrapping_add(odd[j]));
            out[7 - j][i] = done(even[j].wrapping_sub(odd[j]));
        }
    }
    out
}

/// Transforms a batch. `None` where a coefficient is too large.
#[inline(never)]
pub(super) fn transform(batch: &Batch, scale: &[i16; 64], scratch: &mut Scratch) -> Option<()> {
    let Scratch { lines, samples } = scratch;
    let mut outside = 0;
    for column in 0..8 {
        let mut from = [[0; LANES]; 8];
        for (row, to) in from.iter_mut().enumerate() {
            let place = 8 * row + column;
            for (lane, to) in to.iter_mut().enumerate() {
                *to = batch[place * LANES + lane].wrapping_mul(scale[place]);
            }
        }
        outside |= wild(&from[0]);
        let done = eight(&from, 11);
        for (line, values) in lines.iter_mut().zip(done) {
            line[column] = values;
        }
    }
    for (line, to) in lines.iter().zip(samples) {
        put_row(&eight(line, 18), to);
    }
    (outside == 0).then_some(())
}
