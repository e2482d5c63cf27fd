//! TIFF and BMP can't be kept: what comes out is a fresh JPEG of the same picture, upright.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use image::{DynamicImage, ImageFormat, RgbImage, metadata::Orientation};
use jaga_imaging::{Format, Limits, Method, RefusalCode, Stripped};
use jaga_imaging::{analyse, inspect, strip, verify};
use support::{
    SECRET, difference, encoded, leaks, picture, pixels,
    sheet::{Page, file},
};

const SIZE: (u32, u32) = (48, 32);

fn rgb() -> Page {
    Page::new(SIZE, 2, 8, 3, picture(SIZE.0, SIZE.1).as_raw())
}

fn grey() -> RgbImage {
    DynamicImage::from(picture(SIZE.0, SIZE.1))
        .to_luma8()
        .into_raw()
        .iter()
        .enumerate()
        .fold(RgbImage::new(SIZE.0, SIZE.1), |mut out, (at, value)| {
            out.as_mut()[3 * at..3 * at + 3].fill(*value);
            out
        })
}

fn cleaned(bytes: &[u8]) -> Stripped {
    let limits = Limits::default();
    let clean = strip(bytes, &limits).unwrap();
    assert!(!leaks(&clean.bytes), "the secret is still there");
    assert_eq!(
        (clean.format, clean.method),
        (Format::Jpeg, Method::Reencoded)
    );
    assert_eq!(clean.orientation, 1);
    assert_eq!(verify(&clean.bytes), Ok(()));
    let again = strip(&clean.bytes, &limits).unwrap();
    assert_eq!(
        (again.bytes.as_slice(), again.removed),
        (clean.bytes.as_slice(), vec![])
    );
    clean
}

/// How far two pictures lie apart, on average over all numbers.
fn distance(bytes: &[u8], expected: &RgbImage) -> f64 {
    difference(&pixels(bytes).unwrap().to_rgb8(), expected)
}

/// Its numbers stay as they are, and so does what they mean; what else the profile tells goes.
#[test]
fn what_is_encoded_again_keeps_its_wide_colours() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let told = [profile.as_slice(), SECRET].concat();
    let plain = cleaned(&file(&[rgb()], false));
    let wide = cleaned(&file(&[rgb().saying(34_675, 7, &told)], false));
    let known = |clean: &Stripped| {
        let place = memchr::memmem::find(&clean.bytes, b"ICC_PROFILE\0");
        place.map(|at| {
            let length = usize::from(u16::from_be_bytes([
                clean.bytes[at - 2],
                clean.bytes[at - 1],
            ]));
            clean.bytes[at + 14..at - 2 + length].to_vec()
        })
    };
    assert_eq!(known(&plain), None);
    let kept = moxcms::ColorProfile::new_from_slice(&known(&wide).unwrap()).unwrap();
    assert_eq!(kept.color_space, moxcms::DataColorSpace::Rgb);
    assert!((kept.red_colorant.x - 0.515).abs() < 0.001);
    assert!(distance(&wide.bytes, &picture(SIZE.0, SIZE.1)) < 6.0);
    // The copies for display are in the colours of the web, where red of the wide ones is redder.
    let red = |tiff: &[u8]| {
        let copies = analyse(tiff, &Limits::default()).unwrap().renditions;
        let shown = pixels(&copies[0].jpeg).unwrap().to_rgb8();
        shown
            .pixels()
            .map(|it| i64::from(it.0[0]) - i64::from(it.0[1]))
            .map(i64::abs)
            .sum::<i64>()
    };
    let (wide, plain) = (
        red(&file(&[rgb().saying(34_675, 7, &told)], false)),
        red(&file(&[rgb()], false)),
    );
    assert!(wide > plain + plain / 50, "{wide} {plain}");
    // One that can't be read changes nothing.
    let noise = cleaned(&file(&[rgb().saying(34_675, 7, b"no profile")], false));
    assert_eq!(noise.bytes, cleaned(&file(&[rgb()], false)).bytes);
}

