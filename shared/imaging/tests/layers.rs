//! HEIF pictures that are drawn from others: shown as they are meant, and nothing else of the file stays.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use image::{DynamicImage, Rgb, RgbImage};
use jaga_imaging::{Format, Limits, Method, RefusalCode, inspect, strip, verify};
use support::{
    difference,
    heif::{CARRIERS, Heif, alpha_item, boxed, hevc_item, hide, ramps},
    layers::{FILL, derived, overlaid, overlay},
    leaks, pixels,
};

fn shown(file: &Heif) -> RgbImage {
    let bytes = file.write();
    let limits = Limits::default();
    let clean = strip(&bytes, &limits).unwrap();
    assert_eq!(
        (clean.format, clean.method, clean.orientation),
        (Format::Jpeg, Method::Reencoded, 1)
    );
    assert!(!leaks(&clean.bytes), "the secret is still there");
    assert_eq!(verify(&clean.bytes), Ok(()));
    pixels(&clean.bytes).unwrap().to_rgb8()
}

fn close(one: &RgbImage, other: &RgbImage) {
    let apart = difference(one, other);
    assert!(apart < 5.0, "{apart}");
}

#[test]
fn a_picture_with_further_properties_is_turned_by_its_own_and_then_by_those() {
    for av1 in [false, true] {
        let mut file = Heif::new(av1);
        let mut source = file.items.remove(0);
        source.properties.push(boxed(*b"irot", &[1]));
        let mut whole = derived(*b"iden", Vec::new(), (48, 64));
        whole.properties.push(boxed(*b"imir", &[1]));
        file.items = vec![whole, source];
        file.references.push((*b"dimg", 1, vec![2]));
        let expected = DynamicImage::from(ramps()).rotate270().fliph().to_rgb8();
        close(&shown(&file), &expected);
    }
}

#[test]
fn the_later_of_two_pictures_lies_above_and_what_leaves_the_canvas_is_cut_off() {
    for av1 in [false, true] {
        let places = [(-10, 5), (40, 30)];
        let file = overlaid(av1, (96, 72), 255, &places);
        let mut expected = RgbImage::from_pixel(96, 72, Rgb(FILL));
        for (left, top) in places {
            image::imageops::overlay(&mut expected, &ramps(), left.into(), top.into());
        }
        close(&shown(&file), &expected);
    }
}

#[test]
fn what_shines_through_a_picture_is_the_one_below_and_where_none_is_white() {
    let mut file = overlaid(true, (64, 48), 0, &[(0, 0)]);
    file.items.push(alpha_item());
    file.references.push((*b"auxl", 3, vec![2]));
    // As opaque as it is bright: the same as on its own.
    let mut alone = Heif::new(true);
    alone.items.push(file.items[2].clone());
    alone.references.push((*b"auxl", 2, vec![1]));
    // A turned one is encoded again too.
    alone.brand = b"avis";
    alone.after = boxed(*b"moov", b"");
    let on_white = shown(&alone);
    close(&shown(&file), &on_white);
    let mut above = file.clone();
    above.items[0].data = overlay((64, 48), 255, &[(0, 0)]);
    let on_fill = shown(&above);
    let (a, b) = (on_white.get_pixel(5, 40).0, on_fill.get_pixel(5, 40).0);
    assert!(a[1] > b[1] + 40, "{a:?} {b:?}");
}

#[test]
fn whatever_else_such_a_file_carries_goes() {
    for carrier in 0..CARRIERS {
        for inside in [false, true] {
            let mut file = overlaid(false, (64, 48), 255, &[(0, 0)]);
            hide(&mut file, carrier, inside);
            close(&shown(&file), &ramps());
        }
    }
    let plain = overlaid(false, (64, 48), 255, &[(0, 0)]).write();
    let seen = inspect(&plain, &Limits::default());
    assert_eq!(seen.dimensions, Some((64, 48)));
    assert_eq!(seen.evidence.carriers, []);
}

/// Only a picture's own alpha plane is shown, not one of its tiles'.
#[test]
fn an_alpha_plane_that_goes_is_said() {
    let mut file = Heif::grid();
    file.items.push(alpha_item());
    file.references.push((*b"auxl", 6, vec![2]));
    let clean = strip(&file.write(), &Limits::default()).unwrap();
    let carriers: Vec<&str> = clean.removed.iter().map(|it| &*it.carrier).collect();
    assert_eq!(carriers, ["auxiliary_picture", "property"]);
}

#[test]
fn pictures_without_an_end_are_refused() {
    let refusal = |file: &Heif| strip(&file.write(), &Limits::default()).unwrap_err().code;
    let mut circle = overlaid(false, (64, 48), 255, &[(0, 0)]);
    circle.references[0].2 = vec![1];
    assert_eq!(refusal(&circle), RefusalCode::Damaged);
    let many = overlaid(false, (64, 48), 255, &[(0, 0); 33]);
    assert_eq!(refusal(&many), RefusalCode::TooManyParts);
    let mut short = overlaid(false, (64, 48), 255, &[(0, 0); 2]);
    short.items[0].data.pop();
    assert_eq!(refusal(&short), RefusalCode::Damaged);
    let mut two = Heif::new(false);
    two.items = vec![
        derived(*b"iden", Vec::new(), (64, 48)),
        hevc_item(),
        hevc_item(),
    ];
    two.references.push((*b"dimg", 1, vec![2, 3]));
    assert_eq!(refusal(&two), RefusalCode::Damaged);
    let mut clear = overlaid(true, (64, 48), 255, &[(0, 0)]);
    clear.items.push(alpha_item());
    clear.references.push((*b"auxl", 3, vec![1]));
    assert_eq!(refusal(&clear), RefusalCode::UnsupportedFormat);
    // Each names the next one again and again.
    let mut nested = overlaid(false, (64, 48), 255, &[(0, 0); 20]);
    nested.items[1] = nested.items[0].clone();
    nested.references[0].2 = vec![2; 20];
    nested.references.push((*b"dimg", 2, vec![3; 20]));
    assert_eq!(refusal(&nested), RefusalCode::TooManyParts);
    // Little is shown of it, and much would be decoded.
    let mut wide = Heif::grid();
    wide.brand = b"heic";
    wide.items.truncate(2);
    wide.items[0].data = vec![0, 0, 0, 0, 0, 1, 0, 1];
    wide.references[0].2 = vec![2];
    let size = [[0; 4], 9000_u32.to_be_bytes(), 9000_u32.to_be_bytes()].concat();
    wide.items[1].properties[0] = boxed(*b"ispe", &size);
    assert_eq!(refusal(&wide), RefusalCode::TooCostly);
    // A large canvas in a few bytes.
    let canvas = overlaid(false, (2000, 2000), 255, &[(0, 0)]).write();
    let poor = Limits {
        max_memory: 0,
        ..Limits::default()
    };
    assert_eq!(
        strip(&canvas, &poor).unwrap_err().code,
        RefusalCode::TooCostly
    );
}
