//! The colour profile that a clean file kept: what its numbers mean, where that is not sRGB.

use crate::{
    bytes::part,
    format::Format,
    jpeg,
    limits::{Limits, MAX_ICC},
    png, webp,
};

/// Reads the profile of a file that this crate has written.
pub(crate) fn profile(clean: &[u8], format: Format, limits: &Limits) -> Option<Vec<u8>> {
    match format {
        Format::Jpeg => jpeg::kept_profile(clean),
        Format::Png => {
            let found = png::chunks(clean, limits);
            let chunk = found.list.iter().find(|chunk| chunk.kind == *b"iCCP")?;
            let stream = part(clean, &chunk.body).strip_prefix(b"icc\0\0")?;
            png::inflate_capped(stream, MAX_ICC).ok()
        }
        Format::Webp => {
            let found = webp::chunks(clean, limits);
            let chunk = found.list.iter().find(|chunk| chunk.kind == *b"ICCP")?;
            Some(part(clean, &chunk.body).to_vec())
        }
        _ => None,
    }
}
