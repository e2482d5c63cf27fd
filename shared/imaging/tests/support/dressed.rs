//! Photos with a colour profile, and with whatever else a clean file keeps.

use std::io::Write;

use image::ImageFormat;

use super::{
    SECRET,
    containers::{Carrier, into_jpeg, into_png, into_webp, png_chunk, segment},
    encoded, pngs,
    profiles::{grey_profile, table_profile, wide_profile},
    variants::variants,
    webps,
};

/// A JPEG of each coding, and some with a profile or turned.
pub(crate) fn jpegs() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for (name, file) in variants() {
        let profiles = match name {
            "grey" => vec![grey_profile(SECRET)],
            "cmyk" => vec![table_profile(*b"CMYK", *b"mft1", SECRET)],
            "4:2:0" => vec![
                wide_profile(SECRET),
                table_profile(*b"RGB ", *b"mAB ", SECRET),
            ],
            _ => Vec::new(),
        };
        if !profiles.is_empty() {
            files.push(into_jpeg(&file, &[(Carrier::Exif, 0)]));
        }
        files.extend(profiles.iter().map(|it| with_profile(&file, it)));
        files.push(file);
    }
    files
}

/// Puts a profile into a JPEG, or into a PNG.
pub(crate) fn with_profile(file: &[u8], profile: &[u8]) -> Vec<u8> {
    if file.starts_with(b"\x89PNG") {
        let name = b"name\0\0".to_vec();
        let mut zlib = flate2::write::ZlibEncoder::new(name, flate2::Compression::fast());
        zlib.write_all(profile).unwrap();
        let chunk = png_chunk(*b"iCCP", &zlib.finish().unwrap());
        return [&file[..33], &chunk, &file[33..]].concat();
    }
    let body = [b"ICC_PROFILE\0\x01\x01", profile].concat();
    [&file[..2], &segment(0xe2, &body), &file[2..]].concat()
}

/// A PNG of each kind with each thing that says what its colours mean, one that moves, and one that is turned.
pub(crate) fn pngs() -> Vec<Vec<u8>> {
    let gamma = png_chunk(*b"gAMA", &45_455_u32.to_be_bytes());
    let points = png_chunk(*b"cHRM", &[10_000_u32; 8].map(u32::to_be_bytes).concat());
    let mut files = Vec::new();
    for kind in pngs::KINDS {
        let file = pngs::made(kind, false, 0, b"");
        let profile = match kind.0 {
            0 | 4 => grey_profile(SECRET),
            _ => wide_profile(SECRET),
        };
        // Width, height, place, duration, and what becomes of it.
        let control = [19_u32, 13, 0, 0, 0x0001_0009, 0]
            .map(u32::to_be_bytes)
            .concat();
        for chunks in [
            png_chunk(*b"sRGB", &[1]),
            [gamma.clone(), points.clone()].concat(),
            png_chunk(*b"cICP", &[1, 13, 0, 1]),
            [
                png_chunk(*b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]),
                png_chunk(*b"fcTL", &[&[0; 4], &control[..22]].concat()),
            ]
            .concat(),
        ] {
            files.push([&file[..33], &chunks, &file[33..]].concat());
        }
        files.push(with_profile(&file, &profile));
        files.push(into_png(&file, &[(Carrier::Exif, 0)]));
        files.push(file);
    }
    files
}

/// A WebP of each layout, and some with a profile or turned.
pub(crate) fn webps() -> Vec<Vec<u8>> {
    let mut files: Vec<_> = [webps::LOSSY_ALPHA, webps::ANIMATED]
        .map(webps::bytes)
        .into();
    for file in [
        encoded(12, 10, ImageFormat::WebP),
        webps::bytes(webps::LOSSY),
    ] {
        for profile in [
            wide_profile(SECRET),
            table_profile(*b"RGB ", *b"mft1", SECRET),
        ] {
            let dressed = into_webp(&file, (12, 10), &[(Carrier::Icc, 0), (Carrier::Exif, 1)]);
            files.push(webps::changed(&dressed, *b"ICCP", &|_| profile.clone()));
        }
        files.push(into_webp(&file, (12, 10), &[(Carrier::Exif, 1)]));
        files.push(file);
    }
    files
}
