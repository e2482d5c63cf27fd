//! Times and the spans between them, as people say them.

use jaga_imaging::{Capture, CaptureTime, Gps};

/// A fix further from the photo than this, in seconds, is worth a word.
const STALE_S: i64 = 300;

/// `2026-11-03 08:05:00 (UTC+07:00; …)`.
pub fn clock(at: &CaptureTime, remark: &str) -> String {
    let zone = at.offset_seconds.map_or("no zone".into(), |seconds| {
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    });
    let separator = if remark.is_empty() { "" } else { "; " };
    let local = at.local.strftime("%Y-%m-%d %H:%M:%S");
    format!("{local} ({zone}{separator}{remark})")
}

/// How far the position's own time is from the photo's, where that is worth a word or can't be told.
pub fn fix(gps: &Gps, capture: Option<&Capture>) -> Option<String> {
    let zone = capture.is_none_or(|it| it.at.offset_seconds.is_some());
    let Some(age) = gps.age_s else {
        // Two clocks less than a day apart, and one of them names no zone.
        let untold = !zone && capture.is_some_and(|it| it.gps_utc.is_some());
        return untold.then(|| "how old can't be told: the photo names no time zone".into());
    };
    if age.abs() <= STALE_S {
        return None;
    }
    let side = if age > 0 {
        "measured before the photo was taken: it may be of another place"
    } else {
        "measured after the photo was taken: one of the two clocks is wrong"
    };
    let span = span(age.unsigned_abs());
    Some(if zone {
        format!("{side} ({span})")
    } else {
        format!(
            "{side} (at least {span}; how much more can't be told, the photo names no time zone)"
        )
    })
}

/// In the two largest units, what is smaller left out.
fn span(seconds: u64) -> String {
    let minutes = seconds / 60;
    let parts = [
        (minutes / 1440, "day"),
        (minutes / 60 % 24, "hour"),
        (minutes % 60, "minute"),
    ];
    let from = parts.iter().position(|(count, _)| *count > 0).unwrap_or(2);
    let said = parts.iter().skip(from).take(2);
    let said = said.filter(|(count, _)| *count > 0);
    let said = said.map(|(count, unit)| {
        let many = if *count == 1 { "" } else { "s" };
        format!("{count} {unit}{many}")
    });
    said.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use jaga_imaging::{CaptureSource, GpsSource};
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_span_is_said_in_its_two_largest_units() {
        for (minutes, said) in [
            (6, "6 minutes"),
            (60, "1 hour"),
            (125, "2 hours 5 minutes"),
            (1440, "1 day"),
            (1441, "1 day"),
            (5760 + 180 + 5, "4 days 3 hours"),
        ] {
            assert_eq!(span(minutes * 60 + 59), said, "{minutes}");
        }
    }

    #[test]
    fn without_a_zone_an_age_is_a_lower_bound_and_says_so() {
        let at = |offset_seconds| Capture {
            at: CaptureTime {
                local: date(2026, 11, 3).at(8, 0, 0, 0),
                offset_seconds,
            },
            source: CaptureSource::ExifOriginal,
            gps_utc: Some(date(2026, 11, 1).at(8, 0, 0, 0)),
        };
        let gps = |age_s| Gps {
            lat: -6.0,
            lon: 106.0,
            accuracy_m: None,
            dop: None,
            age_s,
            source: GpsSource::Exif,
        };
        let said = |age, zone| fix(&gps(age), Some(&at(zone))).unwrap_or_default();
        let exact = said(Some(7200), Some(25_200));
        assert!(exact.contains("before the photo") && exact.contains("(2 hours)"));
        let bound = said(Some(7200), None);
        assert!(bound.contains("at least 2 hours") && bound.contains("no time zone"));
        assert!(said(Some(-7200), Some(0)).contains("after the photo"));
        assert!(said(None, None).contains("can't be told"));
        assert_eq!(said(Some(200), Some(0)), "");
        assert_eq!(fix(&gps(None), None), None);
    }
}
