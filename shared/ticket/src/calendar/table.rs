//! The usual years of a calendar, worked out once: openings as numbers with the time worked before
//! each, and the working days by rank. A question is then a look-up instead of a walk.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::Calendar;
use super::walk::at_second;

/// First and last day of the table. Every other instant is walked to.
const FIRST: Date = date(2015, 1, 1);
const LAST: Date = date(2045, 12, 31);
const DAY_NS: i64 = 86_400_000_000_000;

/// All times in nanoseconds since 1970: the years of the table fit 64 bits many times over.
#[derive(Debug)]
pub(crate) struct Table {
    from: i64,
    to: i64,
    /// The zone's distance from UTC, where it never changes in these years.
    offset: Option<i64>,
    open: Vec<i64>,
    close: Vec<i64>,
    /// Worked before each opening; one more than openings, the last is all of it.
    before: Vec<i64>,
    /// For each 24 hours from `from`: the first opening that ends later.
    slots: Vec<u32>,
    /// For each day: how many working days came before it.
    rank: Vec<u32>,
    /// The working days, as numbers of days since 1970.
    days: Vec<i64>,
}

impl Table {
    pub(crate) fn new(calendar: &Calendar) -> Self {
        let zone = &calendar.zone;
        let (from, to) = (at_second(zone, FIRST, 0), at_second(zone, LAST, 86_400));
        let changes = zone.following(from).next();
        let steady = changes.is_none_or(|change| change.timestamp() > to);
        let offset = steady.then(|| i64::from(zone.to_offset(from).seconds()) * 1_000_000_000);
        let mut table = Self {
            from: nanos(from).unwrap_or(0),
            to: nanos(to).unwrap_or(0),
            offset,
            open: Vec::new(),
            close: Vec::new(),
            before: Vec::new(),
            slots: Vec::new(),
            rank: Vec::new(),
            days: Vec::new(),
        };
        if calendar.always {
            return table;
        }
        // The shift of the last day before still counts.
        let mut day = FIRST.yesterday().ok();
        let mut total = 0;
        while let Some(date) = day.filter(|d| *d <= LAST) {
            for (open, close) in table.openings(calendar, date) {
                let (open, close) = (open.max(table.from), close.min(table.to));
                if open < close {
                    table.open.push(open);
                    table.close.push(close);
                    table.before.push(total);
                    total += close - open;
                }
            }
            if date >= FIRST {
                table.rank.push(table.days.len() as u32);
                if calendar.is_working_day(date) {
                    table.days.push(day_number(date));
                }
            }
            day = date.tomorrow().ok();
        }
        table.before.push(total);
        table.index();
        table
    }

    /// As the walk finds them; by plain sums where the zone never changes.
    fn openings(&self, calendar: &Calendar, date: Date) -> Vec<(i64, i64)> {
        let Some(offset) = self.offset else {
            let found = calendar.openings(date).into_iter();
            return found
                .filter_map(|(open, close)| Some((nanos(open)?, nanos(close)?)))
                .collect();
        };
        let midnight = day_number(date) * DAY_NS - offset;
        let at = |second: u32| midnight + i64::from(second) * 1_000_000_000;
        let mut past = self.close.last().copied().unwrap_or(i64::MIN);
        let mut found = Vec::new();
        for i in calendar.intervals(date) {
            let (open, close) = (at(i.start).max(past), at(i.end));
            if open < close {
                found.push((open, close));
                past = close;
            }
        }
        found
    }

    fn index(&mut self) {
        let mut next = 0;
        let mut slot = self.from;
        while slot < self.to {
            while self.close.get(next).is_some_and(|close| *close <= slot) {
                next += 1;
            }
            self.slots.push(next as u32);
            slot += DAY_NS;
        }
    }

    fn covers(&self, t: i64) -> bool {
        self.from <= t && t < self.to
    }

    /// The first opening that ends after `t`, which the table covers.
    fn opening(&self, t: i64) -> usize {
        let slot = ((t - self.from) / DAY_NS) as usize;
        let mut at = self
            .slots
            .get(slot)
            .map_or(self.open.len(), |s| *s as usize);
        while self.close.get(at).is_some_and(|close| *close <= t) {
            at += 1;
        }
        at
    }

