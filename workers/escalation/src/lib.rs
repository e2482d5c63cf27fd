#![doc = include_str!("../README.md")]

mod dry;
mod full;
mod lanes;
mod night;
mod plan;
mod schedule;
mod sweep;

use std::time::Duration;

use jaga_ledger::LedgerError;
use jaga_runner::{DeadlineRules, InForce, Runtime, Trouble, supervise};
use jaga_service::Part;

pub use dry::{Foreseen, foresee};
pub use full::{full, full_is_due};
pub use schedule::{BadSchedule, Schedule};
pub use sweep::{Ended, Right, Swept, sweep};

/// Folder, crate, subcommand, Deployment and metric label.
pub const NAME: &str = "escalation";

const SOURCE: &str = "/jaga/escalation";

/// When to sweep.
#[derive(Debug, Clone)]
pub struct Schedules {
    /// What is due.
    pub due: Schedule,
    /// The full run.
    pub nightly: Schedule,
}

/// Sweeps on schedule until told to stop; at once when it starts, so that downtime ends in one
/// catch-up. Any number may run: the lease saves work, the ledger's keys make each level once.
/// `holder` names this process and must be unique.
pub async fn run(
    runtime: Runtime,
    rules: InForce<DeadlineRules>,
    schedules: Schedules,
    holder: String,
) {
    supervise(NAME, runtime.clone(), move |part| {
        session(
            runtime.clone(),
            rules.clone(),
            schedules.clone(),
            holder.clone(),
            part,
        )
    })
    .await;
}

async fn session(
    runtime: Runtime,
    rules: InForce<DeadlineRules>,
    schedules: Schedules,
    holder: String,
    part: Part,
) -> Result<(), Trouble> {
    let ledger = &runtime.ledger;
    ledger.check().await.map_err(paused)?;
    part.ready();
    let length = Duration::from_secs(runtime.config.escalation.lease_s);
    while !runtime.stop.is_cancelled() {
        part.tick();
        let lease = ledger.lease(NAME, &holder, length).await.map_err(paused)?;
        if lease.is_some() {
            let right = Right {
                holder: holder.clone(),
                lease,
            };
            // A turn ends by the rules it began with.
            let rules = rules.get();
            match turn(&runtime, &rules, &schedules, &right, &part, length).await {
                // Whoever took over goes on; this one waits for its next turn.
                Ok(()) | Err(Ended::Fenced) => {}
                Err(Ended::Ledger(error)) => return Err(paused(error)),
            }
        }
        let now = ledger.now().await.map_err(paused)?;
        pause_until(&runtime, &part, schedules.due.delay_after(now))
            .await
            .map_err(paused)?;
    }
    Ok(())
}

/// What the holder of the lease does at each tick: what is due first, then the full run where one is
/// due, which lets through what comes due while it runs.
async fn turn(
    runtime: &Runtime,
    rules: &DeadlineRules,
    schedules: &Schedules,
    right: &Right,
    part: &Part,
    length: Duration,
) -> Result<(), Ended> {
    let ledger = &runtime.ledger;
    let hold = || async {
        part.tick();
        ledger.lease(NAME, &right.holder, length).await.map(drop)
    };
    sweep(runtime, rules, right, hold).await?;
    if !full::full_is_due(runtime, rules, &schedules.nightly).await? {
        return Ok(());
    }
    let swept = std::sync::Mutex::new(runtime.now().await?);
    let between = || async {
        hold().await?;
        let now = runtime.now().await?;
        let due = {
            let mut last = swept
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let next = schedules.due.delay_after(*last);
            let due = now.duration_since(*last).unsigned_abs() >= next;
            if due {
                *last = now;
            }
            due
        };
        if due {
            match sweep(runtime, rules, right, hold).await {
                // The full run's own next batch says so.
                Ok(_) | Err(Ended::Fenced) => {}
                Err(Ended::Ledger(error)) => return Err(error),
            }
        }
        Ok(())
    };
    full::full(runtime, rules, right, &schedules.nightly, between)
        .await
        .map(drop)
}

/// Sleeps in short pieces, so that liveness sees the loop and readiness a ledger that went away.
async fn pause_until(
    runtime: &Runtime,
    part: &Part,
    mut left: Duration,
) -> Result<(), LedgerError> {
    while !left.is_zero() && !runtime.stop.is_cancelled() {
        let piece = left.min(Duration::from_secs(10));
        part.tick();
        tokio::select! {
            () = runtime.stop.cancelled() => {}
            () = tokio::time::sleep(piece) => {}
        }
        left = left.saturating_sub(piece);
        runtime.ledger.check().await?;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn paused(error: jaga_ledger::LedgerError) -> Trouble {
    Trouble::Paused(error.to_string())
}
