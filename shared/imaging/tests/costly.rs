//! What a file may cost is a matter of what it brings: a few bytes that claim to be a large picture get little.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use jaga_imaging::{Limits, RefusalCode, analyse, strip};
use jpeg_encoder::{ColorType, Encoder};
use support::encoded;

const SIDE: u32 = 1024;

/// One colour all over, in as few bytes as the format can say it.
fn blank_webp() -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(SIDE, SIDE)
        .write_to(&mut out, ImageFormat::WebP)
        .unwrap();
    out.into_inner()
}

fn blank_gif() -> Vec<u8> {
    let mut out = Vec::new();
    let side = SIDE as u16;
    let mut encoder = gif::Encoder::new(&mut out, side, side, &[9; 6]).unwrap();
    let pixels = vec![0; (SIDE * SIDE) as usize];
    let frame = gif::Frame::from_indexed_pixels(side, side, pixels, None);
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    out
}

fn blank_progressive() -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, 50);
    encoder.set_progressive(true);
    let pixels = vec![90; 3 * (SIDE * SIDE) as usize];
    encoder
        .encode(&pixels, SIDE as u16, SIDE as u16, ColorType::Rgb)
        .unwrap();
    out
}

#[test]
fn a_few_bytes_that_claim_a_large_picture_are_refused_before_it_is_decoded() {
    let poor = Limits {
        max_memory: 0,
        ..Limits::default()
    };
    let exactly = |each: u64| Limits {
        max_memory: each * u64::from(SIDE * SIDE),
        ..Limits::default()
    };
    for (name, file, each) in [
        ("WebP", blank_webp(), 10),
        ("GIF", blank_gif(), 8),
        ("progressive JPEG", blank_progressive(), 6),
    ] {
        let refusal = analyse(&file, &poor).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::TooCostly, "{name}");
        assert!(analyse(&file, &exactly(each)).is_ok(), "{name}");
        // Where pixels are copied nothing needs to be decoded.
        assert!(strip(&file, &poor).is_ok(), "{name}");
    }
}

#[test]
fn a_photo_pays_for_itself() {
    let poor = Limits {
        max_memory: 0,
        ..Limits::default()
    };
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        assert!(
            analyse(&encoded(640, 480, format), &poor).is_ok(),
            "{format:?}"
        );
    }
}

/// Each scan visits every block: a scan of no bytes costs as much as one that says something.
#[test]
fn a_jpeg_of_hundreds_of_scans_is_refused() {
    let file = blank_progressive();
    let end = file.len() - 2;
    let last = file.windows(2).rposition(|it| it == [0xff, 0xda]).unwrap();
    let again = file[last..end].repeat(200);
    let many = [&file[..end], &again, &file[end..]].concat();
    assert!(analyse(&many, &Limits::default()).is_ok());
    let wide = 16_384_u16.to_be_bytes();
    let mut large = many;
    let frame = large.windows(2).position(|it| it == [0xff, 0xc2]).unwrap();
    large[frame + 5..frame + 7].copy_from_slice(&wide);
    let refusal = analyse(&large, &Limits::default()).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::TooManyParts);
}
