//! What another policy or another calendar would change: a dry run over tickets.

use jaga_contract::TicketId;
use jiff::Timestamp;
use serde::Serialize;

use crate::calendar::Calendars;
use crate::deadline::{Deadline, explained_deadlines};
use crate::policy::{NoPolicy, Policies};
use crate::state::Ticket;

/// The rules of one side.
#[derive(Debug, Clone, Copy)]
pub struct Ruling<'a> {
    /// The policies.
    pub policies: &'a Policies,
    /// The calendars.
    pub calendars: &'a Calendars,
}

/// A deadline that would move, come or go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The target, and which start of it ([`Deadline::key`]).
    pub target: String,
    /// When it is due; `None`: it is not, yet.
    pub from: Option<Timestamp>,
    /// When it would be due; `None`: no more.
    pub to: Option<Timestamp>,
    /// What differs, for people: the policy, the calendar, and which moves are new or gone.
    pub why: Vec<String>,
}

/// What would change for a ticket; met targets are left alone. A ticket that one side has no policy for
/// has no deadlines there, and says so.
pub fn shifts(ticket: &Ticket, old: Ruling<'_>, new: Ruling<'_>) -> Vec<Shift> {
    let of = |ruling: Ruling<'_>| explained_deadlines(ticket, ruling.policies, ruling.calendars);
    let (before, after) = (of(old), of(new));
    let mut missing = Vec::new();
    let mut live = |found: Result<Vec<Deadline>, NoPolicy>, side: &str| -> Vec<Deadline> {
        match found {
            Ok(found) => found.into_iter().filter(|d| d.met_at.is_none()).collect(),
            Err(why) => {
                missing.push(format!("{side}: {why}"));
                Vec::new()
            }
        }
    };
    let (before, after) = (live(before, "before"), live(after, "after"));
    let mut found = Vec::new();
    for deadline in &before {
        let other = after.iter().find(|d| d.key() == deadline.key());
        if other.is_none_or(|o| o.due_at != deadline.due_at) {
            found.push(shift(ticket, Some(deadline), other, &missing));
        }
    }
    for deadline in &after {
        if before.iter().all(|d| d.key() != deadline.key()) {
            found.push(shift(ticket, None, Some(deadline), &missing));
        }
    }
    found
}

fn shift(
    ticket: &Ticket,
    old: Option<&Deadline>,
    new: Option<&Deadline>,
    missing: &[String],
) -> Shift {
    let mut why = missing.to_vec();
    if let (Some(old), Some(new)) = (old, new) {
        why.extend(reasons(old, new));
    }
    let named = old.or(new);
    Shift {
        ticket_id: ticket.id.clone(),
        target: named.map(Deadline::key).unwrap_or_default(),
        from: old.map(|d| d.due_at),
        to: new.map(|d| d.due_at),
        why,
    }
}

/// Why one deadline lies elsewhere than another of the same target.
pub fn reasons(old: &Deadline, new: &Deadline) -> Vec<String> {
    let mut why = Vec::new();
    if old.policy != new.policy {
        why.push(format!("policy {} instead of {}", new.policy, old.policy));
    }
    if old.limit != new.limit {
        why.push(format!("limit {} instead of {}", new.limit, old.limit));
    }
    if old.calendar != new.calendar {
        let (new, old) = (&new.calendar, &old.calendar);
        why.push(format!("calendar {new} instead of {old}"));
    } else if old.calendar_version != new.calendar_version {
        let (new, old) = (&new.calendar_version, &old.calendar_version);
        why.push(format!("calendar version {new} instead of {old}"));
    }
    if old.started_at != new.started_at {
        let (new, old) = (new.started_at, old.started_at);
        why.push(format!("started {new} instead of {old}"));
    }
    let lacks = |of: &Deadline, reason: &str| of.moves.iter().all(|m| m.why != reason);
    for gone in old.moves.iter().filter(|m| lacks(new, &m.why)) {
        why.push(format!("no more: {}", gone.why));
    }
    for come in new.moves.iter().filter(|m| lacks(old, &m.why)) {
        why.push(format!("now: {}", come.why));
    }
    if why.is_empty() {
        why.push("the rule differs".to_owned());
    }
    why
}
