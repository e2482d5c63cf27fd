//! What must hold for every profile that leaves.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../../tests/support/profiles.rs"]
mod profiles;

use profiles::{grey_profile, wide_profile};
pub(super) use profiles::{profile_with, table_profile};

use super::*;

#[test]
fn a_profile_that_changes_colours_keeps_only_numbers() {
    let raw = wide_profile(b"serial 83217465");
    let clean = rebuild(&raw, 3).unwrap();
    assert!(memchr::memmem::find(&clean, b"83217465").is_none());
    assert!(memchr::memmem::find(&clean, b"SECR").is_none());
    assert_eq!(tag(&clean, *b"rXYZ"), tag(&raw, *b"rXYZ"));
    assert_eq!(tag(&clean, *b"bTRC"), tag(&raw, *b"bTRC"));
    assert_eq!(
        rebuild(&clean, 3).unwrap(),
        clean,
        "rebuilding again changes nothing"
    );
    assert_eq!(
        rebuild(&raw, 1),
        None,
        "a colour profile does not fit a grey picture"
    );
}

#[test]
fn a_grey_profile_keeps_its_curve_alone() {
    let raw = grey_profile(b"serial 83217465");
    let clean = rebuild(&raw, 1).unwrap();
    assert!(memchr::memmem::find(&clean, b"83217465").is_none());
    assert!(memchr::memmem::find(&clean, b"SECR").is_none());
    assert_eq!(tag(&clean, *b"kTRC"), tag(&raw, *b"kTRC"));
    assert_eq!(rebuild(&clean, 1).unwrap(), clean, "rebuilt again");
    assert_eq!(rebuild(&raw, 3), None, "does not fit the picture");
}

#[test]
fn cut_profiles_are_dropped_without_panic() {
    let raw = wide_profile(b"x");
    for cut in 0..raw.len() - 4 {
        let _ = rebuild(&raw[..cut], 3);
    }
}

#[test]
fn tables_of_colours_keep_only_numbers_and_show_the_same() {
    let secret = b"serial 83217465";
    for space in [*b"CMYK", *b"RGB "] {
        for kind in [*b"mft1", *b"mft2", *b"mAB "] {
            let raw = table_profile(space, kind, secret);
            let inputs = if space == *b"CMYK" { 4 } else { 3 };
            let clean = rebuild(&raw, inputs).unwrap();
            assert!(memchr::memmem::find(&clean, b"83217465").is_none());
            assert!(clean.len() < raw.len());
            assert_eq!(rebuild(&clean, inputs).unwrap(), clean, "rebuilt again");
            let colours: Vec<u8> = (0..inputs * 600).map(|it| (it * 37 % 256) as u8).collect();
            assert_eq!(
                shown(&raw, &colours, inputs),
                shown(&clean, &colours, inputs)
            );
            assert_eq!(rebuild(&raw, 7 - inputs), None, "does not fit the picture");
            for cut in (0..raw.len()).step_by(3) {
                let _ = rebuild(&raw[..cut], inputs);
            }
        }
    }
}

/// What a colour engine of others makes of colours.
pub(crate) fn shown(profile: &[u8], colours: &[u8], inputs: usize) -> Vec<u8> {
    use moxcms::{ColorProfile, Layout, TransformOptions};
    let layout = if inputs == 4 {
        Layout::Rgba
    } else {
        Layout::Rgb
    };
    let profile = ColorProfile::new_from_slice(profile).unwrap();
    let way = profile
        .create_transform_8bit(
            layout,
            &ColorProfile::new_srgb(),
            Layout::Rgb,
            TransformOptions::default(),
        )
        .unwrap();
    let mut out = vec![0; colours.len() / inputs * 3];
    way.transform(colours, &mut out).unwrap();
    assert!(
        out.iter().any(|value| *value != out[0]),
        "shows one colour only"
    );
    out
}

#[test]
fn well_known_profiles_leave_in_one_form() {
    use moxcms::ColorProfile;
    for profile in [
        ColorProfile::new_display_p3(),
        ColorProfile::new_adobe_rgb(),
    ] {
        let raw = profile.encode().unwrap();
        let clean = rebuild(&raw, 3).unwrap();
        assert_eq!(rebuild(&clean, 3).unwrap(), clean);
        // Numbers that another maker rounded otherwise.
        let mut other = raw.clone();
        let at = memchr::memmem::find(&raw, b"XYZ \0\0\0\0").unwrap();
        other[at + 11] ^= 1;
        assert_eq!(rebuild(&other, 3).unwrap(), clean);
        let colours: Vec<u8> = (0..=255).collect();
        let pairs = shown(&raw, &colours[..255], 3);
        for (before, after) in pairs.iter().zip(shown(&clean, &colours[..255], 3)) {
            assert!(before.abs_diff(after) <= 1);
        }
    }
    let srgb = ColorProfile::new_srgb().encode().unwrap();
    assert_eq!(rebuild(&srgb, 3), None);
}
