//! Coded bytes to pixels. The only place where this crate lets a codec loose on a file.

mod av1;
#[cfg(feature = "turbo")]
mod baseline;
mod colour;
mod gif;
mod heif;
mod hevc;
mod image_rs;
#[cfg_attr(feature = "turbo", path = "turbo.rs")]
#[cfg_attr(not(feature = "turbo"), path = "plain.rs")]
mod jpeg;
mod layers;
mod memory;
#[cfg(feature = "turbo")]
mod planes;
mod png;
mod profile;
mod shrink;
mod srgb;
mod tiff;
mod yuv;

pub(crate) use colour::shows_inks;
#[cfg(feature = "turbo")]
pub(crate) use planes::{Colour, Plane, Planes, QUARTERED};
pub(crate) use profile::{profile, told};
pub(crate) use srgb::from_profile;

use std::borrow::Cow;

use crate::{
    evidence, exif_min::read_orientation, format::Format, limits::Limits, refusal::Refusal, webp,
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

    /// A picture at its full size, which the codec had nothing to complain about.
    pub(crate) fn whole(rgb: Vec<u8>, width: u32, height: u32) -> Self {
        Self {
            rgb,
            width,
            height,
            full: (width, height),
            intact: true,
            slack: false,
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
        /// The codec skipped bytes behind coded data.
        slack: bool,
        /// It says so of every byte; else it reads ahead, and may be silent about a few.
        told: bool,
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

    /// The codec skipped bytes behind coded data, or does not say whether it did.
    pub(crate) fn slack(&self) -> bool {
        match self {
            Self::Rgb(picture) => picture.slack,
            #[cfg(feature = "turbo")]
            Self::Planes { slack, .. } => *slack,
        }
    }

    /// Whether the codec knows of every byte of a JPEG if it was skipped.
    pub(crate) fn told(&self) -> bool {
        match self {
            Self::Rgb(_) => false,
            #[cfg(feature = "turbo")]
            Self::Planes { told, .. } => *told,
        }
    }
}

/// Brightness of a picture: samples row by row, the length of a row, width and height.
pub(crate) struct Brightness<'a> {
    pub(crate) samples: Cow<'a, [u8]>,
    pub(crate) stride: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl Decoded {
    /// Brightness by Rec. 601; what a JPEG stores is taken as it is.
    pub(crate) fn brightness(&self) -> Brightness<'_> {
        match self {
            Self::Rgb(picture) => Brightness {
                samples: luma(&picture.rgb).into(),
                stride: picture.width as usize,
                width: picture.width as usize,
                height: picture.height as usize,
            },
            #[cfg(feature = "turbo")]
            Self::Planes { planes, .. } => {
                let luma = planes.luma();
                Brightness {
                    samples: luma.samples.into(),
                    stride: luma.width as usize,
                    width: planes.width as usize,
                    height: planes.height as usize,
                }
            }
        }
    }
}

/// In integers with 16 fractional bits.
fn luma(rgb: &[u8]) -> Vec<u8> {
    let (pixels, _) = rgb.as_chunks::<3>();
    let weigh = |[r, g, b]: &[u8; 3]| {
        let sum = 19_595 * u32::from(*r) + 38_470 * u32::from(*g) + 7_471 * u32::from(*b);
        ((sum + (1 << 15)) >> 16) as u8
    };
    pixels.iter().map(weigh).collect()
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
    if format == Format::Jpeg {
        // What is whole and usual is read by our own hand, all else by libjpeg-turbo.
        if let Some(decoded) = baseline::planes(bytes, enough, limits) {
            return Ok(decoded);
        }
        if let Some(decoded) = jpeg::planes(bytes, enough, limits)? {
            return Ok(decoded);
        }
    }
    if format == Format::Png
        && let Some(picture) = png::decode(bytes, enough, limits)?
    {
        return Ok(Decoded::Rgb(picture));
    }
    let picture = decode(bytes, format, Some(enough), limits)?;
    Ok(Decoded::Rgb(shrink::shrunk(picture, enough)))
}

/// The planes of a JPEG that our own decoder takes, one after the other.
#[cfg(feature = "turbo")]
pub(crate) fn by_own_hand(bytes: &[u8], enough: u32) -> Option<Vec<u8>> {
    match baseline::planes(bytes, enough, &Limits::default())? {
        Decoded::Planes { planes, .. } => Some(planes.samples),
        Decoded::Rgb(_) => None,
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
    let pixels = u64::from(width) * u64::from(height);
    match format {
        Format::Jpeg => jpeg::decode(bytes, enough, limits),
        Format::Png if !crate::png::palettes_fit(bytes, limits) => {
            Err(Refusal::damaged("the palette is damaged"))
        }
        Format::Png => {
            let each = match bytes.get(24) {
                Some(16) => memory::PNG_16,
                _ => memory::PNG,
            };
            image_rs::decode(bytes, image::ImageFormat::Png, (pixels, each), limits)
        }
        // The decoder takes a frame's own word for the size of the picture in it, and stops the program.
        Format::Webp if !webp::frames_fit(bytes, limits) => Err(Refusal::damaged(
            "a frame and the picture in it differ in size",
        )),
        Format::Webp => {
            let each = match bytes.get(12..16) {
                Some(b"VP8 ") => memory::WEBP_SIMPLE,
                _ => memory::WEBP,
            };
            image_rs::decode(bytes, image::ImageFormat::WebP, (pixels, each), limits)
        }
        Format::Gif => {
            limits.afford(bytes.len(), memory::GIF * pixels)?;
            gif::decode(bytes, (width, height), limits)
        }
        Format::Bmp => {
            let cost = (pixels, memory::BMP);
            image_rs::decode(bytes, image::ImageFormat::Bmp, cost, limits)
        }
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
    let by_exif = sources.exif.iter().find_map(|it| read_orientation(it));
    by_exif.or_else(|| {
        sources
            .xmp
            .iter()
            .find_map(|it| evidence::xmp_orientation(it))
    })
}

/// JPEG has no alpha: what shines through is white, as on a page.
fn on_white(colour: [u8; 3], alpha: u8) -> [u8; 3] {
    let alpha = u16::from(alpha);
    colour.map(|value| ((u16::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8)
}

/// The same of colours that were multiplied by their alpha. A lossy encoder leaves some above it: those are white.
fn multiplied_on_white(colour: [u8; 3], alpha: u8) -> [u8; 3] {
    colour.map(|value| value.saturating_add(255 - alpha))
}
