//! Every way to code a JPEG: what is put into it goes, bytes behind its coded data go, and the
//! pixels stay the same.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use jaga_imaging::{Limits, Method, RefusalCode, Stripped, analyse, strip, strip_exact, verify};
use proptest::prelude::*;
use support::{
    SECRET,
    containers::{ALL, Carrier, into_jpeg, jpeg_places},
    leaks, pixels,
    variants::{behind_coded_data, variants},
};

/// Pixels by a decoder that is not the one under test; `None` where it can't read the coding.
fn others_pixels(bytes: &[u8]) -> Option<image::DynamicImage> {
    image::load_from_memory_with_format(bytes, image::ImageFormat::Jpeg).ok()
}

fn checked(clean: &Stripped, original: &[u8], name: &str) {
    assert!(!leaks(&clean.bytes), "{name} leaks");
    assert_eq!(verify(&clean.bytes), Ok(()), "{name}");
    assert_eq!(clean.method, Method::Lossless, "{name}");
    assert!(
        pixels(&clean.bytes) == pixels(original),
        "{name}: pixels changed"
    );
    assert!(
        others_pixels(&clean.bytes) == others_pixels(original),
        "{name}: pixels changed for another decoder"
    );
    let again = strip_exact(&clean.bytes, &Limits::default()).unwrap();
    assert_eq!(again.bytes, clean.bytes, "{name}: not idempotent");
    assert_eq!(again.removed, [], "{name}");
}

