//! Hours of a day and of a week.

use jiff::civil::Weekday;
use serde::Deserialize;

const DAY: u32 = 86_400;

/// A shift, in seconds from the midnight of the day it begins on: `start <= t < end`. Past midnight it
/// goes on counting: `22:00-30:00` ends at six in the morning, and belongs to the day before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Interval {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Interval {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is no interval such as \"08:00-12:00\"");
        let (start, end) = text.split_once('-').ok_or_else(wrong)?;
        let (start, end) = (time(start).ok_or_else(wrong)?, time(end).ok_or_else(wrong)?);
        if start >= end {
            return Err(format!(
                "\"{text}\" ends before it starts; a shift past midnight counts on, as in \"22:00-30:00\""
            ));
        }
        if start >= DAY || end - start > DAY {
            return Err(format!(
                "\"{text}\" begins on the next day, or is longer than a day"
            ));
        }
        Ok(Self { start, end })
    }
}

/// `08:00` or `08:00:30`; `24:00` is the end of the day, `30:00` six in the morning after.
fn time(text: &str) -> Option<u32> {
    let mut parts = text.trim().split(':');
    let mut part = |max: u32| {
        let digits = parts.next()?;
        let legal = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        legal
            .then(|| digits.parse::<u32>().ok())?
            .filter(|n| *n <= max)
    };
    let (hours, minutes) = (part(48)?, part(59)?);
    let seconds = if text.matches(':').count() == 2 {
        part(59)?
    } else {
        0
    };
    let total = hours * 3600 + minutes * 60 + seconds;
    (parts.next().is_none() && total <= 2 * DAY).then_some(total)
}

/// The working hours of one day: disjoint and sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(crate) struct Hours(pub(crate) Vec<Interval>);

impl TryFrom<Vec<String>> for Hours {
    type Error = String;

    fn try_from(texts: Vec<String>) -> Result<Self, String> {
        let mut intervals = texts
            .iter()
            .map(|t| Interval::parse(t))
            .collect::<Result<Vec<_>, _>>()?;
        intervals.sort();
        if intervals.windows(2).any(|w| w[0].end > w[1].start) {
            return Err(format!("intervals overlap: {}", texts.join(", ")));
        }
        Ok(Self(intervals))
    }
}

impl Hours {
    /// What these hours, worked every day, leave of a day.
    pub(crate) fn rest(&self) -> Self {
        let night = self.0.iter().map(|i| Interval {
            start: 0,
            end: i.end.saturating_sub(DAY),
        });
        let mut taken: Vec<_> = self.0.iter().copied().chain(night).collect();
        taken.sort();
        let (mut rest, mut from) = (Vec::new(), 0);
        let day = Interval {
            start: DAY,
            end: DAY,
        };
        for i in taken.into_iter().chain([day]) {
            if from < i.start {
                rest.push(Interval {
                    start: from,
                    end: i.start,
                });
            }
            from = from.max(i.end);
        }
        Self(rest)
    }
}

/// The hours of each weekday. Absent days are free.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Week {
    mon: Hours,
    tue: Hours,
    wed: Hours,
    thu: Hours,
    fri: Hours,
    sat: Hours,
    sun: Hours,
}

impl Week {
    pub(crate) fn on(&self, day: Weekday) -> &[Interval] {
        let hours = match day {
            Weekday::Monday => &self.mon,
            Weekday::Tuesday => &self.tue,
            Weekday::Wednesday => &self.wed,
            Weekday::Thursday => &self.thu,
            Weekday::Friday => &self.fri,
            Weekday::Saturday => &self.sat,
            Weekday::Sunday => &self.sun,
        };
        &hours.0
    }

    pub(crate) fn every_day(hours: Hours) -> Self {
        Self {
            mon: hours.clone(),
            tue: hours.clone(),
            wed: hours.clone(),
            thu: hours.clone(),
            fri: hours.clone(),
            sat: hours.clone(),
            sun: hours,
        }
    }

    /// The first day whose shift lasts into the next day's first, where there is one.
    pub(crate) fn overlap(&self) -> Option<(&'static str, &'static str)> {
        let days = [
            ("mon", &self.mon),
            ("tue", &self.tue),
            ("wed", &self.wed),
            ("thu", &self.thu),
            ("fri", &self.fri),
            ("sat", &self.sat),
            ("sun", &self.sun),
        ];
        let mut pairs = days.iter().zip(days.iter().cycle().skip(1));
        let found = pairs.find(|((_, day), (_, next))| {
            let last = day.0.last().map_or(0, |i| i.end.saturating_sub(DAY));
            next.0.first().is_some_and(|first| last > first.start)
        });
        found.map(|((day, _), (next, _))| (*day, *next))
    }

    /// No hour at all: a clock on it would never end.
    pub(crate) fn is_empty(&self) -> bool {
        [
            &self.mon, &self.tue, &self.wed, &self.thu, &self.fri, &self.sat, &self.sun,
        ]
        .iter()
        .all(|h| h.0.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(texts: &[&str]) -> Result<Hours, String> {
        Hours::try_from(texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn split_shifts_are_read_in_any_order() {
        let day = hours(&["12:30-16:00", "08:00-12:00"]).unwrap();
        assert_eq!(
            day.0[0],
            Interval {
                start: 28_800,
                end: 43_200
            }
        );
        assert_eq!(hours(&["00:00-24:00"]).unwrap().0[0].end, 86_400);
        assert_eq!(hours(&["22:00-30:00"]).unwrap().0[0].end, 30 * 3600);
    }

    #[test]
    fn what_quiet_hours_leave_is_the_day() {
        let rest = |texts: &[&str]| hours(texts).unwrap().rest();
        assert_eq!(rest(&["21:00-30:00"]), hours(&["06:00-21:00"]).unwrap());
        assert_eq!(
            rest(&["00:00-06:00", "12:00-13:00"]),
            hours(&["06:00-12:00", "13:00-24:00"]).unwrap()
        );
        assert_eq!(rest(&["00:00-24:00"]), Hours::default());
        assert_eq!(rest(&["08:00-32:00"]), Hours::default());
    }

    #[test]
    fn intervals_that_overlap_or_run_backwards_are_refused() {
        for bad in [
            &["08:00-12:00", "11:59-16:00"][..],
            &["22:00-06:00"],
            &["08:00-08:00"],
            &["8:00-12:00"],
            &["08:00"],
            &["08:00-32:01"],
            &["24:00-25:00"],
            &["08:00-48:01"],
            &["22:00-30:00", "08:00-09:00", "23:00-24:00"],
            &["08:60-09:00"],
            &["08:00-09:00:00:00"],
        ] {
            assert!(hours(bad).is_err(), "{bad:?}");
        }
    }
}
