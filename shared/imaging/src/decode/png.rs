//! PNG, row by row: the whole picture is never in memory.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Transformations};

use super::{
    Picture, on_white,
    shrink::{Shrink, factor},
};
use crate::{limits::Limits, refusal::Refusal};

/// Decodes to no less than `enough` pixels on the long side. `None` for a picture whose rows are
/// not stored from top to bottom.
pub(super) fn decode(
    bytes: &[u8],
    enough: u32,
    limits: &Limits,
) -> Result<Option<Picture>, Refusal> {
    // The codec's own words may repeat values from the file: they are not passed on.
    let failed = |_| Refusal::damaged("the picture can't be decoded");
    let caps = png::Limits {
        bytes: limits.max_decompressed,
    };
    let mut codec = Decoder::new_with_limits(Cursor::new(bytes), caps);
    codec.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = codec.read_info().map_err(failed)?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    if info.interlaced {
        return Ok(None);
    }
    Refusal::check_size(width, height, limits.max_pixels)?;
    let (colour, BitDepth::Eight) = reader.output_color_type() else {
        return Ok(None);
    };
    let mut shrink = Shrink::new(width, height, factor(width.max(height), enough));
    let mut row = Vec::with_capacity(3 * width as usize);
    for _ in 0..height {
        let stored = reader.next_row().map_err(failed)?;
        let stored = stored.ok_or_else(|| Refusal::truncated("the picture ends early"))?;
        row.clear();
        match colour {
            ColorType::Rgb => row.extend_from_slice(stored.data()),
            ColorType::Grayscale => row.extend(stored.data().iter().flat_map(|grey| [*grey; 3])),
            ColorType::Rgba => {
                let (pixels, _) = stored.data().as_chunks::<4>();
                row.extend(
                    pixels
                        .iter()
                        .flat_map(|[r, g, b, a]| on_white([*r, *g, *b], *a)),
                );
            }
            ColorType::GrayscaleAlpha => {
                let (pixels, _) = stored.data().as_chunks::<2>();
                row.extend(pixels.iter().flat_map(|[grey, a]| on_white([*grey; 3], *a)));
            }
            ColorType::Indexed => return Ok(None),
        }
        shrink.push(&row);
    }
    Ok(shrink.finish())
}
