//! What a clerk should look at before a calendar goes into force.

use jiff::civil::{Date, date};
use serde::Serialize;

use super::{Calendar, Status};

/// One calendar in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CalendarReport {
    /// Its name.
    pub name: String,
    /// The version of its file.
    pub version: String,
    /// The IANA zone, where it has a name.
    pub zone: String,
    /// Where its hours come from.
    pub source: String,
    /// Every second counts.
    pub always: bool,
    /// For each year with a holiday.
    pub years: Vec<YearReport>,
    /// What to look at.
    pub notes: Vec<String>,
}

/// One year of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YearReport {
    /// Which.
    pub year: i16,
    /// Days on which somebody works.
    pub working_days: usize,
    /// National holidays, also those on free days.
    pub national: usize,
    /// Cuti bersama.
    pub collective_leave: usize,
    /// Holidays that are not decreed yet.
    pub estimated: usize,
    /// First day and number of days of the longest time in which nobody works.
    pub longest_closure: Option<(Date, usize)>,
}

impl Calendar {
    /// The calendar in figures, with what to look at.
    pub fn report(&self) -> CalendarReport {
        let years = self.holiday_years().into_iter().flat_map(|(a, b)| a..=b);
        let years: Vec<_> = years.map(|year| self.year(year)).collect();
        CalendarReport {
            name: self.name.clone(),
            version: self.version.clone(),
            zone: self.zone.iana_name().unwrap_or("").to_owned(),
            source: self.source.clone(),
            always: self.always,
            notes: self.notes(&years),
            years,
        }
    }

    fn year(&self, year: i16) -> YearReport {
        let (first, last) = (date(year, 1, 1), date(year, 12, 31));
        let of = |wanted: &dyn Fn(&super::Holiday) -> bool| {
            self.holidays(first, last)
                .filter(|(_, h)| wanted(h))
                .count()
        };
        let mut longest: Option<(Date, usize)> = None;
        let mut run: Option<(Date, usize)> = None;
        let days = first.series(jiff::Span::new().days(1));
        for day in days.take_while(|d| *d <= last) {
            run = if self.is_working_day(day) {
                None
            } else {
                Some(run.map_or((day, 1), |(from, n)| (from, n + 1)))
            };
            if run.map_or(0, |r| r.1) > longest.map_or(0, |l| l.1) {
                longest = run;
            }
        }
        YearReport {
            year,
            working_days: self.working_days(first, last),
            national: of(&|h| !h.collective_leave),
            collective_leave: of(&|h| h.collective_leave),
            estimated: of(&|h| h.status == Status::Estimated),
            longest_closure: longest,
        }
    }

    fn notes(&self, years: &[YearReport]) -> Vec<String> {
        let mut notes = Vec::new();
        for year in years {
            if year.national + year.collective_leave == 0 {
                notes.push(format!("{} has no holiday at all", year.year));
            } else if year.collective_leave == 0 {
                notes.push(format!("{} has no cuti bersama yet", year.year));
            }
        }
        for (date, holiday) in &self.closed {
            if holiday.status == Status::Estimated {
                notes.push(format!("{date} {} is estimated", holiday.name));
            }
            if holiday.collective_leave && self.usual(*date).is_empty() {
                notes.push(format!("{date} {} is a free day anyway", holiday.name));
            }
            if self.extra.contains_key(date) {
                notes.push(format!("{date} {} is worked after all", holiday.name));
            }
        }
        for season in &self.seasons {
            if season.status == Status::Estimated {
                let (name, from, to) = (&season.name, season.from, season.to);
                notes.push(format!("{name}, {from} to {to}, is estimated"));
            }
        }
        notes
    }
}
