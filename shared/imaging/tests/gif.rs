//! A GIF loses everything but its frames, and its frames stay what they were.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use gif::{DecodeOptions, Encoder, Frame, Repeat};
use jaga_imaging::{Format, Limits, Method, Provenance, RefusalCode, Stripped, analyse};
use jaga_imaging::{Inspection, inspect, strip, verify};
use proptest::prelude::*;
use support::{SECRET, frames, gifs::moving, leaks};

fn repeats(bytes: &[u8]) -> Repeat {
    DecodeOptions::new().read_info(bytes).unwrap().repeat()
}

fn chain(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        out.push(part.len() as u8);
        out.extend_from_slice(part);
    }
    out.push(0);
    out
}

fn extension(label: u8, parts: &[&[u8]]) -> Vec<u8> {
    [vec![0x21, label], chain(parts)].concat()
}

/// Everything that is known to travel in GIFs, and what might.
fn carriers() -> Vec<Vec<u8>> {
    let xmp = [b"<x:xmpmeta ".as_slice(), SECRET, b"/>"].concat();
    let ramp: Vec<u8> = [1].into_iter().chain((0..=255).rev()).chain([0]).collect();
    vec![
        extension(0xfe, &[SECRET]),
        extension(0xfe, &[&[b'x'; 255], SECRET, &[b'y'; 255], SECRET]),
        extension(0x01, &[&[0; 12], SECRET]),
        [b"\x21\xff\x0bXMP DataXMP".as_slice(), &xmp, &ramp].concat(),
        extension(0xff, &[b"ICCRGBG1012", SECRET]),
        extension(0xff, &[b"C2PA_GIF\x01\0\0", SECRET]),
        extension(0xff, &[b"NETSCAPE2.0", b"\x02\0\0\0\0", SECRET]),
        extension(0xff, &[SECRET, SECRET]),
        extension(0x77, &[SECRET]),
        extension(0xf9, &[SECRET]),
        extension(0xff, &[]),
        vec![0, 0, 0],
    ]
}

/// Offsets where an extension may stand: before any block but a frame with its control.
fn places(file: &[u8]) -> Vec<usize> {
    let table = |packed: u8| {
        if packed & 0x80 == 0 {
            0
        } else {
            6 << (packed & 7)
        }
    };
    let mut at = 13 + table(file[10]);
    let (mut out, mut controlled) = (Vec::new(), false);
    loop {
        if !controlled {
            out.push(at);
        }
        controlled = file[at] == 0x21 && file[at + 1] == 0xf9;
        at += match file[at] {
            0x21 => 2,
            0x2c => 11 + table(file[at + 9]),
            _ => return out,
        };
        while file[at] != 0 {
            at += 1 + usize::from(file[at]);
        }
        at += 1;
    }
}

fn cleaned(dirty: &[u8], original: &[u8]) -> Stripped {
    let limits = Limits::default();
    let clean = strip(dirty, &limits).unwrap();
    assert!(!leaks(&clean.bytes), "the secret is still there");
    assert_eq!(
        (clean.format, clean.method),
        (Format::Gif, Method::Lossless)
    );
    assert_eq!(verify(&clean.bytes), Ok(()));
    assert!(frames(original).is_some(), "the original has no frames");
    assert_eq!(frames(&clean.bytes), frames(original), "frames changed");
    assert_eq!(repeats(&clean.bytes), repeats(original));
    let again = strip(&clean.bytes, &limits).unwrap();
    assert_eq!(
        again.bytes, clean.bytes,
        "stripping twice is not stripping once"
    );
    assert_eq!(again.removed, [], "the clean file still held something");
    clean
}

