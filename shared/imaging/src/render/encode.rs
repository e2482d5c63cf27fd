//! Pixels to JPEG.

use super::{KEEP_QUALITY, failed};
use crate::refusal::Refusal;

/// Red, green and blue, rows without padding, to a JPEG.
#[cfg(feature = "turbo")]
pub(super) fn rgb(
    pixels: &[u8],
    width: usize,
    height: usize,
    quality: u8,
) -> Result<Vec<u8>, Refusal> {
    use turbojpeg::{Image, PixelFormat, Subsamp};
    let mut codec = codec(quality)?;
    // What replaces an original keeps its colours at full resolution.
    let colours = if quality >= KEEP_QUALITY {
        Subsamp::None
    } else {
        Subsamp::Sub2x2
    };
    codec.set_subsamp(colours).map_err(|_| failed())?;
    let image = Image {
        pixels,
        width,
        pitch: 3 * width,
        height,
        format: PixelFormat::RGB,
    };
    codec.compress_to_vec(image).map_err(|_| failed())
}

/// Planes, grey or with quartered colour, to a JPEG of the same kind.
#[cfg(feature = "turbo")]
pub(super) fn planes(planes: &crate::decode::Planes, quality: u8) -> Result<Vec<u8>, Refusal> {
    use turbojpeg::{Subsamp, YuvImage};
    let subsamp = match planes.colour {
        crate::decode::Colour::Grey => Subsamp::Gray,
        crate::decode::QUARTERED => Subsamp::Sub2x2,
        crate::decode::Colour::Sampled { .. } => return Err(failed()),
    };
    let image = YuvImage {
        pixels: planes.samples.as_slice(),
        width: planes.width as usize,
        align: 1,
        height: planes.height as usize,
        subsamp,
    };
    codec(quality)?
        .compress_yuv_to_vec(image)
        .map_err(|_| failed())
}

#[cfg(feature = "turbo")]
fn codec(quality: u8) -> Result<turbojpeg::Compressor, Refusal> {
    let mut codec = turbojpeg::Compressor::new().map_err(|_| failed())?;
    codec
        .set_quality(i32::from(quality))
        .map_err(|_| failed())?;
    Ok(codec)
}

/// Red, green and blue, rows without padding, to a JPEG.
#[cfg(not(feature = "turbo"))]
pub(super) fn rgb(
    pixels: &[u8],
    width: usize,
    height: usize,
    quality: u8,
) -> Result<Vec<u8>, Refusal> {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
    let (Ok(width), Ok(height)) = (u16::try_from(width), u16::try_from(height)) else {
        return Err(failed());
    };
    let mut jpeg = Vec::with_capacity(pixels.len() / 8);
    let mut codec = Encoder::new(&mut jpeg, quality);
    // What replaces an original keeps its colours at full resolution.
    codec.set_sampling_factor(if quality >= KEEP_QUALITY {
        SamplingFactor::R_4_4_4
    } else {
        SamplingFactor::R_4_2_0
    });
    codec
        .encode(pixels, width, height, ColorType::Rgb)
        .map_err(|_| failed())?;
    // This encoder writes its own kind of JFIF header; the fixed one replaces it.
    let clean = crate::jpeg::strip(&jpeg, &crate::Limits::default())?;
    Ok(clean.bytes)
}
