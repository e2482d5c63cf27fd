//! Colours of other spaces to those of sRGB, in place.

use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, Layout, MatrixCoefficients,
    TransferCharacteristics, TransformOptions,
};

use crate::{isobmff::Colour, limits::MAX_ICC};

/// From the space of an ICC profile. A profile that can't be read changes nothing.
pub(crate) fn from_profile(rgb: &mut [u8], profile: &[u8]) {
    if profile.len() > MAX_ICC {
        return;
    }
    if let Ok(profile) = ColorProfile::new_from_slice(profile) {
        convert(rgb, &profile);
    }
}

/// From the space that code points of ITU-T H.273 name. Ordinary video spaces are shown as sRGB
/// everywhere, and high dynamic range has no one right way down: both stay as they are.
pub(super) fn from_numbers(rgb: &mut [u8], colour: Colour) {
    let color_primaries = match colour.primaries {
        9 => CicpColorPrimaries::Bt2020,
        11 => CicpColorPrimaries::Smpte431,
        12 => CicpColorPrimaries::Smpte432,
        _ => return,
    };
    if !matches!(colour.transfer, 1 | 2 | 6 | 13 | 14 | 15) {
        return;
    }
    let profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries,
        transfer_characteristics: TransferCharacteristics::Srgb,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    convert(rgb, &profile);
}

fn convert(rgb: &mut [u8], from: &ColorProfile) {
    let grey = from.color_space == DataColorSpace::Gray;
    if !grey && from.color_space != DataColorSpace::Rgb {
        return;
    }
    let to = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let layout = if grey { Layout::Gray } else { Layout::Rgb };
    let Ok(transform) = from.create_transform_8bit(layout, &to, Layout::Rgb, options) else {
        return;
    };
    let mut copy = [0; 3 * 4096];
    for piece in rgb.chunks_mut(copy.len()) {
        // Of a grey picture any one of the three says all.
        let step = if grey { 3 } else { 1 };
        let taken = piece.iter().step_by(step);
        let Some(source) = copy.get_mut(..taken.len()) else {
            return;
        };
        source
            .iter_mut()
            .zip(taken)
            .for_each(|(to, from)| *to = *from);
        // It fails only where lengths differ; then the pixels stay as they are.
        let _unchanged = transform.transform(source, piece);
    }
}
