//! A second compression shows in the spread of coefficients; one alone does not.
#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::print_stderr, reason = "prints what it measured")]

mod support;

use jaga_imaging::{DoubleCompression, Limits, read_evidence};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// A scene with texture of all strengths, as photos have; the seed is fixed.
fn scene(width: u32, height: u32) -> image::RgbImage {
    let smooth = support::picture(width, height);
    let mut state = 0x9e37_79b9_u32;
    image::RgbImage::from_fn(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (state >> 24) as f32 / 255.0 - 0.5;
        let (u, v) = (x as f32, y as f32);
        // Strength changes over the picture, so that coefficients of all sizes come about.
        let strength = 6.0 + 50.0 * (u / width as f32) * (v / height as f32);
        let wave = (u * 0.41 + v * 0.13).sin() * (v * 0.37 - u * 0.05).cos();
        let own = strength * (0.7 * wave + 0.6 * grain);
        smooth
            .get_pixel(x, y)
            .0
            .map(|it| (f32::from(it) * 0.7 + 40.0 + own) as u8)
            .into()
    })
}

fn coded(picture: &image::RgbImage, quality: u8, restarts: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    if restarts {
        encoder.set_restart_interval(40);
    }
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    encoder
        .encode(picture, width, height, ColorType::Rgb)
        .unwrap();
    out
}

fn figures(file: &[u8]) -> DoubleCompression {
    let evidence = read_evidence(file, &Limits::default());
    evidence.coding.present().unwrap().double.unwrap()
}

#[test]
fn one_compression_is_even_and_two_are_not() {
    let picture = scene(1600, 1200);
    for quality in [60, 75, 85, 92, 95] {
        for restarts in [false, true] {
            let once = figures(&coded(&picture, quality, restarts));
            eprintln!("once at {quality}: {once:?}");
            assert!(
                once.unevenness < 15 && once.blocks > 1000,
                "{quality}: {once:?}"
            );
        }
    }
    for (first, second) in [(60, 90), (70, 95), (75, 92), (85, 95), (80, 90)] {
        let decoded = support::pixels(&coded(&picture, first, false))
            .unwrap()
            .into_rgb8();
        let twice = figures(&coded(&decoded, second, false));
        eprintln!("at {first}, then at {second}: {twice:?}");
        assert!(twice.unevenness > 25, "{first}, {second}: {twice:?}");
    }
    // What can't be told: a coarser second compression hides much of the first.
    for (first, second) in [(90, 75), (95, 85), (85, 85)] {
        let decoded = support::pixels(&coded(&picture, first, false))
            .unwrap()
            .into_rgb8();
        let twice = figures(&coded(&decoded, second, false));
        eprintln!("at {first}, then at {second}: {twice:?}");
    }
}
