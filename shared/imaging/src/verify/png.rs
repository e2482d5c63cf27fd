//! A clean PNG: the chunks that show the picture, in one fixed order, with right checksums.

use std::io::{Read, Write};

use flate2::{Compression, write::ZlibEncoder};

use super::{
    Cursor, VerifyError,
    apng::Animation,
    icc,
    indices::{Seen, Shape},
    tiff,
};

const CHUNK: &str = "chunk that does not show the picture";
pub(super) const LENGTH: &str = "chunk length that does not fit its kind";
const UNUSED: &str = "colours that no pixel has";
const NUMBER: &str = "numbers about colours that can't be meant";
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
    let mut animation = Animation::default();
    let mut left = MOST;
    let mut told = false;
    let mut colours = Colours::new();
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
        // Where a profile or sRGB stands, no other numbers are looked at.
        if told && matches!(&kind, b"sRGB" | b"gAMA" | b"cHRM") {
            return Err(cursor.reject(CHUNK));
        }
        told |= matches!(&kind, b"iCCP" | b"sRGB");
        last = Some(if early { 11 } else { here });
        match &kind {
            b"acTL" => animation.announce(&mut body)?,
            b"IDAT" => {
                animation.picture(&body, colours.canvas)?;
                pixels = Some(colours.stream(&body, colours.canvas, &mut left)?);
            }
            b"fdAT" => {
                animation.data(&mut body)?;
                colours.stream(&body, animation.size, &mut left)?;
            }
            b"fcTL" => animation.control(&mut body, colours.canvas)?,
            b"IHDR" => {
                colours.canvas = (body.u32_be()? as usize, body.u32_be()? as usize);
                colours.shape.depth = body.u8()?;
                colours.kind = body.u8()?;
                body.take(2)?;
                colours.shape.interlaced = body.u8()? == 1;
                body.finish(LENGTH)?;
            }
            b"sBIT" | b"PLTE" | b"tRNS" => colours.check(kind, &body)?,
            b"iCCP" => profile(&mut body, colours.components())?,
            b"IEND" if !colours.all_named() => return Err(body.reject(UNUSED)),
            _ => small(kind, &mut body)?,
        }
        if kind == *b"IEND" {
            break;
        }
    }
    animation.finish(cursor)?;
    if pixels.is_none() {
        return Err(cursor.reject("no picture"));
    }
    cursor.finish("bytes after the end of the image")
}

/// What the header says of colours, the palette, and which of it pixels name: the chunks about them have room for no more.
struct Colours<'a> {
    shape: Shape,
    kind: u8,
    canvas: (usize, usize),
    palette: &'a [u8],
    alpha: &'a [u8],
    named: [bool; 256],
}

impl<'a> Colours<'a> {
    fn new() -> Self {
        Self {
            shape: Shape::default(),
            kind: 0,
            canvas: (0, 0),
            palette: &[],
            alpha: &[],
            named: [false; 256],
        }
    }

    fn components(&self) -> usize {
        if matches!(self.kind, 0 | 4) { 1 } else { 3 }
    }

    /// Inflates a stream of pixels to its end: it must take every byte it is given. `left` is what all streams of the
    /// file together may still inflate to.
    fn stream(
        &mut self,
        body: &Cursor,
        size: (usize, usize),
        left: &mut u64,
    ) -> Result<(), VerifyError> {
        let stream = body.rest();
        let mut inflate = flate2::bufread::ZlibDecoder::new(stream);
        let mut taken = inflate.by_ref().take(*left);
        let inflated = if self.kind == 3 {
            let mut seen = Seen::new(&mut self.named, self.shape, size);
            std::io::copy(&mut taken, &mut seen)
        } else {
            std::io::copy(&mut taken, &mut std::io::sink())
        };
        *left = left.saturating_sub(inflate.total_out());
        if inflated.is_err() || inflate.total_in() != stream.len() as u64 {
            return Err(body.reject(PIXELS));
        }
        Ok(())
    }

