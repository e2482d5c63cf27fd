//! Whether two files show the same, by decoders that see the whole of both.

use std::io::Cursor;

use image::{AnimationDecoder, Frame, ImageFormat, codecs};
use jaga_imaging::Format;

use crate::support;

/// # Panics
/// Where the first can be decoded and the second can't, or shows something else: a finding.
pub fn same(before: &[u8], after: &[u8], format: Format) {
    if format != Format::Gif {
        return shows_all(frames(before, format), || frames(after, format));
    }
    // The disposal that old encoders wrote for "restore what was before" this decoder takes for none.
    let old = before
        .windows(4)
        .any(|it| matches!(it, [0x21, 0xf9, 4, packed] if packed >> 2 & 7 == 4));
    if !old {
        shows_all(support::frames(before), || support::frames(after));
    }
    // Where the canvas has no size, the first frame decides.
    let canvas = |bytes: &[u8]| [6, 8].map(|at| [bytes[at], bytes[at + 1]]);
    if !canvas(before).contains(&[0; 2]) {
        assert_eq!(canvas(before), canvas(after), "another canvas");
    }
}

fn shows_all<T: PartialEq>(before: Option<Vec<T>>, after: impl FnOnce() -> Option<Vec<T>>) {
    let Some(before) = before else {
        return;
    };
    let after = after().expect("the clean file can't be decoded");
    assert_eq!(before.len(), after.len(), "another number of pictures");
    assert!(before == after, "another picture");
}

/// Every picture of the file, or `None` where the decoder gives up. Formats that this decoder
/// does not know, and those that are never copied losslessly, have nothing to compare.
fn frames(bytes: &[u8], format: Format) -> Option<Vec<Vec<u8>>> {
    match format {
        // Decoders differ in what they show of a damaged scan: libjpeg's answer is everybody's.
        Format::Jpeg => {
            // Of impossible codes libjpeg-turbo shows one thing where some thousand bytes follow, whatever they
            // are, and another where they don't: the same number follow both.
            let followed = [bytes, b"\xff\xd9", &[0; 8192]].concat();
            support::pixels(&followed).map(|it| vec![it.into_rgba8().into_raw()])
        }
        Format::Png => {
            let codec = codecs::png::PngDecoder::new(Cursor::new(bytes)).ok()?;
            match codec.is_apng() {
                Ok(true) => moving(codec.apng().ok()?.into_frames()),
                _ => still(bytes, ImageFormat::Png),
            }
        }
        Format::Webp => {
            let codec = codecs::webp::WebPDecoder::new(Cursor::new(bytes)).ok()?;
            if codec.has_animation() {
                moving(codec.into_frames())
            } else {
                still(bytes, ImageFormat::WebP)
            }
        }
        _ => None,
    }
}

fn still(bytes: &[u8], format: ImageFormat) -> Option<Vec<Vec<u8>>> {
    let mut caps = image::Limits::no_limits();
    caps.max_alloc = Some(32 << 20);
    caps.max_image_width = Some(4096);
    caps.max_image_height = Some(4096);
    let mut reader = image::ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(caps);
    let picture = reader.decode().ok()?;
    Some(vec![picture.into_rgba8().into_raw()])
}

fn moving(frames: image::Frames<'_>) -> Option<Vec<Vec<u8>>> {
    let frames: Vec<Frame> = frames.take(8).collect::<Result<_, _>>().ok()?;
    Some(
        frames
            .into_iter()
            .map(|frame| frame.into_buffer().into_raw())
            .collect(),
    )
}
