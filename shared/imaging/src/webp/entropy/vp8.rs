//! A key frame of VP8, followed through all of its partitions (RFC 6386): no pixel is made, only the last bit of each
//! partition is found.

use super::{
    arithmetic::{Decisions, End},
    modes::{Above, Left, modes},
    probabilities::{TOKENS, UPDATES},
    tokens::{Context, tokens},
};
use crate::bytes::{le16, le24};

/// Frame tag, start code and size.
const HEAD: usize = 10;

/// What the header says about how blocks are coded.
pub(super) struct Coding {
    /// Zeros of the segment's number, where blocks name their segment.
    pub(super) segments: Option<[u8; 3]>,
    /// Zero of the flag that a block has no tokens, where blocks have it.
    pub(super) skip: Option<u8>,
}

/// The frame without what lies behind its partitions' last bits; `Sound` where there is nothing. `None` where it
/// can't be followed.
pub(super) fn end(frame: &[u8]) -> Option<End> {
    let tag = le24(frame, 0)?;
    let (width, height) = (le16(frame, 6)? & 0x3fff, le16(frame, 8)? & 0x3fff);
    let blocks = (width.div_ceil(16), usize::from(height.div_ceil(16)));
    let (first, rest) = frame
        .get(HEAD..)?
        .split_at_checked((tag >> 5) as usize)
        .filter(|_| tag & 1 == 0)?;
    let mut head = Decisions::new(first);
    let mut zeros = TOKENS;
    let (coding, count) = header(&mut head, &mut zeros);
    let pieces = partitions(rest, count)?;
    let mut partitions: Vec<Decisions> = pieces.iter().map(|piece| Decisions::new(piece)).collect();
    let mut above = vec![(Above::default(), Context::default()); usize::from(blocks.0)];
    for row in 0..blocks.1 {
        let coded = partitions.get_mut(row % count)?;
        let (mut left, mut near) = (Left::default(), Context::default());
        for (over, beside) in &mut above {
            let block = modes(&mut head, &coding, over, &mut left)?;
            if block.skipped {
                beside.clear(block.split);
                near.clear(block.split);
            } else {
                tokens(coded, &zeros, block.split, beside, &mut near)?;
            }
        }
        if head.starved() || coded.starved() {
            return None;
        }
    }
    let ends: Vec<End> = std::iter::once(head)
        .chain(partitions)
        .map(Decisions::end)
        .collect::<Option<_>>()?;
    if ends.iter().all(|end| *end == End::Sound) {
        return Some(End::Sound);
    }
    let old = std::iter::once(first).chain(pieces);
    let new: Vec<&[u8]> = old
        .zip(&ends)
        .map(|(old, end)| match end {
            End::Sound => old,
            End::Shorter(new) => new,
        })
        .collect();
    put_together(frame.get(..HEAD)?, tag, &new).map(End::Shorter)
}

/// Reads the frame's header (section 9.3 to 9.11); says how many partitions hold tokens.
fn header(head: &mut Decisions, zeros: &mut [u8; 1056]) -> (Coding, usize) {
    // Colour space and whether values are held within their range.
    head.number(2);
    let segments = if head.bit() { segments(head) } else { None };
    // Kind, strength and sharpness of the loop filter, then how it differs by block.
    head.number(10);
    if head.bit() && head.bit() {
        (0..8).for_each(|_| head.optional(6));
    }
    let count = 1 << head.number(2);
    head.number(7);
    (0..5).for_each(|_| head.optional(4));
    // Whether the probabilities outlive the frame.
    head.bit();
    for (zero, changed) in zeros.iter_mut().zip(&UPDATES) {
        if head.flag(*changed) {
            *zero = head.number(8) as u8;
        }
    }
    let skip = head.bit().then(|| head.number(8) as u8);
    (Coding { segments, skip }, count)
}

/// Reads what the segments differ in; how a block names its own, where blocks do.
fn segments(head: &mut Decisions) -> Option<[u8; 3]> {
    let (named, changed) = (head.bit(), head.bit());
    if changed {
        head.bit();
        (0..4).for_each(|_| head.optional(7));
        (0..4).for_each(|_| head.optional(6));
    }
    let mut zeros = [255; 3];
    if named {
        for zero in &mut zeros {
            if head.bit() {
                *zero = head.number(8) as u8;
            }
        }
    }
    named.then_some(zeros)
}

/// Splits what follows the first partition: lengths of all but the last, then they.
fn partitions(rest: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    let (lengths, mut rest) = rest.split_at_checked(3 * (count - 1))?;
    let mut pieces = Vec::with_capacity(count);
    for at in 1..count {
        let (piece, more) = rest.split_at_checked(le24(lengths, 3 * (at - 1))? as usize)?;
        pieces.push(piece);
        rest = more;
    }
    pieces.push(rest);
    Some(pieces)
}

/// The frame with other partitions. `None` where a length has no room.
fn put_together(head: &[u8], tag: u32, pieces: &[&[u8]]) -> Option<Vec<u8>> {
    let (first, pieces) = pieces.split_first()?;
    let (_, counted) = pieces.split_last()?;
    let tag = (tag & 0x1f) | u32::try_from(first.len()).ok().filter(|it| *it < 1 << 19)? << 5;
    let mut out = Vec::with_capacity(head.len() + first.len());
    out.extend_from_slice(tag.to_le_bytes().get(..3)?);
    out.extend_from_slice(head.get(3..)?);
    out.extend_from_slice(first);
    for piece in counted {
        out.extend_from_slice(u32::try_from(piece.len()).ok()?.to_le_bytes().get(..3)?);
    }
    for piece in pieces {
        out.extend_from_slice(piece);
    }
    Some(out)
}
