//! Capture time: local as the camera wrote it, never guessed into a zone.

use exif::Tag;
use jiff::civil::DateTime;

use super::{
    exif::Fields,
    iptc::Iptc,
    model::{Capture, CaptureSource, CaptureTime, Flaw, Reading},
    sources::Sources,
    xmp::Properties,
};

/// No digital camera is older; clocks that were never set start before it.
const FIRST_YEAR: i16 = 1990;

/// The most trusted time that can be read.
pub(super) fn capture(
    exif: &Fields,
    xmp: &Properties<'_>,
    iptc: &Iptc<'_>,
    sources: &Sources<'_>,
) -> Reading<Capture> {
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
    .or(|| iptc_time(iptc).map(|at| (at, CaptureSource::Iptc)))
    .or(|| gps.map(|at| (at, CaptureSource::Gps)))
    .or(|| png_text_time(sources).map(|at| (at, CaptureSource::PngText)))
    .or(|| png_time(sources.changed).map(|at| (at, CaptureSource::PngTime)));
    let gps_utc = gps.present().map(|at| at.local);
    best.map(|(at, source)| Capture {
        at,
        source,
        gps_utc,
    })
}

/// When the file was last changed, by EXIF's own word.
pub(super) fn modified(exif: &Fields) -> Reading<CaptureTime> {
    exif_time(exif, Tag::DateTime, Tag::SubSecTime, Tag::OffsetTime)
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
    if exif.is_malformed(&[value]) {
        return Reading::Unreadable(Flaw::Malformed);
    }
    let Some(text) = exif.text(value) else {
        return Reading::Absent;
    };
    if is_blank(text) {
        return Reading::Absent;
    }
    match parse(text) {
        Err(flaw) => Reading::Unreadable(flaw),
        Ok(local) => {
            let offset = exif.text(offset).or_else(|| exif.text(Tag::OffsetTime));
            Reading::Present(CaptureTime {
                local: with_fraction(local, exif.text(subsecond).and_then(fraction)),
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

fn with_fraction(time: DateTime, nanosecond: Option<i32>) -> DateTime {
    let exact = nanosecond.and_then(|it| time.with().subsec_nanosecond(it).build().ok());
    exact.unwrap_or(time)
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

/// Names of XMP properties that hold the time of capture, best first.
pub(super) const XMP_NAMES: [&str; 3] = ["DateTimeOriginal", "DateCreated", "CreateDate"];

fn xmp_time(xmp: &Properties<'_>) -> Reading<CaptureTime> {
    XMP_NAMES.iter().fold(Reading::Absent, |best, name| {
        best.or(|| xmp.get(name).map_or(Reading::Absent, iso_time))
    })
}

/// `2024-05-14T08:30:05.5+07:00`; seconds, fraction and zone may be missing.
fn iso_time(text: &str) -> Reading<CaptureTime> {
    let text = text.trim();
    // A date alone is no capture time.
    if text.len() < 16 || is_blank(text.as_bytes()) {
        return Reading::Absent;
    }
    let (clock, zone) = match text.get(16..).and_then(|tail| tail.find(['+', '-', 'Z'])) {
        Some(at) => text.split_at(16 + at),
        None => (text, ""),
    };
    let seconds = if clock.len() == 16 { ":00" } else { "" };
    match parse(&[clock.as_bytes(), seconds.as_bytes()].concat()) {
        Ok(local) => {
            let nanosecond = clock.get(20..).and_then(|it| fraction(it.as_bytes()));
            Reading::Present(CaptureTime {
                local: with_fraction(local, nanosecond),
                offset_seconds: parse_offset(zone.as_bytes()),
            })
        }
        Err(flaw) => Reading::Unreadable(flaw),
    }
}

/// `20260514` and `083005+0700`: a date without a time is no capture time.
fn iptc_time(iptc: &Iptc<'_>) -> Reading<CaptureTime> {
    let (Some(date), Some(time)) = (iptc.date, iptc.time) else {
        return Reading::Absent;
    };
    let (Some(date), Some(clock)) = (date.get(..8), time.get(..6)) else {
        return Reading::Unreadable(Flaw::Malformed);
    };
    if is_blank(date) {
        return Reading::Absent;
    }
    let spaced: Vec<u8> = [
        &date[..4],
        &date[4..6],
        &date[6..],
        &clock[..2],
        &clock[2..4],
    ]
    .iter()
    .flat_map(|part| [part, b":".as_slice()])
    .chain([&clock[4..]])
    .flatten()
    .copied()
    .collect();
    match parse(&spaced) {
        Ok(local) => Reading::Present(CaptureTime {
            local,
            offset_seconds: time.get(6..).and_then(parse_offset),
        }),
        Err(flaw) => Reading::Unreadable(flaw),
    }
}

/// The keyword that PNG defines for the time of creation; its form is free, mail's is suggested.
pub(super) const PNG_KEYWORD: &[u8] = b"Creation Time";

fn png_text_time(sources: &Sources<'_>) -> Reading<CaptureTime> {
    let Some(note) = sources.notes.iter().find(|it| it.keyword == PNG_KEYWORD) else {
        return Reading::Absent;
    };
    let text = note
        .value
        .get(..note.value.len().min(64))
        .unwrap_or_default();
    let Ok(text) = std::str::from_utf8(text) else {
        return Reading::Unreadable(Flaw::Malformed);
    };
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(text.trim()) {
        return Reading::Present(CaptureTime {
            local: zoned.datetime(),
            offset_seconds: Some(zoned.offset().seconds()),
        });
    }
    iso_time(text)
}

/// Seven bytes in UTC.
fn png_time(body: Option<&[u8]>) -> Reading<CaptureTime> {
    let Some(body) = body else {
        return Reading::Absent;
    };
    let &[high, low, month, day, hour, minute, second] = body else {
        return Reading::Unreadable(Flaw::Malformed);
    };
    let clock = [hour, minute, second].map(i16::from);
    let year = i16::from_be_bytes([high, low]);
    match build(year, month.into(), day.into(), clock) {
        Ok(local) => Reading::Present(CaptureTime {
            local,
            offset_seconds: Some(0),
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
