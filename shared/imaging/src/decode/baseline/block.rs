//! One block of coefficients, from bits to numbers.

use super::{
    bits::{Bits, Source},
    huffman::{Ac, DC_LOOK, Dc, END, LOOK},
};

/// Blocks that are transformed at once.
pub(super) const LANES: usize = 8;

/// The coefficients of some blocks: the same one of each block side by side, in the order that a
/// transform wants. What it does not want, and what lies beyond a block, goes to [`NOWHERE`].
pub(super) type Batch = [i16; 1024];

/// By place in the coded order: where a coefficient of the first block goes. 256 places, so that no
/// place that can be reached lies outside.
pub(super) type Order = [u16; 256];

/// Place of what nobody looks at.
pub(super) const NOWHERE: u16 = (64 * LANES) as u16;

/// The order for a transform, by the place it gives to each coefficient.
pub(super) fn order(place: impl Fn(usize) -> Option<usize>) -> Order {
    let mut order = [NOWHERE; 256];
    for (coded, to) in order.iter_mut().enumerate() {
        *to = place(coded).map_or(NOWHERE, |place| (place * LANES) as u16);
    }
    order
}

/// Writes one coefficient.
#[inline(always)]
fn put(batch: &mut Batch, order: &Order, place: usize, lane: usize, value: i32) {
    batch[(usize::from(order[place & 255]) + lane) & 1023] = value as i16;
}

// Between two refills: the first coefficient and three looks, or four looks.
const _: () = assert!(DC_LOOK + 3 * LOOK <= 56 && 4 * LOOK <= 56);

/// Reads the difference of a first coefficient to the one before.
#[inline(always)]
pub(super) fn first(bits: &mut Bits, source: &Source, table: &Dc) -> Option<i32> {
    bits.refill(source.piece());
    let entry = table.quick(bits.word);
    if entry != 0 {
        bits.skip(entry as u32 & 63);
        return Some(entry >> 16);
    }
    let symbol = table.slow(bits.word)?;
    bits.skip(symbol.bits);
    bits.refill(source.piece());
    Some(symbol.value)
}

/// Reads all other coefficients of a block that is all zeros. Returns the place of the last one,
/// 0 where there is none; `None` where the data is wrong.
#[inline(always)]
pub(super) fn others(
    bits: &mut Bits,
    source: &Source,
    table: &Ac,
    order: &Order,
    batch: &mut Batch,
    lane: usize,
) -> Option<usize> {
    let mut last = 0_usize;
    let mut looks = 3;
    loop {
        for _ in 0..looks {
            let before = *bits;
            let entry = table.quick(bits.word);
            bits.skip(entry & 63);
            let near = last + 1 + (entry >> 12 & 15) as usize;
            let distance = entry >> 6 & 63;
            let far = near + distance as usize;
            let value = (entry << 8) as i32 >> 24;
            put(batch, order, near, lane, value);
            put(batch, order, far, lane, entry as i32 >> 24);
            if entry == 0 {
                // Too long for one look. What was written in the meantime is undone: a zero, at a
                // place beyond the last.
                bits.refill(source.piece());
                let symbol = table.slow(bits.word)?;
                bits.skip(symbol.bits);
                if symbol.size == 0 && symbol.run < 15 {
                    return (symbol.run == 0).then_some(last);
                }
                last += 1 + symbol.run as usize;
                if last > 63 {
                    return None;
                }
                put(batch, order, last, lane, symbol.value);
                if last == 63 {
                    return Some(63);
                }
                break;
            }
            if far < 63 {
                last = far;
                continue;
            }
            return match near {
                // The block was full before the second.
                63 => {
                    *bits = before;
                    bits.refill(source.piece());
                    bits.skip(table.slow(bits.word)?.bits);
                    Some(63)
                }
                64.. => None,
                _ if distance == END => Some(if value == 0 && near == last + 1 {
                    last
                } else {
                    near
                }),
                _ => (far == 63).then_some(63),
            };
        }
        bits.refill(source.piece());
        looks = 4;
    }
}
