//! One call takes a photo apart; the same photo always gives the same facts.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use image::{DynamicImage, ImageFormat};
use jaga_imaging::{Analysis, Limits, RefusalCode, analyse, strip, verify};
use support::{
    containers::{ALL, Carrier, into_jpeg, into_png},
    encoded, jpeg, leaks, pixels,
    tiff::Block,
};

fn analysed(bytes: &[u8]) -> Analysis {
    analyse(bytes, &Limits::default()).unwrap()
}

fn turned(file: &[u8], orientation: u16) -> Vec<u8> {
    let tiff = Block {
        orientation: Some(orientation),
        ..Block::default()
    }
    .tiff();
    let length = (tiff.len() as u16 + 8).to_be_bytes();
    [
        &file[..2],
        &[0xff, 0xe1],
        &length,
        b"Exif\0\0",
        &tiff,
        &file[2..],
    ]
    .concat()
}

#[test]
fn metadata_changes_the_upload_but_not_the_picture() {
    let file = jpeg(300, 200, false);
    let every: Vec<(Carrier, usize)> = ALL
        .iter()
        .filter(|kind| **kind != Carrier::Exif)
        .map(|kind| (*kind, 2))
        .collect();
    let plain = analysed(&file);
    let dressed = analysed(&into_jpeg(&file, &every));
    assert_ne!(plain.facts.upload_digest, dressed.facts.upload_digest);
    assert_eq!(plain.facts.pixel_digest, dressed.facts.pixel_digest);
    assert_eq!(plain.facts.clean_digest, dressed.facts.clean_digest);
    assert_eq!(plain.facts.fingerprint, dressed.facts.fingerprint);
    assert_eq!(plain.renditions, dressed.renditions);
}

#[test]
fn digests_are_of_the_bytes_they_name() {
    let file = jpeg(64, 64, false);
    let analysis = analysed(&file);
    assert_eq!(
        analysis.facts.upload_digest,
        *blake3::hash(&file).as_bytes()
    );
    assert_eq!(
        analysis.facts.clean_digest,
        *blake3::hash(&analysis.clean).as_bytes()
    );
    let png = analysed(&encoded(64, 64, ImageFormat::Png));
    assert_ne!(png.facts.pixel_digest, analysis.facts.pixel_digest);
}

#[test]
fn renditions_are_upright_small_and_clean() {
    let analysis = analysed(&turned(&jpeg(2000, 1000, false), 6));
    assert_eq!((analysis.facts.width, analysis.facts.height), (1000, 2000));
    assert_eq!(analysis.facts.stored_orientation, 6);
    let sizes: Vec<_> = analysis
        .renditions
        .iter()
        .map(|it| (it.width, it.height))
        .collect();
    assert_eq!(sizes, [(800, 1600), (160, 320)]);
    for rendition in &analysis.renditions {
        assert_eq!(verify(&rendition.jpeg), Ok(()));
        assert!(!leaks(&rendition.jpeg));
        let decoded = pixels(&rendition.jpeg).unwrap();
        assert_eq!(
            (decoded.width(), decoded.height()),
            (rendition.width, rendition.height)
        );
        // The stored picture's blue grows towards its lower right, which a quarter turn to the
        // right brings to the lower left.
        let rgb = decoded.to_rgb8();
        let blue = |x: u32, y: u32| i32::from(rgb.get_pixel(x, y).0[2]);
        let (right, bottom) = (rendition.width - 1, rendition.height - 1);
        assert!(blue(0, bottom) > 200 && blue(right, bottom) < 50 && blue(0, 0) < 50);
    }
}

#[test]
fn small_pictures_are_not_enlarged() {
    let analysis = analysed(&encoded(50, 20, ImageFormat::Png));
    let sizes: Vec<_> = analysis
        .renditions
        .iter()
        .map(|it| (it.width, it.height))
        .collect();
    assert_eq!(sizes, [(50, 20), (50, 20)]);
    let thin = analysed(&encoded(5000, 1, ImageFormat::Png));
    let sizes: Vec<_> = thin
        .renditions
        .iter()
        .map(|it| (it.width, it.height))
        .collect();
    assert_eq!(sizes, [(1600, 1), (320, 1)]);
}

#[test]
fn a_turned_copy_has_the_fingerprint_of_the_upright_one() {
    let upright = analysed(&jpeg(640, 400, false)).facts.fingerprint;
    for (orientation, turn) in [
        (
            3,
            DynamicImage::rotate180 as fn(&DynamicImage) -> DynamicImage,
        ),
        (6, DynamicImage::rotate270),
        (8, DynamicImage::rotate90),
    ] {
        // Pixels turned one way, the tag turning them back.
        let stored = turn(&DynamicImage::from(support::picture(640, 400)));
        let mut png = std::io::Cursor::new(Vec::new());
        stored.write_to(&mut png, ImageFormat::Png).unwrap();
        let tiff = Block {
            orientation: Some(orientation),
            ..Block::default()
        }
        .tiff();
        let chunk = support::containers::png_chunk(*b"eXIf", &tiff);
        let mut file = png.into_inner();
        file.splice(33..33, chunk);
        let found = analysed(&file).facts;
        assert_eq!((found.width, found.height), (640, 400));
        assert!(
            found.fingerprint.pdq.distance(&upright.pdq) <= 10,
            "orientation {orientation}"
        );
    }
}

