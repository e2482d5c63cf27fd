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
    let (clear, interlaced) = (frame.transparent, frame.interlaced);
    Refusal::check_size(width as u32, height as u32, limits.max_pixels)?;
    let mut indices = vec![0; width * height];
    // Only a frame that stops early fails here, and then what it has is shown. In one piece: asked for line by line, as
    // the codec itself puts interlaced lines in order, it takes a code that stands for several lines for the end.
    let intact = codec.fill_buffer(&mut indices).is_ok_and(|full| full);
    if interlaced {
        indices = in_order(&indices, width);
    }
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

/// Lines as they are shown, of those that came in four passes (appendix E of the format).
fn in_order(passes: &[u8], width: usize) -> Vec<u8> {
    let mut lines = passes.chunks_exact(width.max(1));
    let height = lines.len();
    let mut shown = vec![0; passes.len()];
    for (first, step) in [(0, 8), (4, 8), (2, 4), (1, 2)] {
        for (row, line) in (first..height).step_by(step).zip(lines.by_ref()) {
            if let Some(place) = shown.get_mut(row * width..(row + 1) * width) {
                place.copy_from_slice(line);
            }
        }
    }
    shown
}
