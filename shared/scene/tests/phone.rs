//! What a phone writes can be read back, and what must not leak can be found.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use exif::{In, Reader, Tag, Value};
use jaga_scene::{
    AiMark, Captured, Extras, Gps, MARKER, PhoneModel, PhoneShot, Problem, Rgb, Scene, State,
    Trailer, View,
};
use jiff::Timestamp;

fn picture() -> Rgb {
    Scene::new(5, Problem::Rubbish).render(State::Before, &View::front(1), 320, 240)
}

fn shot(extras: Extras, model: PhoneModel) -> PhoneShot {
    let at: Timestamp = "2026-11-02T01:02:03Z".parse().unwrap();
    let gps = Gps {
        lat: -6.175_392,
        lon: 106.827_153,
        accuracy_m: Some(4.75),
    };
    let mut shot = PhoneShot::new(picture(), Some(Captured::jakarta(at)), Some(gps));
    shot.extras = extras;
    shot.model = model;
    shot
}

fn read(bytes: &[u8]) -> exif::Exif {
    Reader::new()
        .read_from_container(&mut std::io::Cursor::new(bytes))
        .expect("strict EXIF")
}

fn text(exif: &exif::Exif, tag: Tag) -> String {
    let field = exif
        .get_field(tag, In::PRIMARY)
        .unwrap_or_else(|| panic!("{tag} is missing"));
    match &field.value {
        Value::Ascii(lines) => String::from_utf8(lines[0].clone()).unwrap(),
        other => panic!("{tag} is {other:?}"),
    }
}

fn degrees(exif: &exif::Exif, tag: Tag) -> f64 {
    match &exif.get_field(tag, In::PRIMARY).unwrap().value {
        Value::Rational(v) => v[0].to_f64() + v[1].to_f64() / 60.0 + v[2].to_f64() / 3600.0,
        other => panic!("{tag} is {other:?}"),
    }
}

#[test]
fn time_place_and_orientation_are_read_back_as_asked_in_both_byte_orders() {
    for model in PhoneModel::ALL {
        for orientation in 1..=8 {
            let file = shot(
                Extras {
                    orientation,
                    ..Extras::full("A1")
                },
                model,
            )
            .jpeg();
            let exif = read(&file);
            assert_eq!(text(&exif, Tag::DateTimeOriginal), "2026:11:02 08:02:03");
            let offset = exif.get_field(Tag::OffsetTimeOriginal, In::PRIMARY);
            assert_eq!(offset.is_some(), model.writes_offset, "{}", model.model);
            assert_eq!(text(&exif, Tag::GPSLatitudeRef), "S");
            assert_eq!(text(&exif, Tag::GPSLongitudeRef), "E");
            assert!((degrees(&exif, Tag::GPSLatitude) - 6.175_392).abs() < 2e-8);
            assert!((degrees(&exif, Tag::GPSLongitude) - 106.827_153).abs() < 2e-8);
            assert_eq!(text(&exif, Tag::GPSDateStamp), "2026:11:02");
            let stored = exif.get_field(Tag::Orientation, In::PRIMARY).unwrap();
            assert_eq!(stored.value.get_uint(0), Some(u32::from(orientation)));
            assert_eq!(text(&exif, Tag::Model), model.model);
        }
    }
}

#[test]
fn the_thumbnail_of_the_exif_block_is_a_jpeg() {
    let file = shot(Extras::full("A1"), PhoneModel::ALL[3]).jpeg();
    let exif = read(&file);
    let number = |tag| {
        exif.get_field(tag, In::THUMBNAIL)
            .and_then(|f| f.value.get_uint(0))
            .unwrap() as usize
    };
    let (at, length) = (
        number(Tag::JPEGInterchangeFormat),
        number(Tag::JPEGInterchangeFormatLength),
    );
    let thumbnail = image::load_from_memory(&exif.buf()[at..at + length]).unwrap();
    assert_eq!((thumbnail.width(), thumbnail.height()), (160, 120));
}

