//! What phones write: baseline JPEG, 8 bits, Huffman coding, one scan, grey or with two colour planes.
#![allow(
    clippy::inline_always,
    reason = "what holds the bits must stay in registers"
)]
#![allow(
    clippy::needless_range_loop,
    reason = "several arrays are walked at once"
)]

mod bits;
mod block;
mod full;
mod half;
mod head;
mod huffman;
mod idct;
mod picture;
#[cfg(test)]
mod tests;

use super::{Colour, Decoded, Planes, shrink::factor};
use crate::limits::Limits;
use head::Head;

/// By how much the sides may be divided.
#[cfg(test)]
const FACTORS: [u32; 2] = [1, 2];

/// The planes as they are stored, whole or halved; `None` where more than half is too much, where the
/// file is of another kind, and where anything about its data is wrong.
pub(super) fn planes(bytes: &[u8], enough: u32, limits: &Limits) -> Option<Decoded> {
    let head = Head::read(bytes)?;
    let full = (head.width, head.height);
    let few = u64::from(full.0) * u64::from(full.1) <= limits.max_pixels;
    let factor = factor(full.0.max(full.1), enough);
    if !few || factor > 2 {
        return None;
    }
    let colour = match head.components.as_slice() {
        [_] => Colour::Grey,
        [luma, ..] => Colour::Sampled {
            across: luma.across as u8,
            down: luma.down as u8,
        },
        [] => return None,
    };
    let mut planes = Planes::blank(full.0.div_ceil(factor), full.1.div_ceil(factor), colour)?;
    let slack = match factor {
        2 => picture::decode::<4>(&head, &mut planes)?,
        _ => picture::decode::<8>(&head, &mut planes)?,
    };
    Some(Decoded::Planes {
        planes,
        full,
        intact: true,
        slack,
        told: true,
    })
}