fn removed(clean: &Stripped, carrier: &str) -> u64 {
    let found = clean.removed.iter().find(|it| it.carrier == carrier);
    found.map_or(0, |it| it.bytes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_put_into_a_gif_survives(
        count in 1..7_u16,
        carriers in prop::collection::vec((prop::sample::select(carriers()), 0..64_usize), 0..8),
        trailer in prop::option::of(Just(SECRET)),
    ) {
        let original = moving(count);
        let places = places(&original);
        let mut inserts: Vec<_> = carriers
            .iter()
            .map(|(bytes, place)| (places[place % places.len()], bytes))
            .collect();
        inserts.sort_by_key(|insert| std::cmp::Reverse(insert.0));
        let mut dirty = original.clone();
        for (at, bytes) in inserts {
            dirty.splice(at..at, bytes.iter().copied());
        }
        dirty.extend_from_slice(trailer.unwrap_or_default());
        cleaned(&dirty, &original);
    }

    #[test]
    fn damage_never_panics_and_never_passes_unverified(
        places in prop::collection::vec((0..4096_usize, any::<u8>()), 1..6),
        cut in 0..4096_usize,
    ) {
        let mut file = moving(4);
        for (place, value) in places {
            let at = place % file.len();
            file[at] = value;
        }
        file.truncate(file.len().min(cut.max(6)));
        if let Ok(clean) = strip(&file, &Limits::default()) {
            prop_assert_eq!(verify(&clean.bytes), Ok(()));
            prop_assert_eq!(strip(&clean.bytes, &Limits::default()).unwrap().bytes, clean.bytes);
        }
    }
}

#[test]
fn every_place_of_every_carrier_is_cleared() {
    let original = moving(3);
    for carrier in carriers() {
        for place in places(&original) {
            let dirty = [&original[..place], &carrier, &original[place..]].concat();
            let clean = cleaned(&dirty, &original);
            let bytes: u64 = clean.removed.iter().map(|it| it.bytes).sum();
            assert!(bytes >= carrier.len() as u64, "went without a trace");
        }
    }
}

/// The single frame of a file, taken apart: all before its sub-blocks, its codes.
fn codes(file: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut at = *places(file).last().unwrap() - 1;
    while file[at] != 0x2c {
        at -= 1;
    }
    let start = at + 11;
    let (mut at, mut codes) = (start, Vec::new());
    while file[at] != 0 {
        let length = usize::from(file[at]);
        codes.extend_from_slice(&file[at + 1..at + 1 + length]);
        at += 1 + length;
    }
    (file[..start].to_vec(), codes)
}

fn rebuilt(head: &[u8], codes: &[u8], size: usize) -> Vec<u8> {
    let parts: Vec<&[u8]> = codes.chunks(size).collect();
    [head, &chain(&parts), &[0x3b]].concat()
}

/// A tiny still picture of four colours.
fn still() -> Vec<u8> {
    let mut out = Vec::new();
    let colours = [0, 0, 0, 250, 0, 0, 0, 250, 0, 9, 9, 9];
    let mut encoder = Encoder::new(&mut out, 6, 5, &colours).unwrap();
    let buffer: Vec<u8> = (0..30).map(|it| it / 2 % 3).collect();
    let frame = Frame {
        width: 6,
        height: 5,
        buffer: buffer.into(),
        ..Frame::default()
    };
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    out
}

#[test]
fn bytes_behind_the_last_pixel_go() {
    let original = still();
    let (head, codes) = codes(&original);
    let tail = [codes.as_slice(), SECRET].concat();
    let clean = cleaned(&rebuilt(&head, &tail, 255), &original);
    assert_eq!(removed(&clean, "pixel_tail"), SECRET.len() as u64);
    // In one byte each, and in sub-blocks of their own.
    assert_eq!(
        cleaned(&rebuilt(&head, &tail, 1), &original).bytes,
        clean.bytes
    );
    assert_eq!(
        cleaned(&rebuilt(&head, &codes, 3), &original).bytes,
        clean.bytes
    );
}

#[test]
fn colours_that_no_pixel_has_go() {
    let clean = cleaned(&still(), &still());
    assert_eq!(removed(&clean, "palette"), 3);
    assert_eq!(
        clean.bytes[13..25],
        [0, 0, 0, 250, 0, 0, 0, 250, 0, 0, 0, 0]
    );
}

#[test]
fn bits_without_a_meaning_are_set_to_one_value() {
    let original = still();
    let mut dirty = original.clone();
    // Bits a colour and sorted; the shape of a pixel.
    dirty[10] ^= 0x38;
    dirty[12] = 77;
    let frame = *places(&original).first().unwrap();
    let image = frame + if original[frame] == 0x21 { 8 } else { 0 };
    assert_eq!(original[image], 0x2c);
    dirty[image + 9] |= 0x38;
    dirty.splice(..6, *b"GIF87a");
    let clean = cleaned(&dirty, &original);
    assert_eq!(clean.bytes, cleaned(&original, &original).bytes);
}

#[test]
fn a_missing_trailer_is_put_back_but_missing_pixels_are_not() {
    let original = moving(3);
    let end = original.len() - 1;
    let clean = cleaned(&original[..end], &original);
    assert_eq!(clean.bytes, cleaned(&original, &original).bytes);
    for cut in [end - 9, end - 40, 60] {
        let refusal = strip(&original[..cut], &Limits::default()).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::Truncated, "cut at {cut}");
    }
}

