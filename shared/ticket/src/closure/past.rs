//! What became of a hand's earlier closures, beside the city's of the same kinds.
//!
//! Counted are answers of people: refusals by the city's validators and disputes by reporters. Verdicts of
//! these rules are not counted, for they would confirm themselves; nor reviewers' decisions, for these
//! rules chose what reviewers looked at. Every closure is followed for the same time, and one that can't
//! have been followed that long before the closure in question is left out: so nothing that comes later
//! changes a count, and neither a new hand nor a busy week looks better or worse than it is.

use std::collections::BTreeMap;

use jaga_contract::{EventId, Step, TicketChanged};
use jiff::{SignedDuration, Timestamp};

use super::city::{City, Counted};
use super::rate::shrunk;
use super::rules::Outlier;

/// What became of a closure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The step that proposed it.
    pub closure: EventId,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// When it was first refused.
    pub refused_at: Option<Timestamp>,
    /// When the reporter, who belongs to no unit, first had it opened again.
    pub disputed_at: Option<Timestamp>,
}

/// What became of each closure of a ticket, by its steps, earliest first. A refusal answers the closures that
/// nobody had answered yet; a dispute is about the newest.
pub fn answers(steps: &[TicketChanged]) -> Vec<Answered> {
    let mut all: Vec<Answered> = Vec::new();
    let mut open = 0;
    for step in steps {
        let at = step.occurred_at;
        match &step.step {
            Step::ClosureProposed { .. } => all.push(Answered {
                closure: step.event_id.clone(),
                proposed_at: at,
                refused_at: None,
                disputed_at: None,
            }),
            Step::Refused { .. } => {
                for closure in all.iter_mut().skip(open) {
                    closure.refused_at = Some(at);
                }
                open = all.len();
            }
            Step::Validated => open = all.len(),
            Step::Reopened { .. } => {
                if step.unit.is_none()
                    && let Some(newest) = all.last_mut()
                {
                    newest.disputed_at = newest.disputed_at.or(Some(at));
                }
                open = all.len();
            }
            _ => {}
        }
    }
    all
}

/// A closure of a hand's past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// Its category; empty where it is not known.
    pub category: String,
    /// What became of it.
    pub answered: Answered,
}

/// The span of proposals that a closure at `at` is held against, from and until before; `None` where the
/// rules count no past.
pub fn span(at: Timestamp, rule: &Outlier) -> Option<(Timestamp, Timestamp)> {
    let back = |seconds: u32| {
        let long = SignedDuration::from_secs(seconds.into());
        at.saturating_sub(long).unwrap_or(at)
    };
    Some((back(rule.window_s?), back(rule.follow_s?)))
}

/// A hand's past by category, as a closure at `at` sees it.
pub fn counted<'a>(
    past: &'a [Before],
    at: Timestamp,
    rule: &Outlier,
) -> BTreeMap<&'a str, Counted> {
    let mut by: BTreeMap<&str, Counted> = BTreeMap::new();
    let Some((from, to)) = span(at, rule) else {
        return by;
    };
    let follow = SignedDuration::from_secs(rule.follow_s.unwrap_or(0).into());
    for it in past {
        let answered = &it.answered;
        if answered.proposed_at < from || answered.proposed_at >= to {
            continue;
        }
        let in_time = |at: Option<Timestamp>| {
            u32::from(at.is_some_and(|at| at.duration_since(answered.proposed_at) <= follow))
        };
        by.entry(&it.category).or_default().add(Counted {
            of: 1,
            refused: in_time(answered.refused_at),
            disputed: in_time(answered.disputed_at),
        });
    }
    by
}

/// Which of a hand's closures, by the times at which they were proposed, may be seen in another light now
/// that `changed` came to be known as it is: those that see it, and stand out with it or without it. `past`
/// is what is known of the hand now. In the usual order none sees it: it is too young for all that there are.
pub fn bears_on(
    past: &[Before],
    changed: &EventId,
    later: &[Timestamp],
    city: &City,
    rule: &Outlier,
) -> Vec<bool> {
    let is_it = |b: &&Before| b.answered.closure == *changed;
    let without: Vec<Before> = past.iter().filter(|b| !is_it(b)).cloned().collect();
    // It may have been known already, but not that somebody did not accept it.
    let mut accepted = past.to_vec();
    for it in accepted
        .iter_mut()
        .filter(|b| b.answered.closure == *changed)
    {
        (it.answered.refused_at, it.answered.disputed_at) = (None, None);
    }
    let stands_out = |own: &BTreeMap<&str, Counted>| {
        let rates = city.rates(own);
        let known = rates.iter().filter_map(|rate| shrunk(rate, rule));
        known.into_iter().any(|it| it.times() >= rule.times)
    };
    let bears = |at: &Timestamp| {
        let now = counted(past, *at, rule);
        let before = [counted(&without, *at, rule), counted(&accepted, *at, rule)];
        let differs = before.iter().any(|it| *it != now);
        differs && (stands_out(&now) || before.iter().any(stands_out))
    };
    later.iter().map(bears).collect()
}
