//! Signals to verdict.

use jaga_contract::{Signal, Strength, Verdict};
use serde::Serialize;

use super::facts::ClosureFacts;
use super::rules::Rules;
use super::sample::is_taken;
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
    /// Clear, and taken by chance: it goes to review like others, without a flag and without a
    /// reason, to measure what is missed.
    pub sample: bool,
    /// The reasons, strongest first.
    pub signals: Vec<Signal>,
    /// What could not be looked for. Unknown is never a reason.
    pub unknown: Vec<Unknown>,
    /// The rules' version.
    pub rules: String,
}

/// A signal that could not be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// The signal's name.
    pub signal: &'static str,
    /// What would have to be known, in Indonesian.
    pub text_id: &'static str,
    /// The same in English.
    pub text_en: &'static str,
}

impl Judgement {
    /// Whether a human should look at it: it is flagged, or taken by chance.
    pub fn goes_to_review(&self) -> bool {
        self.verdict != Verdict::Clear || self.sample
    }

    /// The names of the signals that weigh in it, strongest first.
    pub fn weighing(&self) -> Vec<&str> {
        let weighing = self.signals.iter();
        let mut names: Vec<&str> = weighing
            .filter(|s| s.strength != Strength::Withdrawn)
            .map(|s| s.name.as_str())
            .collect();
        names.dedup();
        names
    }
}

/// Judges a closure. Pure: the same facts in any order, under the same rules, give the same verdict.
///
/// A hard signal holds alone. The points of soft and hard signals add up to the score, of each family
/// the highest once, however many photos it is about. `review` from the rules' limit on; `hold` from
/// theirs on, if signals of enough families add up to it.
pub fn judge(facts: &ClosureFacts, rules: &Rules) -> Judgement {
    let mut found = all(facts, rules);
    let seen = &mut found.seen;
    seen.sort_by(|a, b| rank(a).cmp(&rank(b)));
    // Few enough to be searched in line: a map would cost more than it saves.
    let mut families: Vec<(&str, u32)> = Vec::new();
    for signal in seen.iter().filter(|s| s.points > 0) {
        let weight = rules.weights.get(signal.name);
        let family = weight
            .and_then(|w| w.family.as_deref())
            .unwrap_or(signal.name.as_str());
        match families.iter_mut().find(|(name, _)| *name == family) {
            Some((_, points)) => *points = signal.points.max(*points),
            None => families.push((family, signal.points)),
        }
    }
    let sum: u32 = families.iter().map(|(_, points)| points).sum();
    let score = sum.min(MAX_SCORE);
    let hard = seen.iter().any(|s| s.strength == Strength::Hard);
    let many = families.len() >= rules.verdict.families as usize;
    let verdict = if hard || (score >= rules.verdict.hold && many) {
        Verdict::Hold
    } else if score >= rules.verdict.review {
        Verdict::Review
    } else {
        Verdict::Clear
    };
    let unknown = found.unknown.into_iter().map(|(name, gap)| Unknown {
        signal: name.as_str(),
        text_id: gap.id,
        text_en: gap.en,
    });
    Judgement {
        verdict,
        score,
        sample: verdict == Verdict::Clear && is_taken(facts, rules),
        signals: found.seen.into_iter().map(Seen::into_signal).collect(),
        unknown: unknown.collect(),
        rules: rules.version.clone(),
    }
}

fn rank(seen: &Seen) -> impl Ord + use<'_> {
    let strongest_first = std::cmp::Reverse((seen.strength, seen.points));
    (strongest_first, seen.name.as_str(), &seen.photos)
}
