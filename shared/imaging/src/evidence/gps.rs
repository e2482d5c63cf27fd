//! Position, with everything thrown out that is no position.

use exif::{Tag, Value};

use super::{
    exif::Fields,
    model::{Flaw, Gps, GpsSource, Reading},
    xmp::Properties,
};

/// The position from EXIF, or from XMP where EXIF has none that can be read.
pub(super) fn position(exif: &Fields, xmp: &Properties) -> Reading<Gps> {
    from_exif(exif).or(|| from_xmp(xmp))
}

/// Three states of one coordinate: not there, there but wrong, or a number of degrees.
type Coordinate = Option<Result<f64, Flaw>>;

fn from_exif(exif: &Fields) -> Reading<Gps> {
    let lat = coordinate(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, *b"NS");
    let lon = coordinate(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, *b"EW");
    // Metres; a phone that writes zero or kilometres of error has not measured it.
    let accuracy = exif.number(Tag::GPSHPositioningError);
    let accuracy_m = accuracy.filter(|metres| *metres > 0.0 && *metres < 100_000.0);
    join(lat, lon, accuracy_m, GpsSource::Exif)
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

fn join(
    lat: Coordinate,
    lon: Coordinate,
    accuracy_m: Option<f64>,
    source: GpsSource,
) -> Reading<Gps> {
    let (lat, lon) = match (lat, lon) {
        (None, None) => return Reading::Absent,
        (None, Some(_)) | (Some(_), None) => return Reading::Unreadable(Flaw::Incomplete),
        (Some(Err(flaw)), _) | (_, Some(Err(flaw))) => return Reading::Unreadable(flaw),
        (Some(Ok(lat)), Some(Ok(lon))) => (lat, lon),
    };
    if !(-90.0..=90.0).contains(&lat) || !(-180.0..=180.0).contains(&lon) {
        return Reading::Unreadable(Flaw::OutOfRange);
    }
    // Within a metre of 0,0, in the Gulf of Guinea: no fix.
    if lat.abs() < 1e-5 && lon.abs() < 1e-5 {
        return Reading::Unreadable(Flaw::NullIsland);
    }
    // Seven decimals are a centimetre, and survive being written as text and read again.
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let accuracy_m = accuracy_m.map(|metres| (metres * 100.0).round() / 100.0);
    Reading::Present(Gps {
        lat: rounded(lat),
        lon: rounded(lon),
        accuracy_m,
        source,
    })
}

fn from_xmp(xmp: &Properties) -> Reading<Gps> {
    let degrees = |name, letters| xmp.get(name).map(|text| xmp_degrees(text, letters));
    let lat = degrees("exif:GPSLatitude", *b"NS");
    let lon = degrees("exif:GPSLongitude", *b"EW");
    join(lat, lon, None, GpsSource::Xmp)
}

/// `48,53.323584N` or `48,53,19N`, as XMP writes coordinates.
fn xmp_degrees(text: &str, letters: [u8; 2]) -> Result<f64, Flaw> {
    let text = text.trim();
    let last = text.bytes().last().ok_or(Flaw::Malformed)?;
    let sign = match last.to_ascii_uppercase() {
        letter if letter == letters[0] => 1.0,
        letter if letter == letters[1] => -1.0,
        _ => return Err(Flaw::UnknownReference),
    };
    let numbers: Option<Vec<f64>> = text
        .get(..text.len() - 1)
        .ok_or(Flaw::Malformed)?
        .split(',')
        .map(|part| {
            part.trim()
                .parse()
                .ok()
                .filter(|number: &f64| *number >= 0.0)
        })
        .collect();
    let (degrees, minutes, seconds) = match numbers.as_deref() {
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
    use super::*;

    #[test]
    fn xmp_coordinates_are_read_in_both_spellings() {
        assert!((xmp_degrees("6,10.522200S", *b"NS").unwrap() + 6.17537).abs() < 1e-9);
        assert!((xmp_degrees("106,49,41.772E", *b"EW").unwrap() - 106.82827).abs() < 1e-9);
        assert_eq!(xmp_degrees("6,10.5", *b"NS"), Err(Flaw::UnknownReference));
        assert_eq!(xmp_degrees("6,75.5S", *b"NS"), Err(Flaw::OutOfRange));
        assert_eq!(xmp_degrees("nanS", *b"NS"), Err(Flaw::Malformed));
        assert_eq!(xmp_degrees("", *b"NS"), Err(Flaw::Malformed));
        assert_eq!(xmp_degrees("é", *b"NS"), Err(Flaw::UnknownReference));
    }
}
