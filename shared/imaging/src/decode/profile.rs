//! The colour profile of a file: what its numbers mean, where that is not sRGB.

use crate::{
    bmp,
    bytes::part,
    format::Format,
    jpeg,
    limits::{Limits, MAX_ICC},
    png, tiff, webp,
};

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

/// What an upload says of the red, green and blue that its decoder here hands out. Nothing where it has other colours, or
/// where the decoder has made them those of sRGB, as of HEIC and AVIF.
pub(crate) fn told(upload: &[u8], format: Format, limits: &Limits) -> Option<Vec<u8>> {
    let told = match format {
        Format::Jpeg if jpeg::frame(upload, limits)?.components() == 3 => {
            jpeg::profile(upload, &jpeg::walk(upload, limits))
        }
        Format::Png if png::colours_by_profile(upload, limits) => png::profile(upload, limits),
        Format::Webp if webp::announces_profile(upload) => profile(upload, format, limits),
        Format::Tiff => tiff::profile(upload).map(<[u8]>::to_vec),
        Format::Bmp => bmp::profile(upload).map(<[u8]>::to_vec),
        _ => None,
    };
    told.filter(|it| it.len() <= MAX_ICC)
}