    /// What was worked from the table's start to `t`, and the opening that `t` lies in or before.
    fn worked(&self, t: i64) -> Option<(i64, usize)> {
        if !self.covers(t) {
            return None;
        }
        let at = self.opening(t);
        let within = self.open.get(at).map_or(0, |open| (t - open).max(0));
        Some((self.before[at] + within, at))
    }

    /// The earliest instant by which `time` more was worked. All answers are `None` where the table
    /// does not reach.
    pub(crate) fn forward(&self, start: Timestamp, time: i64) -> Option<Timestamp> {
        let (worked, at) = self.worked(nanos(start)?)?;
        let target = worked.checked_add(time)?;
        // Most spans end within days: step out in doubling strides, then halve.
        let (mut low, mut stride) = (at, 8);
        while self.before.get(low + stride).is_some_and(|b| *b < target) {
            low += stride;
            stride *= 2;
        }
        let high = (low + stride).min(self.open.len());
        let upto = self.before.get(low + 1..=high)?;
        let found = low + upto.partition_point(|b| *b < target);
        let open = self.open.get(found)?;
        instant(open + (target - self.before[found]))
    }

    /// The latest instant since which `time` was worked.
    pub(crate) fn backward(&self, start: Timestamp, time: i64) -> Option<Timestamp> {
        let (worked, at) = self.worked(nanos(start)?)?;
        let target = worked.checked_sub(time).filter(|t| *t >= 0)?;
        let (mut high, mut stride) = (at + 1, 8);
        while high > stride && self.before[high - stride] > target {
            high -= stride;
            stride *= 2;
        }
        let low = high.saturating_sub(stride);
        let upto = self.before.get(low..high.min(self.before.len()))?;
        let found = (low + upto.partition_point(|b| *b <= target)).checked_sub(1)?;
        let open = self.open.get(found)?;
        instant(open + (target - self.before[found]))
    }

    pub(crate) fn between(&self, a: Timestamp, b: Timestamp) -> Option<i64> {
        Some(self.worked(nanos(b)?)?.0 - self.worked(nanos(a)?)?.0)
    }

    pub(crate) fn next_opening(&self, t: Timestamp) -> Option<Timestamp> {
        let ns = nanos(t).filter(|ns| self.covers(*ns))?;
        let open = self.open.get(self.opening(ns))?;
        if *open <= ns { Some(t) } else { instant(*open) }
    }

    /// The n-th working day from the one of `start`, at the same time of day, in a zone that never
    /// changes.
    pub(crate) fn days(&self, start: Timestamp, days: i64, always: bool) -> Option<Timestamp> {
        let offset = self.offset?;
        let local = nanos(start).filter(|ns| self.covers(*ns))? + offset;
        let today = local.div_euclid(DAY_NS);
        let day = if always {
            today.checked_add(days)?
        } else {
            self.nth(today, days)?
        };
        let ns = day
            .checked_mul(DAY_NS)?
            .checked_add(local.rem_euclid(DAY_NS))?
            - offset;
        self.covers(ns).then(|| instant(ns)).flatten()
    }

    /// The n-th working day from a date, in any zone.
    pub(crate) fn nth_day(&self, from: Date, days: i64) -> Option<Date> {
        let number = self.nth(day_number(from), days)?;
        from.checked_add(jiff::Span::new().try_days(number - day_number(from)).ok()?)
            .ok()
    }

    fn nth(&self, today: i64, days: i64) -> Option<i64> {
        let at = usize::try_from(today - day_number(FIRST)).ok()?;
        let before = i64::from(*self.rank.get(at)?);
        let next = i64::from(*self.rank.get(at + 1)?);
        // Forwards from the last working day up to today, backwards from the first from today on.
        let rank = if days > 0 {
            next.checked_add(days)? - 1
        } else {
            before.checked_add(days)?
        };
        self.days.get(usize::try_from(rank).ok()?).copied()
    }
}

fn nanos(t: Timestamp) -> Option<i64> {
    i64::try_from(t.as_nanosecond()).ok()
}

fn instant(ns: i64) -> Option<Timestamp> {
    Timestamp::new(
        ns.div_euclid(1_000_000_000),
        ns.rem_euclid(1_000_000_000) as i32,
    )
    .ok()
}

/// Days since 1 January 1970 (Howard Hinnant, `days_from_civil`).
fn day_number(date: Date) -> i64 {
    let (y, m, d) = (
        i64::from(date.year()),
        i64::from(date.month()),
        i64::from(date.day()),
    );
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
