//! HEIC and AVIF: whatever is put into a file is gone afterwards, and the picture stands upright.
#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::print_stderr, reason = "says what it was made of")]

mod support;

use image::{DynamicImage, GenericImageView, Rgb, RgbImage};
use jaga_imaging::{
    Format, Limits, Method, RefusalCode, Stripped, analyse, inspect, strip, verify,
};
use proptest::prelude::*;
use support::{
    SECRET,
    heif::{AV1, CARRIERS, Heif, boxed, hide, ramps},
    leaks, pixels,
};

/// Mean difference of a channel, in steps of 255.
fn difference(one: &DynamicImage, other: &DynamicImage) -> f64 {
    support::difference(&one.to_rgb8(), &other.to_rgb8())
}

fn cleaned(file: &Heif) -> Stripped {
    let limits = Limits::default();
    let clean = strip(&file.write(), &limits).unwrap();
    assert!(!leaks(&clean.bytes), "the secret is still there");
    assert_eq!(verify(&clean.bytes), Ok(()));
    let again = strip(&clean.bytes, &limits).unwrap();
    assert_eq!(
        again.bytes, clean.bytes,
        "stripping twice is not stripping once"
    );
    assert_eq!(again.removed, [], "the clean file still held something");
    assert_eq!(again.orientation, clean.orientation);
    clean
}

/// The upright picture that people get to see.
fn shown(bytes: &[u8]) -> DynamicImage {
    pixels(&analyse(bytes, &Limits::default()).unwrap().renditions[0].jpeg).unwrap()
}

#[test]
fn a_heic_becomes_an_upright_jpeg() {
    let clean = cleaned(&Heif::new(false));
    assert_eq!(
        (clean.format, clean.method, clean.orientation),
        (Format::Jpeg, Method::Reencoded, 1)
    );
    assert!(difference(&pixels(&clean.bytes).unwrap(), &ramps().into()) < 4.0);
}

#[test]
fn an_avif_keeps_its_coded_picture() {
    let clean = cleaned(&Heif::new(true));
    assert_eq!(
        (clean.format, clean.method, clean.orientation),
        (Format::Avif, Method::Lossless, 1)
    );
    assert!(clean.bytes.ends_with(&AV1[AV1.len() - 100..]));
    assert!(difference(&shown(&clean.bytes), &ramps().into()) < 4.0);
}

#[test]
fn tiles_are_put_together() {
    let clean = cleaned(&Heif::grid());
    assert_eq!(clean.method, Method::Lossless);
    let whole = shown(&clean.bytes);
    assert_eq!(whole.dimensions(), (128, 96));
    for (x, y) in [(0, 0), (64, 0), (0, 48), (64, 48)] {
        assert!(
            difference(&whole.crop_imm(x, y, 64, 48), &ramps().into()) < 4.0,
            "tile at {x},{y}"
        );
    }
}

/// The size that a grid's property says is the grid's own: any other would be room for four bytes a side.
#[test]
fn a_grid_of_two_sizes_is_not_accepted() {
    let clean = cleaned(&Heif::grid()).bytes;
    let size = [128_u32.to_be_bytes(), 96_u32.to_be_bytes()].concat();
    let at = memchr::memmem::find(&clean, &size).unwrap();
    for place in [at + 3, at + 7, at] {
        let mut odd = clean.clone();
        odd[place] ^= 1;
        assert!(verify(&odd).is_err(), "{place}");
        assert_eq!(strip(&odd, &Limits::default()).unwrap().bytes, clean);
    }
}

#[test]
fn turns_and_mirrors_of_the_format_are_kept_and_those_of_exif_are_not_added() {
    let turned = |picture: DynamicImage, turn: u8| match turn {
        1 => picture.rotate270(),
        2 => picture.rotate180(),
        3 => picture.rotate90(),
        _ => picture,
    };
    for av1 in [false, true] {
        for turn in 0..4 {
            for mirror in [None, Some(0), Some(1)] {
                let mut file = Heif::new(av1);
                hide(&mut file, 0, false);
                file.items[0].properties.push(boxed(*b"irot", &[turn]));
                let mut expected = turned(ramps().into(), turn);
                if let Some(axis) = mirror {
                    file.items[0].properties.push(boxed(*b"imir", &[axis]));
                    expected = if axis == 0 {
                        expected.flipv()
                    } else {
                        expected.fliph()
                    };
                }
                let clean = cleaned(&file);
                let apart = difference(&shown(&clean.bytes), &expected);
                assert!(
                    apart < 4.0,
                    "av1 {av1}, irot {turn}, imir {mirror:?}: {apart}"
                );
            }
        }
    }
}

#[test]
fn an_alpha_plane_stays_and_is_shown_on_white() {
    let file = Heif::new(true).with_alpha();
    let clean = cleaned(&file);
    assert!(clean.bytes.len() > 2 * AV1.len() - 40);
    let dark = ramps().get_pixel(40, 2).0[2];
    let seen = shown(&clean.bytes).to_rgb8().get_pixel(40, 2).0[2];
    assert!(seen > dark + 40, "{seen} is not lighter than {dark}");
}

/// A lossy encoder leaves colours above their alpha: over white they are white, and not what is left of a sum too large.
#[test]
fn a_colour_above_the_alpha_it_was_multiplied_by_is_no_brighter_than_white() {
    let file = Heif::new(true).with_alpha().multiplied();
    let expected = RgbImage::from_fn(64, 48, |x, y| {
        let colour = ramps().get_pixel(x, y).0;
        // As opaque as it is bright, by Rec. 601.
        let parts = colour.into_iter().zip([0.299, 0.587, 0.114]);
        let opaque: f64 = parts.map(|(value, part)| f64::from(value) * part).sum();
        Rgb(colour.map(|value| (f64::from(value) + 255.0 - opaque).min(255.0) as u8))
    });
    let seen = shown(&cleaned(&file).bytes);
    let apart = difference(&seen, &expected.into());
    assert!(apart < 4.0, "{apart}");
}