/// 16 bits of each number; the low byte is noise.
fn doubled(pixels: &[u8], big: bool) -> Vec<u8> {
    let wide = |it: &u8| if big { [*it, 0x5a] } else { [0x5a, *it] };
    pixels.iter().flat_map(wide).collect()
}

#[test]
fn every_kind_of_pixel_shows_the_same_picture() {
    let (color, grey) = (picture(SIZE.0, SIZE.1), grey());
    let luma: Vec<u8> = grey.as_raw().chunks(3).map(|it| it[0]).collect();
    let inks: Vec<u8> = color
        .as_raw()
        .chunks(3)
        .flat_map(|it| [255 - it[0], 255 - it[1], 255 - it[2], 0])
        .collect();
    let opaque: Vec<u8> = color
        .as_raw()
        .chunks(3)
        .flat_map(|it| [it[0], it[1], it[2], 255])
        .collect();
    let planes: Vec<u8> = (0..3)
        .flat_map(|plane| color.as_raw().chunks(3).map(move |it| it[plane]))
        .collect();
    let map: Vec<u32> = (0..3).flat_map(|_| (0..256).map(|it| it * 257)).collect();
    let inverted: Vec<u8> = luma.iter().map(|it| !it).collect();
    for big in [false, true] {
        let kinds = [
            ("rgb", Page::new(SIZE, 2, 8, 3, color.as_raw()), &color),
            (
                "rgb 16",
                Page::new(SIZE, 2, 16, 3, &doubled(color.as_raw(), big)),
                &color,
            ),
            (
                "rgba",
                Page::new(SIZE, 2, 8, 4, &opaque).with(338, 3, &[2]),
                &color,
            ),
            ("cmyk", Page::new(SIZE, 5, 8, 4, &inks), &color),
            ("grey", Page::new(SIZE, 1, 8, 1, &luma), &grey),
            (
                "grey 16",
                Page::new(SIZE, 1, 16, 1, &doubled(&luma, big)),
                &grey,
            ),
            ("white is zero", Page::new(SIZE, 0, 8, 1, &inverted), &grey),
            (
                "palette",
                Page::new(SIZE, 3, 8, 1, &luma).with(320, 3, &map),
                &grey,
            ),
        ];
        for (name, page, expected) in kinds {
            let clean = cleaned(&file(&[page], big));
            let distance = distance(&clean.bytes, expected);
            assert!(distance < 8.0, "{name}, big end first {big}: {distance}");
        }
    }
    // Planes one after the other need a strip each.
    let mut page = rgb()
        .with(284, 3, &[2])
        .with(273, 4, &[0; 3])
        .with(279, 4, &[1536; 3]);
    page.pixels.clear();
    let mut bytes = file(&[page], false);
    let at = bytes.len() as u32;
    let entry = memchr::memmem::find(&bytes, &[0x11, 0x01, 4, 0, 3, 0, 0, 0]).unwrap();
    let place = u32::from_le_bytes(*bytes[entry + 8..].first_chunk().unwrap()) as usize;
    for plane in 0..3 {
        bytes[place + 4 * plane..place + 4 * plane + 4]
            .copy_from_slice(&(at + 1536 * plane as u32).to_le_bytes());
    }
    bytes.extend(planes);
    assert!(distance(&cleaned(&bytes).bytes, &color) < 8.0);
}

#[test]
fn black_and_white_is_read_bit_by_bit() {
    let bits: Vec<u8> = (0..SIZE.1)
        .flat_map(|y| [if y < 16 { 0xff } else { 0 }; 6])
        .collect();
    let clean = cleaned(&file(&[Page::new(SIZE, 1, 1, 1, &bits)], false));
    let shown = pixels(&clean.bytes).unwrap().to_rgb8();
    assert!(shown.get_pixel(20, 4).0[0] > 250 && shown.get_pixel(20, 28).0[0] < 5);
}

#[test]
fn bits_that_begin_at_the_low_end_are_put_right() {
    let color = picture(SIZE.0, SIZE.1);
    let reversed: Vec<u8> = color.as_raw().iter().map(|it| it.reverse_bits()).collect();
    let deep: Vec<u8> = doubled(color.as_raw(), true)
        .iter()
        .map(|it| it.reverse_bits())
        .collect();
    for (depth, pixels) in [(8, reversed), (16, deep)] {
        let page = Page::new(SIZE, 2, depth, 3, &pixels).with(266, 3, &[2]);
        let clean = cleaned(&file(&[page], true));
        let distance = distance(&clean.bytes, &color);
        assert!(distance < 8.0, "{depth}: {distance}");
    }
}

