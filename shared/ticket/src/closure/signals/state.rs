//! Evidence that is not there, or can't be read.

use super::case::Case;
use super::seen::{Form, Seen};
use crate::closure::facts::EvidenceOutcome;
use crate::closure::rules::{Name, Weight};
use crate::closure::words;

/// No photo was named, or one that was named never came.
pub(super) fn missing(case: &Case<'_>, weight: &Weight) -> Vec<Seen> {
    let seen = |words| Seen::new(Name::EvidenceMissing, weight, Form::Full, words);
    if case.evidence.is_empty() {
        return vec![seen(words::no_evidence())];
    }
    let missing = case.evidence.iter();
    missing
        .filter(|p| p.outcome == EvidenceOutcome::Missing)
        .map(|p| seen(words::missing_photo()).photos([&p.photo]))
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
