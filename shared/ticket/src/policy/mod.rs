//! Policies: how long each thing may take, and who is told when it takes longer. Dated data.

mod data;
mod pick;

use std::sync::OnceLock;

use jaga_contract::Submission;
use jiff::Timestamp;

use crate::PolicyError;
use crate::calendar::{Calendars, Span};
use crate::state::StepKind;

/// The policy that comes with Jaga.
pub const BUILTIN: &str = include_str!("../../../../deploy/policy/jakarta.toml");

/// Policies by date; a ticket keeps the one that was in force when it was submitted.
#[derive(Debug, Clone)]
pub struct Policies {
    /// Latest first.
    policies: Vec<Policy>,
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
}

/// Which tickets a policy is for. An empty list is no condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// Channels, as in [`jaga_contract::Channel`].
    pub channels: Vec<String>,
    /// Categories, as the CRM names them; case does not matter.
    pub categories: Vec<String>,
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
    /// Only for these channels; empty: for all.
    pub channels: Vec<String>,
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
    /// A policy was, but none of its targets is for the ticket's channel.
    #[error("policy {version} has no target for the ticket's channel")]
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
        data::parse(toml, calendars).map(|policies| Self { policies })
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

    /// The policy for a ticket: of those that match it and were in force when it was submitted, the
    /// latest.
    pub fn in_force(
        &self,
        submitted_at: Timestamp,
        submission: &Submission,
    ) -> Result<&Policy, NoPolicy> {
        pick::in_force(&self.policies, submitted_at, submission)
    }

    /// All of them, latest first.
    pub fn all(&self) -> &[Policy] {
        &self.policies
    }
}

impl Policy {
    /// A target by name.
    pub fn target(&self, name: &str) -> Option<&Target> {
        self.targets.iter().find(|t| t.name == name)
    }

    /// The targets for a channel.
    pub fn targets_for<'a>(&'a self, channel: &'a str) -> impl Iterator<Item = &'a Target> {
        self.targets
            .iter()
            .filter(move |t| t.channels.is_empty() || t.channels.iter().any(|c| c == channel))
    }
}
