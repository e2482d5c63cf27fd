//! Small copies for people: upright, in sRGB, without metadata, never larger than the original.

mod drawing;
mod encode;
#[cfg(feature = "turbo")]
mod planes;

pub use drawing::draw_png;

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image, images::ImageRef,
};

use crate::{
    decode::{self, Decoded, Picture},
    orient::upright,
    refusal::{Refusal, RefusalCode},
    verify::verify,
};

/// Long sides of the renditions, largest first.
pub(crate) const LONG_SIDES: [u32; 2] = [1600, 320];
/// JPEG quality of renditions.
const QUALITY: u8 = 80;
/// JPEG quality of a picture that replaces its original.
pub(crate) const KEEP_QUALITY: u8 = 92;

/// A JPEG for display: upright, taken as sRGB, without metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The file.
    pub jpeg: Vec<u8>,
}

fn failed() -> Refusal {
    Refusal::damaged("the picture can't be rendered")
}

/// Renders one JPEG per entry of [`LONG_SIDES`], each from the one before. `profile` says what the
/// picture's numbers mean, where that is not sRGB.
pub(crate) fn renditions(
    decoded: Decoded,
    orientation: u8,
    profile: Option<&[u8]>,
) -> Result<Vec<Rendition>, Refusal> {
    match decoded {
        Decoded::Rgb(picture) => from_rgb(picture, orientation, profile),
        #[cfg(feature = "turbo")]
        Decoded::Planes { planes, full, .. } => from_planes(planes, full, orientation, profile),
    }
}

#[cfg(feature = "turbo")]
fn from_planes(
    picture: crate::decode::Planes,
    full: (u32, u32),
    orientation: u8,
    profile: Option<&[u8]>,
) -> Result<Vec<Rendition>, Refusal> {
    let mut scaler = planes::Scaler::default();
    let mut current = scaler.upright(&picture, fit(full, LONG_SIDES[0]), orientation)?;
    drop(picture);
    if profile.is_some() {
        return from_rgb(scaler.rgb(&current)?, 1, profile);
    }
    let full = if crate::orient::swaps(orientation) {
        (full.1, full.0)
    } else {
        full
    };
    let mut out = Vec::with_capacity(LONG_SIDES.len());
    for side in LONG_SIDES {
        let size = fit(full, side);
        if size != (current.width, current.height) {
            current = scaler.upright(&current, size, 1)?;
        }
        let jpeg = encode::planes(&current, QUALITY)?;
        out.push(checked(jpeg, current.width, current.height)?);
    }
    Ok(out)
}

fn from_rgb(
    picture: Picture,
    orientation: u8,
    profile: Option<&[u8]>,
) -> Result<Vec<Rendition>, Refusal> {
    let full = picture.full;
    let mut current = picture;
    let mut profile = profile;
    let mut out = Vec::with_capacity(LONG_SIDES.len());
    for side in LONG_SIDES {
        let (width, height) = fit(full, side);
        if (width, height) != (current.width, current.height) {
            let options = scaler(FilterType::CatmullRom);
            let size = (current.width, current.height);
            let rgb = resize(
                &current.rgb,
                size,
                (width, height),
                PixelType::U8x3,
                &options,
            )?;
            current = Picture {
                full,
                ..Picture::whole(rgb, width, height)
            };
        }
        // As late as there are few pixels, as early as there are many left to make of them.
        if let Some(profile) = profile.take() {
            decode::from_profile(&mut current.rgb, profile);
        }
        out.push(encode_upright(&current, orientation, QUALITY)?);
    }
    Ok(out)
}

/// Turns a picture upright and encodes it.
pub(crate) fn encode_upright(
    picture: &Picture,
    orientation: u8,
    quality: u8,
) -> Result<Rendition, Refusal> {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let (rgb, width, height) = upright::<3>(&picture.rgb, width, height, orientation);
    let jpeg = encode::rgb(&rgb, width, height, quality)?;
    checked(jpeg, width as u32, height as u32)
}

/// Nothing leaves unchecked, not even what this crate has made itself.
fn checked(jpeg: Vec<u8>, width: u32, height: u32) -> Result<Rendition, Refusal> {
    verify(&jpeg)
        .map_err(|error| Refusal::new(RefusalCode::VerificationFailed, error.to_string()))?;
    Ok(Rendition {
        width,
        height,
        jpeg,
    })
}

/// The size that fits a long side, never enlarged.
fn fit((width, height): (u32, u32), side: u32) -> (u32, u32) {
    let long = width.max(height);
    if long <= side {
        return (width, height);
    }
    let scaled = |length: u32| {
        let scaled = (u64::from(length) * u64::from(side) + u64::from(long) / 2) / u64::from(long);
        (scaled as u32).max(1)
    };
    (scaled(width), scaled(height))
}

fn scaler(filter: FilterType) -> ResizeOptions {
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter))
}

fn resize(
    pixels: &[u8],
    from: (u32, u32),
    to: (u32, u32),
    kind: PixelType,
    options: &ResizeOptions,
) -> Result<Vec<u8>, Refusal> {
    let source = ImageRef::new(from.0, from.1, pixels, kind).map_err(|_| failed())?;
    let mut target = Image::new(to.0, to.1, kind);
    Resizer::new()
        .resize(&source, &mut target, options)
        .map_err(|_| failed())?;
    Ok(target.into_vec())
}
