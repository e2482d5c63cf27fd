//! GIF: walking the blocks, finding the end of the coded pixels, writing the clean file.

mod blocks;
mod lzw;
mod strip;

pub(crate) use blocks::{blocks, joined};
pub(crate) use strip::strip;

use crate::limits::Limits;

/// Introduces an extension.
const EXTENSION: u8 = 0x21;
/// Introduces a frame.
const IMAGE: u8 = 0x2c;
/// Ends the file.
const TRAILER: u8 = 0x3b;

/// Labels of extensions.
mod label {
    pub(super) const PLAIN_TEXT: u8 = 0x01;
    pub(super) const CONTROL: u8 = 0xf9;
    pub(super) const COMMENT: u8 = 0xfe;
    pub(super) const APPLICATION: u8 = 0xff;
}

/// The application block that says how often an animation runs, as Netscape 2 has named it.
const LOOP_NAME: &[u8; 11] = b"NETSCAPE2.0";
/// Another name of the same block.
const LOOP_ALIAS: &[u8; 11] = b"ANIMEXTS1.0";

/// Names the carrier that an extension is. `head` is its first sub-block.
fn carrier(label: u8, head: &[u8]) -> &'static str {
    match label {
        label::COMMENT => "comment",
        label::PLAIN_TEXT => "text",
        label::CONTROL => "control",
        label::APPLICATION => match head {
            b"XMP DataXMP" => "xmp",
            b"ICCRGBG1012" => "icc",
            head if head.starts_with(b"C2PA_GIF") => "jumbf",
            head if head == LOOP_NAME || head == LOOP_ALIAS => "loop",
            _ => "application",
        },
        _ => "extension",
    }
}

/// Bytes of pixels that a picture of the first frame alone lacks.
pub(crate) fn lost_frames(bytes: &[u8], limits: &Limits) -> usize {
    let frames = blocks(bytes, limits).frames;
    frames.iter().skip(1).map(|it| it.data.len()).sum()
}
