//! A clean AVIF has one form: whatever else would be shown in the same way is not accepted, since the choice between
//! two ways could say something.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::ops::Range;

use jaga_imaging::{Limits, Method, strip, verify};
use support::heif::{Heif, av1_item, boxed};

/// One picture; tiles; with an alpha plane; cropped, turned, mirrored, with colours and odd pixels; both of the last.
fn files() -> Vec<Vec<u8>> {
    let plain = Heif::new(true);
    let opaque = boxed(
        *b"auxC",
        b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0",
    );
    let with_alpha = |mut file: Heif| {
        let mut plane = av1_item();
        plane.properties.push(opaque.clone());
        file.items.push(plane);
        let id = file.items.len() as u16;
        file.references.push((*b"auxl", id, vec![1]));
        file.references.push((*b"prem", 1, vec![id]));
        file
    };
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
    let grid = with_alpha(Heif::grid());
    [
        plain,
        Heif::grid(),
        with_alpha(turned.clone()),
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

#[test]
fn no_bit_of_a_clean_avif_can_be_changed_without_saying_something_else() {
    let limits = Limits::default();
    for file in files() {
        let clean = strip(&file, &limits).unwrap();
        assert_eq!(clean.method, Method::Lossless);
        let pixels = clean.bytes.windows(4).position(|it| it == b"mdat");
        let (mut rejected, mut tried) = (0, 0);
        for at in 0..pixels.unwrap() + 4 {
            for bit in 0..8 {
                let mut odd = clean.bytes.clone();
                odd[at] ^= 1 << bit;
                assert!(agrees(&odd, &limits), "byte {at}, bit {bit}");
                tried += 1;
                rejected += usize::from(verify(&odd).is_err());
            }
        }
        // What a picture says of its colours, its shape and its coding is free.
        assert!(10 * rejected > 7 * tried, "{rejected} of {tried}");
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
