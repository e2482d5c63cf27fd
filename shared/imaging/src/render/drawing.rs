//! A drawing of this project's own making, as a PNG.

use super::failed;
use crate::{
    refusal::{Refusal, RefusalCode},
    verify::verify,
};

/// Red, green and blue, rows without padding, to a PNG without anything else in it.
///
/// # Errors
/// A [`Refusal`] where the size does not fit the pixels.
pub fn draw_png(rgb: &[u8], (width, height): (u32, u32)) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|_| failed())?;
    writer.write_image_data(rgb).map_err(|_| failed())?;
    writer.finish().map_err(|_| failed())?;
    verify(&bytes)
        .map_err(|error| Refusal::new(RefusalCode::VerificationFailed, error.to_string()))?;
    Ok(bytes)
}
