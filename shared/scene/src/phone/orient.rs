//! Storing pixels the way a sensor read them, for an EXIF Orientation that turns them upright.

use std::borrow::Cow;

use crate::Rgb;

/// The pixels to store, so that a viewer who obeys `orientation` (1 to 8) sees `upright`.
pub(super) fn stored(upright: &Rgb, orientation: u8) -> Cow<'_, Rgb> {
    let (w, h) = (upright.width as usize, upright.height as usize);
    if !(2..=8).contains(&orientation) {
        return Cow::Borrowed(upright);
    }
    let turned = orientation >= 5;
    let (sw, sh) = if turned { (h, w) } else { (w, h) };
    // The upright place of the stored pixel (x, y); see EXIF 2.32, tag 0x0112. Each is linear in
    // x and y, so a row is walked with one step.
    let place = |x: usize, y: usize| -> (usize, usize) {
        match orientation {
            2 => (w - 1 - x, y),
            3 => (w - 1 - x, h - 1 - y),
            4 => (x, h - 1 - y),
            5 => (y, x),
            6 => (w - 1 - y, x),
            7 => (w - 1 - y, h - 1 - x),
            _ => (y, h - 1 - x),
        }
    };
    let index = |x: usize, y: usize| {
        let (x, y) = place(x, y);
        (y * w + x) as i64 * 3
    };
    let step = if sw > 1 { index(1, 0) - index(0, 0) } else { 0 };
    let mut data = Vec::with_capacity(upright.data.len());
    for y in 0..sh {
        let mut at = index(0, y);
        for _ in 0..sw {
            data.extend_from_slice(&upright.data[at as usize..at as usize + 3]);
            at += step;
        }
    }
    Cow::Owned(Rgb {
        width: sw as u32,
        height: sh as u32,
        data,
    })
}
