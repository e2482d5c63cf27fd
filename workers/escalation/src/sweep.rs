//! One sweep: what is due is written, in bounded batches, until nothing is.

use std::future::Future;

use jaga_contract::{ClosureDue, TicketEscalated, TicketId, TicketWarned};
use jaga_ledger::{ActionRow, DueTicket, LedgerError, SweepRow, Tx};
use jaga_runner::Runtime;
use jaga_ticket::{
    Action, Deadline, Done, History, Ticket, deadlines, due_actions, fold, next_after,
};
use jiff::{SignedDuration, Timestamp};

use crate::{NAME, Rules};

/// How a sweep went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Tickets looked at.
    pub seen: u64,
    /// Warnings written.
    pub warned: u64,
    /// Escalations written.
    pub escalated: u64,
    /// Tickets without a deadline, or whose next look could not be set.
    pub errors: u64,
}

const SOURCE: &str = "/jaga/escalation";

/// Sweeps once. `beat` is called between batches, to hold the lease and show life.
pub async fn sweep<F, B>(
    runtime: &Runtime,
    rules: &Rules,
    mut beat: F,
) -> Result<Swept, LedgerError>
where
    F: FnMut() -> B,
    B: Future<Output = Result<(), LedgerError>>,
{
    let ledger = &runtime.ledger;
    let now = now(runtime).await?;
    // Named by its start: two at once have two rows only if they start in different microseconds, and
    // then they are two runs.
    let mut row = SweepRow {
        sweep_id: format!("sweep:{}", now.as_microsecond()),
        started_at: now,
        finished_at: None,
        seen: 0,
        warned: 0,
        escalated: 0,
        errors: 0,
    };
    ledger.put_sweep(&row).await?;
    let mut swept = Swept::default();
    loop {
        let mut tx = ledger.begin().await?;
        let due = tx.due_tickets(now, runtime.config.escalation.batch).await?;
        if due.is_empty() {
            break;
        }
        for ticket in due {
            one_ticket(&mut tx, rules, ticket, now, &mut swept).await?;
        }
        tx.commit().await?;
        beat().await?;
    }
    wake_overdue_closures(runtime, now).await?;
    (row.seen, row.warned) = (swept.seen, swept.warned);
    (row.escalated, row.errors) = (swept.escalated, swept.errors);
    row.finished_at = Some(self::now(runtime).await?);
    ledger.put_sweep(&row).await?;
    report(&swept, row.finished_at);
    Ok(swept)
}

/// The database's time, so that no pod's wrong clock escalates early; the demo's clock is moved by hand.
async fn now(runtime: &Runtime) -> Result<Timestamp, LedgerError> {
    if runtime.clock.is_simulated() {
        Ok(runtime.clock.now())
    } else {
        runtime.ledger.now().await
    }
}

async fn one_ticket(
    tx: &mut Tx,
    rules: &Rules,
    due: DueTicket,
    now: Timestamp,
    swept: &mut Swept,
) -> Result<(), LedgerError> {
    swept.seen += 1;
    // Re-read under the lock: what was due a moment ago may be validated by now.
    let steps = match tx.steps(&due.ticket_id).await {
        // A step that this binary can't read (written by a newer one) must not stop the sweep.
        Err(error @ LedgerError::Damaged { .. }) => {
            swept.errors += 1;
            tracing::error!(ticket = %due.ticket_id, %error, "a ticket's history can't be read");
            return look_later(tx, &due.ticket_id, now, 60).await;
        }
        steps => steps?,
    };
    let history = History::from_steps(steps);
    let ticket = fold(&due.ticket_id, &history);
    let mut done = Done::from_rows(due.done);
    let deadlines = match deadlines(&ticket, &rules.policies, &rules.calendars) {
        Ok(deadlines) => deadlines,
        Err(why) => {
            swept.errors += 1;
            tracing::error!(ticket = %due.ticket_id, %why, "no policy covers this ticket");
            return look_later(tx, &ticket.id, now, 60).await;
        }
    };
    for action in due_actions(&ticket, &deadlines, &done, now) {
        write(tx, &ticket, &deadlines, &action, now, swept).await?;
        match action {
            Action::Warn {
                target, warning, ..
            } => done.warned.insert((target, warning)),
            Action::Escalate { target, level, .. } => done.escalated.insert((target, level)),
        };
    }
    match next_after(&deadlines, &done, now) {
        // A policy under which something stays due for ever must not hold up the others.
        Some(next) if next <= now => {
            swept.errors += 1;
            tracing::error!(ticket = %due.ticket_id, "a due ticket stayed due");
            look_later(tx, &ticket.id, now, 1).await
        }
        next => tx.look_again(&ticket.id, next).await,
    }
}

