//! Position, time and orientation of real photos are those that `ExifTool` reads. Skipped where the
//! collection is not there. A format is compared as soon as it can be stripped.
#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::print_stderr, reason = "says what was skipped")]

mod support;

use jaga_imaging::{
    Capture, CaptureSource, Flaw, Format, Limits, Reading, inspect, read_evidence, sniff, strip,
};
use serde_json::Value;
use support::{collection, rows};

struct Photo {
    name: String,
    bytes: Vec<u8>,
    expected: Value,
}

/// Photos of all formats that are handled; `None` where there is no collection.
fn photos() -> Option<Vec<Photo>> {
    let root = collection()?.join("public");
    let list = std::fs::read_to_string(root.join("MANIFEST.tsv")).unwrap();
    let read = |row: Vec<String>| Photo {
        bytes: std::fs::read(root.join(&row[0])).unwrap(),
        expected: serde_json::from_str(&row[9]).unwrap(),
        name: row[0].clone(),
    };
    let limits = Limits::default();
    let handled = |photo: &Photo| {
        matches!(
            sniff(&photo.bytes),
            Format::Jpeg | Format::Png | Format::Webp
        ) || strip(&photo.bytes, &limits).is_ok()
    };
    Some(rows(&list).into_iter().map(read).filter(handled).collect())
}

#[test]
fn positions_are_equal_and_there_is_none_where_there_is_none() {
    let Some(photos) = photos() else {
        return eprintln!("skipped: no photo collection");
    };
    let (mut equal, mut none, mut wrong) = (0, 0, Vec::new());
    for photo in photos {
        let pair = |name: &str| {
            let place = &photo.expected[name];
            Some((place["lat"].as_f64()?, place["lon"].as_f64()?))
        };
        let expected = pair("gps_composite").or_else(|| pair("gps_xmp"));
        // Written by phones that have no position, or by nobody on this planet.
        let meant = expected.filter(|(lat, lon)| {
            (*lat, *lon) != (0.0, 0.0) && lat.abs() <= 90.0 && lon.abs() <= 180.0
        });
        let gps = read_evidence(&photo.bytes, &Limits::default()).gps;
        match (meant, gps) {
            (Some((lat, lon)), Reading::Present(gps)) => {
                let near = (gps.lat - lat).abs() < 1e-6 && (gps.lon - lon).abs() < 1e-6;
                if near {
                    equal += 1;
                } else {
                    wrong.push(format!("{}: another position", photo.name));
                }
            }
            // Rational numbers and no hemisphere: ExifTool takes each number by itself, and so
            // comes to a place that nobody wrote.
            (Some(_), Reading::Unreadable(Flaw::UnknownReference))
                if photo.name.ends_with("issue-590.png") =>
            {
                none += 1;
            }
            (Some(_), flaw) => wrong.push(format!("{}: no position, {flaw:?}", photo.name)),
            (None, Reading::Present(_)) => {
                wrong.push(format!("{}: a position out of nothing", photo.name));
            }
            (None, _) => none += 1,
        }
    }
    eprintln!("{equal} positions equal, {none} photos without one");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(equal >= 20 && none >= 80);
}

/// The time that a photo should say, by our order of trust: field, text, offset.
fn expected_time(time: &Value) -> Option<(CaptureSource, String)> {
    let text = |name: &str| {
        let text = time[name].as_str()?;
        let blank = text.starts_with("0000") || text.trim().is_empty();
        (!blank && text.len() >= 16).then(|| text.to_owned())
    };
    let exif = |main: &str, offset: &str| {
        let zone = text(offset).or_else(|| Some(time[offset].as_str()?.to_owned()));
        let zone = zone.or_else(|| Some(time["ExifIFD:OffsetTime"].as_str()?.to_owned()));
        Some(text(main)? + &zone.unwrap_or_default())
    };
    let iptc = || {
        let (date, clock) = (&time["IPTC:DateCreated"], &time["IPTC:TimeCreated"]);
        Some(format!("{} {}", date.as_str()?, clock.as_str()?))
    };
    exif("ExifIFD:DateTimeOriginal", "ExifIFD:OffsetTimeOriginal")
        .map(|it| (CaptureSource::ExifOriginal, it))
        .or_else(|| {
            exif("ExifIFD:CreateDate", "ExifIFD:OffsetTimeDigitized")
                .map(|it| (CaptureSource::ExifDigitized, it))
        })
        .or_else(|| text("XMP-exif:DateTimeOriginal").map(|it| (CaptureSource::Xmp, it)))
        .or_else(|| text("XMP-photoshop:DateCreated").map(|it| (CaptureSource::Xmp, it)))
        .or_else(|| text("XMP-xmp:CreateDate").map(|it| (CaptureSource::Xmp, it)))
        .or_else(|| iptc().map(|it| (CaptureSource::Iptc, it)))
        .or_else(|| text("Composite:GPSDateTime").map(|it| (CaptureSource::Gps, it)))
        .or_else(|| text("PNG:CreationTime").map(|it| (CaptureSource::PngText, it)))
        .or_else(|| text("PNG:ModifyDate").map(|it| (CaptureSource::PngTime, it)))
}

