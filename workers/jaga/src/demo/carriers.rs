//! A second reader of what a file carries besides its picture. It shares nothing with the stripper and
//! its verifier: kamadak-exif, the `image` decoders, and a search for bytes.

use std::collections::BTreeSet;
use std::io::Cursor;

use exif::{Context, Exif, In, Tag};
use image::{ImageDecoder, ImageReader};
use memchr::memmem;

/// Kinds of carriers, by the name the table gives them.
pub type Carriers = BTreeSet<&'static str>;

/// All names, in the table's order.
pub const NAMES: [&str; 10] = [
    EXIF,
    GPS,
    SERIAL,
    MAKER_NOTE,
    THUMBNAIL,
    XMP,
    IPTC,
    SECOND_PICTURE,
    TRAILER,
    COMMENT,
];

/// More than the one Orientation tag that a picture needs to be shown upright.
pub const EXIF: &str = "EXIF";
const GPS: &str = "position (GPS)";
const SERIAL: &str = "serial or owner";
const MAKER_NOTE: &str = "maker note";
const THUMBNAIL: &str = "thumbnail";
const XMP: &str = "XMP";
const IPTC: &str = "IPTC";
const SECOND_PICTURE: &str = "second picture (MPF)";
const TRAILER: &str = "video or data behind the end";
const COMMENT: &str = "comment or text";

/// What these bytes carry.
pub fn carriers(bytes: &[u8]) -> Carriers {
    let mut found = Carriers::new();
    if let Some(exif) = read_exif(bytes) {
        from_exif(&exif, &mut found);
    }
    from_decoder(bytes, &mut found);
    for needle in [
        &b"http://ns.adobe.com/xap/1.0/"[..],
        b"<x:xmpmeta",
        b"XML:com.adobe.xmp",
    ] {
        if has(bytes, needle) {
            found.insert(XMP);
        }
    }
    if has(bytes, b"Photoshop 3.0\0") {
        found.insert(IPTC);
    }
    if bytes.starts_with(&[0xFF, 0xD8]) {
        jpeg(bytes, &mut found);
    } else if bytes.starts_with(b"\x89PNG") {
        png(bytes, &mut found);
    } else if bytes.starts_with(b"GIF8") && has(bytes, &[0x21, 0xFE]) {
        found.insert(COMMENT);
    }
    found
}

fn has(bytes: &[u8], needle: &[u8]) -> bool {
    memmem::find(bytes, needle).is_some()
}

/// The EXIF of a file, damaged or not.
pub fn read_exif(bytes: &[u8]) -> Option<Exif> {
    let mut reader = exif::Reader::new();
    reader.continue_on_error(true);
    match reader.read_from_container(&mut Cursor::new(bytes)) {
        Ok(exif) => Some(exif),
        Err(exif::Error::PartialResult(partial)) => Some(partial.into_inner().0),
        Err(_) => None,
    }
}

fn from_exif(exif: &Exif, found: &mut Carriers) {
    for field in exif.fields() {
        if field.tag != Tag::Orientation {
            found.insert(EXIF);
        }
        if field.ifd_num == In::THUMBNAIL {
            found.insert(THUMBNAIL);
        }
        if field.tag.context() == Context::Gps {
            found.insert(GPS);
        }
        match field.tag {
            Tag::MakerNote => {
                found.insert(MAKER_NOTE);
            }
            Tag::BodySerialNumber | Tag::LensSerialNumber | Tag::CameraOwnerName | Tag::Artist => {
                found.insert(SERIAL);
            }
            _ => {}
        }
    }
}

fn from_decoder(bytes: &[u8], found: &mut Carriers) {
    let Ok(reader) = ImageReader::new(Cursor::new(bytes)).with_guessed_format() else {
        return;
    };
    let Ok(mut decoder) = reader.into_decoder() else {
        return;
    };
    if matches!(decoder.xmp_metadata(), Ok(Some(_))) {
        found.insert(XMP);
    }
    if matches!(decoder.iptc_metadata(), Ok(Some(_))) {
        found.insert(IPTC);
    }
    // An EXIF block that only this decoder finds, or that is larger than one tag needs.
    if let Ok(Some(block)) = decoder.exif_metadata()
        && block.len() > 64
    {
        found.insert(EXIF);
    }
}

fn jpeg(bytes: &[u8], found: &mut Carriers) {
    // A marker's two bytes can't occur in coded pixels, so its name behind it is no accident.
    if memmem::find_iter(bytes, b"MPF\0").any(|at| {
        at.checked_sub(4).and_then(|from| bytes.get(from..from + 2)) == Some(&[0xFF, 0xE2])
    }) {
        found.insert(SECOND_PICTURE);
    }
    if !bytes.ends_with(&[0xFF, 0xD9]) || bytes.ends_with(b"SEFT") || has(bytes, b"ftypmp4") {
        found.insert(TRAILER);
    }
    if has_comment(bytes) {
        found.insert(COMMENT);
    }
}

/// A COM segment before the first scan, or its marker between scans, where no coded pixels can
/// look like it. EXIF, thumbnails and trailers hold any bytes and are left out.
fn has_comment(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let [0xFF, marker, a, b, ..] = rest {
        match marker {
            0xFE => return true,
            0xDA => {
                let end = memmem::find(rest, &[0xFF, 0xD9]).unwrap_or(rest.len());
                return has(&rest[..end], &[0xFF, 0xFE]);
            }
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*a, *b]));
        rest = rest.get(length + 2..).unwrap_or_default();
    }
    false
}

fn png(bytes: &[u8], found: &mut Carriers) {
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let [a, b, c, d, k0, k1, k2, k3, after @ ..] = rest {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        match &[*k0, *k1, *k2, *k3] {
            b"tEXt" | b"zTXt" | b"iTXt" | b"tIME" => {
                found.insert(COMMENT);
            }
            b"IEND" => {
                if after.len() > 4 {
                    found.insert(TRAILER);
                }
                return;
            }
            _ => {}
        }
        rest = after.get(length.saturating_add(4)..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jaga_scene::{Captured, Extras, Gps as Fix, PhoneModel, PhoneShot, Rgb};
    use jiff::Timestamp;

    fn shot(extras: Extras) -> PhoneShot {
        PhoneShot {
            rgb: Rgb::flat(64, 48, [90, 120, 60]),
            captured: Some(Captured::jakarta(Timestamp::UNIX_EPOCH)),
            gps: extras.exif.then(|| Fix::at(-6.2, 106.8)),
            model: PhoneModel::ALL[0],
            extras,
            quality: 90,
        }
    }

    #[test]
    fn a_phones_file_shows_its_carriers_and_a_stripped_one_none() {
        let full = carriers(&shot(Extras::full("1")).jpeg());
        for name in [
            EXIF,
            GPS,
            SERIAL,
            MAKER_NOTE,
            THUMBNAIL,
            XMP,
            SECOND_PICTURE,
            TRAILER,
        ] {
            assert!(full.contains(name), "{name}: {full:?}");
        }
        let png = carriers(&shot(Extras::full("1")).png());
        assert!(
            png.contains(EXIF) && png.contains(GPS) && png.contains(COMMENT),
            "{png:?}"
        );
        assert!(carriers(&shot(Extras::stripped()).jpeg()).is_empty());
    }

    #[test]
    fn a_comment_is_seen_only_where_one_is() {
        let with = Extras {
            comment: Some("hello".into()),
            ..Extras::plain("1")
        };
        assert!(carriers(&shot(with).jpeg()).contains(COMMENT));
        assert!(!carriers(&shot(Extras::plain("1")).jpeg()).contains(COMMENT));
    }
}
