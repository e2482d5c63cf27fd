//! One run: what is due, or what is stale, is looked at in bounded batches until nothing is left.

use std::future::Future;

use jaga_contract::{ClosureDue, SweepFinished};
use jaga_ledger::{DueTicket, Lease, LedgerError, Outgoing, SweepRow, Tx};
use jaga_runner::{DeadlineRules, Runtime};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use crate::lanes::{Source, drain};
use crate::plan::plan;
use crate::{NAME, SOURCE};

/// How a run went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Tickets looked at.
    pub seen: u64,
    /// Warnings written.
    pub warned: u64,
    /// Escalations written.
    pub escalated: u64,
    /// Tickets whose deadlines moved.
    pub re_dated: u64,
    /// Tickets without a deadline, or whose next look could not be set.
    pub errors: u64,
}

impl std::ops::Add for Swept {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            seen: self.seen + other.seen,
            warned: self.warned + other.warned,
            escalated: self.escalated + other.escalated,
            re_dated: self.re_dated + other.re_dated,
            errors: self.errors + other.errors,
        }
    }
}

/// Who sweeps, and under which lease; without one where nobody else can.
#[derive(Debug, Clone)]
pub struct Right {
    /// Names this process.
    pub holder: String,
    /// What it holds; `None`: there is only one.
    pub lease: Option<Lease>,
}

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub enum Ended {
    /// The ledger said no.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Another holds the lease now; what was not committed was not written.
    #[error("another sweeps by now")]
    Fenced,
}

/// A run that goes on.
pub(crate) struct Run<'a> {
    pub(crate) runtime: &'a Runtime,
    pub(crate) rules: &'a DeadlineRules,
    pub(crate) right: &'a Right,
    pub(crate) row: SweepRow,
}

/// Sweeps what is due, once. `beat` is called between batches, to hold the lease and show life.
pub async fn sweep<F, B>(
    runtime: &Runtime,
    rules: &DeadlineRules,
    right: &Right,
    beat: F,
) -> Result<Swept, Ended>
where
    F: FnMut() -> B + Send,
    B: Future<Output = Result<(), LedgerError>> + Send,
{
    let run = Run::start(runtime, rules, right, "due").await?;
    // What comes due while it runs is the next one's: a run ends.
    let until = run.row.started_at;
    let due = Due { runtime, until };
    let swept = drain(&run, due, &Mutex::new(beat)).await?;
    wake_overdue_closures(runtime, until).await?;
    run.finish(swept).await
}

/// What is due by an instant; those that another has locked are left to it.
struct Due<'a> {
    runtime: &'a Runtime,
    until: Timestamp,
}

impl Source for Due<'_> {
    async fn next(&mut self) -> Result<(Tx, Vec<DueTicket>), LedgerError> {
        let mut tx = self.runtime.ledger.begin().await?;
        let batch = self.runtime.config.escalation.batch;
        let due = tx.due_tickets(self.until, batch).await?;
        Ok((tx, due))
    }
}

impl<'a> Run<'a> {
    pub(crate) async fn start(
        runtime: &'a Runtime,
        rules: &'a DeadlineRules,
        right: &'a Right,
        kind: &'static str,
    ) -> Result<Self, LedgerError> {
        let started_at = runtime.now().await?;
        // Named by its start and its holder: two at once are two runs with two rows.
        let row = SweepRow {
            sweep_id: format!(
                "sweep:{kind}:{}:{}",
                started_at.as_microsecond(),
                right.holder
            ),
            kind,
            rules: rules.version.clone(),
            started_at,
            finished_at: None,
            seen: 0,
            warned: 0,
            escalated: 0,
            re_dated: 0,
            errors: 0,
        };
        runtime.ledger.put_sweep(&row).await?;
        Ok(Self {
            runtime,
            rules,
            right,
            row,
        })
    }