/// `2024:05:14 08:30:05.5+07:00` in parts: clock, fraction, zone in seconds.
fn parts(text: &str) -> (String, Option<f64>, Option<i32>) {
    let (clock, tail) = text.split_at(text.len().min(19));
    let zone_at = tail.find(['+', '-', 'Z']).unwrap_or(tail.len());
    let (fraction, zone) = tail.split_at(zone_at);
    let zone = match zone {
        "" => None,
        "Z" => Some(0),
        zone => {
            let hours: i32 = zone[1..3].parse().unwrap();
            let minutes: i32 = zone[4..6].parse().unwrap();
            let seconds = hours * 3600 + minutes * 60;
            Some(if zone.starts_with('-') {
                -seconds
            } else {
                seconds
            })
        }
    };
    (clock.to_owned(), fraction.parse().ok(), zone)
}

#[test]
fn times_are_equal_and_there_is_none_where_there_is_none() {
    let Some(photos) = photos() else {
        return eprintln!("skipped: no photo collection");
    };
    let (mut equal, mut none, mut wrong) = (0, 0, Vec::new());
    for photo in photos {
        let time = &photo.expected["time"];
        let capture = read_evidence(&photo.bytes, &Limits::default()).capture;
        match (expected_time(time), capture.present()) {
            (None, None) => none += 1,
            (Some((source, text)), Some(capture)) if same(capture, source, &text, time) => {
                equal += 1;
            }
            // Dates with odd separators, which ExifTool does not take for dates.
            (None, Some(_)) if photo.name.contains("-sep-") => none += 1,
            // An Exif item that ExifTool does not list, with a time that stands in the file.
            (None, Some(_)) if photo.name.ends_with("sample_MP.heic") => none += 1,
            (expected, _) => wrong.push(format!("{}: {expected:?}, {capture:?}", photo.name)),
        }
    }
    eprintln!("{equal} times equal, {none} photos without one");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(equal >= 50 && none >= 20);
}

/// Clock, field, zone, and for a camera's own field the fraction are equal.
fn same(capture: &Capture, source: CaptureSource, text: &str, time: &Value) -> bool {
    let (clock, fraction, zone) = parts(text);
    let format = if clock.len() == 16 {
        "%Y:%m:%d %H:%M"
    } else {
        "%Y:%m:%d %H:%M:%S"
    };
    let read = capture.at.local.strftime(format).to_string();
    let utc = source == CaptureSource::PngTime;
    let zone = if utc { Some(0) } else { zone };
    let exact = time["Composite:SubSecDateTimeOriginal"].as_str();
    let fraction = exact.and_then(|it| parts(it).1).or(fraction).unwrap_or(0.0);
    let nanoseconds = f64::from(capture.at.local.subsec_nanosecond());
    let fraction_equal = (nanoseconds / 1e9 - fraction).abs() < 1e-6;
    read == clock
        && capture.source == source
        && capture.at.offset_seconds == zone
        && (source != CaptureSource::ExifOriginal || fraction_equal)
}

#[test]
fn orientations_are_equal() {
    let Some(photos) = photos() else {
        return eprintln!("skipped: no photo collection");
    };
    let mut equal = 0;
    for photo in photos {
        // HEIF turns by its own box; what EXIF says there does not count.
        if matches!(sniff(&photo.bytes), Format::Heif | Format::Avif) {
            continue;
        }
        let expected = photo.expected["orientation"].as_u64();
        let expected = expected.filter(|it| (1..=8).contains(it)).unwrap_or(1);
        let read = inspect(&photo.bytes, &Limits::default())
            .orientation
            .unwrap_or(1);
        assert_eq!(u64::from(read), expected, "{}", photo.name);
        equal += 1;
    }
    assert!(equal >= 100, "only {equal} photos were compared");
}
