//! Capture time: local as the camera wrote it, never guessed into a zone.

use exif::Tag;
use jiff::civil::DateTime;

use super::{
    exif::Fields,
    model::{Capture, CaptureSource, CaptureTime, Flaw, Reading},
    xmp::Properties,
};

/// No digital camera is older; clocks that were never set start before it.
const FIRST_YEAR: i16 = 1990;

/// The most trusted time that can be read.
pub(super) fn capture(exif: &Fields, xmp: &Properties) -> Reading<Capture> {
    let field = |source, value, subsecond, offset| {
        exif_time(exif, value, subsecond, offset).map(|at| (at, source))
    };
    let gps = gps_time(exif);
    let best = field(
        CaptureSource::ExifOriginal,
        Tag::DateTimeOriginal,
        Tag::SubSecTimeOriginal,
        Tag::OffsetTimeOriginal,
    )
    .or(|| {
        field(
            CaptureSource::ExifDigitized,
            Tag::DateTimeDigitized,
            Tag::SubSecTimeDigitized,
            Tag::OffsetTimeDigitized,
        )
    })
    .or(|| xmp_time(xmp).map(|at| (at, CaptureSource::Xmp)))
    .or(|| gps.map(|at| (at, CaptureSource::Gps)));
    let gps_utc = gps.present().map(|at| at.local);
    best.map(|(at, source)| Capture {
        at,
        source,
        gps_utc,
    })
}

impl<T> Reading<T> {
    fn map<U>(self, f: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Present(value) => Reading::Present(f(value)),
            Self::Absent => Reading::Absent,
            Self::Unreadable(flaw) => Reading::Unreadable(flaw),
        }
    }
}

fn exif_time(exif: &Fields, value: Tag, subsecond: Tag, offset: Tag) -> Reading<CaptureTime> {
    if exif.value(value).is_none() {
        return Reading::Absent;
    }
    let Some(text) = exif.text(value) else {
        return Reading::Absent;
    };
    if is_blank(text) {
        return Reading::Absent;
    }
    match parse(text) {
        Err(flaw) => Reading::Unreadable(flaw),
        Ok(mut local) => {
            if let Some(nanosecond) = exif.text(subsecond).and_then(fraction) {
                local = local
                    .with()
                    .subsec_nanosecond(nanosecond)
                    .build()
                    .unwrap_or(local);
            }
            let offset = exif.text(offset).or_else(|| exif.text(Tag::OffsetTime));
            Reading::Present(CaptureTime {
                local,
                offset_seconds: offset.and_then(parse_offset),
            })
        }
    }
}

/// Cameras without a clock write zeros, blanks or dashes: that is "unknown", not "wrong".
fn is_blank(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| matches!(byte, b'0' | b':' | b' ' | b'-' | b'/' | b'T'))
}

/// `2024:05:14 08:30:00`; the separators differ between writers, the order does not.
fn parse(text: &[u8]) -> Result<DateTime, Flaw> {
    let mut fields = [0_i16; 6];
    let widths = [4, 2, 2, 2, 2, 2];
    let mut at = 0;
    for (index, width) in widths.into_iter().enumerate() {
        if index > 0 {
            let separator = text.get(at).copied().unwrap_or(b'x');
            if !matches!(separator, b':' | b'-' | b'/' | b'.' | b' ' | b'T') {
                return Err(Flaw::Malformed);
            }
            at += 1;
        }
        let digits = text.get(at..at + width).ok_or(Flaw::Malformed)?;
        // Some writers pad a one-digit number with a blank.
        let digits = std::str::from_utf8(digits)
            .map_err(|_| Flaw::Malformed)?
            .trim();
        fields[index] = digits.parse().map_err(|_| Flaw::Malformed)?;
        at += width;
    }
    let [year, month, day, hour, minute, second] = fields;
    build(year, month, day, [hour, minute, second])
}

fn build(year: i16, month: i16, day: i16, clock: [i16; 3]) -> Result<DateTime, Flaw> {
    let small = |number: i16| i8::try_from(number).map_err(|_| Flaw::OutOfRange);
    let [hour, minute, second] = clock;
    // A leap second is read as the last second of its minute.
    let second = if second == 60 { 59 } else { second };
    let built = DateTime::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        0,
    )
    .map_err(|_| Flaw::OutOfRange)?;
    if year < FIRST_YEAR {
        Err(Flaw::UnsetClock)
    } else {
        Ok(built)
    }
}

