//! What can be seen in a closure's facts. One function a signal, each with its innocent explanations;
//! the two lists below are all there are.

mod case;
mod copies;
mod marks;
mod people;
mod place;
mod reuse;
mod seen;
mod speed;
mod state;
mod time;
mod traces;

pub(super) use self::seen::Seen;

use self::case::Case;
use self::seen::Look;
use super::facts::{ClosureFacts, EvidenceFacts, EvidenceOutcome};
use super::rules::{Name, Rules, Weight};
use super::words::Gap;

type OfPhoto = fn(&Case<'_>, &EvidenceFacts, &Weight) -> Look;
type OfClosure = fn(&Case<'_>, &Weight) -> Look;

/// Looked for in every photo that could be read.
const OF_PHOTO: [(Name, OfPhoto); 19] = [
    (Name::SameBytesElsewhere, reuse::same_bytes),
    (Name::SamePictureElsewhere, reuse::same_picture),
    (Name::EditOfEarlierEvidence, reuse::edit_of_earlier),
    (Name::NearPicture, reuse::near),
    (Name::CopyOfReportPhoto, copies::copy_of_report_photo),
    (Name::EditOfReportPhoto, copies::edit_of_report_photo),
    (Name::MadeByAi, marks::made_by_ai),
    (Name::EditedWithAi, marks::edited_with_ai),
    (Name::EditedByHand, marks::edited_by_hand),
    (Name::AiOrEditMark, marks::ai_or_edit),
    (Name::CapturedBeforeTicket, time::captured_before_ticket),
    (Name::DateContradiction, time::date_contradiction),
    (Name::FarFromTicket, place::far_from_ticket),
    (Name::OtherKelurahan, place::other_kelurahan),
    (Name::CopiedPosition, place::copied_position),
    (Name::ConstantAccuracy, place::constant_accuracy),
    (Name::ImpossibleTravel, place::impossible_travel),
    (Name::ScreenPhoto, traces::screen_photo),
    (Name::EditingTraces, traces::editing_traces),
];

/// Looked for once.
const OF_CLOSURE: [(Name, OfClosure); 10] = [
    (Name::TooFast, speed::too_fast),
    (Name::TooFastForDistance, speed::too_fast_for_distance),
    (Name::Burst, speed::burst),
    (Name::CopiedNote, people::copied_note),
    (Name::UnitWithoutAuthority, people::unit_without_authority),
    (Name::ReporterDisputes, people::reporter_disputes),
    (Name::LowRating, people::low_rating),
    (Name::ReportedAgain, people::reported_again),
    (Name::OutlierUnit, people::outlier_unit),
    (Name::OutlierOfficer, people::outlier_officer),
];

/// What looking at a closure gave.
pub(super) struct Findings {
    /// In no order that means anything, but always in the same.
    pub(super) seen: Vec<Seen>,
    /// Signals that could not be looked for, and what would have to be known.
    pub(super) unknown: Vec<(Name, Gap)>,
}

/// Looks for everything.
pub(super) fn all(facts: &ClosureFacts, rules: &Rules) -> Findings {
    let case = Case::new(facts, rules);
    let mut seen = Vec::new();
    let mut unknown = Vec::new();
    if let Some(weight) = rules.weights.get(Name::EvidenceMissing) {
        seen.extend(state::missing(&case, weight));
    }
    if let Some(weight) = rules.weights.get(Name::EvidenceUnreadable) {
        seen.extend(state::unreadable(&case, weight));
    }
    let readable = || {
        let all = case.evidence.iter().copied();
        all.filter(|p| p.outcome == EvidenceOutcome::Processed)
    };
    for (name, look) in OF_PHOTO {
        let Some(weight) = rules.weights.get(name) else {
            continue;
        };
        let (mut missing, mut looked) = (None, false);
        for photo in readable() {
            match look(&case, photo, weight) {
                Ok(found) => {
                    looked = true;
                    seen.extend(found);
                }
                Err(what) => missing = Some(what),
            }
        }
        // What one photo could answer is not unknown.
        unknown.extend(missing.filter(|_| !looked).map(|what| (name, what)));
    }
    for (name, look) in OF_CLOSURE {
        let Some(weight) = rules.weights.get(name) else {
            continue;
        };
        match look(&case, weight) {
            Ok(found) => seen.extend(found),
            Err(what) => unknown.push((name, what)),
        }
    }
    Findings { seen, unknown }
}
