//! PNG, WebP and BMP, by the `image` crate.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, ImageReader};

use super::Picture;
use crate::{limits::Limits, refusal::Refusal};

pub(super) fn decode(
    bytes: &[u8],
    format: ImageFormat,
    limits: &Limits,
) -> Result<Picture, Refusal> {
    let mut caps = image::Limits::no_limits();
    caps.max_alloc = Some(2 * limits.max_decompressed as u64);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(caps);
    // The codec's own words may repeat values from the file: they are not passed on.
    let decoded = reader
        .decode()
        .map_err(|_| Refusal::damaged("the picture can't be decoded"))?;
    let (width, height) = (decoded.width(), decoded.height());
    let rgb = if decoded.color().has_alpha() {
        on_white(decoded)
    } else {
        decoded.into_rgb8().into_raw()
    };
    Ok(Picture {
        rgb,
        width,
        height,
        full: (width, height),
        intact: true,
        slack: false,
    })
}

/// JPEG has no alpha: what shines through is white, as on a page.
fn on_white(picture: DynamicImage) -> Vec<u8> {
    let rgba = picture.into_rgba8().into_raw();
    let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
    for pixel in rgba.chunks_exact(4) {
        let &[r, g, b, a] = pixel else { continue };
        let blend = |value: u8| {
            let (value, a) = (u16::from(value), u16::from(a));
            ((value * a + 255 * (255 - a) + 127) / 255) as u8
        };
        rgb.extend([blend(r), blend(g), blend(b)]);
    }
    rgb
}
