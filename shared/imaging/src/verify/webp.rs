//! A clean WebP: a RIFF of exactly its size, with only bitstreams, alpha and what turns them.

use super::{Cursor, VerifyError, icc, tiff};

const CHUNK: &str = "chunk that does not show the picture";
const LENGTH: &str = "chunk length that does not fit its kind";
const FLAGS: &str = "header flags that do not fit the chunks";
const SIZE: &str = "size that is not the picture's";

/// Width and height in pixels.
type Size = (u32, u32);

pub(super) fn verify(cursor: &mut Cursor) -> Result<(), VerifyError> {
    cursor.expect(b"RIFF", "no riff header")?;
    let size = cursor.u32_le()? as usize;
    if size != cursor.rest().len() || !size.is_multiple_of(2) {
        return Err(cursor.reject("riff size is not the file's size"));
    }
    cursor.expect(b"WEBP", "no webp header")?;
    let (kind, mut body) = chunk(cursor)?;
    match &kind {
        b"VP8 " | b"VP8L" => picture(kind, &body).map(drop)?,
        b"VP8X" => {
            let flags = body.u8()?;
            body.expect(&[0; 3], FLAGS)?;
            let canvas = (body.u24_le()? + 1, body.u24_le()? + 1);
            body.finish(LENGTH)?;
            extended(cursor, flags, canvas)?;
        }
        _ => return Err(cursor.reject(CHUNK)),
    }
    cursor.finish("bytes after the picture")
}

/// Reads one chunk with its padding byte, which must be zero.
fn chunk<'a>(cursor: &mut Cursor<'a>) -> Result<([u8; 4], Cursor<'a>), VerifyError> {
    let kind = cursor.kind()?;
    let size = cursor.u32_le()? as usize;
    let body = cursor.inner(size)?;
    if size % 2 == 1 {
        cursor.expect(&[0], "padding that is not zero")?;
    }
    Ok((kind, body))
}

fn extended(cursor: &mut Cursor, flags: u8, canvas: Size) -> Result<(), VerifyError> {
    let (animated, oriented, coloured) = (flags & 2 != 0, flags & 8 != 0, flags & 32 != 0);
    if flags & !(2 | 8 | 16 | 32) != 0 {
        return Err(cursor.reject(FLAGS));
    }
    if coloured {
        let (kind, body) = chunk(cursor)?;
        if kind != *b"ICCP" {
            return Err(cursor.reject(FLAGS));
        }
        icc::verify(body.rest(), 3)?;
    }
    if animated {
        let (kind, body) = chunk(cursor)?;
        if kind != *b"ANIM" || body.rest().len() != 6 {
            return Err(cursor.reject(LENGTH));
        }
        let mut frames = 0;
        while cursor.rest().starts_with(b"ANMF") {
            let (_, mut frame) = chunk(cursor)?;
            let (left, top) = (2 * frame.u24_le()?, 2 * frame.u24_le()?);
            let size = (frame.u24_le()? + 1, frame.u24_le()? + 1);
            if left + size.0 > canvas.0 || top + size.1 > canvas.1 {
                return Err(frame.reject("frame outside the picture"));
            }
            // How long it is shown.
            frame.u24_le()?;
            if frame.u8()? > 3 {
                return Err(frame.reject("reserved bits in use"));
            }
            still(&mut frame, size)?;
            frame.finish(CHUNK)?;
            frames += 1;
        }
        if frames == 0 {
            return Err(cursor.reject("no picture"));
        }
    } else {
        still(cursor, canvas)?;
    }
    if oriented {
        let (kind, mut body) = chunk(cursor)?;
        if kind != *b"EXIF" {
            return Err(cursor.reject(FLAGS));
        }
        tiff::verify(&mut body)?;
    }
    Ok(())
}

/// One picture of this size: a bitstream, before it perhaps its alpha plane.
fn still(cursor: &mut Cursor, size: Size) -> Result<(), VerifyError> {
    let (mut kind, mut body) = chunk(cursor)?;
    let mut plane = None;
    if kind == *b"ALPH" {
        plane = Some(body.rest());
        (kind, body) = chunk(cursor)?;
        if kind != *b"VP8 " {
            return Err(cursor.reject(CHUNK));
        }
    }
    if picture(kind, &body)? != size {
        return Err(body.reject(SIZE));
    }
    match plane {
        Some(plane) => {
            alpha(plane, size).ok_or_else(|| body.reject("alpha plane with more than alpha"))
        }
        None => Ok(()),
    }
}

/// No reserved bits; a plane that is not compressed has one byte a pixel.
fn alpha(plane: &[u8], (width, height): Size) -> Option<()> {
    let head = *plane.first()?;
    let whole = plane.len() == 1 + width as usize * height as usize;
    let sound = head & !0x3c == 1 || head & !0x3c == 0 && whole;
    sound.then_some(())
}

/// A bitstream must at least start like one, with its width and height.
fn picture(kind: [u8; 4], body: &Cursor) -> Result<Size, VerifyError> {
    let size = match &kind {
        b"VP8 " => lossy(body.rest()),
        b"VP8L" => lossless(body.rest()),
        _ => return Err(body.reject(CHUNK)),
    };
    size.ok_or_else(|| body.reject("bitstream that does not start like one"))
}

/// A key frame (RFC 6386, 9.1): start code, then 14 bits for each side.
fn lossy(start: &[u8]) -> Option<Size> {
    let [tag, _, _, 0x9d, 0x01, 0x2a, sides @ ..] = start.first_chunk::<10>()? else {
        return None;
    };
    let [width, height] = [[sides[0], sides[1]], [sides[2], sides[3]]].map(u16::from_le_bytes);
    (tag & 1 == 0).then_some((u32::from(width & 0x3fff), u32::from(height & 0x3fff)))
}

/// RFC 9649, 3.4: one less than each side in 14 bits, whether there is alpha, a version of zero.
fn lossless(start: &[u8]) -> Option<Size> {
    let [0x2f, bits @ ..] = start.first_chunk::<5>()? else {
        return None;
    };
    let bits = u32::from_le_bytes(*bits);
    (bits >> 29 == 0).then_some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}