#[test]
fn every_variant_is_kept_losslessly_and_shown() {
    for (name, file) in variants() {
        let clean = strip_exact(&file, &Limits::default()).unwrap();
        checked(&clean, &file, name);
        let analysis = analyse(&file, &Limits::default()).unwrap();
        assert!(!analysis.facts.damaged, "{name}");
        assert_eq!(analysis.clean, clean.bytes, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_put_into_any_variant_survives(
        which in 0..64_usize,
        carriers in prop::collection::vec((prop::sample::select(&ALL[..]), 0..64_usize), 0..6),
        slack in prop::collection::vec((0..64_usize, prop::collection::vec(any::<u8>(), 1..24)), 0..4),
    ) {
        let variants = variants();
        let (name, original) = &variants[which % variants.len()];
        // Where arithmetic coding ends is not followed: see the test of that.
        let slack = if name.starts_with("arithmetic") { Vec::new() } else { slack };
        let dirty = behind_coded_data(original, &slack);
        let dirty = into_jpeg(&dirty, &carriers);
        let clean = strip_exact(&dirty, &Limits::default()).unwrap();
        checked(&clean, original, name);
        // The worker's clean file is the tool's.
        let seen = analyse(&dirty, &Limits::default()).unwrap();
        prop_assert!(seen.clean == clean.bytes, "{}: analysed, another file", name);
        prop_assert_eq!(&seen.facts.removed, &clean.removed);
        let turned = carriers.iter().any(|carrier| carrier.0 == Carrier::Exif);
        prop_assert_eq!(clean.orientation, if turned { 6 } else { 1 });
        let bare = strip(original, &Limits::default()).unwrap();
        prop_assert_eq!(pictures(&clean.bytes), pictures(&bare.bytes));
    }
}

/// What decides the pixels of a file: everything but application segments.
fn pictures(file: &[u8]) -> Vec<&[u8]> {
    let mut ends = jpeg_places(file);
    ends.push(file.len());
    ends.windows(2)
        .map(|pair| &file[pair[0]..pair[1]])
        .filter(|part| !(0xe0..=0xef).contains(&part[1]))
        .collect()
}

/// Whether the picture is read again once it was encoded again must not hang on how long the files are.
#[test]
fn a_fresh_file_as_long_as_the_one_before_is_the_one_that_is_shown() {
    let limits = Limits::default();
    let all = variants();
    for (name, file) in all.iter().filter(|it| it.0.starts_with("arithmetic")) {
        let filled = |count: usize| behind_coded_data(file, &[(usize::MAX, vec![1; count])]);
        let kept = |count: usize| strip(&filled(count), &limits).unwrap().bytes.len();
        let fresh = strip_exact(&filled(64), &limits).unwrap();
        let count = fresh.bytes.len() - kept(0);
        let seen = analyse(&filled(count), &limits).unwrap();
        assert_eq!(
            (seen.clean.len(), seen.facts.method),
            (kept(count), Method::Reencoded),
            "{name}"
        );
        let again = analyse(&seen.clean, &limits).unwrap();
        assert_eq!(seen.facts.fingerprint, again.facts.fingerprint, "{name}");
        for (one, other) in seen.renditions.iter().zip(&again.renditions) {
            assert!(one.jpeg == other.jpeg, "{name}: {}", one.width);
        }
    }
}

#[test]
fn analysis_notices_what_the_codec_skips() {
    for (name, file) in variants() {
        let dirty = behind_coded_data(&file, &[(usize::MAX, [SECRET, SECRET].concat())]);
        let analysis = analyse(&dirty, &Limits::default()).unwrap();
        assert!(!leaks(&analysis.clean), "{name} leaks");
        let named = |it: &jaga_imaging::Removed| it.carrier == "slack";
        assert!(analysis.facts.removed.iter().any(named), "{name}");
        let expected = if name.starts_with("arithmetic") {
            Method::Reencoded
        } else {
            assert_eq!(
                analysis.clean,
                strip(&file, &Limits::default()).unwrap().bytes
            );
            Method::Lossless
        };
        assert_eq!(analysis.facts.method, expected, "{name}");
    }
}

#[test]
fn tables_that_no_scan_uses_go() {
    let (_, file) = variants().swap_remove(0);
    let mut table = vec![0xff, 0xdb, 0, 67, 3];
    table.extend(SECRET.iter().cycle().take(64));
    let mut codes = vec![0xff, 0xc4, 0, 19 + 11, 0x13];
    codes.extend([0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0]);
    codes.extend(SECRET);
    for (at, extra) in [
        (2, &table),
        (2, &codes),
        (file.len() - 2, &table),
        (2, &vec![0xff, 0xdd, 0, 4, 83, 69]),
    ] {
        let dirty = [&file[..at], extra, &file[at..]].concat();
        // An interval that another one replaces before the scan starts.
        let dirty = if extra[1] == 0xdd {
            [&dirty[..8], &[0xff, 0xdd, 0, 4, 0, 0], &dirty[8..]].concat()
        } else {
            dirty
        };
        let clean = strip(&dirty, &Limits::default()).unwrap();
        checked(&clean, &file, "unused table");
        assert!(clean.removed.iter().any(|it| it.carrier == "unused_table"));
    }
}

#[test]
fn what_no_decoder_shows_is_refused_clearly() {
    let (_, file) = variants().swap_remove(0);
    let sof = jpeg_places(&file)
        .into_iter()
        .find(|at| file[at + 1] == 0xc0)
        .unwrap();
    let with = |offset: usize, value: u8| {
        let mut file = file.clone();
        file[sof + offset] = value;
        strip(&file, &Limits::default()).unwrap_err().code
    };
    assert_eq!(with(4, 12), RefusalCode::UnsupportedFormat, "12 bits");
    for process in [0xc5, 0xc7, 0xcb, 0xcd] {
        assert_eq!(with(1, process), RefusalCode::UnsupportedFormat);
    }
}

#[test]
fn a_height_that_comes_late_moves_into_the_frame() {
    let (_, file) = variants().swap_remove(0);
    let places = jpeg_places(&file);
    let sof = places.iter().find(|at| file[**at + 1] == 0xc0).unwrap();
    let end = places.last().unwrap();
    let height = [file[sof + 5], file[sof + 6]];
    let mut late = file.clone();
    late.splice(*end..*end, [0xff, 0xdc, 0, 4, height[0], height[1]]);
    late[sof + 5..sof + 7].fill(0);
    let clean = strip_exact(&late, &Limits::default()).unwrap();
    checked(&clean, &file, "late height");
}

#[test]
fn an_adobe_marker_says_only_the_transform() {
    let (_, file) = variants().into_iter().find(|it| it.0 == "ycck").unwrap();
    let at = memchr::memmem::find(&file, b"Adobe").unwrap();
    let mut dirty = file.clone();
    dirty[at + 5..at + 11].copy_from_slice(b"SECRET");
    let clean = strip(&dirty, &Limits::default()).unwrap();
    assert!(memchr::memmem::find(&clean.bytes, b"SECRET").is_none());
    checked(&clean, &file, "ycck");
}

/// Puts restart markers, each with bytes after it, behind the coded data of a one-scan file.
fn with_restarts(file: &[u8], codes: impl Iterator<Item = u8>) -> Vec<u8> {
    let (picture, end) = file.split_at(file.len() - 2);
    let more = codes.flat_map(|code| [&[0xff, code][..], SECRET].concat());
    [picture, &more.collect::<Vec<u8>>(), end].concat()
}

#[test]
fn restart_markers_beyond_the_last_interval_are_cut_and_never_pass() {
    let restarts = |file: &[u8]| {
        let pairs = file.windows(2);
        pairs
            .filter(|p| p[0] == 0xff && (0xd0..=0xd7).contains(&p[1]))
            .count()
    };
    let mut seen = 0;
    for (name, file) in variants() {
        let clean = strip(&file, &Limits::default()).unwrap().bytes;
        let before = restarts(&clean);
        // Multi-scan files have their last scan's markers only: count what the frame leaves room for.
        let flood = with_restarts(&clean, (before..before + 40).map(|n| 0xd0 + (n % 8) as u8));
        assert!(verify(&flood).is_err(), "{name}: a flood passes");
        let Ok(stripped) = strip(&flood, &Limits::default()) else {
            continue;
        };
        assert!(!leaks(&stripped.bytes), "{name} leaks");
        if stripped.method == Method::Lossless && before > 0 {
            assert_eq!(stripped.bytes, clean, "{name}");
            seen += 1;
        }
        let astray = with_restarts(&clean, [0xd5; 40].into_iter());
        if let Ok(stripped) = strip(&astray, &Limits::default()) {
            assert!(!leaks(&stripped.bytes), "{name} leaks");
        }
    }
    assert!(seen > 0, "no variant has restart markers");
}

/// Found by fuzzing: decoders go on at the next restart marker, so cutting the file here would show
/// another picture than before.
#[test]
fn a_marker_between_intervals_never_cuts_the_picture() {
    let mut seen = 0;
    for (name, file) in variants() {
        let starts = file.windows(2).position(|pair| pair == [0xff, 0xd1]);
        let Some(at) = starts.filter(|_| name.contains("restarts")) else {
            continue;
        };
        // Within the coded data of the third interval: a code that no decoder knows, and one that all skip.
        for code in [0x12, 0xfe] {
            let mut broken = file.clone();
            broken.splice(at + 4..at + 4, [0xff, code, 0, 2]);
            let refused = strip(&broken, &Limits::default()).unwrap_err();
            assert_eq!(refused.code, RefusalCode::Damaged, "{name} {code:#x}");
            seen += 1;
        }
        // One that ends here shows the same before and after.
        let ended = [&file[..at], &[0xff, 0xd9]].concat();
        let clean = strip(&ended, &Limits::default()).unwrap();
        assert_eq!(clean.method, Method::Lossless, "{name}");
        assert!(pixels(&clean.bytes) == pixels(&ended), "{name}");
    }
    assert_eq!(seen, 4, "not every variant with restart markers was there");
}
