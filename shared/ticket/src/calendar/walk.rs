//! The arithmetic as it is defined: a walk over civil days. Right everywhere and slow over long
//! spans; the table answers the usual years from what this walk finds.

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::{Calendar, Interval};

const DAY: u32 = 86_400;

impl Calendar {
    pub(super) fn walk_forward(&self, start: Timestamp, time: SignedDuration) -> Timestamp {
        let mut left = time;
        let mut day = Some(self.day_before(start));
        while let Some(date) = day {
            for (open, close) in self.openings(date) {
                let open = open.max(start);
                let worked = close.duration_since(open);
                if worked >= left {
                    return open.checked_add(left).unwrap_or(Timestamp::MAX);
                }
                // Negative for openings that lie before the start.
                if worked.is_positive() {
                    left = left.saturating_sub(worked);
                }
            }
            day = date.tomorrow().ok();
        }
        Timestamp::MAX
    }

    pub(super) fn walk_backward(&self, start: Timestamp, time: SignedDuration) -> Timestamp {
        let mut left = time;
        let mut day = Some(self.date_of(start));
        while let Some(date) = day {
            for (open, close) in self.openings(date).into_iter().rev() {
                let close = close.min(start);
                let worked = close.duration_since(open);
                if worked >= left {
                    return close.checked_sub(left).unwrap_or(Timestamp::MIN);
                }
                if worked.is_positive() {
                    left = left.saturating_sub(worked);
                }
            }
            day = date.yesterday().ok();
        }
        Timestamp::MIN
    }

    /// `a <= b`.
    pub(super) fn walk_between(&self, a: Timestamp, b: Timestamp) -> SignedDuration {
        let last = self.date_of(b);
        let mut total = SignedDuration::ZERO;
        let mut day = Some(self.day_before(a));
        while let Some(date) = day.filter(|d| *d <= last) {
            for (open, close) in self.openings(date) {
                let (from, to) = (open.max(a), close.min(b));
                if from < to {
                    total = total.saturating_add(to.duration_since(from));
                }
            }
            day = date.tomorrow().ok();
        }
        total
    }

    pub(super) fn walk_to_opening(&self, t: Timestamp) -> Timestamp {
        let mut day = Some(self.day_before(t));
        while let Some(date) = day {
            let openings = self.openings(date);
            if let Some((open, _)) = openings.iter().find(|(_, close)| *close > t) {
                return (*open).max(t);
            }
            day = date.tomorrow().ok();
        }
        Timestamp::MAX
    }

    pub(super) fn walk_to_closing(&self, t: Timestamp) -> Timestamp {
        let mut day = Some(self.date_of(t));
        while let Some(date) = day {
            let openings = self.openings(date);
            if let Some((_, close)) = openings.iter().rev().find(|(open, _)| *open < t) {
                return (*close).min(t);
            }
            day = date.yesterday().ok();
        }
        Timestamp::MIN
    }

    /// The n-th working day from a date, which does not count itself; `None` beyond all dates.
    pub(super) fn walk_days(&self, from: Date, days: i64) -> Option<Date> {
        let (mut date, mut left) = (from, days.unsigned_abs());
        while left > 0 {
            let step = if days > 0 {
                date.tomorrow()
            } else {
                date.yesterday()
            };
            date = step.ok()?;
            left -= u64::from(self.is_working_day(date));
        }
        Some(date)
    }

    pub(super) fn date_of(&self, t: Timestamp) -> Date {
        self.zone.to_datetime(t).date()
    }

    /// The day before an instant's: its shift may last past midnight.
    fn day_before(&self, t: Timestamp) -> Date {
        let date = self.date_of(t);
        date.yesterday().unwrap_or(date)
    }

    /// The openings that begin on a day, as instants, in order, empty ones left out. What the shift of
    /// the day before still holds past midnight is that day's.
    pub(super) fn openings(&self, date: Date) -> Vec<(Timestamp, Timestamp)> {
        let mut past = match date.yesterday().map(|d| (d, self.intervals(d).last())) {
            Ok((day, Some(last))) if last.end > DAY => at_second(&self.zone, day, last.end),
            _ => Timestamp::MIN,
        };
        let mut found = Vec::new();
        for i in self.intervals(date) {
            let open = at_second(&self.zone, date, i.start).max(past);
            let close = at_second(&self.zone, date, i.end);
            if open < close {
                found.push((open, close));
                past = close;
            }
        }
        found
    }

    /// The hours of a day: an extra day beats a holiday, a holiday a season, a season the week.
    pub(super) fn intervals(&self, date: Date) -> &[Interval] {
        if let Some(hours) = self.extra.get(&date) {
            return hours;
        }
        if self.closed.contains_key(&date) {
            return &[];
        }
        self.usual(date)
    }

    /// The hours of a day if it were no holiday and no extra day.
    pub(super) fn usual(&self, date: Date) -> &[Interval] {
        let season = self.seasons.iter().find(|s| s.from <= date && date <= s.to);
        season.map_or(&self.week, |s| &s.week).on(date.weekday())
    }
}

/// A second of a civil day as an instant; from 86,400 on it is the next day's.
pub(super) fn at_second(zone: &TimeZone, date: Date, second: u32) -> Timestamp {
    if second >= DAY {
        return date
            .tomorrow()
            .map_or(Timestamp::MAX, |d| at_second(zone, d, second - DAY));
    }
    let (hour, minute, second) = (second / 3600, second % 3600 / 60, second % 60);
    let time = Time::new(hour as i8, minute as i8, second as i8, 0).unwrap_or(Time::midnight());
    boundary(zone, date, time)
}

/// Where an opening begins or ends. Where the clock was set back, the first of the two; where it was
/// set forward over it, the moment of the change, so that an interval inside the gap is empty and no
/// interval runs into the next.
fn boundary(zone: &TimeZone, date: Date, time: Time) -> Timestamp {
    let ambiguous = zone.to_ambiguous_timestamp(date.to_datetime(time));
    let gap = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
    let Ok(after) = ambiguous.compatible() else {
        return edge(date);
    };
    if !gap {
        return after;
    }
    // `preceding` leaves the instant itself out, which may be the change.
    let just_after = after
        .checked_add(SignedDuration::from_nanos(1))
        .unwrap_or(after);
    zone.preceding(just_after)
        .next()
        .map_or(after, |t| t.timestamp())
}

/// A time of day on a day, as people mean it: where the clock was set back, the first of the two;
/// where it was set forward over it, as much later as it was set (RFC 5545, 3.3.5).
pub(super) fn same_time(zone: &TimeZone, date: Date, time: Time) -> Timestamp {
    zone.to_ambiguous_timestamp(date.to_datetime(time))
        .compatible()
        .unwrap_or_else(|_| edge(date))
}

fn edge(date: Date) -> Timestamp {
    if date.year() > 0 {
        Timestamp::MAX
    } else {
        Timestamp::MIN
    }
}