#[test]
fn compressed_pages_are_read() {
    for compression in [
        tiff::encoder::Compression::Lzw,
        tiff::encoder::Compression::Deflate(tiff::encoder::DeflateLevel::Fast),
        tiff::encoder::Compression::Packbits,
    ] {
        let mut out = std::io::Cursor::new(Vec::new());
        let mut encoder = tiff::encoder::TiffEncoder::new(&mut out)
            .unwrap()
            .with_compression(compression);
        let color = picture(300, 200);
        encoder
            .write_image::<tiff::encoder::colortype::RGB8>(300, 200, color.as_raw())
            .unwrap();
        assert!(distance(&cleaned(&out.into_inner()).bytes, &color) < 8.0);
    }
}

#[test]
fn the_picture_stands_upright() {
    for orientation in 1..=8_u8 {
        for big in [false, true] {
            let page = rgb().with(274, 3, &[orientation.into()]);
            let clean = cleaned(&file(&[page], big));
            let mut expected = DynamicImage::from(picture(SIZE.0, SIZE.1));
            expected.apply_orientation(Orientation::from_exif(orientation).unwrap());
            let distance = distance(&clean.bytes, &expected.to_rgb8());
            assert!(distance < 8.0, "orientation {orientation}: {distance}");
        }
    }
}

#[test]
fn what_a_tiff_carries_is_read_listed_and_gone() {
    let xmp = [
        b"<x xmp:CreateDate=\"2024-05-14T08:30:05+07:00\" a='".as_slice(),
        SECRET,
        b"'/>",
    ]
    .concat();
    let page = rgb()
        .saying(271, 2, &[SECRET, b"\0"].concat())
        .saying(305, 2, b"Adobe Photoshop 27\0")
        .saying(700, 1, &xmp)
        .saying(33_723, 7, SECRET)
        .saying(34_377, 7, SECRET)
        .saying(34_675, 7, SECRET)
        .saying(60_001, 7, SECRET);
    let second = rgb().saying(270, 2, SECRET);
    for big in [false, true] {
        let bytes = [file(&[page.clone(), second.clone()], big), SECRET.to_vec()].concat();
        let clean = cleaned(&bytes);
        let names: Vec<&str> = clean.removed.iter().map(|it| it.carrier.as_str()).collect();
        for name in ["tag", "xmp", "iptc", "icc", "page"] {
            assert!(
                names.contains(&name),
                "{name} went without a trace: {names:?}"
            );
        }
        let seen = inspect(&bytes, &Limits::default());
        assert_eq!((seen.format, seen.dimensions), (Format::Tiff, Some(SIZE)));
        assert!(seen.evidence.capture.present().is_some());
        assert!(seen.evidence.camera.present().is_some());
        assert!(seen.evidence.software.present().is_some());
        let facts = analyse(&bytes, &Limits::default()).unwrap().facts;
        assert!(!leaks(serde_json::to_string(&facts).unwrap().as_bytes()));
    }
}

#[test]
fn position_and_time_are_read_from_directories_inside() {
    // A camera's EXIF block is a TIFF without pixels: give it some.
    let block = support::tiff::Block::jakarta().tiff();
    let expected = inspect(&with_pixels(&block), &Limits::default()).evidence;
    let gps = expected.gps.present().unwrap();
    assert!((gps.lat + 6.175_37).abs() < 1e-5 && (gps.lon - 106.828_27).abs() < 1e-5);
    assert_eq!(
        expected.capture.present().unwrap().at.offset_seconds,
        Some(25_200)
    );
}

