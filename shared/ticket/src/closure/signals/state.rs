//! Evidence that is not there, or can't be read.

use super::case::Case;
use super::seen::{Form, Seen};
use crate::closure::facts::EvidenceOutcome;
use crate::closure::rules::{Explanation, Name, Weight};
use crate::closure::words;

/// No photo was named, or one that was named never came.
pub(super) fn missing(case: &Case<'_>, weight: &Weight) -> Vec<Seen> {
    let seen = |form, words| Seen::new(Name::EvidenceMissing, weight, form, words);
    if case.evidence.is_empty() {
        return vec![seen(Form::Full, words::no_evidence())];
    }
    // What came is judged by itself; a connection that broke took the rest.
    let others = case.knows(Explanation::OneOfSeveral) && case.readable().next().is_some();
    let one = || {
        if others {
            seen(Form::Lowered, words::missing_beside_another())
        } else {
            seen(Form::Full, words::missing_photo())
        }
    };
    let missing = case.evidence.iter();
    missing
        .filter(|p| p.outcome == EvidenceOutcome::Missing)
        .map(|p| one().photos([&p.photo]))
        .collect()
}

/// A photo that can't be used. A hostile one ends here: looked at by a human, never passed over.
pub(super) fn unreadable(case: &Case<'_>, weight: &Weight) -> Vec<Seen> {
    let seen = |reason: &str| {
        let words = words::unreadable(reason);
        Seen::new(Name::EvidenceUnreadable, weight, Form::Full, words)
    };
    let all = case.evidence.iter();
    all.filter_map(|p| match &p.outcome {
        EvidenceOutcome::Rejected { reason } => Some(seen(reason).photos([&p.photo])),
        EvidenceOutcome::Parked => Some(seen("parked").photos([&p.photo])),
        EvidenceOutcome::Processed | EvidenceOutcome::Missing => None,
    })
    .collect()
}
