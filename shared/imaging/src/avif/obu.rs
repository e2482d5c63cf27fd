//! AV1 bitstreams as a row of units (AV1 specification, section 5.3), without looking at pixels.

use super::sequence::{Sequence, read_sequence};

/// Kinds of units that decide pixels.
pub(super) mod kind {
    pub(crate) const SEQUENCE: u8 = 1;
    pub(crate) const DELIMITER: u8 = 2;
    pub(crate) const FRAME_HEADER: u8 = 3;
    pub(crate) const TILES: u8 = 4;
    pub(crate) const FRAME: u8 = 6;
}

/// A bitstream with only the units that decide pixels, and what its header says.
#[derive(Debug)]
pub(crate) struct Clean {
    pub(crate) data: Vec<u8>,
    pub(crate) sequence: Sequence,
    /// Bytes of the units that went.
    pub(crate) removed: usize,
    /// One frame and no layers: nothing that a decoder might pass over.
    pub(crate) lone: bool,
}

/// More units than this are no picture.
const MAX_UNITS: usize = 16_384;

/// Writes a bitstream again: one sequence header, then frames and tiles, each with its length.
/// `None` where the units can't be told apart or there is no picture.
pub(crate) fn clean(data: &[u8]) -> Option<Clean> {
    let mut out = Vec::with_capacity(data.len());
    let mut sequence: Option<(Sequence, &[u8])> = None;
    let (mut at, mut removed, mut frames) = (0, 0, 0);
    let (mut headers, mut layers) = (0, false);
    for _ in 0..MAX_UNITS {
        let Some(unit) = Unit::read(data, at) else {
            break;
        };
        let length = unit.end - at;
        at = unit.end;
        match unit.kind {
            kind::SEQUENCE => match &sequence {
                None => {
                    let (read, used) = read_sequence(unit.body)?;
                    push(&mut out, &unit, unit.body.get(..used)?);
                    // The header ends with a one, and zeros up to the next whole byte.
                    seal(&mut out, read.bits);
                    removed += unit.body.len() - used;
                    sequence = Some((read, unit.body));
                }
                // Said again: allowed, and nothing new.
                Some((_, first)) if *first == unit.body => {}
                Some(_) => return None,
            },
            kind::FRAME_HEADER | kind::TILES | kind::FRAME => {
                sequence.as_ref()?;
                headers += usize::from(unit.kind != kind::TILES);
                layers |= unit.layer.is_some();
                frames += usize::from(unit.kind != kind::FRAME_HEADER);
                push(&mut out, &unit, unit.body);
            }
            kind::DELIMITER if unit.body.is_empty() => {}
            _ => removed += length,
        }
    }
    removed += data.len() - at;
    let (sequence, _) = sequence.filter(|_| frames > 0)?;
    Some(Clean {
        data: out,
        sequence,
        removed,
        lone: headers == 1 && !layers,
    })
}

struct Unit<'a> {
    kind: u8,
    /// Temporal and spatial layer, where the unit names them.
    layer: Option<u8>,
    body: &'a [u8],
    end: usize,
}

impl<'a> Unit<'a> {
    fn read(data: &'a [u8], at: usize) -> Option<Self> {
        let head = *data.get(at)?;
        let extended = head & 4 != 0;
        let layer = if extended {
            Some(*data.get(at + 1)? & 0xf8)
        } else {
            None
        };
        let start = at + 1 + usize::from(extended);
        let (length, used) = if head & 2 == 0 {
            (data.len().checked_sub(start)?, 0)
        } else {
            leb128(data.get(start..)?)?
        };
        let (start, end) = (start + used, (start + used).checked_add(length)?);
        let body = data.get(start..end).filter(|_| head & 0x80 == 0)?;
        Some(Self {
            kind: (head >> 3) & 15,
            layer,
            body,
            end,
        })
    }
}

/// A length in groups of seven bits, lowest first; with how many bytes it took.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}

fn push(out: &mut Vec<u8>, unit: &Unit, body: &[u8]) {
    out.push(unit.kind << 3 | if unit.layer.is_some() { 4 } else { 0 } | 2);
    out.extend(unit.layer);
    let mut left = body.len();
    while left > 0x7f {
        out.push(0x80 | (left & 0x7f) as u8);
        left >>= 7;
    }
    out.push(left as u8);
    out.extend_from_slice(body);
}

/// Ends the last byte written after so many bits: a one, then zeros.
fn seal(out: &mut [u8], bits: usize) {
    if let Some(last) = out.last_mut() {
        let kept = bits % 8;
        let mask = (0xff_u16 << (8 - kept)) as u8;
        *last = (*last & mask) | (0x80 >> kept);
    }
}
