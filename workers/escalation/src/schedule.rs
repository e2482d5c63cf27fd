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
}
