//! Inks to lights: what a picture in cyan, magenta, yellow and black looks like on a screen.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformExecutor, TransformOptions};
use std::sync::Arc;

/// Pixels converted at once: bounds the scratch memory.
#[cfg(feature = "turbo")]
const STRIPE: usize = 1 << 16;

/// The way from inks to sRGB by a profile; `None` where the profile does not show one.
fn way(profile: &[u8]) -> Option<Arc<dyn TransformExecutor<u8> + Send + Sync>> {
    let from = ColorProfile::new_from_slice(profile).ok()?;
    if from.color_space != DataColorSpace::Cmyk {
        return None;
    }
    let to = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    from.create_transform_8bit(Layout::Rgba, &to, Layout::Rgb, options)
        .ok()
}

/// Whether a profile says how inks look.
pub(crate) fn shows_inks(profile: &[u8]) -> bool {
    way(profile).is_some()
}

/// Four inks to three lights, by the embedded profile, or by multiplication where there is none.
/// Inks come inverted: Adobe writes them so, and viewers take every JPEG for Adobe's.
#[cfg(feature = "turbo")]
pub(super) fn inks_to_rgb(mut inks: Vec<u8>, profile: Option<Vec<u8>>) -> Vec<u8> {
    let mut rgb = vec![0; inks.len() / 4 * 3];
    let way = profile.and_then(|profile| way(&profile));
    for (inks, rgb) in inks.chunks_mut(4 * STRIPE).zip(rgb.chunks_mut(3 * STRIPE)) {
        if let Some(way) = &way {
            invert(inks);
            if way.transform(inks, rgb).is_ok() {
                continue;
            }
            invert(inks);
        }
        let (inks, _) = inks.as_chunks::<4>();
        let (rgb, _) = rgb.as_chunks_mut::<3>();
        for ([c, m, y, k], light) in inks.iter().zip(rgb) {
            *light = [c, m, y].map(|ink| (u16::from(*ink) * u16::from(*k) / 255) as u8);
        }
    }
    rgb
}

#[cfg(feature = "turbo")]
fn invert(inks: &mut [u8]) {
    for ink in inks {
        *ink = 255 - *ink;
    }
}

#[cfg(all(test, feature = "turbo"))]
mod tests {
    use super::*;

    #[test]
    fn without_a_profile_black_darkens() {
        let inks = vec![255, 255, 255, 255, 0, 255, 255, 255, 200, 100, 50, 0];
        let expected = [255, 255, 255, 0, 255, 255, 0, 0, 0];
        assert_eq!(inks_to_rgb(inks, None), expected);
        assert!(!shows_inks(b"not a profile"));
    }
}
