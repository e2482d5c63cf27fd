//! The reporter's own photo as evidence, as it is or changed (Kalisari 2026).

use jaga_contract::{MatchKind, Role};

use super::case::Case;
use super::reuse::with_figures;
use super::seen::{Form, Look, Seen};
use crate::closure::facts::{EvidenceFacts, PhotoMatch, Relation, SceneFacts};
use crate::closure::rules::{Name, Weight};
use crate::closure::words;

/// The evidence is a reporter's photo: of this ticket, or of another one that was there before.
pub(super) fn copy_of_report_photo(
    case: &Case<'_>,
    photo: &EvidenceFacts,
    weight: &Weight,
) -> Look {
    let copied = |m: &&PhotoMatch| {
        m.photo != photo.photo
            && m.role == Role::Report
            && case.is_near(m)
            && (case.same_ticket(m) || m.other_uploaded_at <= case.facts.proposed_at)
    };
    if !photo.matches.iter().any(|m| copied(&m)) {
        return Ok(None);
    }
    let matches: Vec<_> = photo.sorted_matches().into_iter().filter(copied).collect();
    let is_exact = |m: &&PhotoMatch| m.kind != MatchKind::Near;
    let exact: Vec<_> = matches.iter().copied().filter(is_exact).collect();
    let (form, matches, words) = if exact.is_empty() {
        near(case, photo, matches)
    } else if is_collage(case, photo) {
        (Form::Withdrawn, exact, words::collage())
    } else if case.rules.scene.is_some() && has_another(case, photo) {
        (Form::Withdrawn, exact, words::before_picture())
    } else {
        (Form::Full, exact, words::copy_of_report_photo())
    };
    let seen = Seen::new(Name::CopyOfReportPhoto, weight, form, words);
    Ok(Some(with_figures(seen, case, photo, &matches)))
}

/// A near fingerprint says little; comparing the two says more.
fn near<'m>(
    case: &Case<'_>,
    photo: &EvidenceFacts,
    matches: Vec<&'m PhotoMatch>,
) -> (Form, Vec<&'m PhotoMatch>, words::Words) {
    let settled = |m: &&PhotoMatch| {
        let scene = case.scene(photo, |s: &SceneFacts| s.photo == m.photo);
        scene.map(|s| s.relation)
    };
    let open: Vec<_> = matches
        .iter()
        .copied()
        .filter(|m| settled(m).is_none())
        .collect();
    let copies = |m: &&&PhotoMatch| settled(m).is_some_and(|r| r >= Relation::EditedCopy);
    let edited: Vec<_> = matches.iter().filter(copies).copied().collect();
    if !open.is_empty() {
        (Form::Lowered, open, words::near_report_photo())
    } else if edited.is_empty() {
        (Form::Withdrawn, matches, words::same_angle())
    } else if is_collage(case, photo) {
        (Form::Withdrawn, edited, words::collage())
    } else if is_before(case, photo) {
        (Form::Withdrawn, edited, words::before_picture())
    } else {
        (Form::Lowered, edited, words::near_report_photo())
    }
}

/// Only a part of the evidence is the report photo: the "before" beside an "after".
fn is_collage(case: &Case<'_>, photo: &EvidenceFacts) -> bool {
    let report = |s: &SceneFacts| s.role == Role::Report;
    let scene = case.scene(photo, report);
    let limit = case.rules.scene.map_or(0.0, |s| s.collage);
    scene.is_some_and(|s| {
        s.relation >= Relation::EditedCopy
            && s.aligned.is_some_and(|share| share <= limit)
            && s.changed.is_none_or(|share| share <= 1.0 - limit)
    })
}

/// Another readable photo of the closure is a picture of its own: then this one may be the "before",
/// and the other is the evidence, judged by itself as if it had come alone.
fn has_another(case: &Case<'_>, photo: &EvidenceFacts) -> bool {
    case.readable().any(|other| {
        let copied = |s: &SceneFacts| s.role == Role::Report && s.relation >= Relation::EditedCopy;
        let matched = |m: &PhotoMatch| m.photo != photo.photo && case.is_near(m);
        other.photo != photo.photo
            && !other.scenes.iter().any(copied)
            && !other.matches.iter().any(matched)
    })
}

/// Compared, unchanged, and beside another photo.
fn is_before(case: &Case<'_>, photo: &EvidenceFacts) -> bool {
    let scene = case.scene(photo, |s: &SceneFacts| s.role == Role::Report);
    scene.is_some_and(|s| is_unchanged(case, s)) && has_another(case, photo)
}

/// The report photo itself, but for how it was saved.
fn is_unchanged(case: &Case<'_>, scene: &SceneFacts) -> bool {
    let limit = case.rules.scene.map_or(0.0, |s| s.unchanged);
    scene.relation == Relation::Identical || scene.changed.is_some_and(|share| share <= limit)
}

/// Aligned with a report photo to the pixel, and changed in places.
pub(super) fn edit_of_report_photo(
    case: &Case<'_>,
    photo: &EvidenceFacts,
    weight: &Weight,
) -> Look {
    let Some(rule) = case.rules.scene else {
        return Ok(None);
    };
    let report = |s: &SceneFacts| s.role == Role::Report;
    if !photo.scenes.iter().any(report) {
        return Err(words::COMPARISON);
    }
    let Some(scene) = case.scene(photo, report) else {
        return Err(words::SURE_COMPARISON);
    };
    let exact = |m: &PhotoMatch| m.photo == scene.photo && m.kind != MatchKind::Near;
    // The very same picture is another signal.
    if scene.relation < Relation::EditedCopy || photo.matches.iter().any(exact) {
        return Ok(None);
    }
    let (form, words) = if is_collage(case, photo) {
        (Form::Withdrawn, words::collage())
    } else if is_unchanged(case, scene) && has_another(case, photo) {
        (Form::Withdrawn, words::before_picture())
    } else if scene.confidence >= rule.sure {
        (Form::Full, words::edit_of_report_photo())
    } else {
        (Form::Lowered, words::near_report_photo())
    };
    let seen = Seen::new(Name::EditOfReportPhoto, weight, form, words)
        .figure("confidence", scene.confidence)
        .photos([&photo.photo, &scene.photo]);
    let seen = match scene.aligned {
        Some(share) => seen.figure("aligned_share", share),
        None => seen,
    };
    Ok(Some(match scene.changed {
        Some(share) => seen.figure("changed_share", share),
        None => seen,
    }))
}
