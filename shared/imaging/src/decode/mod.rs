//! Coded bytes to pixels. The only place where this crate lets a codec loose on a file.

mod av1;
mod colour;
mod gif;
mod heif;
mod hevc;
mod image_rs;
#[cfg_attr(feature = "turbo", path = "turbo.rs")]
#[cfg_attr(not(feature = "turbo"), path = "plain.rs")]
mod jpeg;
mod tiff;

pub(crate) use colour::shows_inks;
mod srgb;
mod yuv;

use crate::{
    evidence, exif_min::read_orientation, format::Format, limits::Limits, refusal::Refusal,
};

/// Pixels as stored (not yet upright), 8 bits each of red, green and blue, no row padding.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) rgb: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Size of the whole picture, which `width` and `height` may be a scaled-down form of.
    pub(crate) full: (u32, u32),
    /// The codec had nothing to complain about.
    pub(crate) intact: bool,
    /// The codec skipped bytes behind coded data, or does not say whether it did.
    pub(crate) slack: bool,
}

impl Picture {
    pub(crate) fn is_intact(&self) -> bool {
        self.intact
    }
}

/// Decodes a picture, scaled down by the codec where that is cheaper, to no less than `enough`
/// pixels on the long side. `None` asks for every pixel.
pub(crate) fn decode(
    bytes: &[u8],
    format: Format,
    enough: Option<u32>,
    limits: &Limits,
) -> Result<Picture, Refusal> {
    if format == Format::Tiff {
        // Says more than that there is no size.
        return tiff::decode(bytes, limits);
    }
    if matches!(format, Format::Heif | Format::Avif) {
        // Checks the sizes of all its parts itself, and says better what is wrong with them.
        return heif::decode(bytes, limits);
    }
    let (width, height) = evidence::dimensions(bytes, limits)
        .ok_or_else(|| Refusal::damaged("the picture has no size"))?;
    Refusal::check_size(width, height, limits.max_pixels)?;
    match format {
        Format::Jpeg => jpeg::decode(bytes, enough, limits),
        Format::Png => image_rs::decode(bytes, image::ImageFormat::Png, limits),
        Format::Webp => image_rs::decode(bytes, image::ImageFormat::WebP, limits),
        Format::Gif => gif::decode(bytes, (width, height), limits),
        Format::Bmp => image_rs::decode(bytes, image::ImageFormat::Bmp, limits),
        _ => Err(Refusal::unsupported("no decoder for this format")),
    }
}

/// Orientation that a file asks for.
pub(crate) fn orientation(bytes: &[u8], format: Format, limits: &Limits) -> Option<u8> {
    if matches!(format, Format::Heif | Format::Avif) {
        // These turn by their own properties; EXIF there is a note for people.
        return heif::orientation(bytes, limits);
    }
    let sources = evidence::gather(bytes, limits);
    sources
        .exif
        .iter()
        .find_map(|block| read_orientation(block))
}
