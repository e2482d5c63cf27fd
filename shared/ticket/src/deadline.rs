//! When each target of a ticket is due, and why.
//!
//! Everything is computed from the history: no counter drifts. A deadline is the start plus the
//! limit on the target's calendar, moved by each gap that began before it: time while the target
//! stood, and waits for the reporter. A gap that began after the deadline passed moves nothing but the
//! rungs of the ladder that were still to come.

use jiff::Timestamp;
use serde::Serialize;

use crate::calendar::{Calendar, Calendars};
use crate::explain::{Moved, Story};
use crate::policy::{NoPolicy, Policies, Policy, Target};
use crate::run::Run;
use crate::state::Ticket;
use crate::work::Work;

/// One target on one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The target's name, such as `resolution`; `hops` for how often the ticket was passed on.
    pub target: String,
    /// What it is, in Indonesian.
    pub title_id: String,
    /// What it is, in English.
    pub title_en: String,
    /// The policy's version, as warnings and escalations name it.
    pub policy: String,
    /// The calendar that it runs on.
    pub calendar: String,
    /// Its version.
    pub calendar_version: String,
    /// The limit, as the policy writes it.
    pub limit: String,
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
    /// The rungs of the ladder and their repetitions, times never falling.
    pub levels: Vec<LevelDue>,
    /// When it was stopped, if it stands now: nothing is due any more.
    pub met_at: Option<Timestamp>,
    /// False where the policy's `enforce_from` lies after it: shown only.
    pub enforced: bool,
    /// Step by step, for people; empty unless it was asked for.
    pub explanation: Vec<String>,
    /// From what to what it moved, and why, in the order in which that happened; empty unless the
    /// explanation was asked for.
    pub moves: Vec<Moved>,
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

    /// [`Self::key`] of one rung: a repetition says which it is (`resolution#1r2`), so that it happens
    /// once as well.
    pub fn level_key(&self, level: &LevelDue) -> String {
        match level.repeat {
            0 => self.key(),
            n => format!("{}#{}r{n}", self.target, self.cycle),
        }
    }

    /// Whether a key of [`Self::key`] or [`Self::level_key`] names this deadline.
    pub fn is_named(&self, key: &str) -> bool {
        key == self.key() || self.levels.iter().any(|l| key == self.level_key(l))
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
    /// Which repetition this is; 0 is the first time.
    pub repeat: u32,
}

/// Every deadline of a ticket, in the order of its policy; empty before its submission came. Without
/// explanations, which cost more than the deadlines.
///
/// A target that has not started, such as `validation` before a closure, has none yet.
pub fn deadlines(
    ticket: &Ticket,
    policies: &Policies,
    calendars: &Calendars,
) -> Result<Vec<Deadline>, NoPolicy> {
    match policies.of(ticket) {
        None => Ok(Vec::new()),
        Some(policy) => of_policy(ticket, policies, policy?, calendars, None),
    }
}

/// [`deadlines`], each with its explanation: which rule, which calendar version, which pause, and which
/// holiday added how much.
pub fn explained_deadlines(
    ticket: &Ticket,
    policies: &Policies,
    calendars: &Calendars,
) -> Result<Vec<Deadline>, NoPolicy> {
    let Some(choice) = policies.explained(ticket) else {
        return Ok(Vec::new());
    };
    let choice = choice?;
    of_policy(
        ticket,
        policies,
        choice.policy,
        calendars,
        Some(&choice.why),
    )
}

fn of_policy(
    ticket: &Ticket,
    policies: &Policies,
    policy: &Policy,
    calendars: &Calendars,
    chosen: Option<&[String]>,
) -> Result<Vec<Deadline>, NoPolicy> {
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
    for variants in policy.named() {
        any |= variants.iter().any(|t| is_for(t, ticket));
        let Some(mut run) = Run::of(ticket, policies, &variants) else {
            continue;
        };
        let target = run.target;
        let clock = find(&target.clock)?;
        if let Some((calendar, at_most)) = pause.filter(|_| target.pauses) {
            run.wait(ticket, calendar, at_most);
        }
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
        let story = Story::begin(chosen);
        found.push(work.deadline(ticket, story));
    }
    if !any {
        return Err(NoPolicy::NoTarget {
            version: policy.version.clone(),
        });
    }
    found.extend(crate::hops::deadline(ticket, policy, ladder, chosen));
    Ok(found)
}

/// Whether a target may run on this ticket at some time.
fn is_for(target: &Target, ticket: &Ticket) -> bool {
    let submission = ticket.submission.as_ref();
    submission.is_some_and(|s| target.when.refuses(s).is_none())
}

/// When the first declared finish was declared, and the finish within its cap.
fn extension(ticket: &Ticket, by: &Target, clock: &Calendar) -> Option<(Timestamp, Timestamp)> {
    let first = ticket.estimates.first()?;
    let cap = clock.add_working(first.declared_at, by.limit);
    Some((first.declared_at, first.finish_at.min(cap)))
}

/// What changes when a deadline does.
pub(crate) fn version(policy: &str, target: &str, due: Timestamp) -> String {
    let text = format!("{policy}\n{target}\n{}", due.as_microsecond());
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}
