//! WebP: walking the RIFF chunks, writing the clean file.

mod chunks;
mod entropy;
mod strip;

use crate::limits::Limits;

pub(crate) use chunks::{Chunk, Chunks, bitstream_size, canvas_size, chunks, frames_fit};
pub(crate) use entropy::tails;
pub(crate) use strip::strip;

/// Bits of the flags byte of VP8X.
pub(crate) mod flag {
    pub(crate) const ANIMATION: u8 = 0x02;
    pub(crate) const XMP: u8 = 0x04;
    pub(crate) const EXIF: u8 = 0x08;
    pub(crate) const ALPHA: u8 = 0x10;
    pub(crate) const ICC: u8 = 0x20;
}

/// Whether its header says that there is a colour profile: decoders believe none otherwise.
pub(crate) fn announces_profile(bytes: &[u8]) -> bool {
    let extended = bytes.get(12..16) == Some(b"VP8X");
    extended && bytes.get(20).is_some_and(|flags| flags & flag::ICC != 0)
}

/// Bytes of the frames that a picture of the first one alone lacks.
pub(crate) fn lost_frames(bytes: &[u8], limits: &Limits) -> usize {
    let found = chunks(bytes, limits);
    let frames = found.list.iter().filter(|it| it.kind == *b"ANMF");
    frames.skip(1).map(|it| it.body.len() + 8).sum()
}

/// Names the carrier that a chunk is.
pub(crate) fn carrier(kind: [u8; 4]) -> &'static str {
    match &kind {
        b"EXIF" => "exif",
        b"XMP " | b"XMP\0" => "xmp",
        b"ICCP" => "icc",
        b"C2PA" => "jumbf",
        b"ANIM" | b"ANMF" => "animation",
        b"VP8 " | b"VP8L" | b"ALPH" => "second_picture",
        _ => "chunk",
    }
}
