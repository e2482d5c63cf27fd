//! Whatever is put into a photo, wherever its format allows it, is gone afterwards; and the
//! picture is the same.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use image::ImageFormat;
use jaga_imaging::{Format, Limits, Method, Stripped, strip, verify};
use proptest::prelude::*;
use support::{
    SECRET,
    containers::{ALL, Carrier, into_jpeg, into_png, into_webp, png_chunk},
    encoded, jpeg, leaks, pixels,
};

/// Strips and checks everything that must hold for every photo made from `original`.
fn cleaned(dirty: &[u8], original: &[u8]) -> Stripped {
    let limits = Limits::default();
    let clean = strip(dirty, &limits).unwrap();
    assert!(!leaks(&clean.bytes), "the secret is still there");
    assert_eq!(verify(&clean.bytes), Ok(()));
    assert_eq!(clean.method, Method::Lossless);
    assert_eq!(
        pixels(&clean.bytes).unwrap(),
        pixels(original).unwrap(),
        "pixels changed"
    );
    let again = strip(&clean.bytes, &limits).unwrap();
    assert_eq!(
        again.bytes, clean.bytes,
        "stripping twice is not stripping once"
    );
    assert_eq!(again.removed, [], "the clean file still held something");
    assert_eq!(again.orientation, clean.orientation);
    clean
}

fn some_carriers() -> impl Strategy<Value = Vec<(Carrier, usize)>> {
    prop::collection::vec((prop::sample::select(&ALL[..]), 0..64_usize), 0..8)
}

fn turned(carriers: &[(Carrier, usize)]) -> u8 {
    if carriers.iter().any(|carrier| carrier.0 == Carrier::Exif) {
        6
    } else {
        1
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_put_into_a_jpeg_survives(carriers in some_carriers(), progressive: bool) {
        let original = jpeg(48, 40, progressive);
        let clean = cleaned(&into_jpeg(&original, &carriers), &original);
        prop_assert_eq!(clean.format, Format::Jpeg);
        prop_assert_eq!(clean.orientation, turned(&carriers));
    }

    #[test]
    fn nothing_put_into_a_png_survives(carriers in some_carriers()) {
        let original = encoded(40, 30, ImageFormat::Png);
        let clean = cleaned(&into_png(&original, &carriers), &original);
        prop_assert_eq!(clean.format, Format::Png);
        prop_assert_eq!(clean.orientation, turned(&carriers));
    }

    #[test]
    fn nothing_put_into_a_webp_survives(carriers in some_carriers()) {
        let original = encoded(40, 30, ImageFormat::WebP);
        let clean = cleaned(&into_webp(&original, (40, 30), &carriers), &original);
        prop_assert_eq!(clean.format, Format::Webp);
        prop_assert_eq!(clean.orientation, turned(&carriers));
    }
}

#[test]
fn every_single_carrier_is_named_when_removed() {
    for carrier in ALL {
        let original = jpeg(32, 32, false);
        let clean = cleaned(&into_jpeg(&original, &[(carrier, 3)]), &original);
        let bytes: u64 = clean.removed.iter().map(|removed| removed.bytes).sum();
        assert!(bytes > 0, "{carrier:?} went without a trace");
        for removed in &clean.removed {
            assert!(!leaks(removed.carrier.as_bytes()));
        }
    }
}

#[test]
fn the_order_of_tables_and_scans_is_kept() {
    let file = jpeg(64, 48, true);
    let clean = cleaned(&file, &file);
    let tables = |bytes: &[u8]| -> Vec<u8> {
        let places = support::containers::jpeg_places(bytes);
        places
            .iter()
            .map(|at| bytes[at + 1])
            .filter(|code| !(0xe0..=0xef).contains(code))
            .collect()
    };
    assert_eq!(tables(&file), tables(&clean.bytes));
}

#[test]
fn bytes_hidden_in_coded_data_go() {
    let file = jpeg(32, 32, false);
    let end = file.len() - 2;
    // Restart markers that the frame has no room for, with a secret between them.
    let flood = [b"\xff\xd0".as_slice(), SECRET, b"\xff\xd1\xff\xd2"].concat();
    let dirty = [&file[..end], &flood, &file[end..]].concat();
    cleaned(&dirty, &file);
    // Fill bytes before a marker.
    let dirty = [&file[..end], &[0xff; 700], &file[end..]].concat();
    assert_eq!(cleaned(&dirty, &file).bytes, cleaned(&file, &file).bytes);
}

#[test]
fn bytes_after_the_compressed_pixels_of_a_png_go() {
    let file = encoded(20, 20, ImageFormat::Png);
    let at = memchr::memmem::find(&file, b"IDAT").unwrap() - 4;
    let length = u32::from_be_bytes(*file[at..].first_chunk().unwrap()) as usize;
    let body = [&file[at + 8..at + 8 + length], SECRET].concat();
    let dirty = [
        &file[..at],
        &png_chunk(*b"IDAT", &body),
        &file[at + 12 + length..],
    ]
    .concat();
    let clean = cleaned(&dirty, &file);
    assert!(
        clean
            .removed
            .iter()
            .any(|removed| removed.carrier == "pixel_tail")
    );
}

#[test]
fn a_missing_end_marker_is_put_back() {
    let file = jpeg(32, 32, false);
    let cut = &file[..file.len() - 2];
    assert_eq!(
        strip(cut, &Limits::default()).unwrap().bytes,
        cleaned(&file, &file).bytes
    );
}

#[test]
fn orientation_is_kept_from_every_byte_order() {
    for orientation in 1..=8 {
        for little in [false, true] {
            let block = support::tiff::Block {
                orientation: Some(orientation),
                little,
                ..support::tiff::Block::default()
            };
            let file = jpeg(24, 16, false);
            let clean = cleaned(&with_exif(&file, &block.tiff()), &file);
            assert_eq!(u16::from(clean.orientation), orientation);
        }
    }
}

#[test]
fn orientation_is_kept_from_exif_that_a_png_carries_as_text() {
    let file = encoded(24, 16, ImageFormat::Png);
    let turned = |orientation| support::tiff::Block {
        orientation: Some(orientation),
        ..support::tiff::Block::default()
    };
    let digits = hex::encode([b"Exif\0\0".as_slice(), &turned(6).tiff()].concat());
    let text = format!(
        "Raw profile type exif\0\nexif\n{:8}\n{digits}\n",
        digits.len() / 2
    );
    let text = png_chunk(*b"tEXt", text.as_bytes());
    let dirty = [&file[..33], &text, &file[33..]].concat();
    assert_eq!(cleaned(&dirty, &file).orientation, 6);
    // The chunk that is made for it counts more.
    let chunk = png_chunk(*b"eXIf", &turned(3).tiff());
    let both = [&file[..33], &text, &chunk, &file[33..]].concat();
    assert_eq!(cleaned(&both, &file).orientation, 3);
}

fn with_exif(file: &[u8], tiff: &[u8]) -> Vec<u8> {
    let length = (tiff.len() as u16 + 8).to_be_bytes();
    [
        &file[..2],
        &[0xff, 0xe1],
        &length,
        b"Exif\0\0",
        tiff,
        &file[2..],
    ]
    .concat()
}
