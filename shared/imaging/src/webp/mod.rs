//! WebP: walking the RIFF chunks, writing the clean file.

mod chunks;
mod strip;

pub(crate) use chunks::{Chunk, Chunks, bitstream_size, canvas_size, chunks, frames_fit};
pub(crate) use strip::strip;

/// Bits of the flags byte of VP8X.
pub(crate) mod flag {
    pub(crate) const ANIMATION: u8 = 0x02;
    pub(crate) const XMP: u8 = 0x04;
    pub(crate) const EXIF: u8 = 0x08;
    pub(crate) const ALPHA: u8 = 0x10;
    pub(crate) const ICC: u8 = 0x20;
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