/// The first directory again behind the file, with a size of the picture.
fn with_pixels(block: &[u8]) -> Vec<u8> {
    let mut out = block.to_vec();
    let count = u16::from_le_bytes([block[8], block[9]]);
    let at = out.len() as u32;
    out[4..8].copy_from_slice(&at.to_le_bytes());
    out.extend((count + 2).to_le_bytes());
    for (tag, value) in [(256_u16, 4_u32), (257, 4)] {
        out.extend(tag.to_le_bytes());
        out.extend([4, 0, 1, 0, 0, 0]);
        out.extend(value.to_le_bytes());
    }
    out.extend_from_slice(&block[10..10 + 12 * usize::from(count)]);
    out.extend([0; 4]);
    out
}

#[test]
fn a_preview_is_never_taken_for_the_picture() {
    let large = Page::new((600, 400), 2, 8, 3, &vec![7; 600 * 400 * 3]);
    let raw = |page: Page| file(&[page], false);
    let mut canon = file(&[rgb()], false);
    let directory = canon.split_off(8);
    canon.extend(b"CR\x02\0");
    canon[4] = 12;
    canon.extend(directory);
    let cases = [
        ("dng", raw(rgb().with(50_706, 1, &[1, 4, 0, 0]))),
        ("reduced", raw(rgb().with(254, 4, &[1]))),
        ("mosaic", raw(rgb().with(262, 3, &[32_803]))),
        ("nikon", raw(rgb().with(259, 3, &[34_713]))),
        ("canon", canon),
        (
            "raw behind",
            file(&[rgb(), large.clone().with(262, 3, &[32_803])], false),
        ),
        ("large behind", file(&[rgb(), large.clone()], true)),
    ];
    for (name, bytes) in cases {
        let refusal = strip(&bytes, &Limits::default()).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::UnsupportedFormat, "{name}");
    }
    // A later page of ordinary size is only a later page.
    cleaned(&file(&[large, rgb()], false));
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let code = |bytes: &[u8]| strip(bytes, &Limits::default()).unwrap_err().code;
    let wide = rgb().with(256, 4, &[u32::MAX]).with(257, 4, &[u32::MAX]);
    assert_eq!(code(&file(&[wide], false)), RefusalCode::TooManyPixels);
    let strips = vec![8; 40_000];
    let many = rgb()
        .with(278, 4, &[1])
        .with(273, 4, &strips)
        .with(279, 4, &strips);
    let many = Page {
        pixels: Vec::new(),
        ..many
    };
    assert_eq!(code(&file(&[many], false)), RefusalCode::TooManyParts);
    // A thousand strips, each of them the whole file.
    let over = rgb()
        .with(278, 4, &[1])
        .with(257, 4, &[1000])
        .with(259, 3, &[8]);
    let over = over.with(273, 4, &[8; 1000]).with(279, 4, &[9000; 1000]);
    let over = Page {
        pixels: Vec::new(),
        ..over
    };
    assert_eq!(code(&file(&[over], false)), RefusalCode::InflatesTooFar);
    // A JPEG that says it is larger than its place.
    let inner = support::jpeg(640, 480, false);
    let jpeg = Page::new(SIZE, 6, 8, 3, &inner).with(259, 3, &[7]);
    assert_eq!(code(&file(&[jpeg], false)), RefusalCode::Damaged);
    assert_eq!(
        code(b"II+\0\x08\0\0\0\0\0\0\0\0\0\0\0"),
        RefusalCode::UnsupportedFormat
    );
    let whole = file(&[rgb()], false);
    for cut in 4..200 {
        assert!(strip(&whole[..cut], &Limits::default()).is_err());
    }
}

#[test]
fn a_bitmap_becomes_a_jpeg() {
    let file = encoded(SIZE.0, SIZE.1, ImageFormat::Bmp);
    let clean = cleaned(&[file.as_slice(), SECRET].concat());
    assert!(distance(&clean.bytes, &picture(SIZE.0, SIZE.1)) < 8.0);
    assert_eq!(clean.removed[0].carrier, "trailer");
    assert_eq!(clean.removed[0].bytes, SECRET.len() as u64);
    let mut huge = file;
    huge[18..26].copy_from_slice(&[0, 0, 0, 0x80, 0, 0, 0, 0x80]);
    assert_eq!(
        strip(&huge, &Limits::default()).unwrap_err().code,
        RefusalCode::TooManyPixels
    );
}
