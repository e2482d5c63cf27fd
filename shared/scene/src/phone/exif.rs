//! The EXIF block: IFD0, Exif IFD, GPS IFD, and IFD1 with a thumbnail. Tag numbers: EXIF 2.32.

use super::tiff::Ifd;
use super::{Captured, Endian, Gps, MARKER, PhoneShot, jpeg};

/// The TIFF block, without the `Exif\0\0` before it.
pub(super) fn block(shot: &PhoneShot) -> Vec<u8> {
    let endian = shot.model.endian;
    let mut ifd0 = main_directory(shot);
    let exif = exif_directory(shot);
    let gps = shot.gps.map(|gps| gps_directory(shot, gps));
    // Pointers are part of the directory they stand in, so they come before its length is taken.
    let thumbnail = shot.extras.thumbnail.then(|| jpeg::thumbnail(shot));
    ifd0.long(0x8769, 0);
    if gps.is_some() {
        ifd0.long(0x8825, 0);
    }
    let exif_at = 8 + ifd0.len();
    let gps_at = exif_at + exif.len();
    let thumb_at = gps_at + gps.as_ref().map_or(0, Ifd::len);

    let mut ifd0 = main_directory(shot);
    ifd0.long(0x8769, exif_at as u32);
    if gps.is_some() {
        ifd0.long(0x8825, gps_at as u32);
    }
    let mut out = endian.header();
    out.extend(ifd0.write(8, if thumbnail.is_some() { thumb_at } else { 0 }));
    out.extend(exif.write(exif_at, 0));
    if let Some(gps) = gps {
        out.extend(gps.write(gps_at, 0));
    }
    if let Some(thumbnail) = thumbnail {
        out.extend(thumbnail_directory(endian, &thumbnail, thumb_at));
        out.extend(thumbnail);
    }
    out
}

fn main_directory(shot: &PhoneShot) -> Ifd {
    let (extras, model) = (&shot.extras, &shot.model);
    let mut ifd = Ifd::new(model.endian);
    ifd.ascii(0x010F, model.make)
        .ascii(0x0110, model.model)
        .short(0x0112, u16::from(extras.orientation))
        .rationals(0x011A, &[(72, 1)])
        .rationals(0x011B, &[(72, 1)])
        .short(0x0128, 2)
        .ascii(0x0131, extras.software.as_deref().unwrap_or(model.software))
        .ascii(0x013B, &extras.owner)
        .short(0x0213, 1)
        .bytes(0x9C9D, &utf16(&extras.owner));
    if let Some(captured) = &shot.captured {
        ifd.ascii(0x0132, &stamp(captured));
    }
    ifd
}

fn exif_directory(shot: &PhoneShot) -> Ifd {
    let extras = &shot.extras;
    let mut ifd = Ifd::new(shot.model.endian);
    ifd.rationals(0x829A, &[(1, 120)])
        .rationals(0x829D, &[(18, 10)])
        .short(0x8827, 100)
        .undefined(0x9000, b"0232")
        .rationals(0x920A, &[(54, 10)])
        .short(0xA001, 1)
        .long(0xA002, shot.rgb.width)
        .long(0xA003, shot.rgb.height)
        .ascii(0xA420, &image_id(shot))
        .ascii(0xA430, &extras.owner)
        .ascii(0xA431, &extras.serial);
    if let Some(captured) = &shot.captured {
        ifd.ascii(0x9003, &stamp(captured))
            .ascii(0x9004, &stamp(captured))
            .ascii(0x9291, "417");
        if shot.model.writes_offset {
            let offset = offset(captured);
            ifd.ascii(0x9010, &offset).ascii(0x9011, &offset);
        }
    }
    if extras.maker_note {
        ifd.undefined(0x927C, &maker_note(shot));
    }
    ifd
}

