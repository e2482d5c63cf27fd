//! A picture stays upright, whichever of its blocks says how it lies.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use jaga_imaging::{Limits, Method, strip};
use support::{
    containers::{png_chunk, riff_chunk},
    webps::LOSSY_ALPHA,
};

const TURNED: &[u8] =
    br#"<x:xmpmeta><rdf:Description tiff:Orientation="6" dc:title="x"/></x:xmpmeta>"#;

/// EXIF that says Orientation 3 and nothing else.
const EXIF: &[u8] = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0\0\0\0\0";

/// A photo of each format, with these blocks of EXIF and XMP.
fn photos(exif: Option<&[u8]>, xmp: Option<&[u8]>) -> [(&'static str, Vec<u8>); 3] {
    [
        ("jpeg", jpeg(exif, xmp)),
        ("png", png(exif, xmp)),
        ("webp", webp(exif, xmp)),
    ]
}

fn drawn(format: image::ImageFormat) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(24, 16, |x, y| image::Rgb([x as u8 * 9, y as u8, 7]));
    let mut out = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn jpeg(exif: Option<&[u8]>, xmp: Option<&[u8]>) -> Vec<u8> {
    let plain = drawn(image::ImageFormat::Jpeg);
    let mut out = plain[..2].to_vec();
    // XMP first: EXIF's word counts wherever it stands.
    let blocks: [(&[u8], _); 2] = [
        (b"http://ns.adobe.com/xap/1.0/\0", xmp),
        (b"Exif\0\0", exif),
    ];
    for (prefix, body) in blocks {
        if let Some(body) = body {
            out.extend([0xff, 0xe1]);
            out.extend(((2 + prefix.len() + body.len()) as u16).to_be_bytes());
            out.extend([prefix, body].concat());
        }
    }
    [&out, &plain[2..]].concat()
}

fn png(exif: Option<&[u8]>, xmp: Option<&[u8]>) -> Vec<u8> {
    let plain = drawn(image::ImageFormat::Png);
    let after_header = 8 + 25;
    let mut out = plain[..after_header].to_vec();
    if let Some(xmp) = xmp {
        let body = [b"XML:com.adobe.xmp\0\0\0\0\0", xmp].concat();
        out.extend(png_chunk(*b"iTXt", &body));
    }
    if let Some(exif) = exif {
        out.extend(png_chunk(*b"eXIf", exif));
    }
    [&out, &plain[after_header..]].concat()
}

fn webp(exif: Option<&[u8]>, xmp: Option<&[u8]>) -> Vec<u8> {
    let mut out = hex::decode(LOSSY_ALPHA).unwrap();
    // What VP8X announces: EXIF is 8, XMP is 4.
    out[20] |= if exif.is_some() { 8 } else { 0 } | if xmp.is_some() { 4 } else { 0 };
    out.extend(exif.map_or(vec![], |it| riff_chunk(*b"EXIF", it)));
    out.extend(xmp.map_or(vec![], |it| riff_chunk(*b"XMP ", it)));
    let length = out.len() as u32 - 8;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    out
}

fn orientations(exif: Option<&[u8]>, xmp: Option<&[u8]>) -> Vec<(&'static str, u8)> {
    let limits = Limits::default();
    let said = photos(exif, xmp).map(|(format, dirty)| {
        let clean = strip(&dirty, &limits).unwrap();
        assert_eq!(clean.method, Method::Lossless, "{format}");
        assert_eq!(
            strip(&clean.bytes, &limits).unwrap().orientation,
            clean.orientation
        );
        (format, clean.orientation)
    });
    said.into()
}

#[test]
fn where_exif_is_silent_xmp_turns_the_picture() {
    assert_eq!(
        orientations(None, Some(TURNED)),
        [("jpeg", 6), ("png", 6), ("webp", 6)]
    );
}

#[test]
fn exif_counts_before_xmp() {
    assert_eq!(
        orientations(Some(EXIF), Some(TURNED)),
        [("jpeg", 3), ("png", 3), ("webp", 3)]
    );
}

#[test]
fn an_impossible_turn_in_xmp_is_none() {
    for value in ["0", "9", "66", "-6", "", "six"] {
        let packet = format!(r#"<rdf:Description tiff:Orientation="{value}"/>"#);
        assert_eq!(
            orientations(None, Some(packet.as_bytes())),
            [("jpeg", 1), ("png", 1), ("webp", 1)],
            "{value:?}"
        );
    }
}
