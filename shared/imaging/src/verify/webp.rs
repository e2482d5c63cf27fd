//! A clean WebP: a RIFF of exactly its size, with only bitstreams, alpha and what turns them.

use super::{Cursor, VerifyError, icc, tiff};

const CHUNK: &str = "chunk that does not show the picture";
const LENGTH: &str = "chunk length that does not fit its kind";
const FLAGS: &str = "header flags that do not fit the chunks";

pub(super) fn verify(cursor: &mut Cursor) -> Result<(), VerifyError> {
    cursor.expect(b"RIFF", "no riff header")?;
    let size = cursor.u32_le()? as usize;
    if size != cursor.rest().len() || !size.is_multiple_of(2) {
        return Err(cursor.reject("riff size is not the file's size"));
    }
    cursor.expect(b"WEBP", "no webp header")?;
    let (kind, mut body) = chunk(cursor)?;
    match &kind {
        b"VP8 " | b"VP8L" => picture(kind, &body)?,
        b"VP8X" => {
            let flags = body.u8()?;
            body.expect(&[0; 3], FLAGS)?;
            body.take(6)?;
            body.finish(LENGTH)?;
            extended(cursor, flags)?;
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

fn extended(cursor: &mut Cursor, flags: u8) -> Result<(), VerifyError> {
    let (animated, oriented, coloured) = (flags & 2 != 0, flags & 8 != 0, flags & 32 != 0);
    if flags & !(2 | 8 | 16 | 32) != 0 {
        return Err(cursor.reject(FLAGS));
    }
    if coloured {
        let (kind, body) = chunk(cursor)?;
        if kind != *b"ICCP" {
            return Err(cursor.reject(FLAGS));
        }
        icc::verify(body.rest())?;
    }
    if animated {
        let (kind, body) = chunk(cursor)?;
        if kind != *b"ANIM" || body.rest().len() != 6 {
            return Err(cursor.reject(LENGTH));
        }
        let mut frames = 0;
        while cursor.rest().starts_with(b"ANMF") {
            let (_, mut frame) = chunk(cursor)?;
            for _ in 0..5 {
                frame.u24_le()?;
            }
            if frame.u8()? > 3 {
                return Err(frame.reject("reserved bits in use"));
            }
            still(&mut frame)?;
            frame.finish(CHUNK)?;
            frames += 1;
        }
        if frames == 0 {
            return Err(cursor.reject("no picture"));
        }
    } else {
        still(cursor)?;
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

/// One picture: a bitstream, before it perhaps its alpha plane.
fn still(cursor: &mut Cursor) -> Result<(), VerifyError> {
    let (mut kind, mut body) = chunk(cursor)?;
    if kind == *b"ALPH" {
        let plane = body.rest();
        (kind, body) = chunk(cursor)?;
        if kind != *b"VP8 " {
            return Err(cursor.reject(CHUNK));
        }
        alpha(plane, &body)?;
    }
    picture(kind, &body)
}

/// No reserved bits; a plane that is not compressed has one byte a pixel.
fn alpha(plane: &[u8], picture: &Cursor) -> Result<(), VerifyError> {
    let side = |at: usize| {
        let bytes = picture
            .rest()
            .get(at..)
            .and_then(|it| it.first_chunk::<2>());
        usize::from(bytes.map_or(0, |it| u16::from_le_bytes(*it)) & 0x3fff)
    };
    match plane.first() {
        Some(head) if head & !0x3d == 0 && head & 1 == 1 => Ok(()),
        Some(head) if head & !0x3c == 0 && plane.len() == 1 + side(6) * side(8) => Ok(()),
        _ => Err(picture.reject("alpha plane with more than alpha")),
    }
}

/// A bitstream must at least start like one.
fn picture(kind: [u8; 4], body: &Cursor) -> Result<(), VerifyError> {
    let start = body.rest();
    let sound = match &kind {
        b"VP8 " => start.len() >= 10 && start.get(3..6) == Some(b"\x9d\x01\x2a"),
        b"VP8L" => start.len() >= 5 && start.first() == Some(&0x2f),
        _ => return Err(body.reject(CHUNK)),
    };
    if sound {
        Ok(())
    } else {
        Err(body.reject("bitstream that does not start like one"))
    }
}
