//! What has to be said about a ticket now. Level-triggered: it looks at what is due and what was
//! already said, never at when it last looked, so a day of downtime ends in one catch-up.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::deadline::{Deadline, LevelDue};
use crate::state::{State, Ticket};
use crate::text::{length, length_id};

/// What was already written for a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Target and number of each warning.
    pub warned: BTreeSet<(String, u32)>,
    /// Target and level of each escalation.
    pub escalated: BTreeSet<(String, u32)>,
}

impl Done {
    /// From the record's rows: (target, `warn` or `escalate`, number).
    pub fn from_rows(rows: impl IntoIterator<Item = (String, String, u32)>) -> Self {
        let mut done = Self::default();
        for (target, kind, number) in rows {
            let set = if kind == "warn" {
                &mut done.warned
            } else {
                &mut done.escalated
            };
            set.insert((target, number));
        }
        done
    }
}

/// One thing to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// A deadline comes near.
    Warn {
        /// The target ([`Deadline::key`]).
        target: String,
        /// Number of the warning, from 1.
        warning: u32,
        /// The deadline.
        due_at: Timestamp,
        /// Why: Indonesian, then English.
        reason: String,
    },
    /// A deadline passed, and this level is told.
    Escalate {
        /// The target ([`Deadline::level_key`]).
        target: String,
        /// The level, from 1.
        level: u32,
        /// Who is told.
        role: String,
        /// The deadline.
        due_at: Timestamp,
        /// Seconds past it.
        overdue_seconds: i64,
        /// Why: Indonesian, then English.
        reason: String,
    },
}

/// What is due at `now` and not yet written: warnings of deadlines still ahead, and every level that
/// was reached, in order and without a gap. Never early; nothing for a target that was met, for an
/// ended ticket, or for a deadline before the policy's `enforce_from`.
pub fn due_actions(
    ticket: &Ticket,
    deadlines: &[Deadline],
    done: &Done,
    now: Timestamp,
) -> Vec<Action> {
    if ticket.state.is_ended() || ticket.state == State::Unsubmitted {
        return Vec::new();
    }
    let mut actions = Vec::new();
    for deadline in deadlines.iter().filter(|d| is_live(d)) {
        // A warning after the fact says nothing that the escalation does not say.
        if now < deadline.due_at {
            let open = open_warnings(deadline, done).filter(|(_, at)| *at <= now);
            actions.extend(open.map(|(number, _)| warn(deadline, number, now)));
        }
        for level in &deadline.levels {
            let key = deadline.level_key(level);
            if done.escalated.contains(&(key.clone(), level.level)) {
                continue;
            }
            if level.at > now {
                break;
            }
            let late = now.duration_since(deadline.due_at);
            actions.push(Action::Escalate {
                target: key,
                level: level.level,
                role: level.role.clone(),
                due_at: deadline.due_at,
                overdue_seconds: late.as_secs(),
                reason: escalated(deadline, late),
            });
        }
    }
    actions
}

/// When there is something to do next, if nothing changes: the earliest warning or level that is not
/// yet written. May lie in the past: then it is time now. `None`: only a new step can change that.
///
/// Warnings that were missed are not waited for once a level of their deadline is written. Where `now`
/// is known, [`next_after`] knows better.
pub fn next_at(deadlines: &[Deadline], done: &Done) -> Option<Timestamp> {
    next(deadlines, done, |d| {
        d.levels
            .iter()
            .all(|l| !done.escalated.contains(&(d.level_key(l), l.level)))
    })
}

/// [`next_at`] for a sweep that has just written everything due at `now`: always later than `now`,
/// because warnings of a deadline that has passed are not waited for.
pub fn next_after(deadlines: &[Deadline], done: &Done, now: Timestamp) -> Option<Timestamp> {
    next(deadlines, done, |d| now < d.due_at)
}

fn next(
    deadlines: &[Deadline],
    done: &Done,
    may_warn: impl Fn(&Deadline) -> bool,
) -> Option<Timestamp> {
    let of_one = |d: &Deadline| {
        let open = |l: &&LevelDue| !done.escalated.contains(&(d.level_key(l), l.level));
        let warning = open_warnings(d, done)
            .map(|(_, at)| at)
            .min()
            .filter(|_| may_warn(d));
        let level = d.levels.iter().find(open).map(|l| l.at);
        warning.into_iter().chain(level).min()
    };
    deadlines
        .iter()
        .filter(|d| is_live(d))
        .filter_map(of_one)
        .min()
}

fn is_live(deadline: &Deadline) -> bool {
    deadline.met_at.is_none() && deadline.enforced
}

fn open_warnings<'a>(
    deadline: &'a Deadline,
    done: &'a Done,
) -> impl Iterator<Item = (u32, Timestamp)> + 'a {
    deadline
        .warnings
        .iter()
        .filter(|(number, _)| !done.warned.contains(&(deadline.key(), *number)))
        .copied()
}

fn warn(deadline: &Deadline, number: u32, now: Timestamp) -> Action {
    let left = deadline.due_at.duration_since(now);
    let Deadline {
        title_id,
        title_en,
        due_local,
        ..
    } = deadline;
    Action::Warn {
        target: deadline.key(),
        warning: number,
        due_at: deadline.due_at,
        reason: format!(
            "Batas {title_id} jatuh pada {due_local}, {} lagi. / The {title_en} is due {due_local}, in {}.",
            length_id(left),
            length(left)
        ),
    }
}

fn escalated(deadline: &Deadline, late: SignedDuration) -> String {
    let Deadline {
        title_id,
        title_en,
        due_local,
        ..
    } = deadline;
    format!(
        "Batas {title_id} jatuh pada {due_local}, terlewat {}. / The {title_en} was due {due_local}, {} ago.",
        length_id(late),
        length(late)
    )
}
