//! Splits a RIFF file, or the inside of an animation frame, into chunks.

use std::ops::Range;

use super::flag;
use crate::{
    bytes::{le16, le24, le32, part},
    limits::Limits,
    refusal::Refusal,
};

/// One chunk; `body` is the payload without the padding byte.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) kind: [u8; 4],
    pub(crate) body: Range<usize>,
}

/// All chunks, or those up to the first thing that can't be read.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    pub(crate) list: Vec<Chunk>,
    /// Where the RIFF body ended, or where reading stopped.
    pub(crate) end: usize,
    /// Why reading stopped early.
    pub(crate) stop: Option<Refusal>,
}

/// Walks the chunks of a whole file. The caller has sniffed `RIFF....WEBP`.
pub(crate) fn chunks(bytes: &[u8], limits: &Limits) -> Chunks {
    let claimed = le32(bytes, 4).unwrap_or(0) as usize;
    let end = claimed.saturating_add(8);
    let mut found = walk(bytes, 12..end.min(bytes.len()), limits.max_chunks as usize);
    if end > bytes.len() && found.stop.is_none() {
        // One missing padding byte at the very end is common and harmless.
        if end > bytes.len() + 1 {
            found.stop = Some(Refusal::truncated("the file is shorter than it says"));
        }
    }
    found
}

/// Walks the chunks within a range of the file.
pub(crate) fn walk(bytes: &[u8], range: Range<usize>, most: usize) -> Chunks {
    let mut found = Chunks {
        end: range.start,
        ..Chunks::default()
    };
    while found.end + 8 <= range.end {
        if found.list.len() >= most {
            found.stop = Some(Refusal::too_many_parts());
            return found;
        }
        let at = found.end;
        let kind = part(bytes, &(at..at + 4)).first_chunk::<4>();
        let (Some(kind), Some(length)) = (kind, le32(bytes, at + 4)) else {
            return found;
        };
        let start = at + 8;
        let end = start.saturating_add(length as usize);
        if end > range.end {
            found.stop = Some(Refusal::truncated("the file ends inside a chunk"));
            return found;
        }
        found.list.push(Chunk {
            kind: *kind,
            body: start..end,
        });
        found.end = (end + (length & 1) as usize).min(range.end);
    }
    found
}

/// Width, height and whether alpha is coded within, from the start of a VP8 or VP8L bitstream.
pub(crate) fn bitstream_size(kind: [u8; 4], body: &[u8]) -> Option<(u32, u32)> {
    match &kind {
        b"VP8 " => {
            // Key frame, start code, then 14 bits each with two bits of scaling.
            let start = body.get(3..6)? == b"\x9d\x01\x2a" && body.first()? & 1 == 0;
            let (width, height) = (le16(body, 6)? & 0x3fff, le16(body, 8)? & 0x3fff);
            start.then_some((u32::from(width), u32::from(height)))
        }
        b"VP8L" => {
            let bits = le32(body, 1)?;
            let sound = *body.first()? == 0x2f && bits >> 29 == 0;
            sound.then_some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        _ => None,
    }
}

/// Canvas size of a VP8X payload.
pub(crate) fn canvas_size(body: &[u8]) -> Option<(u32, u32)> {
    Some((le24(body, 4)? + 1, le24(body, 7)? + 1))
}

/// Whether each frame of an animation is as large as the picture in it, and holds nothing else before it: what a
/// decoder takes for the picture is what stands there, whatever its name.
pub(crate) fn frames_fit(bytes: &[u8], limits: &Limits) -> bool {
    let fits = |frame: &Chunk| {
        let body = part(bytes, &frame.body);
        let size = le24(body, 6).zip(le24(body, 9));
        let inside = walk(bytes, frame.body.start + 16..frame.body.end, 64);
        let picture = match &inside.list[..] {
            [alpha, picture, ..] if alpha.kind == *b"ALPH" && picture.kind == *b"VP8 " => picture,
            [picture, ..] if matches!(&picture.kind, b"VP8 " | b"VP8L") => picture,
            _ => return false,
        };
        let own = bitstream_size(picture.kind, part(bytes, &picture.body));
        own.is_some() && own == size.map(|(width, height)| (width + 1, height + 1))
    };
    let found = chunks(bytes, limits);
    let header = found.list.first().filter(|it| it.kind == *b"VP8X");
    let flags = header.and_then(|it| bytes.get(it.body.start));
    if flags.is_none_or(|flags| flags & flag::ANIMATION == 0) {
        return true;
    }
    let mut frames = found.list.iter().filter(|it| it.kind == *b"ANMF");
    // Decoders look for frames behind the end as well, by another count where the header is longer.
    let ends = header.is_some_and(|it| it.body.len() == 10) && found.stop.is_none();
    ends && frames.clone().next().is_some() && frames.all(fits)
}
