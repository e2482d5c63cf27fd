//! Times and lengths as people read them.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// `2026-11-02 15:00 WIB`; seconds only where there are any.
pub(crate) fn local(at: Timestamp, zone: &TimeZone) -> String {
    let zoned = at.to_zoned(zone.clone());
    let format = if zoned.second() == 0 {
        "%Y-%m-%d %H:%M %Z"
    } else {
        "%Y-%m-%d %H:%M:%S %Z"
    };
    zoned.strftime(format).to_string()
}

/// `2 d 3 h`: the two largest units that are not zero.
pub(crate) fn length(time: SignedDuration) -> String {
    words(time, ["d", "h", "min", "s"])
}

/// `2 hari 3 jam`.
pub(crate) fn length_id(time: SignedDuration) -> String {
    words(time, ["hari", "jam", "menit", "detik"])
}

fn words(time: SignedDuration, units: [&str; 4]) -> String {
    let seconds = time.as_secs().unsigned_abs();
    let numbers = [
        seconds / 86_400,
        seconds % 86_400 / 3600,
        seconds % 3600 / 60,
        seconds % 60,
    ];
    let parts: Vec<String> = numbers
        .iter()
        .zip(units)
        .filter(|(number, _)| **number > 0)
        .take(2)
        .map(|(number, unit)| format!("{number} {unit}"))
        .collect();
    if parts.is_empty() {
        format!("0 {}", units[3])
    } else {
        parts.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_keep_their_two_largest_units() {
        let time = SignedDuration::from_secs(2 * 86_400 + 3 * 3600 + 7);
        assert_eq!(length(time), "2 d 3 h");
        assert_eq!(length_id(SignedDuration::from_secs(61)), "1 menit 1 detik");
        assert_eq!(length(SignedDuration::ZERO), "0 s");
    }
}
