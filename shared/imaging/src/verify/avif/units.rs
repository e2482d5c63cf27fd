//! The units of an AV1 bitstream (AV1 specification, 5.3).

use super::{
    super::{Cursor, VerifyError},
    sequence,
};

const UNIT: &str = "unit that does not show the picture";

/// A sequence header, then frames and tiles; each says its length in the shortest way.
pub(super) fn verify(body: &mut Cursor) -> Result<(), VerifyError> {
    let mut first = true;
    while !body.done() {
        let head = body.u8()?;
        let fits = match head & 0b1111_1011 {
            // Sequence header.
            0x0a => first,
            // Frame header, tiles, frame.
            0x1a | 0x22 | 0x32 => !first,
            _ => false,
        };
        if !fits {
            return Err(body.reject(UNIT));
        }
        if head & 4 != 0 && body.u8()? & 7 != 0 {
            return Err(body.reject(UNIT));
        }
        let length = length(body)?;
        let payload = body.take(length)?;
        if first && !sequence::is_header(payload) {
            return Err(body.reject(UNIT));
        }
        first = false;
    }
    if first {
        Err(body.reject("no picture"))
    } else {
        Ok(())
    }
}

/// In groups of seven bits, lowest first (4.10.5).
fn length(body: &mut Cursor) -> Result<usize, VerifyError> {
    let (mut length, mut shift) = (0_usize, 0);
    loop {
        let byte = body.u8()?;
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return if byte == 0 && shift > 7 {
                Err(body.reject(UNIT))
            } else {
                Ok(length)
            };
        }
        if shift > 28 {
            return Err(body.reject(UNIT));
        }
    }
}
