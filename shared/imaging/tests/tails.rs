//! Bytes behind the last bit of coded pixels: no decoder looks at them, and none of them stays.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use jaga_imaging::{Format, Limits, Method, analyse, strip, strip_exact, verify};
use support::{
    SECRET, encoded,
    heif::{AV1, Heif, tail_behind_tiles, tiled_item},
    leaks, pixels,
    webps::{ANIMATED, LOSSY, LOSSY_ALPHA, bytes, tailed},
};

/// One of each coding: lossy, lossless, with alpha, in frames.
fn webps() -> [Vec<u8>; 5] {
    let [lossy, alpha, animated] = [LOSSY, LOSSY_ALPHA, ANIMATED].map(bytes);
    let lossless = encoded(61, 47, image::ImageFormat::WebP);
    let size = [60, 0, 0, 46, 0, 0];
    let header = support::containers::riff_chunk(*b"VP8X", &[&[0; 4][..], &size].concat());
    let mut extended = [&lossless[..12], &header, &lossless[12..]].concat();
    let length = (extended.len() as u32 - 8).to_le_bytes();
    extended[4..8].copy_from_slice(&length);
    [lossy, alpha, animated, lossless, extended]
}

#[test]
fn what_stands_behind_a_webp_bitstream_goes_and_no_pixel_changes() {
    let limits = Limits::default();
    for plain in webps() {
        let sound = strip_exact(&plain, &limits).unwrap();
        assert_eq!((&sound.bytes, sound.removed), (&plain, vec![]));
        let one: &[u8] = &SECRET[..1];
        for tail in [one, SECRET, &SECRET.repeat(30), &[&[0; 9], SECRET].concat()] {
            for kind in [*b"VP8 ", *b"VP8L", *b"ALPH"] {
                let dirty = tailed(&plain, kind, tail);
                if dirty == plain {
                    continue;
                }
                // Copying sees nothing of it.
                assert_eq!(strip(&dirty, &limits).unwrap().bytes, dirty);
                let clean = strip_exact(&dirty, &limits).unwrap();
                assert_eq!(
                    (clean.format, clean.method),
                    (Format::Webp, Method::Lossless)
                );
                assert!(!leaks(&clean.bytes) && clean.bytes.len() <= plain.len());
                assert_eq!(verify(&clean.bytes), Ok(()));
                assert!(pixels(&clean.bytes) == pixels(&plain), "pixels changed");
                let [slack] = &clean.removed[..] else {
                    panic!("{:?}", clean.removed);
                };
                assert!(slack.carrier == "slack" && slack.bytes >= tail.len() as u64);
                let again = strip_exact(&clean.bytes, &limits).unwrap();
                assert_eq!((&again.bytes, again.removed), (&clean.bytes, vec![]));
                let seen = analyse(&dirty, &limits).unwrap();
                assert_eq!(seen.clean, clean.bytes);
                assert_eq!(seen.facts.removed, clean.removed);
            }
        }
    }
}

/// Spare bits of the last byte, too.
#[test]
fn a_lossless_webp_ends_with_its_last_bit() {
    let limits = Limits::default();
    let mut seen = 0;
    for width in 40..60 {
        let plain = encoded(width, 47, image::ImageFormat::WebP);
        let size = u32::from_le_bytes(*plain[16..].first_chunk().unwrap()) as usize;
        let mut odd = plain.clone();
        odd[20 + size - 1] |= 0x80;
        if odd != plain && pixels(&odd) == pixels(&plain) {
            let clean = strip_exact(&odd, &limits).unwrap();
            assert_eq!((clean.bytes, clean.removed[0].bytes), (plain, 1));
            seen += 1;
        }
    }
    assert!(seen > 5);
}

