//! Pictures in four inks, from the file to the screen.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use super::tests::{profile_with, shown, table_profile};
use crate::{Format, Limits, Method, analyse, decode, strip, verify};

const INKS: [u8; 4] = [40, 200, 90, 30];

/// A CMYK picture of one colour; in the file its inks are inverted, as Adobe's.
fn picture(profile: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let pixels = INKS.repeat(32 * 32);
    jpeg_encoder::Encoder::new(&mut file, 95)
        .encode(&pixels, 32, 32, jpeg_encoder::ColorType::Cmyk)
        .unwrap();
    let count = profile.len().div_ceil(60_000) as u8;
    let mut segments = Vec::new();
    for (number, piece) in (1..=count).zip(profile.chunks(60_000)) {
        segments.extend([0xff, 0xe2]);
        segments.extend((piece.len() as u16 + 16).to_be_bytes());
        segments.extend_from_slice(b"ICC_PROFILE\0");
        segments.extend([number, count]);
        segments.extend_from_slice(piece);
    }
    file.splice(2..2, segments);
    file
}

/// A profile too large for one segment; with a table too large to be kept, if `lost`.
fn large(lost: bool) -> Vec<u8> {
    let (points, entries) = (if lost { 25_u8 } else { 12 }, 2_u16);
    let mut table = b"mft2\0\0\0\0\x04\x03".to_vec();
    table.extend([points, 0]);
    for index in 0..9 {
        table.extend(if index % 4 == 0 { 0x1_0000_u32 } else { 0 }.to_be_bytes());
    }
    table.extend(entries.to_be_bytes());
    table.extend([0, 2]);
    let line = (0..entries).map(|it| (u32::from(it) * 65_535 / u32::from(entries - 1)) as u16);
    for _ in 0..4 {
        table.extend(line.clone().flat_map(u16::to_be_bytes));
    }
    let steps = (0..u32::from(points).pow(4)).map(|it| it * 3);
    table.extend(steps.flat_map(|it| {
        [20_000 + (it % 40_000) as u16, 33_000, 30_000]
            .into_iter()
            .flat_map(u16::to_be_bytes)
    }));
    table.extend([0, 0, 0xff, 0xff].repeat(3));
    profile_with(*b"CMYK", false, &table, b"serial 83217465")
}

#[test]
fn inks_keep_their_profile_and_are_shown_through_it() {
    for profile in [
        table_profile(*b"CMYK", *b"mft1", b"serial 83217465"),
        table_profile(*b"CMYK", *b"mAB ", b"serial 83217465"),
        large(false),
    ] {
        let file = picture(&profile);
        let clean = strip(&file, &Limits::default()).unwrap();
        assert_eq!(clean.method, Method::Lossless);
        assert_eq!(verify(&clean.bytes), Ok(()));
        assert!(memchr::memmem::find(&clean.bytes, b"83217465").is_none());
        assert!(memchr::memmem::find(&clean.bytes, b"ICC_PROFILE").is_some());
        let again = strip(&clean.bytes, &Limits::default()).unwrap();
        assert_eq!(again.bytes, clean.bytes);
        looks_like(&clean.bytes, &profile);
        analyse(&file, &Limits::default()).unwrap();
    }
}

/// The picture's colour is what a colour engine makes of its inks.
fn looks_like(file: &[u8], profile: &[u8]) {
    let shown = shown(profile, &INKS.repeat(2), 4);
    let picture = decode::decode(file, Format::Jpeg, None, &Limits::default()).unwrap();
    for (light, expected) in picture.rgb.iter().zip(&shown) {
        assert!(light.abs_diff(*expected) <= 6, "{light} is not {expected}");
    }
}

#[test]
fn inks_whose_profile_cannot_be_kept_become_lights() {
    let profile = large(true);
    let file = picture(&profile);
    let clean = strip(&file, &Limits::default()).unwrap();
    assert_eq!(
        (clean.method, clean.format),
        (Method::Reencoded, Format::Jpeg)
    );
    assert!(memchr::memmem::find(&clean.bytes, b"ICC_PROFILE").is_none());
    looks_like(&clean.bytes, &profile);
}

#[test]
fn a_profile_that_says_nothing_is_dropped() {
    let clean = strip(&picture(&[7; 300]), &Limits::default()).unwrap();
    assert_eq!(clean.method, Method::Lossless);
    assert!(memchr::memmem::find(&clean.bytes, b"ICC_PROFILE").is_none());
}