#[test]
fn formats_and_scales_agree_on_the_fingerprint() {
    let jpeg = analysed(&jpeg(1200, 900, true)).facts.fingerprint;
    let png = analysed(&encoded(1200, 900, ImageFormat::Png))
        .facts
        .fingerprint;
    let webp = analysed(&encoded(600, 450, ImageFormat::WebP))
        .facts
        .fingerprint;
    assert!(jpeg.pdq.distance(&png.pdq) <= 10);
    assert!(jpeg.pdq.distance(&webp.pdq) <= 10);
    assert!(jpeg.quality >= 50);
}

#[test]
fn transparency_is_shown_on_white() {
    let clear = image::RgbaImage::from_pixel(40, 40, image::Rgba([0, 0, 0, 0]));
    let mut png = std::io::Cursor::new(Vec::new());
    DynamicImage::from(clear)
        .write_to(&mut png, ImageFormat::Png)
        .unwrap();
    let analysis = analysed(png.get_ref());
    let shown = pixels(&analysis.renditions[0].jpeg).unwrap().to_rgb8();
    assert!(
        shown
            .pixels()
            .all(|pixel| pixel.0.iter().all(|value| *value > 250))
    );
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    let code = |bytes: &[u8], limits: &Limits| analyse(bytes, limits).unwrap_err().code;
    let file = jpeg(64, 64, true);
    let tight = Limits {
        max_bytes: file.len() - 1,
        ..Limits::default()
    };
    assert_eq!(code(&file, &tight), RefusalCode::TooLarge);
    let tight = Limits {
        max_pixels: 64 * 64 - 1,
        ..Limits::default()
    };
    assert_eq!(code(&file, &tight), RefusalCode::TooManyPixels);
    assert_eq!(
        code(&encoded(64, 64, ImageFormat::Png), &tight),
        RefusalCode::TooManyPixels
    );
    assert_eq!(
        code(&encoded(64, 64, ImageFormat::WebP), &tight),
        RefusalCode::TooManyPixels
    );
    let tight = Limits {
        max_chunks: 3,
        ..Limits::default()
    };
    assert_eq!(code(&file, &tight), RefusalCode::TooManyParts);
    let tight = Limits {
        max_decompressed: 64 * 64 * 3,
        ..Limits::default()
    };
    assert_eq!(
        code(&encoded(64, 64, ImageFormat::Png), &tight),
        RefusalCode::InflatesTooFar
    );
    assert_eq!(code(b"", &Limits::default()), RefusalCode::Empty);
    assert_eq!(
        code(b"II+\0\x08\0\0\0", &Limits::default()),
        RefusalCode::UnsupportedFormat
    );
    assert_eq!(code(b"hello", &Limits::default()), RefusalCode::NotAnImage);
}

#[test]
fn an_upload_that_broke_off_is_refused_as_truncated() {
    // The decoder without C code can't tell where a JPEG's pixels end; it shows what is there.
    if cfg!(feature = "turbo") {
        let file = jpeg(400, 300, false);
        let refusal = analyse(&file[..file.len() / 2], &Limits::default()).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::Truncated);
    }
    let png = encoded(400, 300, ImageFormat::Png);
    let refusal = analyse(&png[..png.len() / 2], &Limits::default()).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::Truncated);
}

#[test]
fn broken_bytes_never_panic_and_never_pass_unverified() {
    // A fixed walk through damage: every file is cut, and has single bytes changed, all over.
    let limits = Limits {
        max_pixels: 1 << 20,
        ..Limits::default()
    };
    let every: Vec<(Carrier, usize)> = ALL.iter().map(|kind| (*kind, 1)).collect();
    let files = [
        into_jpeg(&jpeg(40, 30, true), &every),
        into_png(&encoded(40, 30, ImageFormat::Png), &every),
        support::containers::into_webp(&encoded(40, 30, ImageFormat::WebP), (40, 30), &every),
    ];
    for file in files {
        let step = (file.len() / 400).max(1);
        for at in (0..file.len()).step_by(step) {
            check(&file[..at], &limits);
            for value in [0, 0xff, file[at] ^ 0x10] {
                let mut broken = file.clone();
                broken[at] = value;
                check(&broken, &limits);
            }
        }
    }
}

fn check(bytes: &[u8], limits: &Limits) {
    let _ = jaga_imaging::inspect(bytes, limits);
    if let Ok(clean) = strip(bytes, limits) {
        assert_eq!(verify(&clean.bytes), Ok(()));
        assert_eq!(strip(&clean.bytes, limits).unwrap().bytes, clean.bytes);
        let _ = analyse(bytes, limits);
    }
}