/// Coded data that breaks off can't be followed to its end: it is never handed out as checked.
#[test]
fn a_webp_that_can_not_be_followed_is_encoded_again_or_refused() {
    let limits = Limits::default();
    for plain in webps() {
        for kind in [*b"VP8 ", *b"VP8L", *b"ALPH"] {
            let short = support::webps::changed(&plain, kind, &|body| {
                body[..body.len() - body.len() / 3].to_vec()
            });
            if short == plain {
                continue;
            }
            match strip_exact(&short, &limits) {
                Ok(clean) => {
                    assert_eq!(clean.method, Method::Reencoded);
                    assert!(clean.removed.iter().any(|it| it.carrier == "slack"));
                }
                Err(refusal) => assert!(!refusal.detail.is_empty()),
            }
        }
    }
}

/// One picture, one with alpha, tiles of the file, tiles of the bitstream; each with these bytes behind the tiles of the
/// item of that number, or with none.
fn avifs(tail: &[u8]) -> Vec<Vec<u8>> {
    let single = Heif::new(true);
    let alpha = Heif::new(true).with_alpha();
    let mut all = Vec::new();
    for (file, items) in [(single, 0..1), (alpha, 0..2), (Heif::grid(), 1..5)] {
        for item in items {
            let mut odd = file.clone();
            odd.items[item].data = tail_behind_tiles(AV1, tail);
            all.push(odd.write());
        }
    }
    for first in [true, false] {
        let mut tiles = Heif::new(true);
        tiles.items[0] = tiled_item(tail, first);
        all.push(tiles.write());
    }
    all
}

#[test]
fn an_avif_with_bytes_behind_any_of_its_tiles_is_encoded_again() {
    let limits = Limits::default();
    let plain = avifs(b"");
    for file in &plain {
        let copied = strip(file, &limits).unwrap();
        assert_eq!(strip_exact(file, &limits).unwrap(), copied);
        assert_eq!(copied.method, Method::Lossless);
        assert_eq!(analyse(file, &limits).unwrap().clean, copied.bytes);
    }
    // Zeros say nothing, and the standard allows them.
    for file in avifs(&[0; 3]) {
        let clean = strip_exact(&file, &limits).unwrap();
        assert_eq!(clean.method, Method::Lossless);
    }
    let one: &[u8] = &SECRET[..1];
    for tail in [one, b"\x80", SECRET, &[&[0; 9], SECRET].concat()] {
        for (file, plain) in avifs(tail).iter().zip(&plain) {
            assert_ne!(file, plain);
            assert_eq!(strip(file, &limits).unwrap().method, Method::Lossless);
            let clean = strip_exact(file, &limits).unwrap();
            assert_eq!(
                (clean.format, clean.method),
                (Format::Jpeg, Method::Reencoded)
            );
            assert!(!leaks(&clean.bytes));
            assert_eq!(verify(&clean.bytes), Ok(()));
            assert!(clean.removed.iter().any(|it| it.carrier == "slack"));
            let seen = analyse(file, &limits).unwrap();
            assert_eq!(
                (&seen.clean, seen.facts.method),
                (&clean.bytes, clean.method)
            );
            let sound = analyse(plain, &limits).unwrap();
            let [before, after] = [sound, seen].map(|it| pixels(&it.renditions[0].jpeg).unwrap());
            let (before, after) = (before.into_rgb8(), after.into_rgb8());
            let apart = before.iter().zip(after.iter());
            let apart: u64 = apart.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            assert!(apart < 4 * before.len() as u64, "another picture: {apart}");
        }
    }
}

/// A frame that nobody is shown may be anything.
#[test]
fn an_avif_with_a_second_frame_or_with_layers_is_encoded_again() {
    let limits = Limits::default();
    let unit = |kind: u8| AV1.iter().position(|head| head >> 3 == kind).unwrap();
    let mut twice = Heif::new(true);
    twice.items[0].data.extend(&AV1[unit(6)..]);
    let mut layered = Heif::new(true);
    let frame = unit(6);
    layered.items[0].data[frame] |= 4;
    layered.items[0].data.insert(frame + 1, 0);
    for file in [twice, layered] {
        let clean = strip_exact(&file.write(), &limits).unwrap();
        assert_eq!(clean.method, Method::Reencoded);
    }
}
