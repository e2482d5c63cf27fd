//! Working time: forwards, backwards, between.
//!
//! Conventions: an opening is `open <= t < close`. Adding working time gives the *earliest* instant
//! by which so much has been worked (so a full day added at the opening ends at the closing, not at
//! the next opening); subtracting gives the *latest*. That makes adding and measuring inverse.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::table::Table;
use super::walk::same_time;
use super::{Calendar, Span};

impl Calendar {
    /// The instant a span after `start` (before it, where the span is negative).
    ///
    /// `Days(n)`: the same time of day on the n-th working day after. `Time`: working time only.
    /// `Both`: first the days, then the time. Saturates at the ends of representable time.
    pub fn add_working(&self, start: Timestamp, span: Span) -> Timestamp {
        match span {
            Span::Days(days) => self.add_days(start, days),
            Span::Time(time) => self.add_time(start, time),
            Span::Both(days, time) => self.add_time(self.add_days(start, days), time),
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
        match self.table().and_then(|t| t.between(a, b)) {
            Some(ns) => SignedDuration::from_nanos(ns),
            None => self.walk_between(a, b),
        }
    }

    /// The first instant at or after `t` that is worked.
    pub fn next_opening(&self, t: Timestamp) -> Timestamp {
        if self.always {
            return t;
        }
        self.table()
            .and_then(|table| table.next_opening(t))
            .unwrap_or_else(|| self.walk_to_opening(t))
    }

    /// The last instant at or before `t` up to which somebody worked: `t` itself within an opening and
    /// at its close.
    pub fn last_closing(&self, t: Timestamp) -> Timestamp {
        if self.always {
            t
        } else {
            self.walk_to_closing(t)
        }
    }

    /// Whether anybody works on a day: whether a shift begins on it.
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

    fn add_time(&self, start: Timestamp, time: SignedDuration) -> Timestamp {
        if time.is_zero() {
            return start;
        }
        let forward = time.is_positive();
        if self.always {
            let end = if forward {
                Timestamp::MAX
            } else {
                Timestamp::MIN
            };
            return start.checked_add(time).unwrap_or(end);
        }
        let table = self
            .table()
            .zip(i64::try_from(time.as_nanos().unsigned_abs()).ok());
        let time = time.abs();
        if forward {
            table
                .and_then(|(table, ns)| table.forward(start, ns))
                .unwrap_or_else(|| self.walk_forward(start, time))
        } else {
            table
                .and_then(|(table, ns)| table.backward(start, ns))
                .unwrap_or_else(|| self.walk_backward(start, time))
        }
    }

    fn add_days(&self, start: Timestamp, days: i64) -> Timestamp {
        // No day added: not even a fold of the clock may move the instant.
        if days == 0 {
            return start;
        }
        let table = self.table();
        if let Some(found) = table.and_then(|t| t.days(start, days, self.always)) {
            return found;
        }
        let local = self.zone.to_datetime(start);
        let date = if self.always {
            let span = jiff::Span::new().try_days(days);
            span.ok().and_then(|s| local.date().checked_add(s).ok())
        } else {
            table
                .and_then(|t| t.nth_day(local.date(), days))
                .or_else(|| self.walk_days(local.date(), days))
        };
        match date {
            Some(date) => same_time(&self.zone, date, local.time()),
            None if days > 0 => Timestamp::MAX,
            None => Timestamp::MIN,
        }
    }

    /// Worked out at the first question.
    fn table(&self) -> Option<&Table> {
        if self.walks {
            return None;
        }
        Some(self.table.get_or_init(|| Arc::new(Table::new(self))))
    }
}
