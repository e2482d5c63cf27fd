//! The oracle is libjpeg-turbo: what is decoded here must be its answer to the byte.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may fail"
)]

mod damaged;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

use super::{super::jpeg, *};

/// A picture of flat parts, edges, waves and noise.
fn pixels(width: u16, height: u16, noise: u32) -> Vec<u8> {
    let mut state = 0x2545_f491_u32;
    let mut out = Vec::new();
    for (y, x) in (0..u32::from(height)).flat_map(|y| (0..u32::from(width)).map(move |x| (y, x))) {
        for channel in 0..3 {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let wave = 60.0 * (x as f32 / (3.0 + channel as f32) + y as f32 / 11.0).sin();
            let patch = if (x / 24 + y / 40) % 3 == 0 {
                0.0
            } else {
                wave
            };
            let edge = if x + 2 * y > 70 + 30 * channel {
                190.0
            } else {
                40.0
            };
            let noise = (state % (noise + 1)) as f32;
            out.push((edge + patch + noise) as u8);
        }
    }
    out
}

#[derive(Debug, Clone, Copy)]
struct Made {
    sides: (u16, u16),
    sampling: Option<SamplingFactor>,
    quality: u8,
    interval: u16,
    optimised: bool,
}

const SAMPLINGS: [Option<SamplingFactor>; 5] = [
    None,
    Some(SamplingFactor::R_4_4_4),
    Some(SamplingFactor::R_4_2_2),
    Some(SamplingFactor::R_4_4_0),
    Some(SamplingFactor::R_4_2_0),
];

fn made(it: Made) -> Vec<u8> {
    let pixels = pixels(it.sides.0, it.sides.1, u32::from(it.quality) / 2);
    if it.optimised {
        return by_libjpeg(it, &pixels);
    }
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, it.quality);
    if it.interval > 0 {
        encoder.set_restart_interval(it.interval);
    }
    let (samples, kind) = if let Some(sampling) = it.sampling {
        encoder.set_sampling_factor(sampling);
        (pixels, ColorType::Rgb)
    } else {
        (pixels.into_iter().step_by(3).collect(), ColorType::Luma)
    };
    encoder
        .encode(&samples, it.sides.0, it.sides.1, kind)
        .unwrap();
    out
}

/// With Huffman tables made for the picture, which the other encoder writes only in several scans,
/// and without intervals.
fn by_libjpeg(it: Made, pixels: &[u8]) -> Vec<u8> {
    let subsamp = match it.sampling {
        None => Subsamp::Gray,
        Some(SamplingFactor::R_4_4_4) => Subsamp::None,
        Some(SamplingFactor::R_4_2_2) => Subsamp::Sub2x1,
        Some(SamplingFactor::R_4_4_0) => Subsamp::Sub1x2,
        _ => Subsamp::Sub2x2,
    };
    let mut codec = Compressor::new().unwrap();
    codec.set_quality(it.quality.into()).unwrap();
    codec.set_subsamp(subsamp).unwrap();
    codec.set_optimize(true).unwrap();
    let (width, height) = (usize::from(it.sides.0), usize::from(it.sides.1));
    let (pitch, format) = (3 * width, PixelFormat::RGB);
    let image = Image {
        pixels,
        width,
        pitch,
        height,
        format,
    };
    codec.compress_to_vec(image).unwrap()
}

/// Our answer, held against the other one for every size; `None` where there is none.
fn checked(file: &[u8]) -> Option<Decoded> {
    let limits = Limits::default();
    let long = crate::jpeg::frame(file, &limits).map(|it| it.width.max(it.height))?;
    let mut last = None;
    for part in FACTORS {
        let enough = long.div_ceil(part);
        let ours = planes(file, enough, &limits);
        let Some(Decoded::Planes {
            planes,
            full,
            intact,
            slack,
            told: true,
        }) = &ours
        else {
            continue;
        };
        let theirs = jpeg::planes(file, enough, &limits);
        let Ok(Some(Decoded::Planes {
            planes: want,
            full: size,
            intact: whole,
            slack: more,
            told: false,
        })) = theirs
        else {
            panic!("only decoded here: {theirs:?}");
        };
        assert_eq!((*full, *intact), (size, whole));
        assert!(*slack || !more, "slack went unnoticed");
        assert_eq!((planes.width, planes.height), (want.width, want.height));
        assert_eq!(planes.colour, want.colour);
        let differs = planes
            .samples
            .iter()
            .zip(&want.samples)
            .position(|(a, b)| a != b);
        assert_eq!(
            (differs, planes.samples.len()),
            (None, want.samples.len()),
            "1/{part}"
        );
        last = ours;
    }
    last
}

#[test]
fn every_sampling_quality_size_and_interval_comes_out_as_libjpeg_has_it() {
    let sides = [
        (3, 1),
        (8, 8),
        (17, 9),
        (16, 33),
        (47, 100),
        (130, 75),
        (259, 20),
    ];
    for sampling in SAMPLINGS {
        for quality in [30, 55, 75, 92, 98, 100] {
            for (sides, interval) in sides.iter().zip([0, 1, 3, 0, 7, 2, 5]) {
                for optimised in [false, true] {
                    let how = Made {
                        sides: *sides,
                        sampling,
                        quality,
                        interval,
                        optimised,
                    };
                    let slack = checked(&made(how)).map(|it| it.slack());
                    assert_eq!(slack, Some(false), "{how:?}");
                }
            }
        }
    }
}

#[test]
fn what_is_coded_otherwise_is_left_to_others() {
    let pixels = pixels(64, 48, 20);
    let coded = |set: &dyn Fn(&mut Encoder<&mut Vec<u8>>)| {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, 80);
        set(&mut encoder);
        encoder.encode(&pixels, 64, 48, ColorType::Rgb).unwrap();
        out
    };
    assert!(checked(&coded(&|_| {})).is_some());
    assert!(checked(&coded(&|it| it.set_progressive(true))).is_none());
    assert!(checked(&coded(&|it| it.set_sampling_factor(SamplingFactor::R_4_1_1))).is_none());
    let whole = coded(&|_| {});
    let limits = Limits {
        max_pixels: 64 * 48 - 1,
        ..Limits::default()
    };
    assert!(planes(&whole, 32, &limits).is_none());
    assert!(planes(&whole, 32, &Limits::default()).is_some());
}

/// All files below a folder.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn real_and_hostile_photos_come_out_as_libjpeg_has_them() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the collection's place is the tester's choice"
    )]
    let named = std::env::var_os("JAGA_SHARED").map(std::path::PathBuf::from);
    let sibling = || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let root = named.unwrap_or_else(sibling).join("photos");
    let (mut seen, mut decoded) = (0, 0);
    for path in files(&root) {
        let bytes = std::fs::read(&path).unwrap();
        if bytes.starts_with(&[0xff, 0xd8]) {
            seen += 1;
            decoded += u32::from(checked(&bytes).is_some());
        }
    }
    if seen == 0 {
        return eprintln!("skipped: no photo collection");
    }
    assert!(2 * decoded > seen, "only {decoded} of {seen} were decoded");
}
