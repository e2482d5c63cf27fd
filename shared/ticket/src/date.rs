//! A civil day in a TOML file.

use jiff::civil::Date;
use serde::Deserialize;
use toml::value::Datetime;

/// The longest range of days a file may name: ten years is a slip of the pen.
const MAX_RANGE: i32 = 3653;

/// A TOML local date, such as `2026-03-19`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "Datetime")]
pub(crate) struct Day(pub(crate) Date);

impl TryFrom<Datetime> for Day {
    type Error = String;

    fn try_from(value: Datetime) -> Result<Self, String> {
        let (Some(date), None, None) = (value.date, value.time, value.offset) else {
            return Err(format!("{value} is no plain date such as 2026-03-19"));
        };
        let parts = (
            i16::try_from(date.year),
            i8::try_from(date.month),
            i8::try_from(date.day),
        );
        let (Ok(year), Ok(month), Ok(day)) = parts else {
            return Err(format!("{value} does not exist"));
        };
        Date::new(year, month, day)
            .map(Self)
            .map_err(|_| format!("{value} does not exist"))
    }
}

impl Day {
    /// Each day from this one to another, both included.
    pub(crate) fn through(self, last: Self) -> Result<impl Iterator<Item = Date>, String> {
        self.check_range(last)?;
        let (first, last) = (self.0, last.0);
        Ok(first
            .series(jiff::Span::new().days(1))
            .take_while(move |d| *d <= last))
    }

    /// Whether this day to another is a range that a person would mean.
    pub(crate) fn check_range(self, last: Self) -> Result<(), String> {
        let (first, last) = (self.0, last.0);
        if last < first {
            return Err(format!("ends on {last}, before it starts on {first}"));
        }
        if first.until(last).map_or(i32::MAX, |s| s.get_days()) >= MAX_RANGE {
            return Err(format!("{first} to {last} is longer than ten years"));
        }
        Ok(())
    }
}
