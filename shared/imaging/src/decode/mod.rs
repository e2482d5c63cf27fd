//! Coded bytes to pixels. The only place where this crate lets a codec loose on a file.

mod image_rs;
#[cfg_attr(feature = "turbo", path = "turbo.rs")]
#[cfg_attr(not(feature = "turbo"), path = "plain.rs")]
mod jpeg;
#[cfg(feature = "turbo")]
mod planes;
mod png;
mod profile;
mod shrink;

#[cfg(feature = "turbo")]
pub(crate) use planes::{Colour, Plane, Planes, QUARTERED};
pub(crate) use profile::profile;

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
}

impl Picture {
    /// A picture at its full size, which the codec had nothing to complain about.
    pub(crate) fn whole(rgb: Vec<u8>, width: u32, height: u32) -> Self {
        Self {
            rgb,
            width,
            height,
            full: (width, height),
            intact: true,
        }
    }
}

/// A picture to be shown: what the codec gives away most cheaply.
#[derive(Debug)]
pub(crate) enum Decoded {
    /// Red, green and blue.
    Rgb(Picture),
    /// What most JPEGs store, without a detour over red, green and blue.
    #[cfg(feature = "turbo")]
    Planes {
        planes: Planes,
        /// Size of the whole picture.
        full: (u32, u32),
        /// The codec had nothing to complain about.
        intact: bool,
    },
}

impl Decoded {
    /// Size of the whole picture, as stored.
    pub(crate) fn full(&self) -> (u32, u32) {
        match self {
            Self::Rgb(picture) => picture.full,
            #[cfg(feature = "turbo")]
            Self::Planes { full, .. } => *full,
        }
    }

    /// The codec had nothing to complain about.
    pub(crate) fn intact(&self) -> bool {
        match self {
            Self::Rgb(picture) => picture.intact,
            #[cfg(feature = "turbo")]
            Self::Planes { intact, .. } => *intact,
        }
    }
}

/// Decodes a picture for display, scaled down by the codec where that is cheaper, to no less than
/// `enough` pixels on the long side.
pub(crate) fn display(
    bytes: &[u8],
    format: Format,
    enough: u32,
    limits: &Limits,
) -> Result<Decoded, Refusal> {
    #[cfg(feature = "turbo")]
    if format == Format::Jpeg
        && let Some(decoded) = jpeg::planes(bytes, enough, limits)?
    {
        return Ok(decoded);
    }
    if format == Format::Png
        && let Some(picture) = png::decode(bytes, enough, limits)?
    {
        return Ok(Decoded::Rgb(picture));
    }
    let picture = decode(bytes, format, Some(enough), limits)?;
    Ok(Decoded::Rgb(shrink::shrunk(picture, enough)))
}

/// Decodes a picture, scaled down by the codec where that is cheaper, to no less than `enough`
/// pixels on the long side. `None` asks for every pixel.
pub(crate) fn decode(
    bytes: &[u8],
    format: Format,
    enough: Option<u32>,
    limits: &Limits,
) -> Result<Picture, Refusal> {
    let (width, height) = evidence::dimensions(bytes, limits)
        .ok_or_else(|| Refusal::damaged("the picture has no size"))?;
    Refusal::check_size(width, height, limits.max_pixels)?;
    match format {
        Format::Jpeg => jpeg::decode(bytes, enough, limits),
        Format::Png => image_rs::decode(bytes, image::ImageFormat::Png, limits),
        Format::Webp => image_rs::decode(bytes, image::ImageFormat::WebP, limits),
        _ => Err(Refusal::unsupported("no decoder for this format")),
    }
}

/// Orientation that a file asks for, 1 where it asks for none.
pub(crate) fn orientation(bytes: &[u8], limits: &Limits) -> u8 {
    let sources = evidence::gather(bytes, limits);
    sources
        .exif
        .iter()
        .find_map(|block| read_orientation(block))
        .unwrap_or(1)
}

/// JPEG has no alpha: what shines through is white, as on a page.
fn on_white(colour: [u8; 3], alpha: u8) -> [u8; 3] {
    let alpha = u16::from(alpha);
    colour.map(|value| ((u16::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8)
}

/// Four inks to three lights. Adobe's files store the inks inverted, and nearly all are Adobe's.
#[cfg(feature = "turbo")]
fn inverted_cmyk_to_rgb(cmyk: &[u8]) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(cmyk.len() / 4 * 3);
    for pixel in cmyk.chunks_exact(4) {
        let &[c, m, y, k] = pixel else { continue };
        let light = |ink: u8| (u16::from(ink) * u16::from(k) / 255) as u8;
        rgb.extend([light(c), light(m), light(y)]);
    }
    rgb
}
