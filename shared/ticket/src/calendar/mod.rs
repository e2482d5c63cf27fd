//! Calendars: when the city works. Data, not code; the arithmetic is the same for all.

mod arithmetic;
mod check;
mod data;
pub mod ics;
mod span;
mod table;
mod walk;
mod week;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use self::check::{CalendarReport, YearReport};
pub use self::span::{Span, SpanError};
pub(crate) use self::week::{Hours, Interval, Week};
use crate::PolicyError;

/// The calendars that come with Jaga: `24x7`, `asn-dki`, `asn-dki-ramadan`.
pub const BUILTIN: &str = include_str!("../../../../deploy/policy/calendars.toml");

/// Whether a date is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Decreed.
    Decided,
    /// Expected, such as Idul Fitri before sidang isbat.
    Estimated,
}

/// A day on which nobody works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Its name, in Indonesian.
    pub name: String,
    /// A leave that the whole civil service takes (cuti bersama), not a national holiday.
    pub collective_leave: bool,
    /// Decided or estimated.
    pub status: Status,
    /// Who says so.
    pub source: String,
}

/// Days with other hours, such as Ramadan. Both ends belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Season {
    /// Its name.
    pub name: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Decided or estimated.
    pub status: Status,
    /// Who says so.
    pub source: String,
    pub(crate) week: Week,
}

/// When one kind of clock runs.
#[derive(Debug, Clone)]
pub struct Calendar {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) source: String,
    pub(crate) zone: TimeZone,
    /// Every second of every day; no week, no holidays.
    pub(crate) always: bool,
    pub(crate) week: Week,
    pub(crate) seasons: Vec<Season>,
    pub(crate) closed: BTreeMap<Date, Holiday>,
    /// Days that are worked although the week or a holiday says otherwise.
    pub(crate) extra: BTreeMap<Date, Vec<Interval>>,
    /// The usual years, worked out at the first question.
    pub(crate) table: OnceLock<Arc<table::Table>>,
    /// Never works the table out: for calendars that are asked a few times only.
    pub(crate) walks: bool,
}

impl Calendar {
    /// The same calendar without its table of the usual years: every answer is walked to, day by day.
    /// What the table answers is held against this.
    #[must_use]
    pub fn walking(&self) -> Self {
        Self {
            table: OnceLock::new(),
            walks: true,
            ..self.clone()
        }
    }

    /// Its name, such as `asn-dki`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version of the file it came from.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Where its hours come from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The zone its hours are told in.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether every second counts.
    pub fn is_always(&self) -> bool {
        self.always
    }

    /// The holidays from one day to another, both included.
    pub fn holidays(&self, from: Date, to: Date) -> impl Iterator<Item = (Date, &Holiday)> {
        // `range` panics where the ends are swapped.
        let from = from.min(to);
        self.closed.range(from..=to).map(|(d, h)| (*d, h))
    }

    /// First and last year with a holiday: of others nobody has entered them yet.
    pub fn holiday_years(&self) -> Option<(i16, i16)> {
        let (first, last) = (
            self.closed.first_key_value()?,
            self.closed.last_key_value()?,
        );
        Some((first.0.year(), last.0.year()))
    }

    /// The seasons, by first day.
    pub fn seasons(&self) -> &[Season] {
        &self.seasons
    }
}

/// A set of named calendars under one version.
#[derive(Debug, Clone)]
pub struct Calendars {
    pub(crate) version: String,
    pub(crate) by_name: BTreeMap<String, Calendar>,
}

impl Calendars {
    /// Reads calendars from TOML; see `deploy/policy/calendars.toml` for the shape.
    pub fn parse(toml: &str) -> Result<Self, PolicyError> {
        data::parse(toml)
    }

    /// The calendars that come with Jaga.
    pub fn builtin() -> Self {
        static PARSED: OnceLock<Calendars> = OnceLock::new();
        PARSED
            .get_or_init(|| {
                Self::parse(BUILTIN).unwrap_or_else(|e| unreachable!("a test reads it: {e}"))
            })
            .clone()
    }

    /// The version of the file.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A calendar by name.
    pub fn get(&self, name: &str) -> Option<&Calendar> {
        self.by_name.get(name)
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }
}