#[test]
fn a_viewer_who_obeys_the_orientation_sees_the_scene() {
    use image::metadata::Orientation;
    let original = picture();
    for orientation in 1..=8 {
        let mut shot = shot(
            Extras {
                orientation,
                ..Extras::full("A1")
            },
            PhoneModel::ALL[0],
        );
        shot.quality = 95;
        let mut seen = image::load_from_memory(&shot.jpeg()).unwrap();
        seen.apply_orientation(Orientation::from_exif(orientation).unwrap());
        let seen = seen.to_rgb8();
        assert_eq!(seen.dimensions(), (original.width, original.height));
        let apart = |(a, b): (&u8, &u8)| u64::from(a.abs_diff(*b));
        let sum: u64 = seen.as_raw().iter().zip(&original.data).map(apart).sum();
        let mean = sum as f64 / original.data.len() as f64;
        assert!(mean < 6.0, "orientation {orientation}: {mean} levels apart");
    }
}

#[test]
fn every_carrier_is_in_the_file_and_every_secret_is_listed() {
    let has = |file: &[u8], what: &[u8]| file.windows(what.len()).any(|window| window == what);
    for trailer in [Trailer::Motion, Trailer::Sef] {
        let shot = shot(
            Extras {
                trailer,
                ai: Some(AiMark::Edited),
                ..Extras::full("B2")
            },
            PhoneModel::ALL[4],
        );
        let file = shot.jpeg();
        for carrier in [
            "Exif\0\0",
            "http://ns.adobe.com/xap/1.0/",
            "ICC_PROFILE",
            "MPF\0",
            "ftyp",
            "compositeWithTrainedAlgorithmicMedia",
        ] {
            assert!(has(&file, carrier.as_bytes()), "{carrier}");
        }
        assert_eq!(file.ends_with(b"SEFT"), trailer == Trailer::Sef);
        for secret in shot.secrets() {
            assert!(
                secret.len() >= 8 && has(&file, &secret),
                "{}",
                secret.escape_ascii()
            );
        }
        let marked = |name: &str| {
            shot.secrets()
                .iter()
                .any(|s| s.starts_with(format!("{MARKER}{name}").as_bytes()))
        };
        for name in [
            "SERIAL",
            "OWNER",
            "ID",
            "MAKERNOTE",
            "GPS",
            "THUMBNAIL",
            "XMP",
            "MPF",
            "VIDEO",
            "COMMENT",
        ] {
            assert!(marked(name), "{name} is not listed");
        }
        assert_eq!(marked("SEF"), trailer == Trailer::Sef);
    }
}

#[test]
fn the_second_picture_lies_where_the_mpf_index_says() {
    let extras = Extras {
        trailer: Trailer::None,
        ..Extras::full("C3")
    };
    let file = shot(extras, PhoneModel::ALL[0]).jpeg();
    let mpf = file.windows(4).position(|w| w == b"MPF\0").unwrap() + 4;
    // The last 16 bytes of the index: attributes, size, offset from the TIFF header, dependents.
    let entry = mpf + 8 + 2 + 3 * 12 + 4 + 16;
    let word = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    let (size, at) = (word(entry + 4), mpf + word(entry + 8));
    assert_eq!(at + size, file.len());
    assert_eq!(file[at - 2..at + 2], [0xFF, 0xD9, 0xFF, 0xD8]);
    image::load_from_memory(&file[at..]).unwrap();
}

#[test]
fn a_messenger_leaves_a_plain_picture() {
    let shot = shot(Extras::stripped(), PhoneModel::ALL[0]);
    let file = shot.jpeg();
    assert_eq!(file[..4], [0xFF, 0xD8, 0xFF, 0xE0]);
    assert!(shot.secrets().is_empty());
    assert!(!file.windows(4).any(|w| w == b"Exif" || w == b"JAGA"));
    image::load_from_memory(&file).unwrap();
}

#[test]
fn a_png_carries_exif_text_and_the_same_pixels() {
    let shot = shot(Extras::full("D4"), PhoneModel::ALL[2]);
    let file = shot.png();
    assert_eq!(
        text(&read(&file), Tag::DateTimeOriginal),
        "2026:11:02 08:02:03"
    );
    assert!(*image::load_from_memory(&file).unwrap().to_rgb8().as_raw() == shot.rgb.data);
    assert!(file.windows(4).any(|w| w == b"iTXt") && file.windows(4).any(|w| w == b"eXIf"));
}

#[test]
fn a_wrong_zone_moves_the_instant_and_not_the_display() {
    let at: Timestamp = "2026-11-02T01:00:00Z".parse().unwrap();
    let wrong = Captured::mistaken_zone(at, 8);
    assert_eq!(wrong.local, Captured::jakarta(at).local);
    assert_eq!(
        wrong.instant().unwrap(),
        "2026-11-02T00:00:00Z".parse().unwrap()
    );
}
