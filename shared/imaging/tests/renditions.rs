//! Renditions are upright, in the right colours and in the right place, whatever a JPEG's sampling.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, imageops};
use jaga_imaging::{Limits, Rendition, analyse, verify};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use support::{difference, dressed::with_profile, pixels, tiff::Block};

const SAMPLINGS: [SamplingFactor; 4] = [
    SamplingFactor::R_4_4_4,
    SamplingFactor::R_4_2_2,
    SamplingFactor::R_4_4_0,
    SamplingFactor::R_4_2_0,
];

/// Colours that change every few pixels: a colour plane that is off by one shows.
fn colourful(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x / 6 + y / 10) % 4 {
        0 => Rgb([220, 60, 60]),
        1 => Rgb([60, 180, 60]),
        2 => Rgb([60, 60, 220]),
        _ => Rgb([(x * 200 / width) as u8, (y * 200 / height) as u8, 128]),
    })
}

fn coded(picture: &RgbImage, quality: u8, sampling: SamplingFactor) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, quality);
    encoder.set_sampling_factor(sampling);
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    encoder
        .encode(picture, width, height, ColorType::Rgb)
        .unwrap();
    out
}

fn tagged(file: &[u8], orientation: u8) -> Vec<u8> {
    let tiff = Block {
        orientation: Some(u16::from(orientation)),
        ..Block::default()
    }
    .tiff();
    let length = (tiff.len() as u16 + 8).to_be_bytes();
    let (start, rest) = file.split_at(2);
    [start, &[0xff, 0xe1], &length, b"Exif\0\0", &tiff, rest].concat()
}

/// What EXIF says of each orientation, by another library's turns.
fn upright(stored: &RgbImage, orientation: u8) -> RgbImage {
    let right = |picture| imageops::rotate90(picture);
    match orientation {
        2 => imageops::flip_horizontal(stored),
        3 => imageops::rotate180(stored),
        4 => imageops::flip_vertical(stored),
        5 => imageops::flip_horizontal(&right(stored)),
        6 => right(stored),
        7 => imageops::flip_vertical(&right(stored)),
        8 => imageops::rotate270(stored),
        _ => stored.clone(),
    }
}

fn renditions(file: &[u8]) -> Vec<Rendition> {
    let renditions = analyse(file, &Limits::default()).unwrap().renditions;
    for rendition in &renditions {
        assert_eq!(verify(&rendition.jpeg), Ok(()));
        let shown = shown(rendition);
        assert_eq!(
            (shown.width(), shown.height()),
            (rendition.width, rendition.height)
        );
    }
    renditions
}

fn shown(rendition: &Rendition) -> RgbImage {
    pixels(&rendition.jpeg).unwrap().to_rgb8()
}

#[test]
fn every_orientation_and_sampling_keeps_colours_in_their_place() {
    for size in [(150, 94), (151, 94), (150, 95), (151, 95)] {
        let stored = colourful(size.0, size.1);
        for sampling in SAMPLINGS {
            let file = coded(&stored, 95, sampling);
            for orientation in 1..=8 {
                let turned = upright(&stored, orientation);
                // What coding alone costs: decode, turn every pixel, code again.
                let decoded = pixels(&file).unwrap().to_rgb8();
                let again = coded(&upright(&decoded, orientation), 80, SamplingFactor::R_4_2_0);
                let bound = difference(&pixels(&again).unwrap().to_rgb8(), &turned);
                let rendition = &renditions(&tagged(&file, orientation))[0];
                let found = difference(&shown(rendition), &turned);
                assert!(
                    found <= bound * 1.1 + 0.2,
                    "{size:?} {sampling:?} orientation {orientation}: {found:.2} over {bound:.2}"
                );
            }
        }
    }
}

