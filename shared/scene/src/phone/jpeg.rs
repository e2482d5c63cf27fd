//! The JPEG file: one encoded picture with a phone's segments spliced in and its trailers behind.

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

use super::{MARKER, PhoneShot, exif, orient, trailer, xmp};
use crate::Rgb;

/// The whole file.
pub(super) fn file(shot: &PhoneShot) -> Vec<u8> {
    let extras = &shot.extras;
    let picture = encode(&orient::stored(&shot.rgb, extras.orientation), shot.quality);
    let second = if extras.mpf {
        preview(shot, "MPF", 480)
    } else {
        Vec::new()
    };
    let tail = trailer::bytes(shot);

    let mut head = vec![0xFF, 0xD8];
    if extras.exif {
        segment(
            &mut head,
            0xE1,
            &[b"Exif\0\0".to_vec(), exif::block(shot)].concat(),
        );
    } else {
        // As a messenger leaves it: the encoder's own JFIF header.
        head.extend(&picture[2..20]);
    }
    if xmp::wanted(shot) {
        segment(
            &mut head,
            0xE1,
            &[xmp::NAME.to_vec(), xmp::packet(shot, tail.len())].concat(),
        );
    }
    if extras.icc {
        let profile = super::icc::profile();
        segment(
            &mut head,
            0xE2,
            &[b"ICC_PROFILE\0\x01\x01".to_vec(), profile].concat(),
        );
    }
    if let Some(comment) = &extras.comment {
        segment(&mut head, 0xFE, comment.as_bytes());
    }
    // Behind the encoder's SOI and JFIF header: tables, frame, scan.
    let rest = &picture[20..];
    if extras.mpf {
        let header_at = head.len() + 4 + 4;
        let length = trailer::mpf(0, 0, 0).len() + 4;
        let first = head.len() + length + rest.len();
        segment(
            &mut head,
            0xE2,
            &trailer::mpf(first, second.len(), first - header_at),
        );
    }
    [&head, rest, &second, &tail].concat()
}

fn segment(head: &mut Vec<u8>, marker: u8, content: &[u8]) {
    head.extend([0xFF, marker]);
    head.extend((content.len() as u16 + 2).to_be_bytes());
    head.extend(content);
}

/// Baseline 4:2:0 with a JFIF header of 18 bytes after SOI.
pub(super) fn encode(rgb: &Rgb, quality: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(rgb.data.len() / 6);
    let mut encoder = Encoder::new(&mut out, quality.clamp(1, 100));
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Nearest);
    let (width, height) = (rgb.width as u16, rgb.height as u16);
    let written = encoder.encode(&rgb.data, width, height, ColorType::Rgb);
    debug_assert!(
        written.is_ok(),
        "a picture of 1 to 65535 pixels a side into memory"
    );
    out
}

/// A small copy as a file of its own, with a comment that must not get out.
fn preview(shot: &PhoneShot, label: &str, side: u32) -> Vec<u8> {
    let longest = shot.rgb.width.max(shot.rgb.height).max(1);
    let small = |full: u32| (full * side.min(longest) / longest).max(1);
    let copy = shot
        .rgb
        .shrink(small(shot.rgb.width), small(shot.rgb.height));
    let file = encode(&orient::stored(&copy, shot.extras.orientation), 70);
    let mut head = vec![0xFF, 0xD8];
    segment(&mut head, 0xFE, format!("{MARKER}{label}").as_bytes());
    [&head, &file[2..]].concat()
}

/// The EXIF thumbnail.
pub(super) fn thumbnail(shot: &PhoneShot) -> Vec<u8> {
    preview(shot, "THUMBNAIL", 160)
}

/// What of segments, thumbnails and trailers is private.
pub(super) fn secrets(shot: &PhoneShot) -> Vec<Vec<u8>> {
    let extras = &shot.extras;
    let there = [
        (extras.exif && extras.thumbnail, "THUMBNAIL"),
        (extras.mpf, "MPF"),
        (extras.trailer != super::Trailer::None, "VIDEO"),
        (extras.trailer == super::Trailer::Sef, "SEF"),
    ];
    let mut secrets: Vec<Vec<u8>> = there
        .iter()
        .filter(|(there, _)| *there)
        .map(|(_, name)| format!("{MARKER}{name}").into_bytes())
        .collect();
    secrets.extend(extras.comment.as_ref().map(|c| c.clone().into_bytes()));
    secrets
}
