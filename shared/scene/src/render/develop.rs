//! What the sensor makes of the painted scene: exposure, white balance, noise, vignette.

use crate::canvas::{Canvas, Rgb};
use crate::rng::scramble;
use crate::view::View;

/// Length of the noise strip, a power of two. Rows start at places of their own.
const STRIP: usize = 1 << 16;

/// Turns the canvas into the picture.
pub(crate) fn develop(canvas: &Canvas, view: &View, noise: f32) -> Rgb {
    let (width, height) = (canvas.width, canvas.height);
    let strip = strip(view.noise_seed, noise, width * 3);
    let warm = [1.0 + view.warmth, 1.0, 1.0 - view.warmth];
    let mut data = vec![0_u8; width * height * 3];
    for (y, (row, out)) in canvas
        .pixels
        .chunks_exact(width)
        .zip(data.chunks_exact_mut(width * 3))
        .enumerate()
    {
        let start = scramble(view.noise_seed ^ scramble(y as u64)) as usize & (STRIP - 1);
        let noise = &strip[start..start + width * 3];
        let off = (y as f32 / height as f32 - 0.5).abs();
        let gain = warm.map(|w| (view.light * w * (1.04 - off * 0.22) * 256.0) as i32);
        for ((pixel, out), noise) in row
            .iter()
            .zip(out.chunks_exact_mut(3))
            .zip(noise.chunks_exact(3))
        {
            let level = |channel: usize| {
                let seen = (((*pixel >> (channel * 8)) & 0xFF) as i32 * gain[channel]) >> 8;
                (seen + i32::from(noise[channel])).clamp(0, 255) as u8
            };
            out[0] = level(0);
            out[1] = level(1);
            out[2] = level(2);
        }
    }
    Rgb {
        width: width as u32,
        height: height as u32,
        data,
    }
}

/// Noise, the same for all channels by two thirds: sensors differ more in brightness than in hue.
fn strip(seed: u64, sigma: f32, reach: usize) -> Vec<i8> {
    let total = STRIP + reach;
    if sigma <= 0.0 {
        return vec![0; total];
    }
    let mut count = seed;
    let mut bits = || {
        count = count.wrapping_add(0x9E37_79B9_7F4A_7C15);
        scramble(count)
    };
    // A sum of four uniform bytes is close enough to a bell; its deviation is 147.8.
    let by = (sigma / 147.8 * 65536.0) as i32;
    let mut out = Vec::with_capacity(total + 6);
    while out.len() < total {
        let (a, b) = (bits(), bits());
        let bell = |bits: u64| {
            (bits & 0xFF) + (bits >> 8 & 0xFF) + (bits >> 16 & 0xFF) + (bits >> 24 & 0xFF)
        };
        for (shared, own) in [(a, b), (a >> 32, b >> 32)] {
            let shared = bell(shared) as i32 - 510;
            for channel in 0..3 {
                let own = (own >> (channel * 8) & 0xFF) as i32 - 128;
                let value = ((shared * 15 / 16 + own * 11 / 16) * by) >> 16;
                out.push(value.clamp(-127, 127) as i8);
            }
        }
    }
    out
}
