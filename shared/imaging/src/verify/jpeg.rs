//! A clean JPEG: start, at most one each of four fixed segments, tables, one frame, scans, end.

use super::{Cursor, VerifyError, icc, tiff};

const SEGMENT: &str = "segment that does not show the picture";
const LENGTH: &str = "segment length that does not fit its content";
const SCAN: &str = "scan that does not end in a marker";

pub(super) fn verify(cursor: &mut Cursor) -> Result<(), VerifyError> {
    cursor.expect(b"\xff\xd8", "no start of image")?;
    head(cursor)?;
    let (mut frames, mut scans) = (0, 0);
    loop {
        cursor.expect(b"\xff", "bytes between segments")?;
        let marker = cursor.u8()?;
        if marker == 0xd9 {
            break;
        }
        let length = usize::from(cursor.u16_be()?);
        let mut body = cursor.inner(length.checked_sub(2).ok_or_else(|| cursor.reject(LENGTH))?)?;
        match marker {
            0xdb => quantisation(&mut body)?,
            0xc4 => huffman(&mut body)?,
            0xcc => {
                while !body.done() {
                    body.take(2)?;
                }
            }
            0xdd => {
                body.take(2)?;
            }
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf if frames == 0 => {
                frames = 1;
                frame(&mut body)?;
            }
            0xda if frames == 1 => {
                scans += 1;
                let count = usize::from(body.u8()?);
                body.take(2 * count + 3)?;
                body.finish(LENGTH)?;
                scan(cursor)?;
            }
            _ => return Err(cursor.reject(SEGMENT)),
        }
        body.finish(LENGTH)?;
    }
    if scans == 0 {
        return Err(cursor.reject("no picture"));
    }
    cursor.finish("bytes after the end of the image")
}

/// The segments that may stand first, each once, in this order.
fn head(cursor: &mut Cursor) -> Result<(), VerifyError> {
    if cursor.rest().starts_with(b"\xff\xe0") {
        let jfif = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00";
        cursor.expect(jfif, "jfif other than the fixed one")?;
    }
    if cursor.rest().starts_with(b"\xff\xe1") {
        cursor.expect(
            b"\xff\xe1\x00\x22Exif\x00\x00",
            "app1 other than orientation",
        )?;
        tiff::verify(&mut cursor.inner(26)?)?;
    }
    if cursor.rest().starts_with(b"\xff\xe2") {
        cursor.take(2)?;
        let length = usize::from(cursor.u16_be()?);
        cursor.expect(
            b"ICC_PROFILE\x00\x01\x01",
            "app2 other than a colour profile",
        )?;
        let size = length
            .checked_sub(16)
            .ok_or_else(|| cursor.reject(LENGTH))?;
        icc::verify(cursor.take(size)?)?;
    }
    if cursor.rest().starts_with(b"\xff\xee") {
        let adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00";
        cursor.expect(adobe, "app14 other than the fixed one")?;
        cursor.u8()?;
    }
    Ok(())
}

fn quantisation(body: &mut Cursor) -> Result<(), VerifyError> {
    while !body.done() {
        let size = match body.u8()? {
            0x00..=0x03 => 64,
            0x10..=0x13 => 128,
            _ => return Err(body.reject(LENGTH)),
        };
        body.take(size)?;
    }
    Ok(())
}

fn huffman(body: &mut Cursor) -> Result<(), VerifyError> {
    while !body.done() {
        if !matches!(body.u8()?, 0x00..=0x03 | 0x10..=0x13) {
            return Err(body.reject(LENGTH));
        }
        let symbols = body.take(16)?.iter().map(|count| usize::from(*count)).sum();
        body.take(symbols)?;
    }
    Ok(())
}

fn frame(body: &mut Cursor) -> Result<(), VerifyError> {
    body.take(1)?;
    let (height, width) = (body.u16_be()?, body.u16_be()?);
    if height == 0 || width == 0 {
        return Err(body.reject("frame without a size"));
    }
    let components = usize::from(body.u8()?);
    body.take(3 * components)?;
    Ok(())
}

/// Moves over coded data: every 0xff in it must be stuffing or a restart marker.
fn scan(cursor: &mut Cursor) -> Result<(), VerifyError> {
    let rest = cursor.rest();
    for hit in memchr::memchr_iter(0xff, rest) {
        match rest.get(hit + 1) {
            Some(0x00 | 0xd0..=0xd7) => {}
            Some(_) => {
                cursor.take(hit)?;
                return Ok(());
            }
            None => break,
        }
    }
    Err(cursor.reject(SCAN))
}
