//! Why a deadline is where it is, in sentences.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::calendar::{Calendar, Span, Status};
use crate::deadline::Deadline;
use crate::policy::{Due, Policy, Target};
use crate::run::{Gap, Run, Why};
use crate::state::Ticket;
use crate::text::{length, local};

pub(crate) fn start(
    policy: &Policy,
    target: &Target,
    clock: &Calendar,
    run: &Run,
    base: Timestamp,
) -> Vec<String> {
    let zone = clock.zone();
    let mut why = vec![format!(
        "policy {}, target {}: {}{} on calendar {} (version {}); source: {}; confidence: {}",
        policy.version,
        target.name,
        if target.due == Due::Declared {
            "the declared finish, at most "
        } else {
            ""
        },
        target.limit,
        clock.name(),
        clock.version(),
        target.source,
        target.confidence
    )];
    let again = if run.cycle > 1 {
        format!(" (start number {})", run.cycle)
    } else {
        String::new()
    };
    why.push(format!(
        "started {} by {}{again}",
        local(run.started_at, zone),
        run.started_by.as_str()
    ));
    why.push(format!("without pauses due {}", local(base, zone)));
    why
}

pub(crate) fn gap(
    why: &mut Vec<String>,
    clock: &Calendar,
    gap: &Gap,
    due: Timestamp,
    moved: Timestamp,
) {
    let zone = clock.zone();
    let (from, to) = (local(gap.from, zone), local(gap.to, zone));
    let what = match gap.why {
        Why::Stopped(by, on) => format!(
            "stood from {from} ({}) to {to} ({})",
            by.as_str(),
            on.as_str()
        ),
        Why::Waiting(false) => format!("waited for the reporter from {from} to {to}"),
        Why::Waiting(true) => {
            format!("waits for the reporter from {from}, at most to {to}")
        }
    };
    let stood = length(clock.working_between(gap.from, gap.to));
    why.push(format!(
        "{what}: {stood} do not count, due moves from {} to {}",
        local(due, zone),
        local(moved, zone)
    ));
}

pub(crate) fn floor(why: &mut Vec<String>, clock: &Calendar, least: Span, floor: Timestamp) {
    why.push(format!(
        "at least {least} after it ran on: due {}",
        local(floor, clock.zone())
    ));
}

pub(crate) fn extended(
    why: &mut Vec<String>,
    clock: &Calendar,
    declared_at: Timestamp,
    finish: Timestamp,
) {
    let zone = clock.zone();
    why.push(format!(
        "finish declared on {} within its cap: due {}",
        local(declared_at, zone),
        local(finish, zone)
    ));
}

/// The holidays and seasons in between, and how it ended.
pub(crate) fn end(why: &mut Vec<String>, clock: &Calendar, run: &Run, due: Timestamp) {
    let zone = clock.zone();
    let day = |t: Timestamp| zone.to_datetime(t).date();
    let (first, last) = (day(run.started_at), day(due));
    for (date, holiday) in clock.holidays(first, last) {
        let estimated = if holiday.status == Status::Estimated {
            ", estimated"
        } else {
            ""
        };
        why.push(format!(
            "closed on {date}: {}{estimated} ({})",
            holiday.name, holiday.source
        ));
    }
    for season in clock
        .seasons()
        .iter()
        .filter(|s| s.from <= last && first <= s.to)
    {
        why.push(format!(
            "hours of {} from {} to {}",
            season.name, season.from, season.to
        ));
    }
    why.push(format!("due {}", local(due, zone)));
    if let Some((at, by)) = run.met {
        let when = if at <= due { "in time" } else { "late" };
        why.push(format!(
            "stopped {} by {}, {when}",
            local(at, zone),
            by.as_str()
        ));
    }
}

/// A deadline as an operator's tool prints it: one line of summary, then the steps, indented. With
/// `now`, says how far away or how late it is.
pub fn explain_deadline(deadline: &Deadline, now: Option<Timestamp>) -> Vec<String> {
    let state = match (deadline.met_at, now) {
        (Some(at), _) if at <= deadline.due_at => "met".to_owned(),
        (Some(_), _) => "met late".to_owned(),
        (None, Some(now)) if now < deadline.due_at => {
            format!("in {}", length(deadline.due_at.duration_since(now)))
        }
        (None, Some(now)) => format!("overdue by {}", length(now.duration_since(deadline.due_at))),
        (None, None) => "running".to_owned(),
    };
    let shown = if deadline.enforced {
        ""
    } else {
        ", before enforce_from: shown only"
    };
    let mut lines = vec![format!(
        "{}: due {} ({state}{shown})",
        deadline.target, deadline.due_local
    )];
    lines.extend(deadline.explanation.iter().map(|line| format!("  {line}")));
    lines
}

/// The ticket in a few lines: state, owner, and what in its history does not fit.
pub fn explain_ticket(ticket: &Ticket, zone: &TimeZone) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", ticket.id, ticket.state.as_str())];
    if let Some(at) = ticket.submitted_at {
        lines.push(format!("  submitted {}", local(at, zone)));
    }
    if let Some(owner) = &ticket.owner {
        lines.push(format!(
            "  held by {owner}, passed on {} times",
            ticket.hops
        ));
    }
    if let Some(at) = ticket.ended_at {
        lines.push(format!("  ended {}", local(at, zone)));
    }
    lines.extend(
        ticket
            .contradictions
            .iter()
            .map(|c| format!("  contradiction: {c}")),
    );
    lines
}
