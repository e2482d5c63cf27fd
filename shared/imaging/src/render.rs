//! Small copies for people: upright, without metadata, never larger than the original.

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image, images::ImageRef,
};

use crate::{
    decode::Picture,
    orient::{swaps, upright},
    pdq,
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

/// Renders one JPEG per entry of [`LONG_SIDES`], each from the one before.
pub(crate) fn renditions(picture: Picture, orientation: u8) -> Result<Vec<Rendition>, Refusal> {
    let full = picture.full;
    let mut current = picture;
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
                rgb,
                width,
                height,
                full,
                intact: true,
                slack: false,
            };
        }
        out.push(encode_upright(&current, orientation, QUALITY)?);
    }
    Ok(out)
}

/// The fingerprint of the picture as it looks upright.
pub(crate) fn fingerprint(picture: &Picture, orientation: u8) -> pdq::Fingerprint {
    let (width, height) = (picture.width as usize, picture.height as usize);
    pdq::fingerprint(&luma(&picture.rgb), width, height, orientation)
}

/// Brightness by Rec. 601, in integers with 16 fractional bits.
fn luma(rgb: &[u8]) -> Vec<u8> {
    let (pixels, _) = rgb.as_chunks::<3>();
    let weigh = |[r, g, b]: &[u8; 3]| {
        let sum = 19_595 * u32::from(*r) + 38_470 * u32::from(*g) + 7_471 * u32::from(*b);
        ((sum + (1 << 15)) >> 16) as u8
    };
    pixels.iter().map(weigh).collect()
}

/// Turns a picture upright and encodes it.
pub(crate) fn encode_upright(
    picture: &Picture,
    orientation: u8,
    quality: u8,
) -> Result<Rendition, Refusal> {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let jpeg = if (2..=8).contains(&orientation) {
        let (rgb, width, height) = upright::<3>(picture.rgb.clone(), width, height, orientation);
        encode(&rgb, width, height, quality)?
    } else {
        encode(&picture.rgb, width, height, quality)?
    };
    // Nothing leaves unchecked, not even what this crate has made itself.
    verify(&jpeg)
        .map_err(|error| Refusal::new(RefusalCode::VerificationFailed, error.to_string()))?;
    let (width, height) = if swaps(orientation) {
        (picture.height, picture.width)
    } else {
        (picture.width, picture.height)
    };
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

#[cfg(feature = "turbo")]
fn encode(rgb: &[u8], width: usize, height: usize, quality: u8) -> Result<Vec<u8>, Refusal> {
    use turbojpeg::{Compressor, PixelFormat, Subsamp};
    let mut codec = Compressor::new().map_err(|_| failed())?;
    codec
        .set_quality(i32::from(quality))
        .map_err(|_| failed())?;
    // What replaces an original keeps its colours at full resolution.
    let colours = if quality >= KEEP_QUALITY {
        Subsamp::None
    } else {
        Subsamp::Sub2x2
    };
    codec.set_subsamp(colours).map_err(|_| failed())?;
    let format = PixelFormat::RGB;
    let image = turbojpeg::Image {
        pixels: rgb,
        width,
        pitch: 3 * width,
        height,
        format,
    };
    codec.compress_to_vec(image).map_err(|_| failed())
}

#[cfg(not(feature = "turbo"))]
fn encode(rgb: &[u8], width: usize, height: usize, quality: u8) -> Result<Vec<u8>, Refusal> {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
    let (Ok(width), Ok(height)) = (u16::try_from(width), u16::try_from(height)) else {
        return Err(failed());
    };
    let mut jpeg = Vec::with_capacity(rgb.len() / 8);
    let mut codec = Encoder::new(&mut jpeg, quality);
    // What replaces an original keeps its colours at full resolution.
    codec.set_sampling_factor(if quality >= KEEP_QUALITY {
        SamplingFactor::R_4_4_4
    } else {
        SamplingFactor::R_4_2_0
    });
    codec
        .encode(rgb, width, height, ColorType::Rgb)
        .map_err(|_| failed())?;
    // This encoder writes its own kind of JFIF header; the fixed one replaces it.
    let clean = crate::jpeg::strip(&jpeg, &crate::Limits::default())?;
    Ok(clean.bytes)
}
