//! Policies: how long each thing may take, and who is told when it takes longer. Dated data.

mod check;
mod data;
mod moved;
mod pick;
mod rungs;

use std::sync::OnceLock;

use jiff::Timestamp;

use crate::PolicyError;
use crate::calendar::{Calendar, Calendars, Span};
use crate::state::{State, StepKind};

pub use self::check::{PolicyFinding, Severity};
pub use self::pick::Choice;

/// The policy that comes with Jaga.
pub const BUILTIN: &str = include_str!("../../../../deploy/policy/jakarta.toml");

/// Policies by date; a ticket keeps the one that was in force when it was submitted.
#[derive(Debug, Clone)]
pub struct Policies {
    /// Latest first.
    all: Vec<Policy>,
    migrations: Vec<Migration>,
    /// Beginnings of units' ids, in small letters, and the kind that each means.
    units: Vec<(String, String)>,
}

/// Tickets of one policy that go over to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The version they have.
    pub from: String,
    /// The version they get.
    pub to: String,
    /// Only those that had not ended by then.
    pub open_on: Timestamp,
    /// Who said so.
    pub source: String,
}

/// The rules of one period.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name on every warning and escalation.
    pub version: String,
    /// Tickets submitted from here on have it.
    pub effective_from: Timestamp,
    /// Deadlines before this instant are shown, never warned of or escalated.
    pub enforce_from: Option<Timestamp>,
    /// Which tickets it is for.
    pub when: When,
    /// What runs, in the order of the file.
    pub targets: Vec<Target>,
    /// Who is told, level 1 first.
    pub ladder: Vec<Level>,
    /// The calendar that the ladder's delays run on.
    pub ladder_clock: String,
    /// How long a wait for the reporter may stop the clocks.
    pub pause: Option<Pause>,
    /// When people may be told: warnings and levels wait for it; `None`: at any hour.
    pub awake: Option<Calendar>,
    /// How often a ticket may be passed on.
    pub hops: Option<Hops>,
}

/// How often a ticket may be passed on, and who is told when it is more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hops {
    /// The steps that count.
    pub count: Vec<StepKind>,
    /// How many, rising, and who is told then: level 1 first.
    pub levels: Vec<(u32, String)>,
    /// Who said so.
    pub source: String,
    /// How sure that is.
    pub confidence: String,
}

/// Which tickets a policy or a target is for. An empty list is no condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// Channels, as in [`jaga_contract::Channel`].
    pub channels: Vec<String>,
    /// Categories, as the CRM names them; case does not matter.
    pub categories: Vec<String>,
    /// How the report may be seen; any of them.
    pub visibility: Vec<Seen>,
    /// Targets only: the state that the ticket is in when the target starts.
    pub stages: Vec<State>,
    /// Targets only: the kind of the unit that holds the ticket when the target starts.
    pub unit_kinds: Vec<String>,
}

/// How a report may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// Listed publicly.
    Public,
    /// Nothing of it is published.
    Private,
    /// The reporter is hidden from the unit.
    Anonymous,
    /// Secret (rahasia).
    Secret,
}

impl Seen {
    /// As the policy file names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Anonymous => "anonymous",
            Self::Secret => "secret",
        }
    }
}

/// One limit.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name, such as `resolution`.
    pub name: String,
    /// What it is, in Indonesian.
    pub title_id: String,
    /// What it is, in English.
    pub title_en: String,
    /// The calendar that it runs on.
    pub clock: String,
    /// How long; for [`Due::Declared`] the cap.
    pub limit: Span,
    /// What the deadline is counted from.
    pub due: Due,
    /// Steps that start it.
    pub from: Vec<StepKind>,
    /// Steps that stop it, besides `validated` and `rejected`.
    pub until: Vec<StepKind>,
    /// Steps that let it run on with what was left.
    pub resume: Vec<StepKind>,
    /// What is left at least when it runs on.
    pub after_resume: Option<Span>,
    /// Whether a wait for the reporter stops it.
    pub pauses: bool,
    /// The [`Due::Declared`] target whose declared finish extends this one.
    pub extended_by: Option<String>,
    /// What it is for. Of several targets of one name the first that matches runs.
    pub when: When,
    /// Whether it also tells people in quiet hours.
    pub urgent: bool,
    /// The highest rung of the ladder that hears of it; 0: none.
    pub top_level: u32,
    /// When to warn.
    pub warn: Warn,
    /// Who said so.
    pub source: String,
    /// How sure that is.
    pub confidence: String,
}

/// Where a deadline comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Start plus limit.
    #[default]
    Limit,
    /// The finish that the unit declared, at most the limit after its declaration.
    Declared,
}

/// When to warn. Warnings are numbered from 1: the shares, then the times before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Warn {
    /// Percent of the time, rising.
    pub shares: Vec<u32>,
    /// Time before the deadline, on the target's clock.
    pub before: Vec<Span>,
}

/// One rung of the ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// From 1, without gaps.
    pub n: u32,
    /// Who is told.
    pub role: String,
    /// How long after the deadline.
    pub after: Span,
    /// How often it is told again, and at which distance, while nothing has happened.
    pub repeat: Option<(Span, u32)>,
}

/// A wait for the reporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// After this the clocks run on, answer or not.
    pub at_most: Span,
    /// The calendar for that.
    pub clock: String,
}

/// A ticket without a deadline: an alarm, never silence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoPolicy {
    /// No policy for it was in force.
    #[error("no policy is in force for a ticket submitted at {submitted_at}")]
    NotInForce {
        /// When it was submitted.
        submitted_at: Timestamp,
    },
    /// A policy was, but none of its targets is for the ticket.
    #[error("policy {version} has no target for this ticket")]
    NoTarget {
        /// The policy.
        version: String,
    },
    /// The policy was read with other calendars than these.
    #[error("policy {version} names the calendar {calendar}, which is not loaded")]
    NoCalendar {
        /// The policy.
        version: String,
        /// The calendar.
        calendar: String,
    },
}

impl Policies {
    /// Reads policies from TOML; see `deploy/policy/jakarta.toml` for the shape.
    pub fn parse(toml: &str, calendars: &Calendars) -> Result<Self, PolicyError> {
        data::parse(toml, calendars)
    }

    /// The policy that comes with Jaga, on the calendars that come with Jaga.
    pub fn builtin() -> Self {
        static PARSED: OnceLock<Policies> = OnceLock::new();
        PARSED
            .get_or_init(|| {
                Self::parse(BUILTIN, &Calendars::builtin())
                    .unwrap_or_else(|e| unreachable!("a test reads it: {e}"))
            })
            .clone()
    }

    /// All of them, latest first.
    pub fn all(&self) -> &[Policy] {
        &self.all
    }

    /// Rules by which open tickets go over to another policy.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }
}

impl Policy {
    /// A target by name.
    pub fn target(&self, name: &str) -> Option<&Target> {
        self.targets.iter().find(|t| t.name == name)
    }

    /// The targets by name, in the order of the file; of one name, in the order in which they are
    /// tried.
    pub(crate) fn named(&self) -> impl Iterator<Item = Vec<&Target>> {
        let first = |at: usize, target: &Target| {
            let name = &target.name;
            !self.targets[..at].iter().any(|t| t.name == *name)
        };
        let firsts = self.targets.iter().enumerate();
        firsts.filter(move |(at, t)| first(*at, t)).map(|(_, t)| {
            let same = self.targets.iter().filter(|o| o.name == t.name);
            same.collect()
        })
    }
}
