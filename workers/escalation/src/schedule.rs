//! When to sweep: a cron expression read in Jakarta's time.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use jiff::Timestamp;

/// Asia/Jakarta is UTC+7 all year since 1964.
const JAKARTA_S: i32 = 7 * 3600;

/// A cron schedule: second minute hour day month weekday.
#[derive(Debug, Clone)]
pub struct Schedule(cron::Schedule);

/// The expression is none.
#[derive(Debug, thiserror::Error)]
#[error(
    "escalation.schedule: not a cron expression of six fields (second minute hour day month weekday)"
)]
pub struct BadSchedule(#[source] cron::error::Error);

impl Schedule {
    /// Reads an expression such as `0 * * * * *` (every minute).
    pub fn new(expression: &str) -> Result<Self, BadSchedule> {
        cron::Schedule::from_str(expression)
            .map(Self)
            .map_err(BadSchedule)
    }

    /// The last tick at or before `now`; `None` if there was none.
    pub fn last_before(&self, now: Timestamp) -> Option<Timestamp> {
        let zone = FixedOffset::east_opt(JAKARTA_S)?;
        // The iterator leaves its start out.
        let utc = DateTime::from_timestamp_micros(now.as_microsecond().checked_add(1)?)?;
        let last = self.0.after(&utc.with_timezone(&zone)).next_back()?;
        Timestamp::from_microsecond(last.timestamp_micros()).ok()
    }

    /// How long from `now` to the next tick; an hour if the schedule has none left.
    pub fn delay_after(&self, now: Timestamp) -> Duration {
        let next = FixedOffset::east_opt(JAKARTA_S)
            .zip(DateTime::from_timestamp_micros(now.as_microsecond()))
            .and_then(|(zone, utc)| self.0.after(&utc.with_timezone(&zone)).next());
        next.map_or(Duration::from_hours(1), |next| {
            let us = next.timestamp_micros() - now.as_microsecond();
            Duration::from_micros(u64::try_from(us).unwrap_or(0))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delay(expression: &str, now: &str) -> u64 {
        Schedule::new(expression)
            .unwrap()
            .delay_after(now.parse().unwrap())
            .as_secs()
    }

    #[test]
    fn the_schedule_is_read_in_jakartas_time() {
        assert_eq!(delay("0 * * * * *", "2026-11-02T00:00:30Z"), 30);
        assert_eq!(delay("0 * * * * *", "2026-11-02T00:00:00Z"), 60);
        // 22:00 in Jakarta is 15:00 UTC.
        assert_eq!(delay("0 0 22 * * *", "2026-11-02T14:00:00Z"), 3600);
        assert!(Schedule::new("every minute").is_err());
    }

    #[test]
    fn the_last_tick_is_known_after_a_day_of_downtime() {
        let nightly = Schedule::new("0 0 22 * * *").unwrap();
        let last = |now: &str| {
            nightly
                .last_before(now.parse().unwrap())
                .unwrap()
                .to_string()
        };
        assert_eq!(last("2026-11-02T14:59:59Z"), "2026-11-01T15:00:00Z");
        assert_eq!(last("2026-11-02T15:00:00Z"), "2026-11-02T15:00:00Z");
        assert_eq!(last("2026-11-03T09:00:00.5Z"), "2026-11-02T15:00:00Z");
    }
}