fn gps_directory(shot: &PhoneShot, gps: Gps) -> Ifd {
    let mut ifd = Ifd::new(shot.model.endian);
    ifd.bytes(0x00, &[2, 3, 0, 0])
        .ascii(0x01, if gps.lat < 0.0 { "S" } else { "N" })
        .rationals(0x02, &degrees(gps.lat))
        .ascii(0x03, if gps.lon < 0.0 { "W" } else { "E" })
        .rationals(0x04, &degrees(gps.lon))
        .bytes(0x05, &[0])
        .rationals(0x06, &[(14, 1)])
        .undefined(0x1B, format!("ASCII\0\0\0{MARKER}GPS").as_bytes());
    if let Some(utc) = shot.captured.and_then(|c| c.instant()) {
        let utc = jiff::tz::Offset::UTC.to_datetime(utc);
        let parts = [utc.hour(), utc.minute(), utc.second()].map(|p| (p.unsigned_abs() as u32, 1));
        ifd.rationals(0x07, &parts)
            .ascii(0x1D, &utc.strftime("%Y:%m:%d").to_string());
    }
    if let Some(metres) = gps.accuracy_m {
        ifd.rationals(0x1F, &[((metres * 100.0).round() as u32, 100)]);
    }
    ifd
}

fn thumbnail_directory(endian: Endian, thumbnail: &[u8], at: usize) -> Vec<u8> {
    let with = |offset: usize| {
        let mut ifd = Ifd::new(endian);
        ifd.short(0x0103, 6)
            .long(0x0201, offset as u32)
            .long(0x0202, thumbnail.len() as u32);
        ifd
    };
    let offset = at + with(0).len();
    with(offset).write(at, 0)
}

/// Degrees, minutes and seconds to a ten-thousandth: 3 mm.
fn degrees(value: f64) -> [(u32, u32); 3] {
    let all = (value.abs() * 36_000_000.0).round() as u64;
    let (minutes, seconds) = (all / 600_000, (all % 600_000) as u32);
    [
        ((minutes / 60) as u32, 1),
        ((minutes % 60) as u32, 1),
        (seconds, 10_000),
    ]
}

fn stamp(captured: &Captured) -> String {
    captured.local.strftime("%Y:%m:%d %H:%M:%S").to_string()
}

fn offset(captured: &Captured) -> String {
    let minutes = captured.offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

fn utf16(text: &str) -> Vec<u8> {
    // Always little-endian with two closing zeros, whatever the block's order is.
    text.encode_utf16()
        .chain([0])
        .flat_map(u16::to_le_bytes)
        .collect()
}

fn image_id(shot: &PhoneShot) -> String {
    let text = shot.captured.as_ref().map(stamp).unwrap_or_default();
    let digest = blake3::hash(format!("{}{text}", shot.extras.serial).as_bytes());
    format!("{MARKER}ID-{}", &digest.to_hex()[..16])
}

fn maker_note(shot: &PhoneShot) -> Vec<u8> {
    let mut note = format!("NUSA\0\x01{MARKER}MAKERNOTE;SN={};", shot.extras.serial).into_bytes();
    // The rest of a real note is private tables; their content does not matter.
    note.extend((0..180_u32).map(|i| (i.wrapping_mul(151) >> 2) as u8));
    note
}

/// What of it is private, as written.
pub(super) fn secrets(shot: &PhoneShot) -> Vec<Vec<u8>> {
    if !shot.extras.exif {
        return Vec::new();
    }
    let endian = shot.model.endian;
    let mut secrets = vec![
        shot.extras.serial.clone().into_bytes(),
        shot.extras.owner.clone().into_bytes(),
        utf16(&shot.extras.owner),
        image_id(shot).into_bytes(),
    ];
    secrets.extend(shot.captured.as_ref().map(|c| stamp(c).into_bytes()));
    if let Some(gps) = shot.gps {
        secrets.push(endian.rationals(&degrees(gps.lat)));
        secrets.push(endian.rationals(&degrees(gps.lon)));
        secrets.push(format!("{MARKER}GPS").into_bytes());
    }
    if shot.extras.maker_note {
        secrets.push(format!("{MARKER}MAKERNOTE").into_bytes());
    }
    secrets
}
