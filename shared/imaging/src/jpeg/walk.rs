//! Splits a JPEG into segments. Lenient: it reads what decoders read.

use std::ops::Range;

use memchr::memchr;

use super::{Frame, marker};
use crate::{
    bytes::{be16, part},
    limits::Limits,
    refusal::Refusal,
};

/// One marker segment; for a start of scan also the coded data that follows it.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) marker: u8,
    /// The payload after the length field.
    pub(crate) body: Range<usize>,
    /// Coded data of a scan; empty for other segments.
    pub(crate) scan: Range<usize>,
    /// The scan holds fill bytes before a marker, which the clean file must not.
    pub(crate) filled: bool,
    /// Restart markers within the scan.
    pub(crate) restarts: u64,
    /// So many of them, from the first, stand in the order that decoders expect.
    pub(crate) in_order: u64,
}

/// All segments up to the end of the primary image, or up to the first thing that can't be read.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    pub(crate) segments: Vec<Segment>,
    /// Bytes that belong to no segment: fill bytes and stray bytes between segments.
    pub(crate) junk: usize,
    /// Where the image ended: after EOI, or where reading stopped.
    pub(crate) end: usize,
    /// Whether EOI was there.
    pub(crate) ended: bool,
    /// Why reading stopped early.
    pub(crate) stop: Option<Refusal>,
}

/// Walks from SOI to the first EOI outside of coded data.
pub(crate) fn walk(bytes: &[u8], limits: &Limits) -> Walk {
    let mut walk = Walk::default();
    if !bytes.starts_with(&[0xff, marker::SOI]) {
        walk.stop = Some(Refusal::damaged("no start of image"));
        return walk;
    }
    walk.end = 2;
    if let Err(stop) = step_through(bytes, limits, &mut walk, |_| false) {
        walk.stop = Some(stop);
    }
    walk
}

/// The frame header, without reading what follows it.
pub(crate) fn frame(bytes: &[u8], limits: &Limits) -> Option<Frame> {
    let mut walk = Walk::default();
    if !bytes.starts_with(&[0xff, marker::SOI]) {
        return None;
    }
    walk.end = 2;
    // What stops the walk before the frame is for others to say.
    step_through(bytes, limits, &mut walk, marker::is_sof).ok()?;
    let last = walk.segments.last()?;
    let body = part(bytes, &last.body);
    Frame::read(Some(last.marker).filter(|it| marker::is_sof(*it))?, body).ok()
}

/// Walks to the end of the image, or to the first segment that is looked for.
fn step_through(
    bytes: &[u8],
    limits: &Limits,
    walk: &mut Walk,
    looked_for: impl Fn(u8) -> bool,
) -> Result<(), Refusal> {
    loop {
        let from = walk.end;
        let rest = bytes.get(from..).unwrap_or_default();
        // Stray bytes before a marker: decoders skip them, so they may hide anything.
        let Some(stray) = memchr(0xff, rest) else {
            walk.junk += rest.len();
            walk.end = bytes.len();
            return Ok(());
        };
        let mut at = from + stray;
        while bytes.get(at) == Some(&0xff) {
            at += 1;
        }
        let Some(&code) = bytes.get(at) else {
            walk.junk += bytes.len() - from;
            walk.end = bytes.len();
            return Ok(());
        };
        at += 1;
        walk.junk += at - from - 2;
        walk.end = at;
        match code {
            marker::EOI => {
                walk.ended = true;
                return Ok(());
            }
            0 | marker::TEM | marker::SOI => {
                walk.junk += 2;
                continue;
            }
            code if marker::is_rst(code) => {
                walk.junk += 2;
                continue;
            }
            _ => {}
        }
        if walk.segments.len() >= limits.max_chunks as usize {
            return Err(Refusal::too_many_parts());
        }
        let length = usize::from(
            be16(bytes, at).ok_or_else(|| Refusal::truncated("the file ends inside a segment"))?,
        );
        if length < 2 {
            return Err(Refusal::damaged("a segment has an impossible length"));
        }
        let end = at + length;
        if end > bytes.len() {
            return Err(Refusal::truncated("the file ends inside a segment"));
        }
        let mut segment = Segment {
            marker: code,
            body: at + 2..end,
            scan: end..end,
            filled: false,
            restarts: 0,
            in_order: 0,
        };
        if code == marker::SOS {
            read_scan(bytes, &mut segment);
        }
        walk.end = segment.scan.end;
        walk.segments.push(segment);
        if looked_for(code) {
            return Ok(());
        }
    }
}

/// Finds where the coded data ends: at the first marker that is neither stuffing nor a restart.
fn read_scan(bytes: &[u8], segment: &mut Segment) {
    let mut at = segment.scan.start;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(hit) = memchr(0xff, rest) else {
            at = bytes.len();
            break;
        };
        let found = at + hit;
        let mut next = found + 1;
        while bytes.get(next) == Some(&0xff) {
            next += 1;
        }
        match bytes.get(next) {
            Some(0) => {}
            Some(&code) if marker::is_rst(code) => {
                let counts = segment.in_order == segment.restarts;
                segment.in_order += u64::from(counts && code == marker::rst(segment.restarts));
                segment.restarts += 1;
            }
            // A marker; or a lone 0xff at the end of the file, which belongs to nothing.
            Some(_) | None => {
                at = found;
                break;
            }
        }
        segment.filled |= next > found + 1;
        at = next + 1;
        if bytes.get(next) == Some(&0) {
            at += stuffed(bytes.get(at..).unwrap_or_default());
        }
    }
    segment.scan.end = at;
}

/// So many bytes hold no marker: in coded data every 256th byte or so is 0xff, and to stop at each costs
/// more than to compare all of them with the byte behind.
fn stuffed(data: &[u8]) -> usize {
    const STRETCH: usize = 64;
    let (stretches, _) = data.as_chunks::<STRETCH>();
    let (next, _) = data.get(1..).unwrap_or_default().as_chunks::<STRETCH>();
    let marked = |(bytes, next): (&[u8; STRETCH], &[u8; STRETCH])| {
        let pairs = bytes.iter().zip(next);
        pairs.fold(0, |any, (byte, next)| {
            any | u8::from(*byte == 0xff) & u8::from(*next != 0)
        }) != 0
    };
    let clear = stretches.iter().zip(next).position(marked);
    STRETCH * clear.unwrap_or(stretches.len().min(next.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_ends_at_its_first_marker_wherever_that_stands() {
        for length in 0..200 {
            for stuffing in [0, 7, 63, 64, 65, 130] {
                let mut bytes = vec![0x55; length];
                if let Some(pair) = bytes.get_mut(stuffing..stuffing + 2) {
                    pair.copy_from_slice(&[0xff, 0]);
                }
                bytes.extend([0xff, 0xd3, 0x11, 0xff, 0xd9, 0x22]);
                let mut segment = Segment {
                    marker: marker::SOS,
                    body: 0..0,
                    scan: 0..0,
                    filled: false,
                    restarts: 0,
                    in_order: 0,
                };
                read_scan(&bytes, &mut segment);
                assert_eq!(segment.scan, 0..length + 3, "{length} {stuffing}");
                assert_eq!((segment.restarts, segment.filled), (1, false));
            }
        }
    }
}
