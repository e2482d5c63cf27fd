//! Histories and facts for tests, in few words.
#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod evidence;
pub(crate) mod written;

use jaga_contract::{
    Channel, EventId, Step, Submission, TicketChanged, TicketId, UnitId, Visibility,
};
use jaga_ticket::{Calendars, Deadline, History, Policies, Ticket, explained_deadlines, fold};
use jiff::{SignedDuration, Timestamp};

/// An RFC 3339 text as an instant.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn id() -> TicketId {
    TicketId::new("JK2611020001").unwrap()
}

pub(crate) fn unit(name: &str) -> UnitId {
    UnitId::new(name).unwrap()
}

pub(crate) fn submission(channel: &str) -> Submission {
    Submission {
        number: "JK2611020001".into(),
        channel: Channel(channel.into()),
        category: "Parkir Liar".into(),
        visibility: Visibility::Public,
        anonymous: false,
        secret: false,
        point: None,
        kelurahan: None,
        address: None,
    }
}

pub(crate) fn submitted() -> Step {
    Step::Submitted(submission("jaki"))
}

pub(crate) fn coordinated() -> Step {
    Step::Coordinated { to: unit("dishub") }
}

pub(crate) fn closure() -> Step {
    Step::ClosureProposed {
        evidence: Vec::new(),
        note: String::new(),
        officer: None,
    }
}

pub(crate) fn refused() -> Step {
    Step::Refused {
        reason: String::new(),
    }
}

pub(crate) fn reopened() -> Step {
    Step::Reopened {
        reason: String::new(),
    }
}

pub(crate) fn estimate(finish: &str) -> Step {
    Step::EstimateDeclared {
        finish_at: at(finish),
        reason: "parts".into(),
    }
}

pub(crate) fn step(event: &str, when: Timestamp, step: Step) -> TicketChanged {
    TicketChanged {
        event_id: EventId::new(event).unwrap(),
        ticket_id: id(),
        occurred_at: when,
        unit: None,
        step,
    }
}

/// Steps at times, with event ids in the order given.
pub(crate) fn history(steps: impl IntoIterator<Item = (&'static str, Step)>) -> History {
    let steps = steps.into_iter().enumerate();
    History::from_steps(steps.map(|(n, (when, s))| step(&format!("e{n:03}"), at(when), s)))
}

pub(crate) fn ticket(steps: impl IntoIterator<Item = (&'static str, Step)>) -> Ticket {
    fold(&id(), &history(steps))
}

pub(crate) fn all_deadlines(ticket: &Ticket) -> Vec<Deadline> {
    explained_deadlines(ticket, &Policies::builtin(), &Calendars::builtin()).unwrap()
}

pub(crate) fn deadline(ticket: &Ticket, target: &str) -> Deadline {
    all_deadlines(ticket)
        .into_iter()
        .find(|d| d.target == target)
        .unwrap()
}

pub(crate) fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}
