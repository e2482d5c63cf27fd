//! Position, with everything thrown out that is no position.

use exif::{Tag, Value};
use jiff::tz::Offset;

use super::{
    exif::Fields,
    model::{Capture, CaptureSource, Flaw, Gps, GpsSource, Reading},
    xmp::Properties,
};

/// The position from EXIF, or from XMP where EXIF has none that can be read. `captured` tells how
/// old the receiver's fix was.
pub(super) fn position(
    exif: &Fields,
    xmp: &Properties<'_>,
    captured: &Reading<Capture>,
) -> Reading<Gps> {
    let mut found = from_exif(exif).or(|| from_xmp(xmp));
    if let Reading::Present(gps) = &mut found {
        gps.age_s = captured.present().and_then(age);
    }
    found
}

/// Furthest that clocks on Earth are ahead of UTC, in seconds.
const FURTHEST_EAST: i64 = 14 * 3600;
/// Furthest that they are behind.
const FURTHEST_WEST: i64 = 12 * 3600;

/// Seconds from the receiver's fix to the capture. Without a zone only what every zone leaves.
fn age(capture: &Capture) -> Option<i64> {
    if capture.source == CaptureSource::Gps {
        return None;
    }
    let fix = Offset::UTC.to_timestamp(capture.gps_utc?).ok()?;
    let taken = capture.at.instant(0)?;
    let apart = taken.duration_since(fix).as_secs();
    if capture.at.offset_seconds.is_some() {
        return Some(apart);
    }
    // A local clock that reads so much more than UTC in no zone.
    if apart > FURTHEST_EAST {
        return Some(apart - FURTHEST_EAST);
    }
    (apart < -FURTHEST_WEST).then_some(apart + FURTHEST_WEST)
}

/// Three states of one coordinate: not there, there but wrong, or a number of degrees.
type Coordinate = Option<Result<f64, Flaw>>;

fn from_exif(exif: &Fields) -> Reading<Gps> {
    let lat = coordinate(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, *b"NS");
    let lon = coordinate(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, *b"EW");
    // Metres; a phone that writes zero or kilometres of error has not measured it.
    let accuracy = exif.number(Tag::GPSHPositioningError);
    let accuracy_m = accuracy.filter(|metres| *metres > 0.0 && *metres < 100_000.0);
    let dop = exif.number(Tag::GPSDOP);
    let dop = dop.filter(|dop| *dop > 0.0 && *dop < 1000.0);
    let mut found = join(lat, lon, GpsSource::Exif);
    if let Reading::Present(gps) = &mut found {
        let rounded = |number: f64| (number * 100.0).round() / 100.0;
        gps.accuracy_m = accuracy_m.map(rounded);
        gps.dop = dop.map(rounded);
    }
    found
}

fn coordinate(exif: &Fields, value: Tag, reference: Tag, letters: [u8; 2]) -> Coordinate {
    let [degrees, minutes, seconds] = match exif.triple(value)? {
        Ok(parts) => parts,
        Err(flaw) => return Some(Err(flaw)),
    };
    let letter = match exif.value(reference) {
        Some(Value::Ascii(parts)) => parts.first().and_then(|text| text.first()).copied(),
        _ => None,
    };
    let sign = match letter.map(|letter| letter.to_ascii_uppercase()) {
        Some(letter) if letter == letters[0] => 1.0,
        Some(letter) if letter == letters[1] => -1.0,
        _ => return Some(Err(Flaw::UnknownReference)),
    };
    // Exactly 60 is a common rounding; more is not a time of arc.
    if minutes > 60.0 || seconds > 60.0 {
        return Some(Err(Flaw::OutOfRange));
    }
    Some(Ok(sign * (degrees + minutes / 60.0 + seconds / 3600.0)))
}

fn join(lat: Coordinate, lon: Coordinate, source: GpsSource) -> Reading<Gps> {
    let (lat, lon) = match (lat, lon) {
        (None, None) => return Reading::Absent,
        (None, Some(_)) | (Some(_), None) => return Reading::Unreadable(Flaw::Incomplete),
        (Some(Err(flaw)), _) | (_, Some(Err(flaw))) => return Reading::Unreadable(flaw),
        (Some(Ok(lat)), Some(Ok(lon))) => (lat, lon),
    };
    if lat.abs() > 90.0 && lat.abs() <= 180.0 && lon.abs() <= 90.0 {
        return Reading::Unreadable(Flaw::Swapped);
    }
    if !(-90.0..=90.0).contains(&lat) || !(-180.0..=180.0).contains(&lon) {
        return Reading::Unreadable(Flaw::OutOfRange);
    }
    // Within a metre of 0,0, in the Gulf of Guinea: no fix.
    if lat.abs() < 1e-5 && lon.abs() < 1e-5 {
        return Reading::Unreadable(Flaw::NullIsland);
    }
    // Seven decimals are a centimetre, and survive being written as text and read again.
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
    Reading::Present(Gps {
        lat: rounded(lat),
        lon: rounded(lon),
        accuracy_m: None,
        dop: None,
        age_s: None,
        source,
    })
}

