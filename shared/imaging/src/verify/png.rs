//! A clean PNG: the chunks that show the picture, in one fixed order, with right checksums.

use std::io::Read;

use super::{Cursor, VerifyError, icc, tiff};

const CHUNK: &str = "chunk that does not show the picture";
const LENGTH: &str = "chunk length that does not fit its kind";
const PIXELS: &str = "pixels that do not end where they should";
/// More than any picture within the limits: many small bombs end here as one large one does.
const MOST: u64 = 1 << 30;

/// The place of each chunk in the file; a chunk may follow only one of the same or a lower place.
fn place(kind: [u8; 4]) -> Option<u8> {
    const ORDER: [&[u8; 4]; 10] = [
        b"IHDR", b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"PLTE", b"tRNS", b"eXIf",
    ];
    match &kind {
        b"acTL" => Some(10),
        b"IDAT" => Some(12),
        b"fcTL" | b"fdAT" => Some(13),
        b"IEND" => Some(14),
        kind => ORDER
            .iter()
            .position(|name| *name == kind)
            .map(|index| index as u8),
    }
}

pub(super) fn verify(cursor: &mut Cursor) -> Result<(), VerifyError> {
    cursor.expect(b"\x89PNG\r\n\x1a\n", "no png signature")?;
    let mut last = None;
    let mut pixels = None;
    let mut numbers = 0_u32;
    let mut left = MOST;
    let mut colours = Colours::default();
    loop {
        let length = cursor.u32_be()? as usize;
        let covered = cursor.rest().get(..length.saturating_add(4));
        let kind = cursor.kind()?;
        let mut body = cursor.inner(length)?;
        if covered.map(crc32fast::hash) != Some(cursor.u32_be()?) {
            return Err(cursor.reject("wrong checksum"));
        }
        let here = place(kind).ok_or_else(|| cursor.reject(CHUNK))?;
        // The first frame's control may stand before the pixels.
        let early = kind == *b"fcTL" && last == Some(10);
        let repeats = kind == *b"fcTL" || kind == *b"fdAT";
        let in_order = last.is_none_or(|last| last < here || (repeats && last == here));
        if !in_order || (last.is_none() && here != 0) {
            return Err(cursor.reject(CHUNK));
        }
        last = Some(if early { 11 } else { here });
        match &kind {
            b"IDAT" => pixels = Some(check_stream(&body, &mut left)?),
            b"fdAT" => {
                number(&mut body, &mut numbers)?;
                check_stream(&body, &mut left)?;
            }
            b"fcTL" => {
                number(&mut body, &mut numbers)?;
                body.take(22)?;
                body.finish(LENGTH)?;
            }
            b"IHDR" => {
                body.take(8)?;
                colours.depth = body.u8()?;
                colours.kind = body.u8()?;
                body.take(3)?;
                body.finish(LENGTH)?;
            }
            b"sBIT" | b"PLTE" | b"tRNS" => colours.check(kind, &body)?,
            _ => small(kind, &mut body)?,
        }
        if kind == *b"IEND" {
            break;
        }
    }
    if pixels.is_none() {
        return Err(cursor.reject("no picture"));
    }
    cursor.finish("bytes after the end of the image")
}

/// What the header says of colours, and how many the palette has: the chunks about them have room for no more.
#[derive(Default)]
struct Colours {
    depth: u8,
    kind: u8,
    palette: usize,
}

impl Colours {
    fn check(&mut self, kind: [u8; 4], body: &Cursor) -> Result<(), VerifyError> {
        let length = body.rest().len();
        let indexed = self.kind == 3;
        let fits = match (&kind, self.kind) {
            (b"PLTE", _) => {
                self.palette = length / 3;
                let most = 3_usize << self.depth.min(8);
                indexed && (3..=most).contains(&length) && length.is_multiple_of(3)
            }
            (b"tRNS", 0) => length == 2,
            (b"tRNS", 2) => length == 6,
            (b"tRNS", _) => indexed && (1..=self.palette).contains(&length),
            (_, 0) => length == 1,
            (_, 2 | 3) => length == 3,
            (_, 4) => length == 2,
            _ => length == 4,
        };
        if fits {
            Ok(())
        } else {
            Err(body.reject(LENGTH))
        }
    }
}

/// The running number of an animation's chunks.
fn number(body: &mut Cursor, next: &mut u32) -> Result<(), VerifyError> {
    if body.u32_be()? != *next {
        return Err(body.reject("animation out of order"));
    }
    *next += 1;
    Ok(())
}

/// Chunks of a fixed size, and the two that have a reader of their own.
fn small(kind: [u8; 4], body: &mut Cursor) -> Result<(), VerifyError> {
    let length = body.rest().len();
    let fits = match &kind {
        b"cICP" | b"gAMA" => length == 4,
        b"sRGB" => length == 1,
        b"cHRM" => length == 32,
        b"acTL" => length == 8,
        b"IEND" => length == 0,
        b"eXIf" => return tiff::verify(body),
        b"iCCP" => {
            body.expect(b"icc\x00\x00", "colour profile with a name")?;
            let mut profile = Vec::new();
            let stream = body.rest();
            let mut inflate = flate2::bufread::ZlibDecoder::new(stream);
            let read = inflate.by_ref().take(4 << 20).read_to_end(&mut profile);
            if read.is_err() || inflate.total_in() != stream.len() as u64 {
                return Err(body.reject("colour profile that does not inflate"));
            }
            return icc::verify(&profile);
        }
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(body.reject(LENGTH))
    }
}

/// Inflates a zlib stream to its end: it must take every byte it is given. `left` is what all
/// streams of the file together may still inflate to.
fn check_stream(body: &Cursor, left: &mut u64) -> Result<(), VerifyError> {
    let stream = body.rest();
    let mut inflate = flate2::bufread::ZlibDecoder::new(stream);
    let inflated = std::io::copy(&mut inflate.by_ref().take(*left), &mut std::io::sink());
    *left = left.saturating_sub(inflate.total_out());
    if inflated.is_err() || inflate.total_in() != stream.len() as u64 {
        return Err(body.reject(PIXELS));
    }
    Ok(())
}
