//! What comes of a look at one ticket. Pure: what was read under the lock in, what is to be written out;
//! a dry run prints the same.

use jaga_contract::{TicketEscalated, TicketWarned};
use jaga_ledger::{ActionRow, DueTicket, LedgerError, Outcome, Outgoing, Telling};
use jaga_runner::{Dated, DeadlineRules, date, re_dated};
use jaga_ticket::{Action, Deadline, History, Ticket, due_actions, fold, next_after};
use jiff::{SignedDuration, Timestamp};

use crate::SOURCE;

/// A look, and why it went wrong if it did.
pub struct Plan {
    /// What is to be written.
    pub look: Outcome,
    /// What was amiss, for the log.
    pub error: Option<String>,
}

/// Judges one ticket at `now`.
pub fn plan(due: DueTicket, rules: &DeadlineRules, now: Timestamp) -> Result<Plan, LedgerError> {
    let mut look = Outcome {
        ticket_id: due.ticket_id,
        head: due.head,
        at: now,
        next_at: None,
        dating: None,
        re_dating: None,
        tellings: Vec::new(),
        hops: None,
    };
    let steps = match due.steps {
        Ok(steps) => steps,
        // A step that this binary can't read (written by a newer one) must not stop the sweep.
        Err(error) => return Ok(failed(look, now, 60, &error.to_string())),
    };
    let ticket = fold(&look.ticket_id, &History::from_steps(steps));
    look.hops = Some((ticket.hops, ticket.reopened));
    let mut dated = match date(&ticket, rules, &due.known, &due.told, None) {
        Ok(dated) => dated,
        Err(why) => return Ok(failed(look, now, 60, &why.to_string())),
    };
    if let Some(moved) = dated.moved.take() {
        let event = re_dated(&ticket, &moved, SOURCE, now)?;
        look.re_dating = Some((moved, event));
    }
    for action in due_actions(&ticket, &dated.deadlines, &dated.done, now) {
        look.tellings
            .push(telling(&ticket, &dated.deadlines, &action, now)?);
        mark(&mut dated, action);
    }
    let next = next_after(&dated.deadlines, &dated.done, now);
    look.dating = Some(dated.dating);
    if ticket.state.is_ended() {
        return Ok(Plan { look, error: None });
    }
    Ok(match next {
        // A policy under which something stays due for ever must not hold up the others.
        Some(next) if next <= now => failed(look, now, 1, "a due ticket stayed due"),
        next => {
            look.next_at = next;
            Plan { look, error: None }
        }
    })
}

fn mark(dated: &mut Dated, action: Action) {
    match action {
        Action::Warn {
            target, warning, ..
        } => dated.done.warned.insert((target, warning)),
        Action::Escalate { target, level, .. } => dated.done.escalated.insert((target, level)),
    };
}

/// Looked at again some minutes later.
fn failed(mut look: Outcome, now: Timestamp, minutes: i64, why: &str) -> Plan {
    let later = now.saturating_add(SignedDuration::from_mins(minutes));
    look.next_at = Some(later.unwrap_or(now));
    Plan {
        look,
        error: Some(why.to_owned()),
    }
}

/// An action's row and its event.
fn telling(
    ticket: &Ticket,
    deadlines: &[Deadline],
    action: &Action,
    now: Timestamp,
) -> Result<Telling, LedgerError> {
    let (kind, target, level, due_at, reason, role) = match action {
        Action::Warn {
            target,
            warning,
            due_at,
            reason,
        } => ("warn", target, warning, due_at, reason, None),
        Action::Escalate {
            target,
            level,
            due_at,
            reason,
            role,
            ..
        } => ("escalate", target, level, due_at, reason, Some(role)),
    };
    let deadline = deadlines
        .iter()
        .find(|d| d.is_named(target) && d.due_at == *due_at);
    let version = deadline.map(|d| d.version.clone()).unwrap_or_default();
    let row = ActionRow {
        ticket_id: ticket.id.clone(),
        target: target.clone(),
        kind,
        level: *level,
        due_at: *due_at,
        deadline: version,
        reason: reason.clone(),
        at: now,
    };
    let id = format!(
        "{kind}:{}:{}:{level}:{}",
        ticket.id,
        target.replace('#', "-"),
        row.deadline
    );
    // Others know the target; which start of it this is stays ours.
    let name = target.split('#').next().unwrap_or(target).to_owned();
    let policy = deadline.map(|d| d.policy.clone()).unwrap_or_default();
    let event = match action {
        Action::Warn { .. } => {
            let event = TicketWarned {
                ticket_id: ticket.id.clone(),
                target: name,
                warning: row.level,
                due_at: row.due_at,
                unit: ticket.owner.clone(),
                policy,
                reason: row.reason.clone(),
            };
            Outgoing::new(&id, SOURCE, now, event)?
        }
        Action::Escalate {
            role,
            overdue_seconds,
            ..
        } => {
            let event = TicketEscalated {
                ticket_id: ticket.id.clone(),
                target: name,
                level: row.level,
                role: role.clone(),
                due_at: row.due_at,
                overdue_seconds: *overdue_seconds,
                unit: ticket.owner.clone(),
                policy,
                reason: row.reason.clone(),
            };
            Outgoing::new(&id, SOURCE, now, event)?
        }
    };
    Ok(Telling {
        row,
        role: role.cloned(),
        unit: ticket.owner.as_ref().map(ToString::to_string),
        event,
    })
}