/// Names of XMP properties that hold a position; drones spell them in their own ways.
pub(super) const XMP_NAMES: [(&str, &str); 3] = [
    ("GPSLatitude", "GPSLongitude"),
    ("GpsLatitude", "GpsLongitude"),
    ("GpsLatitude", "GpsLongtitude"),
];

fn from_xmp(xmp: &Properties<'_>) -> Reading<Gps> {
    XMP_NAMES.iter().fold(Reading::Absent, |best, (lat, lon)| {
        best.or(|| {
            let lat = xmp.get(lat).map(|text| xmp_degrees(text, *b"NS"));
            let lon = xmp.get(lon).map(|text| xmp_degrees(text, *b"EW"));
            join(lat, lon, GpsSource::Xmp)
        })
    })
}

/// `48,53.323584N`, `48,53,19N`, `48.8887N`, `-6.1753`, or `48 deg 53' 19.1" N`: one to three
/// numbers with a letter after or before them, or a decimal number with a sign.
fn xmp_degrees(text: &str, letters: [u8; 2]) -> Result<f64, Flaw> {
    let text = text.trim();
    let letter = |byte: &u8| {
        byte.is_ascii_alphabetic()
            .then(|| byte.to_ascii_uppercase())
    };
    let (first, last) = (text.as_bytes().first(), text.as_bytes().last());
    let named = last.and_then(letter).or_else(|| first.and_then(letter));
    let (sign, body) = match named {
        Some(letter) if letter == letters[0] => (1.0, text),
        Some(letter) if letter == letters[1] => (-1.0, text),
        Some(_) => return Err(Flaw::UnknownReference),
        // Without a letter only a plain decimal number can be meant: XMP's own form has one.
        None => {
            let degrees = text.parse::<f64>().ok().filter(|it| it.is_finite());
            let decimal = degrees.filter(|_| text.contains('.'));
            return decimal.ok_or(if text.contains([',', '/']) || degrees.is_some() {
                Flaw::UnknownReference
            } else {
                Flaw::Malformed
            });
        }
    };
    let body = body.trim_matches(|it: char| it.is_ascii_alphabetic() || it == ' ');
    let words = body.replace("deg", " ");
    let numbers: Option<Vec<f64>> = words
        .split([',', ' ', '\'', '"', '°', '′', '″'])
        .filter(|part| !part.is_empty())
        .map(|part| {
            let plain = part.bytes().all(|it| it.is_ascii_digit() || it == b'.');
            part.parse().ok().filter(|_: &f64| plain)
        })
        .collect();
    let (degrees, minutes, seconds) = match numbers.as_deref() {
        Some([degrees]) => (*degrees, 0.0, 0.0),
        Some([degrees, minutes]) => (*degrees, *minutes, 0.0),
        Some([degrees, minutes, seconds]) => (*degrees, *minutes, *seconds),
        _ => return Err(Flaw::Malformed),
    };
    if minutes > 60.0 || seconds > 60.0 {
        return Err(Flaw::OutOfRange);
    }
    Ok(sign * (degrees + minutes / 60.0 + seconds / 3600.0))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::evidence::CaptureTime;

    #[test]
    fn xmp_coordinates_are_read_in_every_spelling() {
        for text in [
            "6,10.522200S",
            "6,10,31.332S",
            "6.17537S",
            "S 6.17537",
            "-6.17537",
            "6 deg 10' 31.332\" S",
        ] {
            let degrees = xmp_degrees(text, *b"NS").unwrap();
            assert!((degrees + 6.17537).abs() < 1e-9, "{text}");
        }
        assert!((xmp_degrees("106,49,41.772E", *b"EW").unwrap() - 106.82827).abs() < 1e-9);
        assert_eq!(xmp_degrees("6,10.5", *b"NS"), Err(Flaw::UnknownReference));
        assert_eq!(xmp_degrees("6,10.5Q", *b"NS"), Err(Flaw::UnknownReference));
        assert_eq!(xmp_degrees("6,75.5S", *b"NS"), Err(Flaw::OutOfRange));
        assert_eq!(xmp_degrees("nanS", *b"NS"), Err(Flaw::Malformed));
        assert_eq!(xmp_degrees("infS", *b"NS"), Err(Flaw::Malformed));
        assert_eq!(xmp_degrees("NaN", *b"EW"), Err(Flaw::UnknownReference));
        assert_eq!(xmp_degrees("", *b"NS"), Err(Flaw::Malformed));
        assert_eq!(xmp_degrees("é", *b"NS"), Err(Flaw::Malformed));
    }

    #[test]
    fn the_age_of_a_fix_is_told_as_far_as_it_is_certain() {
        let of = |hour, offset_seconds| {
            age(&Capture {
                at: CaptureTime {
                    local: date(2026, 5, 14).at(hour, 30, 0, 0),
                    offset_seconds,
                },
                source: CaptureSource::ExifOriginal,
                gps_utc: Some(date(2026, 5, 14).at(1, 20, 0, 0)),
            })
        };
        assert_eq!(of(8, Some(7 * 3600)), Some(600));
        assert_eq!(of(8, Some(8 * 3600)), Some(600 - 3600));
        // Ten minutes and seven hours may be a zone, 21 hours are none.
        assert_eq!(of(8, None), None);
        assert_eq!(of(22, None), Some(21 * 3600 + 600 - 14 * 3600));
    }
}
