//! Finds the last bit of every bitstream in a clean file. Behind it, up to the end of its chunk or partition, bytes
//! can hide that no decoder looks at; to find it, the coded data must be followed from the first bit on.
//!
//! That is the work of a decoder without making pixels: see `strip_exact` and `analyse`.

mod arithmetic;
mod codes;
mod modes;
mod prefix;
mod probabilities;
#[cfg(test)]
mod tests;
mod tokens;
mod vp8;
mod vp8l;

use super::{
    Chunk, bitstream_size,
    chunks::{chunks, walk},
    strip::push,
};
use crate::{bytes::part, jpeg::Tails, limits::Limits};
use arithmetic::End;

/// Signature, size and version of a lossless bitstream.
const HEAD_BITS: usize = 40;

/// What lies behind the bitstreams of a clean file; see [`Tails`].
pub(crate) fn tails(clean: &[u8], limits: &Limits) -> Tails {
    let found = chunks(clean, limits);
    let mut out = part(clean, &(0..12)).to_vec();
    match copy(clean, &found.list, &mut out) {
        Some(0) => Tails::None,
        Some(changed) => {
            let size = (out.len() - 8) as u32;
            if let Some(place) = out.get_mut(4..8) {
                place.copy_from_slice(&size.to_le_bytes());
            }
            Tails::Cut(out, changed)
        }
        None => Tails::Unknown,
    }
}

/// Writes chunks again; says how many bytes of them were not coded data, or not wholly.
fn copy(clean: &[u8], list: &[Chunk], out: &mut Vec<u8>) -> Option<usize> {
    let mut changed = 0;
    for (index, chunk) in list.iter().enumerate() {
        let body = part(clean, &chunk.body);
        let end = match &chunk.kind {
            b"VP8 " => vp8::end(body)?,
            b"VP8L" => vp8l::end(body, HEAD_BITS, bitstream_size(chunk.kind, body)?)?,
            b"ALPH" => {
                let picture = list.get(index + 1)?;
                alpha(
                    body,
                    bitstream_size(picture.kind, part(clean, &picture.body))?,
                )?
            }
            b"ANMF" => {
                let mut frame = body.get(..16)?.to_vec();
                let inside = walk(clean, chunk.body.start + 16..chunk.body.end, 64);
                changed += copy(clean, &inside.list, &mut frame)?;
                push(out, chunk.kind, &[&frame]);
                continue;
            }
            _ => End::Sound,
        };
        match end {
            End::Sound => push(out, chunk.kind, &[body]),
            End::Shorter(shorter) => {
                // Where only spare bits were taken, one byte was.
                changed += body.len().saturating_sub(shorter.len()).max(1);
                push(out, chunk.kind, &[&shorter]);
            }
        }
    }
    Some(changed)
}

/// An alpha plane: one byte for how it is coded, then it. What is not compressed has one byte a pixel.
fn alpha(body: &[u8], size: (u32, u32)) -> Option<End> {
    let (head, plane) = body.split_first()?;
    Some(match head & 3 {
        0 => End::Sound,
        _ => match vp8l::end(plane, 0, size)? {
            End::Sound => End::Sound,
            End::Shorter(plane) => End::Shorter([&[*head], plane.as_slice()].concat()),
        },
    })
}
