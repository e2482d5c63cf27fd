//! When each target of a ticket is due, and why.
//!
//! Everything is computed from the history: no counter drifts. A deadline is the start plus the
//! limit on the target's calendar, moved by each gap that began before it: time while the target
//! stood, and waits for the reporter. A gap that began after the deadline passed moves nothing but the
//! rungs of the ladder that were still to come.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::calendar::{Calendar, Calendars, Span};
use crate::explain;
use crate::policy::{Due, NoPolicy, Policies, Policy, Target};
use crate::run::{Gap, Run, Why, run};
use crate::state::Ticket;
use crate::text;

/// One target on one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The target's name, such as `resolution`.
    pub target: String,
    /// What it is, in Indonesian.
    pub title_id: String,
    /// What it is, in English.
    pub title_en: String,
    /// The policy's version, as warnings and escalations name it.
    pub policy: String,
    /// Which start of the target this is, from 1.
    pub cycle: u32,
    /// When its clock started.
    pub started_at: Timestamp,
    /// When it is due.
    pub due_at: Timestamp,
    /// The same, local to the calendar, for people.
    pub due_local: String,
    /// Stable hash (16 hex digits) of policy version, target and due time: changes when it moves.
    pub version: String,
    /// Number (from 1) and time of each warning; one that would fall outside start and deadline is
    /// left out, its number stays free.
    pub warnings: Vec<(u32, Timestamp)>,
    /// The rungs of the ladder, level 1 first, times never falling.
    pub levels: Vec<LevelDue>,
    /// When it was stopped, if it stands now: nothing is due any more.
    pub met_at: Option<Timestamp>,
    /// False where the policy's `enforce_from` lies after it: shown only.
    pub enforced: bool,
    /// Step by step, for people.
    pub explanation: Vec<String>,
}

impl Deadline {
    /// Names this deadline among a ticket's, for what must happen once: the target, and from its second
    /// start on also which start it is (`validation#2`), so that a second closure is not silent.
    pub fn key(&self) -> String {
        if self.cycle <= 1 {
            self.target.clone()
        } else {
            format!("{}#{}", self.target, self.cycle)
        }
    }
}

/// One rung of the ladder on one deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LevelDue {
    /// From 1.
    pub level: u32,
    /// Who is told.
    pub role: String,
    /// When, at the earliest.
    pub at: Timestamp,
}

/// Every deadline of a ticket, in the order of its policy; empty before its submission came.
///
/// A target that has not started, such as `validation` before a closure, has none yet.
pub fn deadlines(
    ticket: &Ticket,
    policies: &Policies,
    calendars: &Calendars,
) -> Result<Vec<Deadline>, NoPolicy> {
    let (Some(submission), Some(submitted_at)) = (&ticket.submission, ticket.submitted_at) else {
        return Ok(Vec::new());
    };
    let policy = policies.in_force(submitted_at, submission)?;
    let find = |name: &str| {
        calendars.get(name).ok_or_else(|| NoPolicy::NoCalendar {
            version: policy.version.clone(),
            calendar: name.to_owned(),
        })
    };
    let ladder = find(&policy.ladder_clock)?;
    let pause = match &policy.pause {
        Some(pause) => Some((find(&pause.clock)?, pause.at_most)),
        None => None,
    };
    let mut found = Vec::new();
    let mut any = false;
    for target in policy.targets_for(&submission.channel.0) {
        any = true;
        let clock = find(&target.clock)?;
        let Some(run) = run(ticket, target, pause.filter(|_| target.pauses)) else {
            continue;
        };
        let extension = match target
            .extended_by
            .as_deref()
            .and_then(|by| policy.target(by))
        {
            Some(by) => extension(ticket, by, find(&by.clock)?),
            None => None,
        };
        let work = Work {
            policy,
            target,
            clock,
            ladder,
            run,
            extension,
        };
        found.push(work.deadline(base(ticket, target, clock, &work.run)));
    }
    if any {
        Ok(found)
    } else {
        Err(NoPolicy::NoTarget {
            version: policy.version.clone(),
        })
    }
}

/// Where the deadline would be if nothing ever stood.
fn base(ticket: &Ticket, target: &Target, clock: &Calendar, run: &Run) -> Timestamp {
    let limit = clock.add_working(run.started_at, target.limit);
    let declared = ticket
        .estimates
        .iter()
        .find(|e| e.declared_at == run.started_at);
    match (target.due, declared) {
        (Due::Declared, Some(estimate)) => estimate.finish_at.clamp(run.started_at, limit),
        _ => limit,
    }
}

/// When the first declared finish was declared, and the finish within its cap.
fn extension(ticket: &Ticket, by: &Target, clock: &Calendar) -> Option<(Timestamp, Timestamp)> {
    let first = ticket.estimates.first()?;
    let cap = clock.add_working(first.declared_at, by.limit);
    Some((first.declared_at, first.finish_at.min(cap)))
}

