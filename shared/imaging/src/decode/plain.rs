//! JPEG, by zune-jpeg: no C code, no scaling while decoding.

use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

use super::Picture;
use crate::{
    jpeg,
    limits::{Limits, MAX_SCANS},
    refusal::Refusal,
};

pub(super) fn decode(
    bytes: &[u8],
    _enough: Option<u32>,
    limits: &Limits,
) -> Result<Picture, Refusal> {
    // Said clearly here: the codec has no name for it.
    let rare = |segment: &jpeg::Segment| matches!(segment.marker, 0xc3 | 0xc9 | 0xca);
    if jpeg::walk(bytes, limits).segments.iter().any(rare) {
        return Err(Refusal::unsupported(
            "arithmetic and lossless coding need a build with libjpeg-turbo",
        ));
    }
    // What fails strictly may still be shown; then it is known not to be intact.
    attempt(bytes, limits, true).or_else(|_| attempt(bytes, limits, false))
}

fn attempt(bytes: &[u8], limits: &Limits, strict: bool) -> Result<Picture, Refusal> {
    let failed = || Refusal::damaged("the picture can't be decoded");
    let options = DecoderOptions::new_safe()
        .set_strict_mode(strict)
        .set_max_width(65_535)
        .set_max_height(65_535)
        .jpeg_set_max_scans(MAX_SCANS as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut codec = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    codec.decode_headers().map_err(|_| failed())?;
    let info = codec.info().ok_or_else(failed)?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    Refusal::check_size(width, height, limits.max_pixels)?;
    let rgb = codec.decode().map_err(|_| failed())?;
    if rgb.len() as u64 != 3 * u64::from(width) * u64::from(height) {
        return Err(failed());
    }
    Ok(Picture {
        rgb,
        width,
        height,
        full: (width, height),
        intact: strict,
        // It says nothing about bytes that it skips.
        slack: strict,
    })
}
