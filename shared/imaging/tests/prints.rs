//! A photo is asked for with fingerprints of its parts, and found though it was changed.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use image::{DynamicImage, GenericImage as _, Rgb, RgbImage, imageops};
use jaga_imaging::{Change, Facts, Fingerprint, Limits, Part, analyse};

/// What other PDQ tools call alike, and worth a comparison.
const ALIKE: u32 = 31;
const WORTH: u8 = 50;

fn picture() -> RgbImage {
    RgbImage::from_fn(800, 600, |x, y| {
        let patch = (x / 57) * 7919 + (y / 43) * 104_729;
        let value = (patch.wrapping_mul(2_654_435_761) >> 24) as u8;
        let shade = (x * 40 / 800 + y * 50 / 600) as u8;
        Rgb([value, value / 2 + shade, 255 - value])
    })
}

fn facts(picture: RgbImage) -> Facts {
    let mut file = Vec::new();
    let mut coder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 75);
    coder.encode_image(&DynamicImage::from(picture)).unwrap();
    analyse(&file, &Limits::default()).unwrap().facts
}

/// The best answer that the kept fingerprints of one photo give to the questions of another.
fn best(kept: &Facts, asked: &Facts) -> Option<(u32, Change)> {
    let answers = |part: Part| -> Vec<Fingerprint> {
        match part {
            Part::Whole => vec![kept.fingerprint],
            Part::Banded => vec![kept.prints.banded],
            Part::Centre => vec![kept.prints.centre],
            Part::Framed => kept.prints.framed.clone(),
        }
    };
    let worth = |it: &Fingerprint| it.quality >= WORTH;
    let mut all = Vec::new();
    for question in &asked.prints.questions {
        let answers = answers(question.part);
        for answer in answers
            .iter()
            .filter(|it| worth(it) && worth(&question.print))
        {
            let distance = question.print.pdq.distance(&answer.pdq);
            all.push((distance, question.change));
        }
    }
    all.into_iter().filter(|it| it.0 <= ALIKE).min()
}

/// A picture between dark bars, as on the screen of a phone; `height` of 800 across.
fn screen(picture: &RgbImage, height: u32) -> RgbImage {
    let mut screen = RgbImage::from_pixel(800, height, Rgb([12; 3]));
    screen.copy_from(picture, 0, (height - 600) / 2).unwrap();
    screen
}

#[test]
fn a_changed_photo_is_found_and_the_change_is_named() {
    let original = picture();
    let kept = facts(original.clone());
    let mut banner = original.clone();
    let band = RgbImage::from_fn(800, 72, |x, _| {
        Rgb([if x / 9 % 2 == 0 { 250 } else { 5 }; 3])
    });
    banner.copy_from(&band, 0, 528).unwrap();
    let cut = |x, y, w, h| imageops::crop_imm(&original, x, y, w, h).to_image();
    let changed = [
        (original.clone(), Change::None),
        (
            imageops::resize(&original, 400, 300, imageops::FilterType::Triangle),
            Change::None,
        ),
        (imageops::flip_horizontal(&original), Change::Mirrored),
        (imageops::flip_horizontal(&banner), Change::Mirrored),
        (banner, Change::Banded),
        (cut(20, 15, 760, 570), Change::Cropped),
        (cut(0, 0, 720, 540), Change::Cropped),
        (cut(60, 30, 720, 540), Change::Cropped),
        (screen(&original, 1700), Change::Cropped),
    ];
    for (index, (picture, change)) in changed.into_iter().enumerate() {
        let other = facts(picture);
        // Whichever of the two was there first.
        for (kept, asked) in [(&kept, &other), (&other, &kept)] {
            let found = best(kept, asked);
            assert_eq!(found.map(|it| it.1), Some(change), "{index}: {found:?}");
        }
    }
}

#[test]
fn two_screens_of_one_photo_are_found_by_what_they_show() {
    let (high, low) = (screen(&picture(), 1700), screen(&picture(), 1000));
    let found = best(&facts(high), &facts(low));
    assert_eq!(found.map(|it| it.1), Some(Change::Cropped), "{found:?}");
}

#[test]
fn another_picture_is_not_found() {
    let kept = facts(picture());
    let turned = imageops::rotate180(&picture());
    assert_eq!(best(&kept, &facts(turned.clone())), None);
    let (one, other) = (screen(&picture(), 1700), screen(&turned, 1700));
    assert_eq!(best(&facts(one.clone()), &facts(other.clone())), None);
    assert_eq!(best(&facts(one), &facts(turned)), None);
    assert_eq!(best(&kept, &facts(other)), None);
}

#[test]
fn blank_and_tiny_pictures_give_questions_of_no_worth() {
    for (width, height) in [(1, 1), (4, 900), (640, 480), (9000, 6)] {
        let facts = facts(RgbImage::from_pixel(width, height, Rgb([90, 140, 200])));
        let worth = facts.prints.questions.iter().map(|it| it.print.quality);
        assert!(worth.max() < Some(WORTH), "{width} x {height}");
    }
}

#[test]
fn questions_about_the_whole_are_those_of_the_published_hash() {
    let facts = facts(picture());
    let first = facts.prints.questions[0];
    assert_eq!((first.part, first.change), (Part::Whole, Change::None));
    assert_eq!(first.print, facts.fingerprint);
}
