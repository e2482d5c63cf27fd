//! Why a deadline is where it is, in sentences, and each move as data.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::calendar::{Calendar, Span, Status};
use crate::deadline::Deadline;
use crate::policy::{Due, Policy, Target};
use crate::run::{Gap, Run, Why};
use crate::state::Ticket;
use crate::text::{length, local};

/// A deadline moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// What kind of reason: `holiday`, `season`, `stood`, `waited`, `least_after_resume` or
    /// `declared_finish`.
    pub by: &'static str,
    /// The reason, in English.
    pub why: String,
    /// From here
    pub from: Timestamp,
    /// to there.
    pub to: Timestamp,
}

/// The explanation of one deadline while it is worked out. Silent unless somebody asked.
#[derive(Debug)]
pub(crate) struct Story {
    told: bool,
    pub(crate) lines: Vec<String>,
    pub(crate) moves: Vec<Moved>,
}

impl Story {
    /// `chosen` says why the policy is this one; `None` where nobody wants to know.
    pub(crate) fn begin(chosen: Option<&[String]>) -> Self {
        Self {
            told: chosen.is_some(),
            lines: chosen.map(<[String]>::to_vec).unwrap_or_default(),
            moves: Vec::new(),
        }
    }

    pub(crate) fn start(
        &mut self,
        policy: &Policy,
        target: &Target,
        clock: &Calendar,
        run: &Run<'_>,
    ) {
        if !self.told {
            return;
        }
        for refused in &run.passed_over {
            let name = &target.name;
            self.lines
                .push(format!("another target {name} passed over: {refused}"));
        }
        let declared = if target.due == Due::Declared {
            "the declared finish, at most "
        } else {
            ""
        };
        self.lines.push(format!(
            "policy {}, target {}{}: {declared}{} on calendar {} (version {}); source: {}; confidence: {}",
            policy.version,
            target.name,
            if target.when.is_any() { String::new() } else { format!(" ({})", target.when.says()) },
            target.limit,
            clock.name(),
            clock.version(),
            target.source,
            target.confidence
        ));
        let again = if run.cycle > 1 {
            format!(" (start number {})", run.cycle)
        } else {
            String::new()
        };
        self.lines.push(format!(
            "started {} by {}{again}",
            local(run.started_at, clock.zone()),
            run.started_by.as_str()
        ));
    }

    /// What each holiday and season between start and deadline added: the deadline is worked out
    /// without them, then with one more at a time. `due` works it out on a calendar.
    pub(crate) fn holidays(
        &mut self,
        clock: &Calendar,
        start: Timestamp,
        base: Timestamp,
        due: impl Fn(&Calendar) -> Timestamp,
    ) {
        if !self.told {
            return;
        }
        let zone = clock.zone();
        let (first, last) = (day(start, zone), day(base, zone));
        let mut without = clock.walking();
        let holidays: Vec<_> = clock
            .holidays(first, last)
            .map(|(date, h)| (date, h.clone()))
            .collect();
        without
            .closed
            .retain(|date, _| *date < first || last < *date);
        without.seasons.retain(|s| s.to < first || last < s.from);
        let mut at = due(&without);
        self.lines.push(format!(
            "without holidays and pauses due {}",
            local(at, zone)
        ));
        for season in clock.seasons() {
            if season.to < first || last < season.from {
                continue;
            }
            without.seasons.push(season.clone());
            let why = format!(
                "hours of {} from {} to {}{}",
                season.name,
                season.from,
                season.to,
                sure(season.status)
            );
            at = self.step("season", why, at, due(&without), zone);
        }
        for (date, holiday) in holidays {
            let why = format!(
                "closed on {date}: {}{} ({})",
                holiday.name,
                sure(holiday.status),
                holiday.source
            );
            without.closed.insert(date, holiday);
            at = self.step("holiday", why, at, due(&without), zone);
        }
    }