    /// A palette ends with a colour that a pixel has; of others it holds black alone, and they are opaque.
    fn all_named(&self) -> bool {
        let Some(last) = self.named.iter().rposition(|named| *named) else {
            return true;
        };
        let unnamed = || self.named.iter().map(|named| !named);
        let black = self.palette.chunks(3).zip(unnamed());
        let opaque = self.alpha.iter().zip(unnamed());
        self.palette.len() <= 3 * (last + 1)
            && black
                .into_iter()
                .all(|(colour, free)| !free || *colour == [0; 3])
            && opaque
                .into_iter()
                .all(|(alpha, free)| !free || *alpha == 255)
    }

    fn check(&mut self, kind: [u8; 4], body: &Cursor<'a>) -> Result<(), VerifyError> {
        let length = body.rest().len();
        let indexed = self.kind == 3;
        let depth = self.shape.depth;
        match &kind {
            b"PLTE" => self.palette = body.rest(),
            b"tRNS" => self.alpha = body.rest(),
            _ => {
                let most = if indexed { 8 } else { depth };
                if body.rest().iter().any(|bits| *bits == 0 || *bits > most) {
                    return Err(body.reject(NUMBER));
                }
            }
        }
        let fits = match (&kind, self.kind) {
            (b"PLTE", _) => {
                let most = 3_usize << depth.min(8);
                indexed && (3..=most).contains(&length) && length.is_multiple_of(3)
            }
            (b"tRNS", 0) => length == 2,
            (b"tRNS", 2) => length == 6,
            (b"tRNS", _) => indexed && (1..=self.palette.len() / 3).contains(&length),
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

/// Chunks of a fixed size, and the two that have a reader of their own.
fn small(kind: [u8; 4], body: &mut Cursor) -> Result<(), VerifyError> {
    let length = body.rest().len();
    let fits = match &kind {
        b"cICP" => {
            // Primaries, transfer; for pixels of red, green and blue no matrix; range.
            let [primaries, transfer] = [body.u8()?, body.u8()?];
            let known = (1..=22).contains(&primaries) && (1..=18).contains(&transfer);
            return meant(body, known && matches!(body.rest(), [0, 0 | 1]));
        }
        b"gAMA" => {
            let gamma = body.u32_be()?;
            return meant(body, body.done() && (10_000..=500_000).contains(&gamma));
        }
        b"cHRM" => {
            for _ in 0..4 {
                let (x, y) = (body.u32_be()?, body.u32_be()?);
                // Shares of one; what they leave is the third.
                meant(body, x <= 100_000 && y <= 100_000 && x + y <= 100_002)?;
            }
            return body.finish(LENGTH);
        }
        b"sRGB" => return meant(body, matches!(body.rest(), [0..=3])),
        b"IEND" => length == 0,
        b"eXIf" => return tiff::verify(body),
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(body.reject(LENGTH))
    }
}

/// A profile without a name, stored and not compressed: there is one way to store it.
fn profile(body: &mut Cursor, components: usize) -> Result<(), VerifyError> {
    body.expect(b"icc\x00\x00", "colour profile with a name")?;
    let stream = body.rest();
    let mut inflate = flate2::bufread::ZlibDecoder::new(stream);
    let mut profile = Vec::new();
    let read = inflate.by_ref().take(4 << 20).read_to_end(&mut profile);
    let mut stored = ZlibEncoder::new(Vec::new(), Compression::none());
    let again = stored.write_all(&profile).and_then(|()| stored.finish());
    if read.is_err() || again.ok().as_deref() != Some(stream) {
        return Err(body.reject("colour profile that is stored in another way"));
    }
    icc::verify(&profile, components)
}

fn meant(body: &Cursor, meant: bool) -> Result<(), VerifyError> {
    if meant {
        Ok(())
    } else {
        Err(body.reject(NUMBER))
    }
}
