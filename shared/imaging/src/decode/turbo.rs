//! JPEG, by libjpeg-turbo: it can scale down while decoding.

use turbojpeg::{Colorspace, Decompressor, Error, Image, PixelFormat, ScalingFactor};

use super::{Picture, colour::inks_to_rgb};
use crate::{
    jpeg,
    limits::{Limits, MAX_SCANS},
    refusal::Refusal,
};

pub(super) fn decode(
    bytes: &[u8],
    enough: Option<u32>,
    limits: &Limits,
) -> Result<Picture, Refusal> {
    let failed = |_: Error| Refusal::damaged("the picture can't be decoded");
    let mut codec = Decompressor::new().map_err(failed)?;
    codec.set_scan_limit(MAX_SCANS as u32).map_err(failed)?;
    let header = codec.read_header(bytes).map_err(failed)?;
    let full = (header.width as u32, header.height as u32);
    Refusal::check_size(full.0, full.1, limits.max_pixels)?;
    let scale = match enough {
        Some(enough) if !header.is_lossless => scale_for(full.0.max(full.1), enough),
        _ => ScalingFactor::ONE,
    };
    codec.set_scaling_factor(scale).map_err(failed)?;
    let scaled = header.scaled(scale);
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
    let mut slack = false;
    let intact = match codec.decompress(bytes, image.as_deref_mut()) {
        Ok(()) => true,
        Err(Error::TurboJpegError(words)) if is_warning(&words) => {
            slack = words.contains(SLACK);
            is_harmless(&words)
        }
        Err(error) => return Err(failed(error)),
    };
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

/// How the codec says that bytes follow the last coded block.
const SLACK: &str = "extraneous bytes before marker";

/// The strongest of 1/8, 1/4 and 1/2 that leaves enough pixels; others have no fast transform.
fn scale_for(long_side: u32, enough: u32) -> ScalingFactor {
    [
        ScalingFactor::ONE_EIGHTH,
        ScalingFactor::ONE_QUARTER,
        ScalingFactor::ONE_HALF,
    ]
    .into_iter()
    .find(|scale| scale.scale(long_side as usize) >= enough as usize)
    .unwrap_or(ScalingFactor::ONE)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_leaves_enough() {
        assert_eq!(scale_for(4032, 1600), ScalingFactor::ONE_HALF);
        assert_eq!(scale_for(12_800, 1600), ScalingFactor::ONE_EIGHTH);
        assert_eq!(scale_for(3199, 1600), ScalingFactor::ONE_HALF);
        assert_eq!(scale_for(3198, 1600), ScalingFactor::ONE);
        assert_eq!(scale_for(800, 1600), ScalingFactor::ONE);
    }
}
