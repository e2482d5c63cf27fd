//! Photos that other people made, and files that want to hurt. Skipped where they are not there.
#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::print_stderr, reason = "says what was skipped")]

mod support;

use std::{collections::HashMap, path::Path};

use jaga_imaging::{
    Format, Limits, Method, Pdq, Reading, RefusalCode, analyse, read_evidence, sniff, strip,
    strip_exact, verify,
};
use support::{collection, frames, leaks, pixels, rows};

fn handled(bytes: &[u8]) -> bool {
    matches!(
        sniff(bytes),
        Format::Jpeg | Format::Png | Format::Webp | Format::Gif | Format::Avif
    )
}

/// Formats whose pixels can't be kept as they are coded, and moving pictures of which only a still one could.
fn encoded_again(bytes: &[u8]) -> bool {
    let moves = bytes.get(8..12) == Some(b"avis") && memchr::memmem::find(bytes, b"moov").is_some();
    matches!(sniff(bytes), Format::Tiff | Format::Bmp | Format::Heif) || moves
}

fn list(root: &Path, name: &str) -> Vec<Vec<String>> {
    rows(&std::fs::read_to_string(root.join(name)).unwrap())
}

#[test]
fn real_photos_lose_everything_but_their_pixels() {
    let Some(root) = collection() else {
        return eprintln!("skipped: no photo collection");
    };
    let limits = Limits::default();
    let (mut clean_files, mut refused) = (0, Vec::new());
    for row in list(&root, "public/MANIFEST.tsv") {
        let bytes = std::fs::read(root.join("public").join(&row[0])).unwrap();
        match strip(&bytes, &limits) {
            Ok(clean) => {
                clean_files += 1;
                let again = encoded_again(&bytes);
                assert_eq!(clean.method == Method::Reencoded, again, "{}", row[0]);
                assert_eq!(verify(&clean.bytes), Ok(()), "{}", row[0]);
                let again = strip(&clean.bytes, &limits).unwrap();
                assert_eq!(again.bytes, clean.bytes, "{}", row[0]);
                assert_eq!(again.removed, [], "{}", row[0]);
                // Decoders differ in what they fill in where a file breaks off.
                let whole = cfg!(feature = "turbo") || !row[8].contains("no-eoi");
                let whole = whole && clean.method == Method::Lossless;
                if let Some(before) = frames(&bytes) {
                    assert!(frames(&clean.bytes) == Some(before), "{}", row[0]);
                }
                if let Some(before) = pixels(&bytes).filter(|_| whole) {
                    assert!(
                        pixels(&clean.bytes) == Some(before),
                        "pixels changed: {}",
                        row[0]
                    );
                }
            }
            Err(refusal) if handled(&bytes) => refused.push((row[0].clone(), refusal, bytes)),
            Err(refusal) if encoded_again(&bytes) => {
                refused.push((row[0].clone(), refusal, bytes));
            }
            Err(refusal) => assert!(
                matches!(
                    refusal.code,
                    RefusalCode::UnsupportedFormat | RefusalCode::NotAnImage | RefusalCode::Empty
                ),
                "{}: {refusal}",
                row[0]
            ),
        }
    }
    for (name, refusal, bytes) in refused {
        let large = refusal.code == RefusalCode::TooManyPixels;
        assert!(
            large || pixels(&bytes).is_none(),
            "{name} can be shown, but: {refusal}"
        );
    }
    assert!(clean_files > 100, "only {clean_files} photos were cleaned");
}

#[test]
fn real_photos_lose_what_lies_behind_their_coded_data() {
    let Some(root) = collection() else {
        return eprintln!("skipped: no photo collection");
    };
    let limits = Limits::default();
    let slack = |removed: &[jaga_imaging::Removed]| -> u64 {
        let of = |it: &&jaga_imaging::Removed| it.carrier == "slack";
        removed.iter().filter(of).map(|it| it.bytes).sum()
    };
    let (mut seen, mut found) = (0, 0);
    for row in list(&root, "public/MANIFEST.tsv") {
        let bytes = std::fs::read(root.join("public").join(&row[0])).unwrap();
        let (true, Ok(clean)) = (sniff(&bytes) == Format::Jpeg, strip(&bytes, &limits)) else {
            continue;
        };
        let exact = strip_exact(&bytes, &limits).unwrap();
        seen += 1;
        assert_eq!(exact.method, Method::Lossless, "{}", row[0]);
        assert!(
            pixels(&exact.bytes) == pixels(&clean.bytes),
            "pixels changed: {}",
            row[0]
        );
        let hidden = slack(&exact.removed);
        found += u32::from(hidden > 0);
        if let Ok(analysis) = analyse(&bytes, &limits) {
            assert!(analysis.clean == exact.bytes, "{}", row[0]);
            assert_eq!(analysis.facts.removed, exact.removed, "{}", row[0]);
        }
    }
    eprintln!("{seen} JPEG photos, {found} with slack");
    assert!(seen > 60, "only {seen} photos were read");
}

