//! What is allowed in a policy file and still is a mistake: rules that never run, tickets that none is
//! for, and rules that look as if both ran.

use jiff::Timestamp;
use serde::Serialize;

use super::{Policies, Policy, When};
use crate::calendar::Calendars;
use crate::state::{StepKind, Ticket};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It does not do what it says.
    Problem,
    /// Worth a look.
    Note,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyFinding {
    /// How bad.
    pub severity: Severity,
    /// `unreachable`, `gap`, `overlap`, `no_effect` or `unmatched`.
    pub kind: &'static str,
    /// Where, such as `jakarta-2026-11.resolution`.
    pub at: String,
    /// What, for people.
    pub says: String,
}

/// Steps that move no clock: they are kept beside a ticket's timeline.
const SILENT: [StepKind; 1] = [StepKind::Rated];

impl Policies {
    /// Everything that is allowed and still looks like a mistake, worst first.
    pub fn check(&self, calendars: &Calendars) -> Vec<PolicyFinding> {
        let mut found = Vec::new();
        for (at, policy) in self.all.iter().enumerate() {
            self.order(policy, &self.all[..at], &mut found);
            targets(policy, calendars, &mut found);
        }
        self.gaps(&mut found);
        found.sort_by_key(|f| f.severity);
        found
    }

    /// Tickets that no policy, or no target of theirs, is for.
    pub fn unmatched<'a>(
        &self,
        tickets: impl IntoIterator<Item = &'a Ticket>,
        calendars: &Calendars,
    ) -> Vec<PolicyFinding> {
        let mut found = Vec::new();
        for ticket in tickets {
            if let Err(why) = crate::deadlines(ticket, self, calendars) {
                let at = ticket.id.to_string();
                found.push(problem("unmatched", at, why.to_string()));
            }
        }
        found
    }

    /// `earlier` are tried before: the later ones, and of those that begin together the first.
    fn order(&self, policy: &Policy, earlier: &[Policy], found: &mut Vec<PolicyFinding>) {
        let goal = self.migrations.iter().any(|m| m.to == policy.version);
        for other in earlier {
            let together = other.effective_from == policy.effective_from;
            let at = policy.version.clone();
            if together && other.when.covers(&policy.when) && !goal {
                let says = format!(
                    "{} begins on the same day, is tried first and matches whatever this one does",
                    other.version
                );
                found.push(problem("unreachable", at, says));
            } else if together && other.when.meets(&policy.when) {
                let says = format!(
                    "{} begins on the same day and may match the same tickets: it is tried first",
                    other.version
                );
                found.push(note("overlap", at, says));
            } else if !together
                && other.when.meets(&policy.when)
                && !policy.when.covers(&other.when)
            {
                let says = format!(
                    "from {} on {} is tried first, and also matches tickets that this one is for",
                    other.effective_from, other.version
                );
                found.push(note("overlap", at, says));
            }
        }
    }

    /// On which days a ticket may come that no policy is for.
    fn gaps(&self, found: &mut Vec<PolicyFinding>) {
        let mut days: Vec<Timestamp> = self.all.iter().map(|p| p.effective_from).collect();
        days.sort();
        days.dedup();
        let whole = |day: Timestamp| {
            let mut begun = self.all.iter().filter(|p| p.effective_from <= day);
            begun.any(|p| p.when.is_any())
        };
        let open: Vec<_> = days.iter().filter(|d| !whole(**d)).collect();
        if let (Some(first), Some(last)) = (open.first(), open.last()) {
            let until = days.iter().find(|d| *d > *last);
            let until = until.map_or("for good".to_owned(), |d| format!("until {d}"));
            let says = format!(
                "from {first} {until} every policy has conditions: a ticket that meets none has no deadline"
            );
            found.push(problem("gap", "policy".to_owned(), says));
        }
        if let Some(first) = days.first() {
            let says = format!("a ticket submitted before {first} has no policy");
            found.push(note("gap", "policy".to_owned(), says));
        }
    }
}

fn targets(policy: &Policy, calendars: &Calendars, found: &mut Vec<PolicyFinding>) {
    if !policy.targets.iter().any(|t| t.when.is_any()) {
        let says = "every target has conditions: a ticket that meets none has no deadline";
        found.push(problem("gap", policy.version.clone(), says.to_owned()));
    }
    for target in &policy.targets {
        let at = || format!("{}.{}", policy.version, target.name);
        if !target.when.meets(&policy.when) {
            let says = format!(
                "it is {}, the policy {}",
                target.when.says(),
                policy.when.says()
            );
            found.push(problem("unreachable", at(), says));
        }
        if target.from.iter().all(|k| SILENT.contains(k)) {
            let says = "no step in `from` moves a clock".to_owned();
            found.push(problem("unreachable", at(), says));
        }
        let names = [("until", &target.until), ("resume", &target.resume)];
        for (name, kinds) in names {
            if kinds.iter().any(|k| SILENT.contains(k)) {
                let says = format!("rated in `{name}` moves no clock");
                found.push(problem("no_effect", at(), says));
            }
        }
        let stops = |k: &StepKind| {
            target.until.contains(k) || matches!(k, StepKind::Validated | StepKind::Rejected)
        };
        if target.from.iter().all(stops) && target.until.is_empty() {
            let says = "it starts where every target ends, and never ends".to_owned();
            found.push(note("no_effect", at(), says));
        }
        if target.pauses && policy.pause.is_none() {
            let says = "pauses = true, but the policy has no [policy.pause]: it never stands";
            found.push(problem("no_effect", at(), says.to_owned()));
        }
        if target.after_resume.is_some() && target.resume.is_empty() {
            let says = "after_resume without resume: it never runs on";
            found.push(problem("no_effect", at(), says.to_owned()));
        }
        let limit = target.limit.nominal_seconds();
        for before in &target.warn.before {
            if before.nominal_seconds() >= limit {
                let says = format!(
                    "a warning {before} before a limit of {} never comes",
                    target.limit
                );
                found.push(problem("no_effect", at(), says));
            }
        }
        let days = calendars
            .get(&target.clock)
            .and_then(crate::Calendar::holiday_years);
        if let Some((_, last)) = days.filter(|_| limit > 366 * 86_400) {
            let says = format!("calendar {} knows holidays to {last} only", target.clock);
            found.push(note("gap", at(), says));
        }
    }
}

impl When {
    /// Whether some ticket may meet both.
    fn meets(&self, other: &Self) -> bool {
        fn share<T: PartialEq>(a: &[T], b: &[T]) -> bool {
            a.is_empty() || b.is_empty() || a.iter().any(|x| b.contains(x))
        }
        let lower = |list: &[String]| list.iter().map(|c| c.to_lowercase()).collect::<Vec<_>>();
        // A report may be private, anonymous and secret at once: visibility excludes nothing here.
        share(&self.channels, &other.channels)
            && share(&lower(&self.categories), &lower(&other.categories))
            && share(&self.stages, &other.stages)
            && share(&self.unit_kinds, &other.unit_kinds)
    }
}

fn problem(kind: &'static str, at: String, says: String) -> PolicyFinding {
    PolicyFinding {
        severity: Severity::Problem,
        kind,
        at,
        says,
    }
}

fn note(kind: &'static str, at: String, says: String) -> PolicyFinding {
    PolicyFinding {
        severity: Severity::Note,
        ..problem(kind, at, says)
    }
}