/// `930` is 0.930 seconds, `046073` is 0.046073 seconds.
fn fraction(text: &[u8]) -> Option<i32> {
    let digits: Vec<u8> = text
        .iter()
        .copied()
        .take_while(u8::is_ascii_digit)
        .take(9)
        .collect();
    let mut nanoseconds = 0;
    for index in 0..9 {
        let digit = digits.get(index).map_or(0, |digit| i32::from(digit - b'0'));
        nanoseconds = nanoseconds * 10 + digit;
    }
    (!digits.is_empty()).then_some(nanoseconds)
}

/// `+07:00`, `-0330` or `Z` as seconds east of UTC.
fn parse_offset(text: &[u8]) -> Option<i32> {
    let text = std::str::from_utf8(text).ok()?.trim();
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let hours: i32 = digits.get(0..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4)?.parse().ok()?;
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// The satellite clock: UTC by definition.
fn gps_time(exif: &Fields) -> Reading<CaptureTime> {
    let Some(date) = exif.text(Tag::GPSDateStamp).filter(|date| !is_blank(date)) else {
        return Reading::Absent;
    };
    let [hour, minute, second] = match exif.triple(Tag::GPSTimeStamp) {
        None => return Reading::Absent,
        Some(Err(flaw)) => return Reading::Unreadable(flaw),
        Some(Ok(clock)) => clock,
    };
    let midnight = match parse(&[date, b" 00:00:00"].concat()) {
        Ok(midnight) => midnight,
        Err(flaw) => return Reading::Unreadable(flaw),
    };
    if hour >= 24.0 || minute >= 60.0 || second > 60.0 {
        return Reading::Unreadable(Flaw::OutOfRange);
    }
    let clock = [hour as i16, minute as i16, second as i16];
    match build(
        midnight.year(),
        midnight.month().into(),
        midnight.day().into(),
        clock,
    ) {
        Ok(local) => Reading::Present(CaptureTime {
            local,
            offset_seconds: Some(0),
        }),
        Err(flaw) => Reading::Unreadable(flaw),
    }
}

fn xmp_time(xmp: &Properties) -> Reading<CaptureTime> {
    let names = [
        "exif:DateTimeOriginal",
        "photoshop:DateCreated",
        "xmp:CreateDate",
    ];
    let Some(text) = names.iter().find_map(|name| xmp.get(name)) else {
        return Reading::Absent;
    };
    let text = text.trim();
    // XMP may leave the time of day out: a date alone is no capture time.
    if text.len() < 16 || is_blank(text.as_bytes()) {
        return Reading::Absent;
    }
    let (clock, zone) = match text.get(16..).and_then(|tail| tail.find(['+', '-', 'Z'])) {
        Some(at) => text.split_at(16 + at),
        None => (text, ""),
    };
    let seconds = if clock.len() == 16 { ":00" } else { "" };
    match parse(&[clock.as_bytes(), seconds.as_bytes()].concat()) {
        Ok(local) => Reading::Present(CaptureTime {
            local,
            offset_seconds: parse_offset(zone.as_bytes()),
        }),
        Err(flaw) => Reading::Unreadable(flaw),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_are_read_as_cameras_write_them() {
        let expected = date(2024, 5, 14).at(8, 30, 5, 0);
        assert_eq!(parse(b"2024:05:14 08:30:05"), Ok(expected));
        assert_eq!(parse(b"2024-05-14T08:30:05"), Ok(expected));
        assert_eq!(parse(b"2024: 5:14  8:30: 5"), Ok(expected));
        assert_eq!(parse(b"2024:13:14 08:30:05"), Err(Flaw::OutOfRange));
        assert_eq!(parse(b"2024:02:30 08:30:05"), Err(Flaw::OutOfRange));
        assert_eq!(parse(b"1970:01:01 00:00:00"), Err(Flaw::UnsetClock));
        assert_eq!(parse(b"yesterday evening.."), Err(Flaw::Malformed));
        assert_eq!(parse(b"2024:05"), Err(Flaw::Malformed));
        assert!(is_blank(b"0000:00:00 00:00:00") && is_blank(b"    :  :     :  :  "));
    }

    #[test]
    fn offsets_and_fractions() {
        assert_eq!(parse_offset(b"+07:00"), Some(25_200));
        assert_eq!(parse_offset(b"-03:30"), Some(-12_600));
        assert_eq!(parse_offset(b"Z"), Some(0));
        assert_eq!(parse_offset(b"7"), None);
        assert_eq!(parse_offset("+é7:00".as_bytes()), None);
        assert_eq!(fraction(b"930"), Some(930_000_000));
        assert_eq!(fraction(b"046073"), Some(46_073_000));
        assert_eq!(fraction(b""), None);
    }
}
