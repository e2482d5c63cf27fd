//! The full run: every open ticket whose deadlines were computed by other rules is dated anew, and the
//! night's lists are written. Nightly, and as soon as the rules have changed: a deadline that comes
//! earlier can't wait for the night.

use std::future::Future;

use jaga_ledger::{DueTicket, LedgerError, Tx};
use jaga_runner::{DeadlineRules, Runtime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use crate::lanes::{Source, drain};
use crate::night;
use crate::schedule::Schedule;
use crate::sweep::{Ended, Right, Run, Swept};

/// Whether a full run is due: none since the last night's time, or the last one judged by other rules, or
/// the other workers have taken these rules only since: a step that came meanwhile was dated by the old.
pub async fn full_is_due(
    runtime: &Runtime,
    rules: &DeadlineRules,
    nightly: &Schedule,
) -> Result<bool, LedgerError> {
    let Some(last) = runtime.ledger.last_full_sweep().await? else {
        return Ok(true);
    };
    let now = runtime.now().await?;
    let scheduled = nightly.last_before(now);
    // A change is taken at the second look that sees it; one more for the looks' own time.
    let reload = i64::try_from(runtime.config.escalation.reload_s).unwrap_or(i64::MAX / 3);
    let everywhere = last
        .rules_since
        .saturating_add(SignedDuration::from_secs(reload.saturating_mul(3)))
        .unwrap_or(Timestamp::MAX);
    Ok(last.rules != rules.version
        || scheduled.is_some_and(|at| last.started_at < at)
        || (last.started_at < everywhere && everywhere <= now))
}

/// Dates all that is stale in bounded batches, and writes the night's lists. `beat` is called between
/// batches, to hold the lease, show life, and sweep what has come due meanwhile.
pub async fn full<F, B>(
    runtime: &Runtime,
    rules: &DeadlineRules,
    right: &Right,
    nightly: &Schedule,
    beat: F,
) -> Result<Swept, Ended>
where
    F: FnMut() -> B + Send,
    B: Future<Output = Result<(), LedgerError>> + Send,
{
    let run = Run::start(runtime, rules, right, "full").await?;
    let mut swept = Swept::default();
    let beat = Mutex::new(beat);
    // What another had locked is found again; what another with other rules dates back and forth is not
    // waited for.
    for _ in 0..3 {
        let stale = Stale {
            runtime,
            rules: &rules.version,
            after: String::new(),
        };
        let now = drain(&run, stale, &beat).await?;
        swept = swept + now;
        if now.seen == 0 {
            break;
        }
    }
    let mut beat = beat.into_inner();
    if let Some(at) = nightly.last_before(run.row.started_at) {
        night::lists(runtime, &night_of(at), run.row.started_at, &mut beat).await?;
    }
    run.finish(swept).await
}

/// Open tickets that other rules dated, in the order of their ids.
struct Stale<'a> {
    runtime: &'a Runtime,
    rules: &'a str,
    after: String,
}

impl Source for Stale<'_> {
    async fn next(&mut self) -> Result<(Tx, Vec<DueTicket>), LedgerError> {
        let mut tx = self.runtime.ledger.begin().await?;
        let batch = self.runtime.config.escalation.batch;
        let stale = tx.stale_tickets(self.rules, &self.after, batch).await?;
        if let Some(last) = stale.last() {
            self.after = last.ticket_id.to_string();
        }
        Ok((tx, stale))
    }
}

/// The day that ends in a night: of one at 22:00 the same day, of one at 01:00 the day before.
fn night_of(at: Timestamp) -> String {
    let zone = TimeZone::get("Asia/Jakarta").unwrap_or(TimeZone::UTC);
    let noon = at.checked_sub(SignedDuration::from_hours(12)).unwrap_or(at);
    noon.to_zoned(zone).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_belongs_to_the_day_that_ends_in_it() {
        let night = |at: &str| night_of(at.parse().unwrap());
        assert_eq!(night("2026-11-21T15:00:00Z"), "2026-11-21");
        assert_eq!(night("2026-11-21T18:00:00Z"), "2026-11-21");
        assert_eq!(night("2026-11-22T04:00:00Z"), "2026-11-21");
    }
}
