//! PNG, WebP and BMP, by the `image` crate.

use std::io::Cursor;

use image::{ImageFormat, ImageReader};

use super::{Picture, on_white};
use crate::{limits::Limits, refusal::Refusal};

/// Decodes a picture of `pixels` pixels, all of which are in memory at once, each in so many bytes.
pub(super) fn decode(
    bytes: &[u8],
    format: ImageFormat,
    (pixels, each): (u64, u64),
    limits: &Limits,
) -> Result<Picture, Refusal> {
    limits.afford(bytes.len(), pixels * each)?;
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
        let rgba = decoded.into_rgba8().into_raw();
        let (pixels, _) = rgba.as_chunks::<4>();
        let shown = pixels
            .iter()
            .flat_map(|[r, g, b, a]| on_white([*r, *g, *b], *a));
        shown.collect()
    } else {
        decoded.into_rgb8().into_raw()
    };
    Ok(Picture::whole(rgb, width, height))
}