/// A viewer shows the sequence: what is left of it is not the file's picture as it was coded.
#[test]
fn of_an_animation_the_still_picture_stays_and_the_answer_says_so() {
    for av1 in [true, false] {
        let mut moving = Heif::new(av1);
        hide(&mut moving, 11, false);
        let carrier = |file: &Heif, name: &str| {
            let removed = cleaned(file).removed;
            removed.iter().any(|it| it.carrier == name)
        };
        // A box alone makes no sequence: no viewer takes it for one.
        assert!(carrier(&moving, "sequence") && !carrier(&moving, "animation"));
        moving.brand = if av1 { b"avis" } else { b"msf1" };
        let clean = cleaned(&moving);
        assert_eq!(
            (clean.format, clean.method),
            (Format::Jpeg, Method::Reencoded)
        );
        assert!(carrier(&moving, "animation"));
        assert!(difference(&shown(&clean.bytes), &ramps().into()) < 4.0);
        let mut still = Heif::new(av1);
        still.brand = moving.brand;
        assert!(!carrier(&still, "animation"));
        assert_eq!(cleaned(&still).method == Method::Lossless, av1);
    }
}

#[test]
fn units_that_are_not_pixels_go() {
    let mut file = Heif::new(true);
    let unit = |kind: u8| [&[kind << 3 | 2, SECRET.len() as u8], SECRET].concat();
    file.items[0].data = [
        unit(5),
        AV1.to_vec(),
        unit(5),
        unit(15),
        unit(9),
        SECRET.to_vec(),
    ]
    .concat();
    let clean = cleaned(&file);
    assert_eq!(clean.bytes, cleaned(&Heif::new(true)).bytes);
    assert!(
        clean
            .removed
            .iter()
            .any(|removed| removed.carrier == "unit")
    );
}

#[test]
fn every_single_carrier_is_named_when_removed() {
    for av1 in [false, true] {
        for carrier in 0..CARRIERS {
            let mut file = Heif::new(av1);
            hide(&mut file, carrier, false);
            let clean = cleaned(&file);
            assert!(
                !clean.removed.is_empty(),
                "carrier {carrier} went without a trace"
            );
            assert!(
                clean
                    .removed
                    .iter()
                    .all(|removed| !leaks(removed.carrier.as_bytes()))
            );
        }
    }
}

#[test]
fn time_and_place_are_read_wherever_the_block_lies() {
    for inside in [false, true] {
        for prefix in [
            b"\0\0\0\x06Exif\0\0".as_slice(),
            b"\0\0\0\0",
            b"Exif\0\0",
            b"\0\0\0\x63",
        ] {
            let mut file = Heif::new(false);
            let exif = [prefix, &support::tiff::Block::jakarta().tiff()].concat();
            file.metadata(*b"Exif", b"\0", exif, inside);
            let seen = inspect(&file.write(), &Limits::default());
            assert!(seen.evidence.gps.present().is_some(), "{prefix:?}");
            assert!(seen.evidence.capture.present().is_some(), "{prefix:?}");
            assert_eq!(
                (seen.dimensions, seen.orientation),
                (Some((64, 64)), Some(1))
            );
        }
    }
}

#[test]
fn sizes_that_lie_are_refused_before_they_cost_memory() {
    let limits = Limits::default();
    for av1 in [false, true] {
        let mut file = Heif::new(av1);
        file.items[0].properties[0] = boxed(*b"ispe", b"\0\0\0\0\x80\0\0\0\x80\0\0\0");
        let refusal = strip(&file.write(), &limits).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::TooManyPixels);
    }
    let few = Limits {
        max_pixels: 3000,
        ..Limits::default()
    };
    assert!(strip(&Heif::new(true).write(), &few).is_err());
    let mut grid = Heif::grid();
    grid.references[0].2 = vec![1; 4];
    assert!(strip(&grid.write(), &limits).is_err(), "a grid of itself");
}

#[test]
fn cut_and_changed_files_get_an_outcome() {
    let limits = Limits::default();
    let seed = 0x5eed_u64;
    eprintln!("seed {seed:#x}");
    let mut state = seed;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize
    };
    for file in [Heif::new(true), Heif::new(false), Heif::grid()] {
        let whole = file.write();
        for _ in 0..400 {
            let mut bytes = whole.clone();
            for _ in 0..=next() % 4 {
                let at = next() % bytes.len();
                bytes[at] = next() as u8;
            }
            bytes.truncate(bytes.len() - next() % 3 * (next() % 200));
            if let Ok(clean) = strip(&bytes, &limits) {
                assert_eq!(verify(&clean.bytes), Ok(()));
            }
            let _seen = inspect(&bytes, &limits);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_put_into_an_avif_survives(hidden in prop::collection::vec((0..CARRIERS, any::<bool>()), 0..8), tiles: bool) {
        let plain = if tiles { Heif::grid() } else { Heif::new(true) };
        let mut file = plain.clone();
        for (carrier, inside) in hidden {
            hide(&mut file, carrier, inside);
        }
        prop_assert_eq!(cleaned(&file).bytes, cleaned(&plain).bytes);
    }

    #[test]
    fn nothing_put_into_a_heic_survives(hidden in prop::collection::vec((0..CARRIERS, any::<bool>()), 0..8)) {
        let mut file = Heif::new(false);
        for (carrier, inside) in hidden {
            hide(&mut file, carrier, inside);
        }
        prop_assert_eq!(cleaned(&file).bytes, cleaned(&Heif::new(false)).bytes);
    }
}