#[test]
fn hostile_files_neither_leak_nor_pass_where_they_must_not() {
    let Some(root) = collection() else {
        return eprintln!("skipped: no photo collection");
    };
    let limits = Limits::default();
    for row in list(&root, "hostile/MANIFEST.tsv") {
        let (name, expect) = (&row[0], row[1].as_str());
        let Ok(bytes) = std::fs::read(root.join("hostile").join(name)) else {
            continue;
        };
        let analysis = analyse(&bytes, &limits);
        if let Ok(analysis) = &analysis {
            assert!(!leaks(&analysis.clean), "{name} leaks");
            assert!(
                !leaks(serde_json::to_string(&analysis.facts).unwrap().as_bytes()),
                "{name}"
            );
            assert_eq!(verify(&analysis.clean), Ok(()), "{name}");
            assert!(
                analysis.renditions.iter().all(|it| !leaks(&it.jpeg)),
                "{name}"
            );
        }
        match (expect, &analysis) {
            ("reject", Ok(_)) => panic!("{name} was taken: {}", row[2]),
            ("strip", Err(refusal)) if handled(&bytes) || encoded_again(&bytes) => {
                panic!("{name} was not: {refusal}")
            }
            (_, Err(refusal)) => assert!(!leaks(refusal.to_string().as_bytes()), "{name}"),
            _ => {}
        }
    }
}

#[test]
fn positions_of_real_photos_are_those_that_exiftool_reads() {
    let Some(root) = collection() else {
        return eprintln!("skipped: no photo collection");
    };
    let mut compared = 0;
    for row in list(&root, "public/MANIFEST.tsv") {
        let bytes = std::fs::read(root.join("public").join(&row[0])).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&row[9]).unwrap();
        let number = |name: &str| expected["gps_composite"][name].as_f64();
        if !handled(&bytes) || !row[8].contains("GPS") {
            continue;
        }
        let gps = read_evidence(&bytes, &Limits::default()).gps;
        match (number("lat"), number("lon")) {
            (Some(0.0), Some(0.0)) => assert_eq!(gps.present(), None, "{}", row[0]),
            (Some(lat), Some(lon)) if lat.abs() <= 90.0 => {
                let Reading::Present(gps) = gps else {
                    panic!("{}: no position", row[0])
                };
                let near = (gps.lat - lat).abs() < 1e-5 && (gps.lon - lon).abs() < 1e-5;
                assert!(near, "{}: another position", row[0]);
                compared += 1;
            }
            _ => {}
        }
    }
    assert!(compared >= 10, "only {compared} positions were compared");
}

#[test]
fn times_of_real_photos_are_those_that_exiftool_reads() {
    let Some(root) = collection() else {
        return eprintln!("skipped: no photo collection");
    };
    let mut compared = 0;
    for row in list(&root, "public/MANIFEST.tsv") {
        let bytes = std::fs::read(root.join("public").join(&row[0])).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&row[9]).unwrap();
        let Some(taken) = expected["time"]["ExifIFD:DateTimeOriginal"].as_str() else {
            continue;
        };
        if !handled(&bytes) || taken.starts_with("0000") {
            continue;
        }
        let evidence = read_evidence(&bytes, &Limits::default());
        let Reading::Present(capture) = evidence.capture else {
            panic!("{}: no time", row[0]);
        };
        let read = capture.at.local.strftime("%Y:%m:%d %H:%M:%S").to_string();
        assert_eq!(read, taken, "{}", row[0]);
        compared += 1;
    }
    assert!(compared >= 40, "only {compared} times were compared");
}

#[test]
fn fingerprints_are_those_of_the_reference() {
    let Some(root) = collection() else {
        return eprintln!("skipped: no photo collection");
    };
    let mut worst: HashMap<u32, u32> = HashMap::new();
    for row in list(&root, "public/PDQ.tsv") {
        let bytes = std::fs::read(root.join("public").join(&row[0])).unwrap();
        let quality: u8 = row[2].parse().unwrap();
        let (Ok(analysis), Some(expected)) =
            (analyse(&bytes, &Limits::default()), Pdq::from_hex(&row[3]))
        else {
            continue;
        };
        // The reference shows transparent pixels in its own way.
        let clear = pixels(&bytes).is_none_or(|it| it.color().has_alpha());
        if quality < 80 || analysis.facts.damaged || clear {
            continue;
        }
        let distance = analysis.facts.fingerprint.pdq.distance(&expected);
        *worst.entry(distance).or_default() += 1;
        assert!(distance <= 10, "{}: {distance} bits", row[0]);
    }
    assert!(worst.values().sum::<u32>() >= 40, "{worst:?}");
}
