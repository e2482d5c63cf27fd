//! What a city would do otherwise.

use jaga_ticket::closure::ClosureFacts;

use crate::dice::Dice;
use crate::measure::Measured;

pub const NAMES: [&str; 3] = [
    "PDQ <= 31 alone",
    "metadata alone",
    "human spot check of 10 %",
];

/// Whether each of them flags the closure.
pub fn flag(dice: &mut Dice, measured: &Measured) -> [bool; 3] {
    [
        measured.pdq_near,
        metadata(&measured.facts),
        // Taken to see all that there is, which no reviewer of photos does.
        dice.chance(0.1),
    ]
}

/// Taken before the report or after the closure, more than 500 m away, or marked by an editor or a
/// model.
fn metadata(facts: &ClosureFacts) -> bool {
    facts.evidence.iter().any(|photo| {
        let time = photo.captured_at.is_some_and(|c| {
            facts.submitted_at.is_some_and(|s| c.at < s) || c.at > facts.proposed_at
        });
        let far = photo.distance_to_ticket_m.is_some_and(|m| m > 500.0);
        time || far || !photo.marks.is_empty()
    })
}
