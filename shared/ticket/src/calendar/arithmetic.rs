//! Working time: forwards, backwards, between. One walk over civil days serves all of it.
//!
//! Conventions: an opening is `open <= t < close`. Adding working time gives the *earliest* instant
//! by which so much has been worked (so a full day added at the opening ends at the closing, not at
//! the next opening); subtracting gives the *latest*. That makes adding and measuring inverse.

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::{Calendar, Interval, Span};

impl Calendar {
    /// The instant a span after `start` (before it, where the span is negative).
    ///
    /// `Days(n)`: the same time of day on the n-th working day after. `Time`: working time only.
    /// Saturates at the ends of representable time.
    pub fn add_working(&self, start: Timestamp, span: Span) -> Timestamp {
        match span {
            Span::Days(days) => self.add_days(start, days),
            Span::Time(time) if self.always => {
                let end = if time.is_negative() {
                    Timestamp::MIN
                } else {
                    Timestamp::MAX
                };
                start.checked_add(time).unwrap_or(end)
            }
            Span::Time(time) if time.is_negative() => self.subtract_time(start, -time),
            Span::Time(time) => self.add_time(start, time),
        }
    }

    /// The working time from `a` to `b`; negative where `b` lies before `a`.
    pub fn working_between(&self, a: Timestamp, b: Timestamp) -> SignedDuration {
        if b < a {
            return -self.working_between(b, a);
        }
        if self.always {
            return b.duration_since(a);
        }
        let last = self.date_of(b);
        let mut total = SignedDuration::ZERO;
        let mut day = Some(self.date_of(a));
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

    /// The first instant at or after `t` that is worked.
    pub fn next_opening(&self, t: Timestamp) -> Timestamp {
        if self.always {
            return t;
        }
        let mut day = Some(self.date_of(t));
        while let Some(date) = day {
            if let Some((open, _)) = self.openings(date).find(|(_, close)| *close > t) {
                return open.max(t);
            }
            day = date.tomorrow().ok();
        }
        Timestamp::MAX
    }

    /// Whether anybody works on a day.
    pub fn is_working_day(&self, date: Date) -> bool {
        self.always || !self.intervals(date).is_empty()
    }

    /// The working days from one day to another, both included.
    pub fn working_days(&self, from: Date, to: Date) -> usize {
        from.series(jiff::Span::new().days(1))
            .take_while(|d| *d <= to)
            .filter(|d| self.is_working_day(*d))
            .count()
    }

    fn add_days(&self, start: Timestamp, days: i64) -> Timestamp {
        let local = self.zone.to_datetime(start);
        let (mut date, mut left) = (local.date(), days.unsigned_abs());
        while left > 0 {
            let step = if days > 0 {
                date.tomorrow()
            } else {
                date.yesterday()
            };
            let Ok(next) = step else {
                return if days > 0 {
                    Timestamp::MAX
                } else {
                    Timestamp::MIN
                };
            };
            date = next;
            left -= u64::from(self.is_working_day(date));
        }
        // No day added: not even a fold of the clock may move the instant.
        if days == 0 {
            start
        } else {
            instant(&self.zone, date, local.time())
        }
    }

    fn add_time(&self, start: Timestamp, time: SignedDuration) -> Timestamp {
        if time.is_zero() {
            return start;
        }
        let mut left = time;
        let mut day = Some(self.date_of(start));
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

    fn subtract_time(&self, start: Timestamp, time: SignedDuration) -> Timestamp {
        let mut left = time;
        let mut day = Some(self.date_of(start));
        while let Some(date) = day {
            for (open, close) in self.openings(date).rev() {
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

    fn date_of(&self, t: Timestamp) -> Date {
        self.zone.to_datetime(t).date()
    }

    /// The hours of a day: an extra day beats a holiday, a holiday a season, a season the week.
    fn intervals(&self, date: Date) -> &[Interval] {
        if let Some(hours) = self.extra.get(&date) {
            return hours;
        }
        if self.closed.contains_key(&date) {
            return &[];
        }
        let season = self.seasons.iter().find(|s| s.from <= date && date <= s.to);
        season.map_or(&self.week, |s| &s.week).on(date.weekday())
    }

    /// The openings of a day as instants, in order, empty ones left out.
    fn openings(
        &self,
        date: Date,
    ) -> impl DoubleEndedIterator<Item = (Timestamp, Timestamp)> + use<'_> {
        self.intervals(date)
            .iter()
            .map(move |i| {
                (
                    at_second(&self.zone, date, i.start),
                    at_second(&self.zone, date, i.end),
                )
            })
            .filter(|(open, close)| open < close)
    }
}

/// A second of a civil day as an instant; 86,400 is the next day's midnight.
fn at_second(zone: &TimeZone, date: Date, second: u32) -> Timestamp {
    if second >= 86_400 {
        return date
            .tomorrow()
            .map_or(Timestamp::MAX, |d| instant(zone, d, Time::midnight()));
    }
    let (hour, minute, second) = (second / 3600, second % 3600 / 60, second % 60);
    let time = Time::new(hour as i8, minute as i8, second as i8, 0).unwrap_or(Time::midnight());
    instant(zone, date, time)
}

/// A civil time as an instant. Where the clock was set back, the first of the two; where it was set
/// forward over it, the moment of the change, so that an interval inside the gap is empty and no
/// interval runs into the next.
fn instant(zone: &TimeZone, date: Date, time: Time) -> Timestamp {
    let ambiguous = zone.to_ambiguous_timestamp(date.to_datetime(time));
    let gap = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
    let edge = if date.year() > 0 {
        Timestamp::MAX
    } else {
        Timestamp::MIN
    };
    let Ok(after) = ambiguous.compatible() else {
        return edge;
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
