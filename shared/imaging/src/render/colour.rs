//! Wide-gamut pictures to sRGB, which is what a file without a profile is taken as.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Pixels converted at a time: the codec needs a place to write to.
const STRIP: usize = 4096;

/// Converts pixels in place. A profile that can't be used changes nothing: the picture then looks
/// a little pale or dull, which is better than not at all.
pub(super) fn to_srgb(rgb: &mut [u8], profile: &[u8]) {
    let Ok(source) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    let target = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let (transform, grey) = match source.color_space {
        DataColorSpace::Rgb => (
            source.create_transform_8bit(Layout::Rgb, &target, Layout::Rgb, options),
            false,
        ),
        DataColorSpace::Gray => (
            source.create_transform_8bit(Layout::Gray, &target, Layout::Rgb, options),
            true,
        ),
        _ => return,
    };
    let Ok(transform) = transform else { return };
    let mut strip = [0; 3 * STRIP];
    for pixels in rgb.chunks_mut(3 * STRIP) {
        let out = &mut strip[..pixels.len()];
        let done = if grey {
            let single: Vec<u8> = pixels.iter().step_by(3).copied().collect();
            transform.transform(&single, out)
        } else {
            transform.transform(pixels, out)
        };
        if done.is_ok() {
            pixels.copy_from_slice(out);
        }
    }
}