    fn step(
        &mut self,
        by: &'static str,
        why: String,
        from: Timestamp,
        to: Timestamp,
        zone: &TimeZone,
    ) -> Timestamp {
        if from == to {
            self.lines.push(format!("{why}: moves nothing"));
            return to;
        }
        let (sign, by_how_much) = if from < to {
            ("adds", to.duration_since(from))
        } else {
            ("takes", from.duration_since(to))
        };
        self.lines.push(format!(
            "{why}: {sign} {}, due moves from {} to {}",
            length(by_how_much),
            local(from, zone),
            local(to, zone)
        ));
        self.moves.push(Moved { by, why, from, to });
        to
    }

    pub(crate) fn gap(&mut self, clock: &Calendar, gap: &Gap, due: Timestamp, moved: Timestamp) {
        if !self.told {
            return;
        }
        let zone = clock.zone();
        let (from, to) = (local(gap.from, zone), local(gap.to, zone));
        let (by, what) = match gap.why {
            Why::Stopped(by, on) => (
                "stood",
                format!(
                    "stood from {from} ({}) to {to} ({})",
                    by.as_str(),
                    on.as_str()
                ),
            ),
            Why::Waiting(false) => (
                "waited",
                format!("waited for the reporter from {from} to {to}"),
            ),
            Why::Waiting(true) => (
                "waited",
                format!("waits for the reporter from {from}, at most to {to}"),
            ),
        };
        let stood = length(clock.working_between(gap.from, gap.to));
        let (first, last) = (day(due, zone), day(moved, zone));
        let closed: Vec<String> = clock
            .holidays(first, last)
            .filter(|(date, _)| *date != first)
            .map(|(date, h)| format!("{date} {}", h.name))
            .collect();
        let over = if closed.is_empty() {
            String::new()
        } else {
            format!(" over {}", closed.join(", "))
        };
        self.lines.push(format!(
            "{what}: {stood} do not count, due moves from {} to {}{over}",
            local(due, zone),
            local(moved, zone)
        ));
        if due != moved {
            self.moves.push(Moved {
                by,
                why: format!("{what}: {stood} do not count"),
                from: due,
                to: moved,
            });
        }
    }

    pub(crate) fn too_late(&mut self, clock: &Calendar, gap: &Gap, due: Timestamp) {
        if self.told {
            let zone = clock.zone();
            self.lines.push(format!(
                "what began on {}, after the deadline of {}, moves nothing",
                local(gap.from, zone),
                local(due, zone)
            ));
        }
    }

    pub(crate) fn floor(
        &mut self,
        clock: &Calendar,
        least: Span,
        due: Timestamp,
        floor: Timestamp,
    ) {
        if self.told {
            let why = format!("at least {least} after it ran on");
            self.step("least_after_resume", why, due, floor, clock.zone());
        }
    }

    pub(crate) fn extended(
        &mut self,
        clock: &Calendar,
        declared_at: Timestamp,
        due: Timestamp,
        finish: Timestamp,
    ) {
        if self.told {
            let zone = clock.zone();
            let why = format!(
                "finish declared on {} within its cap",
                local(declared_at, zone)
            );
            self.step("declared_finish", why, due, finish, zone);
        }
    }

    pub(crate) fn end(&mut self, clock: &Calendar, run: &Run<'_>, due: Timestamp) {
        if !self.told {
            return;
        }
        let zone = clock.zone();
        self.lines.push(format!("due {}", local(due, zone)));
        if let Some((first, last)) = clock.holiday_years()
            && (day(due, zone).year() > last || day(run.started_at, zone).year() < first)
        {
            let name = clock.name();
            self.lines.push(format!(
                "calendar {name} knows the holidays of {first} to {last} only"
            ));
        }
        if let Some((at, by)) = run.met {
            let when = if at <= due { "in time" } else { "late" };
            self.lines.push(format!(
                "stopped {} by {}, {when}",
                local(at, zone),
                by.as_str()
            ));
        }
    }
}

fn day(t: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(t).date()
}

fn sure(status: Status) -> &'static str {
    match status {
        Status::Estimated => ", estimated",
        Status::Decided => "",
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
