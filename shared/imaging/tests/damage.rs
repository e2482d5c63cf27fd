//! Damaged metadata is read as far as it goes: no reader panics, whatever byte is wrong.
#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::print_stderr, reason = "says what was skipped")]

mod support;

use jaga_imaging::{Limits, read_evidence};
use support::{
    collection,
    containers::{Carrier, into_png, into_webp},
    encoded, jpeg,
    tiff::Block,
};

/// Bytes that make lengths and offsets wild.
const WILD: [u8; 5] = [0x00, 0x01, 0x7f, 0x80, 0xff];

/// Changes bytes one by one near the front, where the metadata stands, and cuts the file short.
fn torment(file: &[u8], stride: usize) {
    let limits = Limits::default();
    let mut bytes = file.to_vec();
    for at in (0..file.len().min(24_000)).step_by(stride) {
        for wild in WILD {
            bytes[at] = wild;
            std::hint::black_box(read_evidence(&bytes, &limits));
        }
        bytes[at] = file[at];
    }
    for end in (0..file.len().min(24_000)).step_by(stride) {
        std::hint::black_box(read_evidence(&file[..end], &limits));
    }
}

#[test]
fn no_wrong_byte_stops_the_reading() {
    let exif = [b"Exif\0\0".as_slice(), &Block::jakarta().tiff()].concat();
    let resources = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0d\x1c\x02\x37\0\x0820260514\0";
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x GPSLatitude='6,10.5S' GPSLongitude='106,4E'/>";
    let picture = jpeg(48, 32, false);
    let mut file = picture[..2].to_vec();
    for (marker, body) in [(0xe1, exif.as_slice()), (0xed, resources), (0xe1, xmp)] {
        file.extend([0xff, marker]);
        file.extend((body.len() as u16 + 2).to_be_bytes());
        file.extend(body);
    }
    file.extend(&picture[2..]);
    torment(&file, 1);
    let carriers = [(Carrier::Exif, 1), (Carrier::Xmp, 1), (Carrier::C2pa, 1)];
    torment(
        &into_png(&encoded(20, 20, image::ImageFormat::Png), &carriers),
        1,
    );
    let webp = encoded(20, 20, image::ImageFormat::WebP);
    torment(&into_webp(&webp, (20, 20), &carriers), 1);
}

#[test]
fn no_wrong_byte_of_a_signed_history_stops_the_reading() {
    let Some(root) = collection() else {
        return eprintln!("skipped: no photo collection");
    };
    let name = "public/c2pa-org+public-testfiles/image/jpeg/adobe-20220124-C.jpg";
    torment(&std::fs::read(root.join(name)).unwrap(), 37);
}
