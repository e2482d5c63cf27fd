//! TIFFs that few programs write: what is shown of them is what is meant.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use image::{Rgb, RgbImage};
use jaga_imaging::{Limits, Method, RefusalCode, strip, verify};
use support::{
    difference, picture, pixels,
    sheet::{Page, file},
};

/// No multiple of a tile's 16.
const SIZE: (u32, u32) = (63, 47);

/// How far what is shown of a file lies from this picture, on average over all numbers.
fn apart(file: &[u8], expected: &RgbImage) -> f64 {
    let clean = strip(file, &Limits::default()).unwrap();
    assert_eq!(
        (clean.method, verify(&clean.bytes)),
        (Method::Reencoded, Ok(()))
    );
    difference(&pixels(&clean.bytes).unwrap().to_rgb8(), expected)
}

/// What a pixel hides stays hidden, and what shines through is white: with alpha on the right half of each kind of pixel.
#[test]
fn what_no_one_sees_is_not_shown() {
    let color = picture(SIZE.0, SIZE.1);
    let clear = |at: usize| at as u32 % SIZE.0 > SIZE.0 / 2;
    let shown = |of: &dyn Fn([u8; 3]) -> [u8; 3]| {
        RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            let own = of(color.get_pixel(x, y).0);
            Rgb(if clear(x as usize) { [255; 3] } else { own })
        })
    };
    let samples = |of: &dyn Fn([u8; 3]) -> Vec<u8>, hidden: &dyn Fn(u8) -> u8| -> Vec<u8> {
        let pixels = color.pixels().enumerate();
        let numbers = pixels.flat_map(|(at, pixel)| {
            let own = of(pixel.0);
            let own = own
                .into_iter()
                .map(|it| if clear(at) { hidden(it) } else { it });
            let opaque = if clear(at) { 0 } else { 255 };
            own.chain([opaque]).collect::<Vec<u8>>()
        });
        numbers.collect()
    };
    let (kept, gone) = (|it: u8| it, |_: u8| 0);
    let grey = |it: [u8; 3]| vec![it[1]];
    let inks = |it: [u8; 3]| vec![!it[0], !it[1], !it[2], 0];
    let greys = shown(&|it| [it[1]; 3]);
    let colours = shown(&|it| it);
    for big in [false, true] {
        let page = |meaning, count, alpha: u32, numbers: Vec<u8>| {
            Page::new(SIZE, meaning, 8, count, &numbers).with(338, 3, &[alpha])
        };
        let kinds = [
            ("grey", page(1, 2, 2, samples(&grey, &kept)), &greys),
            (
                "multiplied grey",
                page(1, 2, 1, samples(&grey, &gone)),
                &greys,
            ),
            ("rgb", page(2, 4, 2, samples(&Vec::from, &kept)), &colours),
            (
                "multiplied rgb",
                page(2, 4, 1, samples(&Vec::from, &gone)),
                &colours,
            ),
            ("inks", page(5, 5, 2, samples(&inks, &kept)), &colours),
            (
                "multiplied inks",
                page(5, 5, 1, samples(&inks, &gone)),
                &colours,
            ),
        ];
        for (name, page, expected) in kinds {
            let apart = apart(&file(&[page], big), expected);
            assert!(apart < 8.0, "{name}, big end first {big}: {apart}");
        }
    }
}

fn lzw() -> weezl::encode::Encoder {
    weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
}

#[test]
fn tiles_that_stick_out_are_read() {
    let color = picture(SIZE.0, SIZE.1);
    let (across, down) = (SIZE.0.div_ceil(16), SIZE.1.div_ceil(16));
    for (big, width_kind) in [(false, 3), (false, 4), (true, 3), (true, 4)] {
        for codec in [1, 5] {
            let (mut data, mut starts, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
            for tile in 0..across * down {
                let (left, top) = (tile % across * 16, tile / across * 16);
                let numbers: Vec<u8> = (0..256)
                    .flat_map(|at| {
                        let (x, y) = (left + at % 16, top + at / 16);
                        color.get_pixel_checked(x, y).map_or([9; 3], |it| it.0)
                    })
                    .collect();
                let coded = if codec == 5 {
                    lzw().encode(&numbers).unwrap()
                } else {
                    numbers
                };
                starts.push(data.len() as u32);
                lengths.push(coded.len() as u32);
                data.extend(coded);
            }
            let laid = |from: u32| {
                let starts: Vec<u32> = starts.iter().map(|it| from + it).collect();
                let mut page = Page::new(SIZE, 2, 8, 3, &[])
                    .with(256, width_kind, &[SIZE.0])
                    .with(259, 3, &[codec])
                    .with(322, 3, &[16])
                    .with(323, 3, &[16])
                    .with(324, 4, &starts)
                    .with(325, 4, &lengths);
                page.fields.retain(|field| field.0 != 278);
                page
            };
            // The pixels lie behind the directory: how long that is does not depend on where they are.
            let from = file(&[laid(0)], big).len() as u32;
            let mut bytes = file(&[laid(from)], big);
            bytes.extend(data);
            let apart = apart(&bytes, &color);
            assert!(apart < 8.0, "codec {codec}, big end first {big}: {apart}");
        }
    }
}

/// The codec would show another picture.
#[test]
fn a_jpeg_of_two_components_in_a_tiff_is_refused() {
    let mut jpeg = support::jpeg(32, 16, false);
    let frame = memchr::memmem::find(&jpeg, &[0xff, 0xc0]).unwrap();
    assert_eq!(jpeg[frame + 9], 3, "components");
    jpeg.drain(frame + 16..frame + 19);
    jpeg[frame + 3] -= 3;
    jpeg[frame + 9] = 2;
    let page = Page::new((32, 16), 1, 8, 2, &jpeg)
        .with(259, 3, &[7])
        .with(338, 3, &[2]);
    let refusal = strip(&file(&[page], false), &Limits::default()).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::UnsupportedFormat);
    assert!(refusal.to_string().contains("two components"), "{refusal}");
}
