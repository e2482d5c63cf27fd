//! JPEG, by libjpeg-turbo: it can scale down while decoding.

use turbojpeg::{
    Colorspace, DecompressHeader, Decompressor, Error, Image, PixelFormat, ScalingFactor, Subsamp,
    YuvImage,
};

use super::{Colour, Decoded, Picture, Planes, colour::inks_to_rgb, memory, shrink::factor};
use crate::{
    jpeg,
    limits::{Limits, MAX_SCAN_WORK, MAX_SCANS},
    refusal::Refusal,
};

pub(super) fn decode(
    bytes: &[u8],
    enough: Option<u32>,
    limits: &Limits,
) -> Result<Picture, Refusal> {
    let (mut codec, header, full) = open(bytes, limits)?;
    let scale = match enough {
        Some(enough) if !header.is_lossless => scale_for(full.0.max(full.1), enough),
        _ => ScalingFactor::ONE,
    };
    codec.set_scaling_factor(scale).map_err(failed)?;
    let scaled = header.scaled(scale);
    let pixels = (scaled.width * scaled.height) as u64;
    limits.afford(bytes.len(), memory::JPEG * pixels)?;
    let inks = matches!(header.colorspace, Colorspace::CMYK | Colorspace::YCCK);
    let format = if inks {
        PixelFormat::CMYK
    } else {
        PixelFormat::RGB
    };
    let pitch = scaled.width * format.size();
    let mut image = Image {
        pixels: vec![0; pitch * scaled.height],
        width: scaled.width,
        pitch,
        height: scaled.height,
        format,
    };
    let (intact, slack) = judge(codec.decompress(bytes, image.as_deref_mut()))?;
    let rgb = if inks {
        inks_to_rgb(
            image.pixels,
            jpeg::profile(bytes, &jpeg::walk(bytes, limits)),
        )
    } else {
        image.pixels
    };
    Ok(Picture {
        rgb,
        width: scaled.width as u32,
        height: scaled.height as u32,
        full,
        intact,
        slack,
    })
}

/// The planes as they are stored; `None` where the file stores something else than they.
pub(super) fn planes(
    bytes: &[u8],
    enough: u32,
    limits: &Limits,
) -> Result<Option<Decoded>, Refusal> {
    let (mut codec, header, full) = open(bytes, limits)?;
    let Some(colour) = sampling(&header) else {
        return Ok(None);
    };
    let scale = scale_for(full.0.max(full.1), enough);
    codec.set_scaling_factor(scale).map_err(failed)?;
    let scaled = header.scaled(scale);
    let room = Planes::blank(scaled.width as u32, scaled.height as u32, colour);
    let Some(mut planes) = room else {
        return Ok(None);
    };
    let image = YuvImage {
        pixels: planes.samples.as_mut_slice(),
        width: scaled.width,
        align: 1,
        height: scaled.height,
        subsamp: header.subsamp,
    };
    let (intact, slack) = judge(codec.decompress_to_yuv(bytes, image))?;
    Ok(Some(Decoded::Planes {
        planes,
        full,
        intact,
        slack,
        told: false,
    }))
}

/// How the colour planes are sampled, where there is nothing but brightness and they.
fn sampling(header: &DecompressHeader) -> Option<Colour> {
    if header.is_lossless {
        return None;
    }
    let (across, down) = match (header.colorspace, header.subsamp) {
        (Colorspace::Gray, Subsamp::Gray) => return Some(Colour::Grey),
        (Colorspace::YCbCr, Subsamp::None) => (1, 1),
        (Colorspace::YCbCr, Subsamp::Sub2x1) => (2, 1),
        (Colorspace::YCbCr, Subsamp::Sub1x2) => (1, 2),
        (Colorspace::YCbCr, Subsamp::Sub2x2) => (2, 2),
        _ => return None,
    };
    Some(Colour::Sampled { across, down })
}

fn failed(_: Error) -> Refusal {
    Refusal::damaged("the picture can't be decoded")
}

fn open(
    bytes: &[u8],
    limits: &Limits,
) -> Result<(Decompressor, DecompressHeader, (u32, u32)), Refusal> {
    let mut codec = Decompressor::new().map_err(failed)?;
    codec.set_scan_limit(MAX_SCANS as u32).map_err(failed)?;
    let header = codec.read_header(bytes).map_err(failed)?;
    let full = (header.width as u32, header.height as u32);
    Refusal::check_size(full.0, full.1, limits.max_pixels)?;
    let work = jpeg::Work::of(bytes, limits);
    if work.scans * u64::from(full.0) * u64::from(full.1) > MAX_SCAN_WORK {
        return Err(Refusal::too_many_parts());
    }
    limits.afford(bytes.len(), work.kept)?;
    Ok((codec, header, full))
}

/// Whether the picture is intact, and whether there is slack; an error where there is no picture.
fn judge(outcome: Result<(), Error>) -> Result<(bool, bool), Refusal> {
    match outcome {
        Ok(()) => Ok((true, false)),
        Err(Error::TurboJpegError(words)) if is_warning(&words) => {
            Ok((is_harmless(&words), words.contains(SLACK)))
        }
        Err(error) => Err(failed(error)),
    }
}

/// How the codec says that bytes follow the last coded block.
const SLACK: &str = "extraneous bytes before marker";

/// Other factors than these have no fast transform.
fn scale_for(long_side: u32, enough: u32) -> ScalingFactor {
    match factor(long_side, enough) {
        8 => ScalingFactor::ONE_EIGHTH,
        4 => ScalingFactor::ONE_QUARTER,
        2 => ScalingFactor::ONE_HALF,
        _ => ScalingFactor::ONE,
    }
}

/// The codec reports warnings the way it reports errors; after a warning the picture is there.
fn is_warning(words: &str) -> bool {
    const WARNINGS: [&str; 6] = [
        "Corrupt JPEG data",
        "Premature end of JPEG file",
        "Invalid SOS parameters",
        "Inconsistent progression sequence",
        "Unknown Adobe color transform",
        "Warning:",
    ];
    WARNINGS.iter().any(|start| words.starts_with(start))
}

/// Bytes that follow the last coded block are skipped by every decoder.
fn is_harmless(words: &str) -> bool {
    words.contains(SLACK) || words.starts_with("Unknown Adobe")
}