#[test]
fn too_many_and_too_large_frames_are_refused_by_name() {
    let code = |bytes: &[u8], limits: &Limits| strip(bytes, limits).unwrap_err().code;
    let few = Limits {
        max_frames: 3,
        ..Limits::default()
    };
    assert_eq!(code(&moving(4), &few), RefusalCode::TooManyFrames);
    let small = Limits {
        max_pixels: 399,
        ..Limits::default()
    };
    assert_eq!(code(&moving(1), &small), RefusalCode::TooManyPixels);
    let parts = Limits {
        max_chunks: 3,
        ..Limits::default()
    };
    assert_eq!(code(&moving(4), &parts), RefusalCode::TooManyParts);
    // Forty frames on a canvas of 10,000 by 9,000 are more than anybody can show.
    let mut wide = moving(40);
    wide[6..10].copy_from_slice(&[0x10, 0x27, 0x28, 0x23]);
    assert_eq!(code(&wide, &Limits::default()), RefusalCode::InflatesTooFar);
}

#[test]
fn what_a_gif_says_about_itself_is_read_first() {
    let original = moving(2);
    let at = places(&original)[0];
    let ramp: Vec<u8> = [1].into_iter().chain((0..=255).rev()).chain([0]).collect();
    let packet = br#"<x exif:DateTimeOriginal="2024-05-14T08:30:05+07:00"
        exif:GPSLatitude="6,10.5S" exif:GPSLongitude="106,49.7E"
        d="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>"#;
    let xmp = [b"\x21\xff\x0bXMP DataXMP".as_slice(), packet, &ramp].concat();
    let seal = extension(0xff, &[b"C2PA_GIF\x01\0\0", b"jumb"]);
    let dirty = [&original[..at], &xmp, &seal, &original[at..]].concat();
    let Inspection {
        evidence,
        dimensions,
        format,
        ..
    } = inspect(&dirty, &Limits::default());
    assert_eq!((format, dimensions), (Format::Gif, Some((20, 20))));
    assert!(evidence.capture.present().is_some());
    assert!((evidence.gps.present().unwrap().lat + 6.175).abs() < 1e-6);
    assert_eq!(
        evidence.provenance,
        [Provenance::AiGenerated, Provenance::C2pa]
    );
    let analysis = analyse(&dirty, &Limits::default()).unwrap();
    let plain = analyse(&original, &Limits::default()).unwrap();
    assert_eq!(analysis.facts.evidence, evidence);
    assert_eq!(analysis.facts.pixel_digest, plain.facts.pixel_digest);
    assert_eq!(analysis.facts.fingerprint, plain.facts.fingerprint);
    assert_eq!((analysis.facts.width, analysis.renditions.len()), (20, 2));
    assert!(!analysis.facts.damaged);
}

#[test]
fn the_verifier_accepts_nothing_else() {
    let clean = strip(&moving(3), &Limits::default()).unwrap().bytes;
    for carrier in carriers() {
        for place in places(&clean) {
            let dirty = [&clean[..place], &carrier, &clean[place..]].concat();
            assert!(verify(&dirty).is_err(), "at {place}");
        }
    }
    assert!(verify(&[clean.as_slice(), b"x"].concat()).is_err());
    for cut in 0..clean.len() {
        assert!(verify(&clean[..cut]).is_err());
    }
}
