//! Which policy a ticket has, and which of a target's variants: the first that matches, and why.

use jaga_contract::{Submission, UnitId, Visibility};
use jiff::Timestamp;

use super::{NoPolicy, Policies, Policy, When};
use crate::state::{State, Ticket};

/// What a ticket's policy was chosen by.
#[derive(Debug, Clone)]
pub struct Choice<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Which were passed over and why, and why this one, for people.
    pub why: Vec<String>,
}

impl Policies {
    /// The policy for a ticket: of those that match it and were in force when it was submitted, the
    /// latest; of those that began together, the first in the file.
    pub fn in_force(
        &self,
        submitted_at: Timestamp,
        submission: &Submission,
    ) -> Result<&Policy, NoPolicy> {
        self.all
            .iter()
            .find(|p| p.effective_from <= submitted_at && p.when.refuses(submission).is_none())
            .ok_or(NoPolicy::NotInForce { submitted_at })
    }

    /// The policy of a ticket: the one of its submission date, unless a migration moves it; `None`
    /// before its submission came.
    pub fn of(&self, ticket: &Ticket) -> Option<Result<&Policy, NoPolicy>> {
        let (submission, at) = (ticket.submission.as_ref()?, ticket.submitted_at?);
        let first = self.in_force(at, submission);
        Some(first.map(|p| self.migrated(p, ticket, submission, |_| ())))
    }

    /// [`Self::of`], with its reasons.
    pub fn explained(&self, ticket: &Ticket) -> Option<Result<Choice<'_>, NoPolicy>> {
        let (submission, at) = (ticket.submission.as_ref()?, ticket.submitted_at?);
        let mut why = Vec::new();
        let first = match self.in_force(at, submission) {
            Ok(first) => first,
            Err(none) => return Some(Err(none)),
        };
        for policy in &self.all {
            if policy.version == first.version {
                break;
            }
            why.push(if at < policy.effective_from {
                format!(
                    "policy {} passed over: in force only from {}, after the submission",
                    policy.version, policy.effective_from
                )
            } else {
                let refused = policy.when.refuses(submission).unwrap_or_default();
                format!("policy {} passed over: {refused}", policy.version)
            });
        }
        why.push(format!(
            "policy {}: in force from {}, {}",
            first.version,
            first.effective_from,
            first.when.says()
        ));
        let policy = self.migrated(first, ticket, submission, |line| why.push(line));
        Some(Ok(Choice { policy, why }))
    }

    fn migrated<'a>(
        &'a self,
        first: &'a Policy,
        ticket: &Ticket,
        submission: &Submission,
        mut tell: impl FnMut(String),
    ) -> &'a Policy {
        let mut policy = first;
        // Cycles are refused when the file is read, so this ends.
        while let Some(rule) = self.migrations.iter().find(|m| m.from == policy.version) {
            if ticket.ended_at.is_some_and(|end| end < rule.open_on) {
                break;
            }
            let Some(to) = self.all.iter().find(|p| p.version == rule.to) else {
                break;
            };
            if let Some(refused) = to.when.refuses(submission) {
                tell(format!("not moved to policy {}: {refused}", to.version));
                break;
            }
            tell(format!(
                "moved from policy {} to {}: open on {}; source: {}",
                policy.version, to.version, rule.open_on, rule.source
            ));
            policy = to;
        }
        policy
    }

    /// The kind of a unit, by the longest listed beginning of its id; `None` where unknown.
    pub fn unit_kind(&self, unit: &UnitId) -> Option<&str> {
        let id = unit.as_str().to_lowercase();
        self.units
            .iter()
            .filter(|(beginning, _)| id.starts_with(beginning.as_str()))
            .max_by_key(|(beginning, _)| beginning.len())
            .map(|(_, kind)| kind.as_str())
    }
}

impl When {
    /// Whether it is for every ticket.
    pub fn is_any(&self) -> bool {
        *self == Self::default()
    }

    /// Why it is not for a ticket, by what does not change in its life; `None` where it is.
    pub fn refuses(&self, submission: &Submission) -> Option<String> {
        let channel = submission.channel.0.as_str();
        if !listed(&self.channels, channel) {
            return Some(format!("for channels {}", self.channels.join(", ")));
        }
        let category = submission.category.to_lowercase();
        let categories = &self.categories;
        if !categories.is_empty() && !categories.iter().any(|c| c.to_lowercase() == category) {
            return Some(format!("for categories {}", categories.join(", ")));
        }
        let seen = |v: &super::Seen| match v {
            super::Seen::Public => submission.visibility == Visibility::Public,
            super::Seen::Private => submission.visibility == Visibility::Private,
            super::Seen::Anonymous => submission.anonymous,
            super::Seen::Secret => submission.secret,
        };
        let visibility = &self.visibility;
        if !visibility.is_empty() && !visibility.iter().any(seen) {
            let names: Vec<_> = visibility.iter().map(|v| v.as_str()).collect();
            return Some(format!("for {} reports", names.join(", ")));
        }
        None
    }

    /// Why it is not for this moment of a ticket's life. An unknown kind of unit is no listed one.
    pub(crate) fn refuses_moment(&self, stage: State, kind: Option<&str>) -> Option<String> {
        if !self.stages.is_empty() && !self.stages.contains(&stage) {
            let names: Vec<_> = self.stages.iter().map(|s| s.as_str()).collect();
            return Some(format!("for the stages {}", names.join(", ")));
        }
        if !self.unit_kinds.is_empty() && !kind.is_some_and(|k| listed(&self.unit_kinds, k)) {
            return Some(format!("for units of kind {}", self.unit_kinds.join(", ")));
        }
        None
    }

    /// `for channels lapor`, or `for every ticket`.
    pub(crate) fn says(&self) -> String {
        let seen: Vec<String> = self
            .visibility
            .iter()
            .map(|v| v.as_str().to_owned())
            .collect();
        let stages: Vec<String> = self.stages.iter().map(|s| s.as_str().to_owned()).collect();
        let parts = [
            ("channels", &self.channels),
            ("categories", &self.categories),
            ("visibility", &seen),
            ("stages", &stages),
            ("unit kinds", &self.unit_kinds),
        ];
        let said: Vec<String> = parts
            .iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(name, list)| format!("{name} {}", list.join(", ")))
            .collect();
        if said.is_empty() {
            "for every ticket".to_owned()
        } else {
            format!("for {}", said.join("; "))
        }
    }

    /// Whether every ticket and moment that `other` is for is one that this is for.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        fn all<T: PartialEq>(a: &[T], b: &[T]) -> bool {
            a.is_empty() || (!b.is_empty() && b.iter().all(|x| a.contains(x)))
        }
        let lower = |list: &[String]| list.iter().map(|c| c.to_lowercase()).collect::<Vec<_>>();
        all(&self.channels, &other.channels)
            && all(&lower(&self.categories), &lower(&other.categories))
            && all(&self.visibility, &other.visibility)
            && all(&self.stages, &other.stages)
            && all(&self.unit_kinds, &other.unit_kinds)
    }
}

fn listed(list: &[String], value: &str) -> bool {
    list.is_empty() || list.iter().any(|v| v == value)
}
