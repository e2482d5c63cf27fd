//! Which closures wait for a reviewer, and in which order.

use jaga_contract::{EventId, Verdict};
use jiff::Timestamp;

use super::case::Decision;

/// The newest decision on a closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    /// What was said.
    pub decision: Decision,
    /// When.
    pub at: Timestamp,
    /// The verdict that stood then.
    pub verdict: Verdict,
    /// The newest answer of the officer's, if there is one.
    pub answered_at: Option<Timestamp>,
}

/// Whether a closure waits for a reviewer.
///
/// What is flagged or drawn by chance waits until it is decided. A decision answers for the closure and
/// not for a verdict, so a new verdict alone does not bring it back: a graver one does, for new facts
/// speak against it, and so does an officer's answer to what was unclear.
pub fn is_open(verdict: Verdict, drawn: bool, last: Option<Last>) -> bool {
    let Some(last) = last else {
        return verdict != Verdict::Clear || drawn;
    };
    let answered = last.answered_at.is_some_and(|at| at > last.at);
    verdict > last.verdict || (last.decision == Decision::Unclear && answered)
}

/// A closure that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The closure.
    pub closure: EventId,
    /// Its score.
    pub score: u32,
    /// Something was seen; otherwise chance drew it.
    pub flagged: bool,
}

/// The order in which they are looked at: indices, the highest score first.
///
/// A closure that chance drew stands where the score of a flagged one, chosen by its id's hash, would
/// put it, and ties are broken by the hash: its place does not tell that nothing was seen. The same
/// closures always come in the same order.
pub fn in_order(waiting: &[Waiting]) -> Vec<usize> {
    let scores: Vec<u32> = waiting
        .iter()
        .filter(|w| w.flagged)
        .map(|w| w.score)
        .collect();
    // In the order of the scores, so that the order of the closures can't matter.
    let mut scores = scores;
    scores.sort_unstable();
    let key = |w: &Waiting| {
        let chance = chance(&w.closure);
        let stand_in = || {
            let of = scores.len().max(1) as u64;
            scores.get((chance % of) as usize).copied().unwrap_or(0)
        };
        let score = if w.flagged { w.score } else { stand_in() };
        (std::cmp::Reverse(score), chance, w.closure.clone())
    };
    let mut order: Vec<usize> = (0..waiting.len()).collect();
    order.sort_by_cached_key(|index| waiting.get(*index).map(key));
    order
}

fn chance(closure: &EventId) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"jaga review order\0");
    hasher.update(closure.as_str().as_bytes());
    let digest = hasher.finalize();
    digest
        .as_bytes()
        .first_chunk::<8>()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes))
}