/// What one target's deadline is made from.
struct Work<'a> {
    policy: &'a Policy,
    target: &'a Target,
    clock: &'a Calendar,
    ladder: &'a Calendar,
    run: Run,
    extension: Option<(Timestamp, Timestamp)>,
}

impl Work<'_> {
    fn deadline(&self, base: Timestamp) -> Deadline {
        let Self {
            policy,
            target,
            clock,
            run,
            ..
        } = self;
        let mut why = explain::start(policy, target, clock, run, base);
        let due_at = self.due(base, &mut why);
        explain::end(&mut why, clock, run, due_at);
        Deadline {
            target: target.name.clone(),
            title_id: target.title_id.clone(),
            title_en: target.title_en.clone(),
            policy: policy.version.clone(),
            cycle: run.cycle,
            started_at: run.started_at,
            due_at,
            due_local: text::local(due_at, clock.zone()),
            version: version(&policy.version, &target.name, due_at),
            warnings: self.warnings(due_at),
            levels: self.levels(due_at),
            met_at: run.met.map(|(at, _)| at),
            enforced: policy.enforce_from.is_none_or(|from| due_at >= from),
            explanation: why,
        }
    }

    /// Moves the deadline by each gap, and by a declared finish, in the order in which they came.
    fn due(&self, base: Timestamp, why: &mut Vec<String>) -> Timestamp {
        let mut due = base;
        let mut extension = self.extension;
        for gap in &self.run.gaps {
            if let Some((declared_at, finish)) = extension.filter(|(at, _)| *at <= gap.from) {
                extension = None;
                due = self.extend(due, declared_at, finish, why);
            }
            // Passed before the gap began: what comes after does not undo it.
            if gap.from > due {
                return due;
            }
            let moved = self.moved(due, gap);
            explain::gap(why, self.clock, gap, due, moved);
            due = moved;
            if let (Why::Stopped(..), Some(least)) = (gap.why, self.target.after_resume) {
                let floor = self.clock.add_working(gap.to, least);
                if floor > due {
                    explain::floor(why, self.clock, least, floor);
                    due = floor;
                }
            }
        }
        match extension {
            Some((declared_at, finish)) => self.extend(due, declared_at, finish, why),
            None => due,
        }
    }

    fn extend(
        &self,
        due: Timestamp,
        declared_at: Timestamp,
        finish: Timestamp,
        why: &mut Vec<String>,
    ) -> Timestamp {
        if declared_at > due || finish <= due {
            return due;
        }
        explain::extended(why, self.clock, declared_at, finish);
        finish
    }

    fn moved(&self, t: Timestamp, gap: &Gap) -> Timestamp {
        let stood = self.clock.working_between(gap.from, gap.to);
        self.clock.add_working(t, Span::Time(stood))
    }

    fn warnings(&self, due: Timestamp) -> Vec<(u32, Timestamp)> {
        let start = self.run.started_at;
        // The time that really runs until the deadline; shares are of this.
        let stood = self.run.gaps.iter().fold(SignedDuration::ZERO, |sum, gap| {
            let to = gap.to.min(due);
            let within = if gap.from < to {
                self.clock.working_between(gap.from, to)
            } else {
                SignedDuration::ZERO
            };
            sum.saturating_add(within)
        });
        let runs = self.clock.working_between(start, due).saturating_sub(stood);
        let shares = self.target.warn.shares.iter().map(|percent| {
            let part = share(runs, *percent);
            let mut at = self.clock.add_working(start, Span::Time(part));
            for gap in &self.run.gaps {
                if gap.from < at {
                    at = self.moved(at, gap);
                }
            }
            at
        });
        let before = self.target.warn.before.iter();
        shares
            .chain(before.map(|span| self.clock.add_working(due, span.negated())))
            .zip(1..)
            .filter(|(at, _)| start < *at && *at < due)
            .map(|(at, number)| (number, at))
            .collect()
    }

    /// While the target stands, the ladder stands too: a unit that handed in its work is not pushed
    /// up the ladder by the time that others take.
    fn levels(&self, due: Timestamp) -> Vec<LevelDue> {
        let mut last = due;
        let ladder = self.policy.ladder.iter().map(|level| {
            let mut at = self.ladder.add_working(due, level.after);
            for gap in &self.run.gaps {
                let from = gap.from.max(due);
                if from < gap.to && from <= at {
                    let stood = self.ladder.working_between(from, gap.to);
                    at = self.ladder.add_working(at, Span::Time(stood));
                }
            }
            last = last.max(at);
            LevelDue {
                level: level.n,
                role: level.role.clone(),
                at: last,
            }
        });
        ladder.collect()
    }
}

/// A percentage of a length, to the nanosecond.
fn share(time: SignedDuration, percent: u32) -> SignedDuration {
    let nanos = time.as_nanos() * i128::from(percent) / 100;
    // Shares below 100 percent of what fitted fit again.
    let (seconds, rest) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    SignedDuration::new(seconds as i64, rest as i32)
}

fn version(policy: &str, target: &str, due: Timestamp) -> String {
    let text = format!("{policy}\n{target}\n{}", due.as_microsecond());
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}
