//! The oracle is libjpeg-turbo: what is decoded here must be its answer to the byte.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may fail"
)]

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use proptest::{collection::vec, prelude::*};
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

/// Where the coded data starts.
fn coded_from(file: &[u8]) -> usize {
    let at = memchr::memmem::find(file, &[0xff, 0xda]).unwrap();
    at + 2 + usize::from(file[at + 3])
}

#[test]
fn every_byte_of_slack_is_told() {
    let how = Made {
        sides: (90, 70),
        sampling: SAMPLINGS[4],
        quality: 85,
        interval: 4,
        optimised: false,
    };
    for interval in [0, 4] {
        let file = made(Made { interval, ..how });
        let Some(Decoded::Planes {
            planes,
            slack: false,
            ..
        }) = checked(&file)
        else {
            panic!("not decoded, or slack where there is none");
        };
        let from = coded_from(&file);
        let marker = |at: &usize| file[*at] == 0xff && file[at + 1] != 0;
        let places: Vec<usize> = (from..file.len() - 1).filter(marker).collect();
        assert_eq!(places.len() > 1, interval > 0);
        for place in [places[0], *places.last().unwrap()] {
            for length in [1, 2, 3, 7, 8, 30, 1500, 14_000] {
                let mut longer = file.clone();
                longer.splice(place..place, vec![0x5a; length]);
                let Some(Decoded::Planes {
                    planes: same,
                    slack,
                    ..
                }) = checked(&longer)
                else {
                    panic!("{length} bytes at {place}: not decoded");
                };
                assert!(
                    slack && same.samples == planes.samples,
                    "{length} bytes at {place}"
                );
            }
        }
    }
}

#[test]
fn a_marker_that_is_missing_or_wrong_is_no_clean_file() {
    let how = Made {
        sides: (90, 70),
        sampling: SAMPLINGS[4],
        quality: 85,
        interval: 2,
        optimised: false,
    };
    let file = made(how);
    let from = coded_from(&file);
    for at in (from..file.len() - 1).filter(|at| file[*at] == 0xff && file[at + 1] != 0) {
        let mut wrong = file.clone();
        wrong[at + 1] ^= 1;
        assert!(checked(&wrong).is_none());
        let mut less = file.clone();
        less.drain(at..at + 2);
        assert!(checked(&less).is_none());
        assert!(checked(&file[..at]).is_none());
        let mut more = file.clone();
        more.splice(at..at, [0xff, 0xd9]);
        assert!(checked(&more).is_none());
    }
    let followed = [file.as_slice(), &[0]].concat();
    assert!(checked(&followed).is_none());
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// Whatever happened to a file: libjpeg's answer, or none.
    #[test]
    fn a_mutated_file_is_decoded_as_libjpeg_does_or_not_at_all(
        sampling in 0..SAMPLINGS.len(),
        quality in 30..100_u8,
        interval in 0..4_u16,
        sides in (1..70_u16, 1..70_u16),
        optimised in any::<bool>(),
        anywhere in any::<bool>(),
        flips in vec((any::<prop::sample::Index>(), 0..8_u8), 0..4),
        insert in prop::option::weighted(0.3, (any::<prop::sample::Index>(), vec(any::<u8>(), 1..5))),
        marker in prop::option::weighted(0.2, (any::<prop::sample::Index>(), 0xc0..=0xff_u8)),
        cut in prop::option::weighted(0.2, (any::<prop::sample::Index>(), 1..9_usize)),
    ) {
        let sampling = SAMPLINGS[sampling];
        let mut file = made(Made { sides, sampling, quality, interval, optimised });
        let from = if anywhere { 2 } else { coded_from(&file) };
        for (place, bit) in flips {
            let at = from + place.index(file.len() - from);
            file[at] ^= 1 << bit;
        }
        if let Some((place, bytes)) = insert {
            let at = from + place.index(file.len() - from);
            file.splice(at..at, bytes);
        }
        if let Some((place, code)) = marker {
            let at = from + place.index(file.len() - from);
            file.splice(at..at, [0xff, code]);
        }
        if let Some((place, length)) = cut {
            let at = from + place.index(file.len() - from);
            file.drain(at..(at + length).min(file.len()));
        }
        checked(&file);
    }
}