async fn look_later(
    tx: &mut Tx,
    ticket: &TicketId,
    now: Timestamp,
    minutes: i64,
) -> Result<(), LedgerError> {
    let later = now
        .saturating_add(SignedDuration::from_mins(minutes))
        .unwrap_or(now);
    tx.look_again(ticket, Some(later)).await
}

/// Writes an action and its event, unless another sweep has.
async fn write(
    tx: &mut Tx,
    ticket: &Ticket,
    deadlines: &[Deadline],
    action: &Action,
    now: Timestamp,
    swept: &mut Swept,
) -> Result<(), LedgerError> {
    let (kind, target, level, due_at, reason) = match action {
        Action::Warn {
            target,
            warning,
            due_at,
            reason,
        } => ("warn", target, warning, due_at, reason),
        Action::Escalate {
            target,
            level,
            due_at,
            reason,
            ..
        } => ("escalate", target, level, due_at, reason),
    };
    let deadline = deadlines
        .iter()
        .find(|d| d.is_named(target) && d.due_at == *due_at);
    let row = ActionRow {
        ticket_id: ticket.id.clone(),
        target: target.clone(),
        kind,
        level: *level,
        due_at: *due_at,
        deadline: deadline.map(|d| d.version.clone()).unwrap_or_default(),
        reason: reason.clone(),
        at: now,
    };
    if !tx.record_action(&row).await? {
        return Ok(());
    }
    let id = format!("{kind}:{}:{}:{level}", ticket.id, target.replace('#', "-"));
    // Others know the target; which start of it this is stays ours.
    let name = target.split('#').next().unwrap_or(target).to_owned();
    let policy = deadline.map(|d| d.policy.clone()).unwrap_or_default();
    match action {
        Action::Warn { .. } => {
            swept.warned += 1;
            let event = TicketWarned {
                ticket_id: ticket.id.clone(),
                target: name,
                warning: row.level,
                due_at: row.due_at,
                unit: ticket.owner.clone(),
                policy,
                reason: row.reason,
            };
            tx.emit(&id, SOURCE, now, event).await
        }
        Action::Escalate {
            role,
            overdue_seconds,
            ..
        } => {
            swept.escalated += 1;
            let event = TicketEscalated {
                ticket_id: ticket.id.clone(),
                target: name,
                level: row.level,
                role: role.clone(),
                due_at: row.due_at,
                overdue_seconds: *overdue_seconds,
                unit: ticket.owner.clone(),
                policy,
                reason: row.reason,
            };
            tx.emit(&id, SOURCE, now, event).await
        }
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
    let mut tx = runtime.ledger.begin().await?;
    for (ticket_id, closure) in overdue {
        // Once an hour until there is a verdict: a wake that was lost must not be the last.
        let id = format!("due:late:{closure}:{}", now.as_second() / 3600);
        tx.emit(&id, SOURCE, now, ClosureDue { ticket_id }).await?;
    }
    tx.commit().await
}

fn report(swept: &Swept, at: Option<Timestamp>) {
    metrics::counter!("jaga_tickets_warned_total").increment(swept.warned);
    metrics::counter!("jaga_tickets_escalated_total").increment(swept.escalated);
    metrics::counter!("jaga_sweep_errors_total").increment(swept.errors);
    if let Some(at) = at {
        metrics::gauge!("jaga_last_sweep_timestamp_seconds").set(at.as_second() as f64);
    }
    if swept.seen > 0 {
        tracing::info!(
            worker = NAME,
            seen = swept.seen,
            warned = swept.warned,
            escalated = swept.escalated,
            errors = swept.errors,
            "swept"
        );
    }
}
