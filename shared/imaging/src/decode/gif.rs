//! The first frame of a GIF on its canvas, by the `gif` crate.

use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, MemoryLimit};

use super::Picture;
use crate::{limits::Limits, refusal::Refusal};

/// What no frame paints is white, as on a page.
const PAPER: u8 = 255;

pub(super) fn decode(
    bytes: &[u8],
    canvas: (u32, u32),
    limits: &Limits,
) -> Result<Picture, Refusal> {
    let failed = || Refusal::damaged("the picture can't be decoded");
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    let most = NonZeroU64::new(limits.max_pixels).ok_or_else(failed)?;
    options.set_memory_limit(MemoryLimit::Bytes(most));
    // The codec's own words are not passed on.
    let mut codec = options.read_info(bytes).map_err(|_| failed())?;
    let frame = codec
        .next_frame_info()
        .map_err(|_| failed())?
        .ok_or_else(failed)?;
    let (width, height) = (usize::from(frame.width), usize::from(frame.height));
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let clear = frame.transparent;
    Refusal::check_size(width as u32, height as u32, limits.max_pixels)?;
    let mut indices = vec![0; width * height];
    // Only a frame that stops early fails here, and then what it has is shown.
    let intact = codec.read_into_buffer(&mut indices).is_ok();
    let palette = codec.palette().map_err(|_| failed())?;
    let (colours, _) = palette.as_chunks::<3>();
    let (wide, high) = (canvas.0 as usize, canvas.1 as usize);
    let mut rgb = vec![PAPER; 3 * wide * high];
    let rows = rgb.chunks_exact_mut(3 * wide).skip(top);
    for (row, line) in rows.zip(indices.chunks_exact(width)) {
        let pixels = row.as_chunks_mut::<3>().0.iter_mut().skip(left);
        for (pixel, index) in pixels.zip(line) {
            if clear != Some(*index) {
                // A colour beyond the table is none.
                *pixel = colours
                    .get(usize::from(*index))
                    .copied()
                    .unwrap_or_default();
            }
        }
    }
    Ok(Picture {
        rgb,
        width: canvas.0,
        height: canvas.1,
        full: canvas,
        intact,
        slack: false,
    })
}
