#![doc = include_str!("../README.md")]

mod schedule;
mod sweep;

use std::sync::Arc;
use std::time::Duration;

use jaga_ledger::LedgerError;
use jaga_runner::{Runtime, Trouble, supervise};
use jaga_service::Part;
use jaga_ticket::{Calendars, Policies};

pub use schedule::{BadSchedule, Schedule};
pub use sweep::{Swept, sweep};

/// Folder, crate, subcommand, Deployment and metric label.
pub const NAME: &str = "escalation";

/// What a sweep judges by.
#[derive(Clone)]
pub struct Rules {
    /// The dated policies.
    pub policies: Arc<Policies>,
    /// The calendars.
    pub calendars: Arc<Calendars>,
}

/// Sweeps on schedule until told to stop; at once when it starts, so that downtime ends in one
/// catch-up. Any number may run: the lease saves work, the ledger's keys make each level once.
/// `holder` names this process and must be unique.
pub async fn run(runtime: Runtime, rules: Rules, schedule: Schedule, holder: String) {
    supervise(NAME, runtime.clone(), move |part| {
        session(
            runtime.clone(),
            rules.clone(),
            schedule.clone(),
            holder.clone(),
            part,
        )
    })
    .await;
}

async fn session(
    runtime: Runtime,
    rules: Rules,
    schedule: Schedule,
    holder: String,
    part: Part,
) -> Result<(), Trouble> {
    let ledger = &runtime.ledger;
    ledger.check().await.map_err(paused)?;
    part.ready();
    let lease = Duration::from_secs(runtime.config.escalation.lease_s);
    while !runtime.stop.is_cancelled() {
        part.tick();
        if ledger
            .lease(NAME, &holder, lease)
            .await
            .map_err(paused)?
            .is_some()
        {
            let beat = || async {
                part.tick();
                ledger.lease(NAME, &holder, lease).await.map(drop)
            };
            sweep(&runtime, &rules, beat).await.map_err(paused)?;
        }
        let now = ledger.now().await.map_err(paused)?;
        pause_until(&runtime, &part, schedule.delay_after(now))
            .await
            .map_err(paused)?;
    }
    Ok(())
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
