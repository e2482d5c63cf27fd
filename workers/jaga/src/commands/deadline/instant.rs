//! Instants as clerks write them, and as machines read them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::TimeZone;

/// RFC 3339, or a date, with or without a time of day, of the zone. A time that the clock jumped over
/// is as much later, one that it told twice is the first.
pub fn read(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let text = text.trim();
    // Cheaper than asking: only what has an offset has more than a date and a time.
    let local = text.len() <= 10 || !text.as_bytes()[10..].iter().any(|b| b"zZ+-[".contains(b));
    let wrong = |e: jiff::Error| {
        format!("{text:?} is no instant such as 2026-11-23T10:30:00+07:00 or 2026-11-23T10:30: {e}")
    };
    if !local {
        return text.parse().map_err(wrong);
    }
    let civil: DateTime = text.parse().map_err(wrong)?;
    zone.to_ambiguous_timestamp(civil)
        .compatible()
        .map_err(wrong)
}

/// Writes an instant as RFC 3339, in the zone's time. Where that is off by seconds (before about
/// 1920), which RFC 3339 can't say, in UTC.
pub fn write(at: Timestamp, zone: &TimeZone, out: &mut String) {
    const PRINTER: DateTimePrinter = DateTimePrinter::new();
    let offset = zone.to_offset(at);
    let written = if offset.seconds() % 60 == 0 {
        PRINTER.print_timestamp_with_offset(&at, offset, &mut *out)
    } else {
        PRINTER.print_timestamp(&at, &mut *out)
    };
    // A string takes everything.
    debug_assert!(written.is_ok());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn local_times_are_the_zones_and_offsets_are_their_own() {
        let new_york = zone("America/New_York");
        for (text, instant) in [
            ("2026-11-23T10:30", "2026-11-23T15:30:00Z"),
            ("2026-11-23 10:30:15", "2026-11-23T15:30:15Z"),
            (" 2026-11-23 ", "2026-11-23T05:00:00Z"),
            ("2026-11-23T10:30:00+07:00", "2026-11-23T03:30:00Z"),
            ("2026-11-23t10:30:00z", "2026-11-23T10:30:00Z"),
            ("2026-11-23 10:30:00.5-0500", "2026-11-23T15:30:00.5Z"),
            ("2026-03-08T02:30", "2026-03-08T07:30:00Z"),
            ("2026-11-01T01:30", "2026-11-01T05:30:00Z"),
        ] {
            assert_eq!(
                read(text, &new_york),
                Ok(instant.parse().unwrap()),
                "{text}"
            );
        }
        for bad in [
            "",
            "now",
            "2026-02-30",
            "2026-11-23T25:00",
            "2026-13-01Z",
            "10:30",
            "é",
        ] {
            assert!(read(bad, &new_york).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_written_is_rfc_3339_and_the_same_instant() {
        for (name, text) in [
            ("Asia/Jakarta", "2026-11-23T10:30:00+07:00"),
            ("Australia/Lord_Howe", "2026-11-23T10:30:00.25+11:00"),
            ("America/St_Johns", "2026-11-23T10:30:00-03:30"),
            ("UTC", "2026-11-23T10:30:00+00:00"),
        ] {
            let mut out = String::new();
            write(text.parse().unwrap(), &zone(name), &mut out);
            assert_eq!(out, text);
        }
        let mut out = String::new();
        let at = "1900-01-01T00:00:00Z";
        write(at.parse().unwrap(), &zone("Asia/Jakarta"), &mut out);
        assert_eq!(out, at);
    }
}
