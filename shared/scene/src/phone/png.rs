//! The PNG file.

use super::{Extras, PhoneShot, exif, xmp};

/// The whole file.
pub(super) fn file(shot: &PhoneShot) -> Vec<u8> {
    let mut out = Vec::new();
    let written = write(shot, &mut out);
    debug_assert!(
        written.is_ok(),
        "a picture of 1 pixel or more a side into memory"
    );
    out
}

fn write(shot: &PhoneShot, out: &mut Vec<u8>) -> Result<(), png::EncodingError> {
    // PNG viewers disagree about EXIF Orientation, so the pixels are stored upright.
    let extras = Extras {
        orientation: 1,
        thumbnail: false,
        ..shot.extras.clone()
    };
    let mut encoder = png::Encoder::new(out, shot.rgb.width, shot.rgb.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    if extras.exif {
        encoder.add_text_chunk("Author".into(), extras.owner.clone())?;
    }
    if let Some(comment) = &extras.comment {
        encoder.add_text_chunk("Comment".into(), comment.clone())?;
    }
    let upright = PhoneShot {
        extras,
        ..shot.clone()
    };
    if xmp::wanted(&upright) {
        let packet = String::from_utf8_lossy(&xmp::packet(&upright, 0)).into_owned();
        encoder.add_itxt_chunk("XML:com.adobe.xmp".into(), packet)?;
    }
    let mut writer = encoder.write_header()?;
    if upright.extras.exif {
        writer.write_chunk(png::chunk::ChunkType(*b"eXIf"), &exif::block(&upright))?;
    }
    writer.write_image_data(&upright.rgb.data)?;
    writer.finish()
}
