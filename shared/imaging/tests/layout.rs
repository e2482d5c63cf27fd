//! A clean file has one form: whatever else would be shown in the same way is not accepted, since the choice between two
//! ways could say something.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::ops::Range;

use jaga_imaging::{Limits, Method, strip, verify};
use support::{
    containers::png_chunk,
    heif::{Heif, boxed},
    pngs::{KINDS, made},
    variants::variants,
    webps::{ANIMATED, LOSSY, LOSSY_ALPHA, bytes},
};

/// AVIFs: one picture; tiles; with an alpha plane; cropped, turned, mirrored, with colours and odd pixels; both of the last.
fn files() -> Vec<Vec<u8>> {
    let plain = Heif::new(true);
    let mut turned = Heif::new(true);
    let crop = [62_u32, 1, 46, 1, 1, 1, 0, 1].map(u32::to_be_bytes);
    let more = [
        boxed(*b"a1op", &[0]),
        boxed(*b"lsel", &[0xff, 0xff]),
        boxed(*b"pixi", b"\0\0\0\0\x03\x08\x08\x08"),
        boxed(*b"pasp", &[0, 0, 0, 4, 0, 0, 0, 3]),
        boxed(*b"clap", crop.as_flattened()),
        boxed(*b"irot", &[1]),
        boxed(*b"imir", &[0]),
    ];
    turned.items[0].properties.extend(more);
    let grid = Heif::grid().with_alpha().multiplied();
    [
        plain,
        Heif::grid(),
        turned.clone().with_alpha().multiplied(),
        turned,
        grid,
    ]
    .iter()
    .map(Heif::write)
    .collect()
}

/// Rejected by the verifier or refused by the writer, or what the writer makes of it.
fn agrees(file: &[u8], limits: &Limits) -> bool {
    verify(file).is_err()
        || strip(file, limits).map_or(true, |clean| {
            clean.method != Method::Lossless || (clean.bytes == file && clean.removed.is_empty())
        })
}

/// Small files of every format that keeps its pixels, with a name each.
fn samples() -> Vec<(String, Vec<u8>)> {
    let own = |(name, file): (&str, Vec<u8>)| (name.to_owned(), file);
    let mut all: Vec<_> = variants().into_iter().map(own).collect();
    all.extend([LOSSY, LOSSY_ALPHA, ANIMATED].map(|it| ("webp".to_owned(), bytes(it))));
    for (number, kind) in KINDS.into_iter().enumerate() {
        let file = made(kind, number % 2 == 1, 0, b"");
        all.push((format!("png {kind:?}"), file));
    }
    for frames in [1, 2] {
        let mut file = Vec::new();
        let colours = [0, 0, 0, 9, 9, 9, 200, 0, 0];
        let mut encoder = gif::Encoder::new(&mut file, 4, 4, &colours).unwrap();
        for shade in 0..frames {
            let frame = gif::Frame::from_indexed_pixels(4, 4, vec![shade; 16], Some(2));
            encoder.write_frame(&frame).unwrap();
        }
        drop(encoder);
        all.push((format!("gif of {frames}"), file));
    }
    all.extend(files().into_iter().map(|it| ("avif".to_owned(), it)));
    all
}

/// A PNG with the checksums that its chunks should have; anything else as it is.
fn with_true_checksums(file: Vec<u8>) -> Vec<u8> {
    if !file.starts_with(b"\x89PNG") {
        return file;
    }
    let (mut out, mut rest) = (file[..8].to_vec(), &file[8..]);
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((kind, behind)) = behind.split_first_chunk::<4>() else {
            break;
        };
        let Some(body) = behind.get(..length).filter(|_| behind.len() >= length + 4) else {
            break;
        };
        out.extend(png_chunk(*kind, body));
        rest = &behind[length + 4..];
    }
    out.extend_from_slice(rest);
    out
}

#[test]
fn no_bit_of_a_clean_file_can_be_changed_without_saying_something_else() {
    let limits = Limits::default();
    for (name, file) in samples() {
        let clean = strip(&file, &limits).unwrap();
        assert_eq!(clean.method, Method::Lossless, "{name}");
        let mut rejected = 0;
        for at in 0..clean.bytes.len() {
            for bit in 0..8 {
                let mut odd = clean.bytes.clone();
                odd[at] ^= 1 << bit;
                let odd = with_true_checksums(odd);
                assert!(agrees(&odd, &limits), "{name}: byte {at}, bit {bit}");
                rejected += usize::from(verify(&odd).is_err());
            }
        }
        // Only what a picture says of itself is free.
        assert!(rejected > 100, "{name}: {rejected}");
    }
}

/// Properties in another order, said twice, of no item; references that say nothing, and in another order.
#[test]
fn the_parts_of_a_clean_avif_have_one_order() {
    let limits = Limits::default();
    for file in files() {
        let clean = strip(&file, &limits).unwrap().bytes;
        let pairs = neighbours(&clean);
        for (one, other) in &pairs {
            let (before, after) = (&clean[..one.start], &clean[other.end..]);
            let (first, second) = (&clean[one.clone()], &clean[other.clone()]);
            for two in [[second, first], [first, first]] {
                let odd = [before, two[0], two[1], after].concat();
                assert!(odd == clean || agrees(&odd, &limits), "at {}", one.start);
            }
        }
        assert!(pairs.len() > 5);
    }
}

/// Boxes that stand side by side, among those whose names are known here.
fn neighbours(file: &[u8]) -> Vec<(Range<usize>, Range<usize>)> {
    let known = [
        b"ispe", b"av1C", b"a1op", b"lsel", b"pixi", b"colr", b"auxC", b"pasp", b"clap", b"irot",
        b"imir", b"hdlr", b"pitm", b"iloc", b"iinf", b"iref", b"iprp", b"ipco", b"ipma", b"dimg",
        b"auxl", b"prem", b"infe",
    ];
    let found: Vec<_> = (4..file.len() - 4)
        .filter(|at| known.iter().any(|kind| file[*at..].starts_with(&kind[..])))
        .map(|at| {
            let length = u32::from_be_bytes(file[at - 4..at].try_into().unwrap());
            at - 4..at - 4 + length as usize
        })
        .collect();
    let next = |one: &Range<usize>| found.iter().find(|it| it.start == one.end).cloned();
    let pair = |one: &Range<usize>| Some((one.clone(), next(one)?));
    found.iter().filter_map(pair).collect()
}
