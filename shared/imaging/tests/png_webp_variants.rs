//! Every kind of PNG and WebP: what is put into it goes, also behind pixels, and pixels stay.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use jaga_imaging::{Limits, Method, RefusalCode, Stripped, strip, verify};
use proptest::prelude::*;
use support::{
    SECRET,
    containers::{ALL, into_png, riff_chunk},
    leaks, pixels,
    pngs::{KINDS, made},
    webps::{ANIMATED, LOSSY, LOSSY_ALPHA},
};

fn checked(dirty: &[u8], original: &[u8]) -> Stripped {
    let clean = strip(dirty, &Limits::default()).unwrap();
    assert!(!leaks(&clean.bytes), "the secret is still there");
    assert_eq!(verify(&clean.bytes), Ok(()));
    assert_eq!(clean.method, Method::Lossless);
    let (before, after) = (pixels(original).unwrap(), pixels(&clean.bytes).unwrap());
    assert!(before == after, "pixels changed");
    let again = strip(&clean.bytes, &Limits::default()).unwrap();
    assert_eq!((again.bytes, again.removed), (clean.bytes.clone(), vec![]));
    clean
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_put_into_any_png_survives(
        kind in prop::sample::select(&KINDS[..]),
        interlaced: bool,
        tail in prop::collection::vec(any::<u8>(), 0..40),
        carriers in prop::collection::vec((prop::sample::select(&ALL[..]), 0..64_usize), 0..6),
    ) {
        let original = made(kind, interlaced, 0, b"");
        let dirty = into_png(&made(kind, interlaced, 0, &tail), &carriers);
        let clean = checked(&dirty, &original);
        let listed = clean.removed.iter().find(|it| it.carrier == "pixel_tail");
        prop_assert_eq!(listed.map_or(0, |it| it.bytes), tail.len() as u64);
    }
}

#[test]
fn a_filter_that_does_not_exist_is_refused() {
    for kind in KINDS {
        for interlaced in [false, true] {
            checked(
                &made(kind, interlaced, 4, b""),
                &made(kind, interlaced, 4, b""),
            );
            let refused = strip(&made(kind, interlaced, 5, b""), &Limits::default()).unwrap_err();
            assert_eq!(refused.code, RefusalCode::Damaged);
        }
    }
}

fn webp(hex_digits: &str) -> Vec<u8> {
    hex::decode(hex_digits).unwrap()
}

/// A file of the extended layout with a chunk changed, and its size set right.
fn changed(file: &[u8], kind: [u8; 4], change: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut out = file[..12].to_vec();
    let mut at = 12;
    while at < file.len() {
        let name = *file[at..].first_chunk::<4>().unwrap();
        let length = u32::from_le_bytes(*file[at + 4..].first_chunk().unwrap()) as usize;
        let body = &file[at + 8..at + 8 + length];
        let body = if name == kind {
            change(body)
        } else {
            body.to_vec()
        };
        out.extend(riff_chunk(name, &body));
        at += 8 + length.next_multiple_of(2);
    }
    let size = (out.len() as u32 - 8).to_le_bytes();
    out[4..8].copy_from_slice(&size);
    out
}

#[test]
fn spare_bits_and_bytes_of_webp_go() {
    for file in [LOSSY, LOSSY_ALPHA, ANIMATED].map(webp) {
        checked(&file, &file);
        let trailing = [file.as_slice(), SECRET].concat();
        checked(&trailing, &file);
    }
    let file = webp(LOSSY_ALPHA);
    let reserved = changed(&file, *b"ALPH", |body| {
        [&[body[0] | 0xc0], &body[1..]].concat()
    });
    assert_ne!(reserved, file);
    assert_eq!(checked(&reserved, &file).bytes, checked(&file, &file).bytes);
    let raw = |tail: &'static [u8]| {
        changed(&file, *b"ALPH", move |_| {
            [&[0], [77; 120].as_slice(), tail].concat()
        })
    };
    let clean = checked(&raw(SECRET), &raw(b""));
    assert_eq!(clean.bytes, checked(&raw(b""), &raw(b"")).bytes);
    assert!(clean.removed.iter().any(|it| it.carrier == "slack"));
    let header = changed(&file, *b"VP8X", |body| {
        [&[body[0], 0x5e, 0xc1, 7], &body[4..]].concat()
    });
    assert_eq!(checked(&header, &file).bytes, checked(&file, &file).bytes);
    // The byte that makes a chunk's length even.
    let mut padded = file.clone();
    let at = memchr::memmem::find(&file, b"ALPH").unwrap();
    padded[at + 8 + 13] = 0x7f;
    assert_eq!(checked(&padded, &file).bytes, checked(&file, &file).bytes);
}
