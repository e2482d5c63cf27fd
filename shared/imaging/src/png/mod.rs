//! PNG: walking the chunks, checking the compressed pixels, writing the clean file.

mod animation;
mod chunks;
mod colour;
mod header;
mod indices;
mod kept;
mod meant;
mod rows;
mod strip;
mod zlib;

pub(crate) use chunks::{Chunk, Chunks, SIGNATURE, chunks};
pub(crate) use colour::profile;
pub(crate) use header::Header;
pub(crate) use strip::strip;
pub(crate) use zlib::inflate_capped;

use crate::{bytes::part, limits::Limits};

/// Whether the colours are red, green and blue as a profile says: coding-independent code points count before it.
pub(crate) fn colours_by_profile(bytes: &[u8], limits: &Limits) -> bool {
    let coloured = bytes.get(25).is_some_and(|kind| kind & 2 != 0);
    coloured
        && chunks(bytes, limits)
            .list
            .iter()
            .all(|it| it.kind != *b"cICP")
}

/// Whether the palette that pixels are looked up in has whole colours, and no more than a pixel can name: of another the
/// decoder takes what is not there, and stops the program.
pub(crate) fn palettes_fit(bytes: &[u8], limits: &Limits) -> bool {
    let indexed = bytes.get(25) == Some(&3);
    !indexed
        || chunks(bytes, limits)
            .list
            .iter()
            .filter(|it| it.kind == *b"PLTE")
            .all(|it| is_palette(part(bytes, &it.body)))
}

/// Whether these are colours of three bytes each, 256 at most.
fn is_palette(body: &[u8]) -> bool {
    body.len().is_multiple_of(3) && (3..=768).contains(&body.len())
}

/// Names the carrier that a chunk is.
pub(crate) fn carrier(kind: [u8; 4], body: &[u8]) -> &'static str {
    match &kind {
        b"eXIf" | b"zxIf" => "exif",
        b"iCCP" => "icc",
        b"caBX" => "jumbf",
        b"tIME" => "time",
        b"tEXt" | b"zTXt" | b"iTXt" => {
            let keyword = body.split(|byte| *byte == 0).next().unwrap_or_default();
            if keyword == b"XML:com.adobe.xmp" {
                "xmp"
            } else if keyword.starts_with(b"Raw profile type") {
                "raw_profile"
            } else {
                "text"
            }
        }
        b"acTL" | b"fcTL" | b"fdAT" => "animation",
        b"PLTE" | b"sPLT" => "palette",
        _ => "chunk",
    }
}