#[test]
fn scaled_pictures_are_upright_on_odd_sizes() {
    // 2000 x 1251 becomes 1600 x 1001; 3301 x 2203 is decoded at half its size.
    for (width, height, side) in [(2000, 1251, (1600, 1001)), (3301, 2203, (1600, 1068))] {
        let stored = support::picture(width, height);
        let file = coded(&stored, 92, SamplingFactor::R_4_2_0);
        let small = imageops::resize(&stored, side.0, side.1, imageops::FilterType::CatmullRom);
        for orientation in [1, 3, 6, 7] {
            let all = renditions(&tagged(&file, orientation));
            let expected = upright(&small, orientation);
            let found = difference(&shown(&all[0]), &expected);
            assert!(found < 2.5, "{width} x {height}, {orientation}: {found:.2}");
            let (wide, high) = (all[1].width, all[1].height);
            let smaller = imageops::resize(&expected, wide, high, imageops::FilterType::CatmullRom);
            let found = difference(&shown(&all[1]), &smaller);
            assert!(
                found < 5.0,
                "320 px, {width} x {height}, {orientation}: {found:.2}"
            );
        }
    }
}

#[test]
fn tiny_pictures_have_renditions() {
    for (width, height) in [
        (1, 1),
        (1, 2),
        (2, 1),
        (7, 3),
        (3, 7),
        (1, 17),
        (33, 1),
        (16, 8),
    ] {
        let stored = RgbImage::from_pixel(width, height, Rgb([200, 80, 40]));
        for sampling in SAMPLINGS {
            let file = coded(&stored, 95, sampling);
            for orientation in 1..=8 {
                let turned = upright(&stored, orientation);
                for rendition in renditions(&tagged(&file, orientation)) {
                    let found = difference(&shown(&rendition), &turned);
                    let what = format!("{width} x {height} {sampling:?} {orientation}");
                    assert!(found < 4.0, "{what}: {found:.2}");
                }
            }
        }
    }
}

#[test]
fn grey_stays_grey() {
    for (width, height) in [(301, 203), (2001, 1001), (5, 1)] {
        let stored = DynamicImage::from(support::picture(width, height)).to_luma8();
        let mut file = Vec::new();
        Encoder::new(&mut file, 92)
            .encode(&stored, width as u16, height as u16, ColorType::Luma)
            .unwrap();
        for orientation in [1, 3, 6] {
            for rendition in renditions(&tagged(&file, orientation)) {
                let shown = shown(&rendition);
                let grey = shown.pixels().all(|p| p.0[0] == p.0[1] && p.0[1] == p.0[2]);
                assert!(grey, "{width} x {height}, {orientation}");
            }
        }
    }
}

#[test]
fn wide_gamut_pictures_are_shown_in_srgb() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    // Display P3 and what it is in sRGB, by the published matrices and the common tone curve.
    let colours = [
        ([200, 100, 100], [215, 93, 97]),
        ([100, 160, 100], [78, 162, 93]),
        ([128, 128, 128], [128, 128, 128]),
        ([90, 100, 180], [88, 100, 186]),
    ];
    for (wide, expected) in colours {
        for (width, height) in [(64, 48), (1700, 901)] {
            let stored = RgbImage::from_pixel(width, height, Rgb(wide));
            let mut png = std::io::Cursor::new(Vec::new());
            DynamicImage::from(stored.clone())
                .write_to(&mut png, ImageFormat::Png)
                .unwrap();
            for file in [
                coded(&stored, 95, SamplingFactor::R_4_2_0),
                png.into_inner(),
            ] {
                let analysis = analyse(&with_profile(&file, &profile), &Limits::default()).unwrap();
                // The clean file keeps its numbers and says what they mean.
                assert!(
                    pixels(&analysis.clean).unwrap().to_rgb8() == pixels(&file).unwrap().to_rgb8()
                );
                for rendition in &analysis.renditions {
                    let target =
                        RgbImage::from_pixel(rendition.width, rendition.height, Rgb(expected));
                    let found = difference(&shown(rendition), &target);
                    assert!(found < 3.0, "{wide:?} {width}: {found:.2}");
                }
            }
        }
    }
}
