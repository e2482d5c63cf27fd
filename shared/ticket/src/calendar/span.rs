//! Lengths of working time as people write them: `7d`, `16h`, `90m`, `1h30m`, `-2d`, `1d4h`.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// A length on a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Span {
    /// Working days: the same time of day, so many working days on.
    Days(i64),
    /// Working time, counted only while the calendar is open.
    Time(SignedDuration),
    /// First the days, then the time; both have the same sign.
    Both(i64, SignedDuration),
}

/// Why a text is no span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a duration is written such as 7d, 16h, 90m, 1h30m, 1d4h or -2d, of at most 36500 days")]
pub struct SpanError;

/// A hundred years: longer is a slip of the pen, and shorter cannot overflow.
const MAX_DAYS: i64 = 36_500;

impl Span {
    /// So many hours of working time.
    pub fn hours(hours: i64) -> Self {
        Self::Time(SignedDuration::from_hours(hours))
    }

    /// Longer than nothing.
    pub fn is_positive(self) -> bool {
        match self {
            Self::Days(days) => days > 0,
            Self::Time(time) => time.is_positive(),
            Self::Both(days, time) => days > 0 || time.is_positive(),
        }
    }

    /// The same length the other way.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Days(days) => Self::Days(-days),
            Self::Time(time) => Self::Time(-time),
            Self::Both(days, time) => Self::Both(-days, -time),
        }
    }

    /// One after the other.
    pub(crate) fn plus(self, other: Self) -> Self {
        let parts = |span| match span {
            Self::Days(days) => (days, SignedDuration::ZERO),
            Self::Time(time) => (0, time),
            Self::Both(days, time) => (days, time),
        };
        let ((a, x), (b, y)) = (parts(self), parts(other));
        match (a.saturating_add(b), x.saturating_add(y)) {
            (0, time) => Self::Time(time),
            (days, SignedDuration::ZERO) => Self::Days(days),
            (days, time) => Self::Both(days, time),
        }
    }

    /// Orders spans by length where a day is 24 hours: for checks of policy files only.
    pub(crate) fn nominal_seconds(self) -> i64 {
        match self {
            Self::Days(days) => days * 86_400,
            Self::Time(time) => time.as_secs(),
            Self::Both(days, time) => days * 86_400 + time.as_secs(),
        }
    }
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let (sign, mut rest) = match text.as_bytes().first() {
            Some(b'-') => (-1, &text[1..]),
            Some(b'+') => (1, &text[1..]),
            _ => (1, text),
        };
        let (mut days, mut seconds) = (None, None);
        let mut smallest = u8::MAX;
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, unit) = rest.split_at_checked(digits).ok_or(SpanError)?;
            let number: i64 = number.parse().map_err(|_| SpanError)?;
            let (rank, size) = match unit.bytes().next() {
                Some(b'd') => (4, 86_400),
                Some(b'h') => (3, 3600),
                Some(b'm') => (2, 60),
                Some(b's') => (1, 1),
                _ => return Err(SpanError),
            };
            // Units fall: `30m1h` and `1h1h` are slips.
            if rank >= smallest || number > MAX_DAYS * 86_400 / size {
                return Err(SpanError);
            }
            smallest = rank;
            if rank == 4 {
                days = Some(sign * number);
            } else {
                seconds = Some(seconds.unwrap_or(0) + sign * number * size);
            }
            rest = &unit[1..];
        }
        if seconds.is_some_and(|s: i64| s.abs() > MAX_DAYS * 86_400) {
            return Err(SpanError);
        }
        match (days, seconds.map(SignedDuration::from_secs)) {
            (Some(days), None) => Ok(Self::Days(days)),
            (None, Some(time)) => Ok(Self::Time(time)),
            (Some(days), Some(time)) => Ok(Self::Both(days, time)),
            (None, None) => Err(SpanError),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, time) = match *self {
            Self::Days(days) => return write!(f, "{days}d"),
            Self::Time(time) => (0, time),
            Self::Both(days, time) => (days, time),
        };
        let seconds = time.as_secs();
        if seconds < 0 || days < 0 {
            f.write_str("-")?;
        }
        if let Self::Both(..) = self {
            write!(f, "{}d", days.unsigned_abs())?;
        }
        let seconds = seconds.unsigned_abs();
        let parts = [
            (seconds / 3600, 'h'),
            (seconds % 3600 / 60, 'm'),
            (seconds % 60, 's'),
        ];
        if seconds == 0 {
            return f.write_str("0h");
        }
        for (number, unit) in parts {
            if number > 0 {
                write!(f, "{number}{unit}")?;
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;
    fn try_from(text: String) -> Result<Self, SpanError> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them_and_written_the_same() {
        for text in [
            "7d", "-7d", "16h", "1h30m", "90s", "0d", "-2h", "36500d", "1d4h", "-1d4h", "0d90m",
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.to_string().parse::<Span>().unwrap(), span, "{text}");
        }
        assert_eq!("+16h".parse::<Span>().unwrap(), Span::hours(16));
        assert_eq!(
            "-1d4h".parse::<Span>().unwrap().negated().to_string(),
            "1d4h"
        );
        assert_eq!("90m".parse::<Span>().unwrap().to_string(), "1h30m");
        assert_eq!("0h".parse::<Span>().unwrap(), Span::hours(0));
    }

    #[test]
    fn slips_of_the_pen_are_no_spans() {
        let slips = [
            "",
            "-",
            "7",
            "d",
            "7 d",
            "4h1d",
            "30m1h",
            "1h1h",
            "1.5h",
            "--1h",
            "+-1h",
            "-+1h",
            "é",
            "7dé",
            "99999999999999999999h",
            "36501d",
            "999999999999h",
            "h1",
        ];
        for text in slips {
            assert_eq!(text.parse::<Span>(), Err(SpanError), "{text}");
        }
    }
}
