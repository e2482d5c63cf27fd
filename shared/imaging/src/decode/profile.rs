//! The colour profile of a file: what its numbers mean, where that is not sRGB.

use crate::{bytes::part, format::Format, jpeg, limits::Limits, png, tiff, webp};

/// Reads the profile of a file that this crate has written.
pub(crate) fn profile(clean: &[u8], format: Format, limits: &Limits) -> Option<Vec<u8>> {
    match format {
        Format::Jpeg => jpeg::kept_profile(clean),
        Format::Png => png::profile(clean, limits),
        Format::Webp => {
            let found = webp::chunks(clean, limits);
            let chunk = found.list.iter().find(|chunk| chunk.kind == *b"ICCP")?;
            Some(part(clean, &chunk.body).to_vec())
        }
        _ => None,
    }
}

/// What an upload says of the numbers that its decoder here hands out. Nothing where the decoder has made them
/// those of sRGB: of HEIC and AVIF, of inks.
pub(crate) fn told(upload: &[u8], format: Format, limits: &Limits) -> Option<Vec<u8>> {
    match format {
        Format::Jpeg => {
            let inks = jpeg::frame(upload, limits)?.components() == 4;
            jpeg::profile(upload, &jpeg::walk(upload, limits)).filter(|_| !inks)
        }
        Format::Tiff => tiff::profile(upload).map(<[u8]>::to_vec),
        _ => profile(upload, format, limits),
    }
}