    /// Judges a batch of locked tickets and writes what comes of it, in their transaction.
    pub(crate) async fn batch(&self, mut tx: Tx, due: Vec<DueTicket>) -> Result<Swept, Ended> {
        // Asked again under the locks: time passed while they were waited for, and a process that was
        // frozen wakes here.
        let now = self.runtime.now_in(&mut tx).await?;
        let mut swept = Swept::default();
        let mut looks = Vec::with_capacity(due.len());
        for ticket in due {
            let plan = plan(ticket, self.rules, now)?;
            swept.seen += 1;
            swept.re_dated += u64::from(plan.look.re_dating.is_some());
            if let Some(why) = plan.error {
                swept.errors += 1;
                tracing::error!(ticket = %plan.look.ticket_id, why, "a ticket could not be judged");
            }
            looks.push(plan.look);
        }
        let (warned, escalated) = tx.write_looks(looks).await?;
        (swept.warned, swept.escalated) = (warned, escalated);
        if let Some(lease) = self.right.lease
            && !tx.still_holds(NAME, &self.right.holder, lease).await?
        {
            metrics::counter!("jaga_sweeps_fenced_total").increment(1);
            tracing::warn!(
                worker = NAME,
                "another sweeps by now: nothing of this batch is written"
            );
            return Err(Ended::Fenced);
        }
        tx.commit().await?;
        Ok(swept)
    }

    /// Writes how it went, as a row and as an event.
    pub(crate) async fn finish(mut self, swept: Swept) -> Result<Swept, Ended> {
        let finished = self.runtime.now().await?;
        let Swept {
            seen,
            warned,
            escalated,
            re_dated,
            errors,
        } = swept;
        let row = &mut self.row;
        (row.seen, row.warned, row.escalated) = (seen, warned, escalated);
        (row.re_dated, row.errors, row.finished_at) = (re_dated, errors, Some(finished));
        let event = SweepFinished {
            sweep_id: row.sweep_id.clone(),
            kind: row.kind.to_owned(),
            started: row.started_at,
            finished,
            seen,
            warned,
            escalated,
            re_dated,
            errors,
        };
        let event = Outgoing::new(
            &format!("finished:{}", row.sweep_id),
            SOURCE,
            finished,
            event,
        )?;
        let mut tx = self.runtime.ledger.begin().await?;
        tx.put_sweep(row).await?;
        tx.emit_all(&[event]).await?;
        tx.commit().await?;
        report(&self.row);
        Ok(swept)
    }
}

/// A closure whose evidence never came must not wait in silence: after a while it is judged without.
async fn wake_overdue_closures(runtime: &Runtime, now: Timestamp) -> Result<(), LedgerError> {
    let wait = i64::try_from(runtime.config.closure.evidence_wait_s).unwrap_or(i64::MAX / 2);
    let Ok(before) = now.checked_sub(SignedDuration::from_secs(wait)) else {
        return Ok(());
    };
    let overdue = runtime.ledger.unjudged(before).await?;
    if overdue.is_empty() {
        return Ok(());
    }
    // Once an hour until there is a verdict: a wake that was lost must not be the last.
    let hour = now.as_second() / 3600;
    let events: Vec<Outgoing> = overdue
        .into_iter()
        .map(|(ticket_id, closure)| {
            let id = format!("due:late:{closure}:{hour}");
            Outgoing::new(&id, SOURCE, now, ClosureDue { ticket_id })
        })
        .collect::<Result<_, _>>()?;
    let mut tx = runtime.ledger.begin().await?;
    tx.emit_all(&events).await?;
    tx.commit().await
}

fn report(row: &SweepRow) {
    metrics::counter!("jaga_tickets_warned_total").increment(row.warned);
    metrics::counter!("jaga_tickets_escalated_total").increment(row.escalated);
    metrics::counter!("jaga_tickets_redated_total").increment(row.re_dated);
    metrics::counter!("jaga_sweep_errors_total").increment(row.errors);
    if let Some(at) = row.finished_at {
        metrics::gauge!("jaga_last_sweep_timestamp_seconds").set(at.as_second() as f64);
    }
    if row.seen > 0 {
        tracing::info!(
            worker = NAME,
            kind = row.kind,
            seen = row.seen,
            warned = row.warned,
            escalated = row.escalated,
            re_dated = row.re_dated,
            errors = row.errors,
            "swept"
        );
    }
}
