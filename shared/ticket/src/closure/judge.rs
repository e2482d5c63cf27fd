//! Signals to verdict.

use std::collections::BTreeMap;

use jaga_contract::{Signal, Strength, Verdict};
use serde::Serialize;

use super::facts::ClosureFacts;
use super::rules::Rules;
use super::signals::{Seen, all};

/// The most points that a closure can have.
const MAX_SCORE: u32 = 100;

/// What a closure looks like under some rules.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement {
    /// The outcome.
    pub verdict: Verdict,
    /// Orders the reviewers' queue, 0 to 100; means nothing else.
    pub score: u32,
    /// The reasons, strongest first.
    pub signals: Vec<Signal>,
    /// The rules' version.
    pub rules: String,
}

/// Judges a closure. Pure: the same facts in any order, under the same rules, give the same verdict.
///
/// A hard signal holds alone. The points of all signals add up, each signal's highest once however
/// many photos it is about: `hold` and `review` from the rules' limits on.
pub fn judge(facts: &ClosureFacts, rules: &Rules) -> Judgement {
    let mut seen = all(facts, rules);
    seen.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let mut points: BTreeMap<&str, u32> = BTreeMap::new();
    for signal in &seen {
        let highest = points.entry(signal.name).or_default();
        *highest = signal.points.max(*highest);
    }
    let score = points.values().sum::<u32>().min(MAX_SCORE);
    let hard = seen.iter().any(|s| s.strength == Strength::Hard);
    let verdict = if hard || score >= rules.verdict.hold {
        Verdict::Hold
    } else if score >= rules.verdict.review {
        Verdict::Review
    } else {
        Verdict::Clear
    };
    let signals = seen.into_iter().map(Seen::into_signal).collect();
    Judgement {
        verdict,
        score,
        signals,
        rules: rules.version.clone(),
    }
}

fn rank(seen: &Seen) -> impl Ord + use<'_> {
    let strongest_first = std::cmp::Reverse((seen.strength, seen.points));
    (strongest_first, seen.name, &seen.photos)
}
