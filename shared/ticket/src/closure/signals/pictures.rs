//! The same picture somewhere else: on another ticket, or as the reporter's own photo.

use jaga_contract::{MatchKind, Role};
use jiff::SignedDuration;

use super::facts::{ClosureFacts, EvidenceFacts, PhotoMatch, metres};
use super::rules::{Rules, Weight};
use super::signals::{Form, Seen};
use super::words::{self, Words};

/// The signals of one evidence photo's matches, one of each name at most.
pub(super) fn all(facts: &ClosureFacts, photo: &EvidenceFacts, rules: &Rules) -> Vec<Seen> {
    let weights = &rules.weights;
    let usable: Vec<&PhotoMatch> = photo
        .matches
        .iter()
        .filter(|m| m.photo != photo.photo && counts(m, rules))
        .collect();
    let elsewhere = |kind: MatchKind| {
        let other =
            |m: &&PhotoMatch| m.kind == kind && m.role == Role::Evidence && !same_ticket(facts, m);
        usable.iter().copied().filter(other).collect::<Vec<_>>()
    };
    let reuse = |name, weight: Weight, kind, words: Words| {
        one_visit_or(facts, rules, &elsewhere(kind), |form, matches| {
            let words = match form {
                Form::Withdrawn if matches.iter().all(|m| is_later(facts, m)) => {
                    words::used_later()
                }
                Form::Withdrawn => words::one_visit(),
                _ => words.clone(),
            };
            with_figures(Seen::new(name, weight, form, words), facts, photo, matches)
        })
    };
    let found = [
        reuse(
            "same_bytes_elsewhere",
            weights.same_bytes_elsewhere,
            MatchKind::SameBytes,
            words::same_bytes(),
        ),
        reuse(
            "same_picture_elsewhere",
            weights.same_picture_elsewhere,
            MatchKind::SamePixels,
            words::same_picture(),
        ),
        reuse(
            "near_picture",
            weights.near_picture,
            MatchKind::Near,
            words::near_picture(),
        ),
        copy_of_report_photo(facts, photo, rules, &usable),
    ];
    found.into_iter().flatten().collect()
}

/// A near match of a poor fingerprint (a plain wall, the night) says nothing.
fn counts(other: &PhotoMatch, rules: &Rules) -> bool {
    match other.kind {
        MatchKind::SameBytes | MatchKind::SamePixels => true,
        MatchKind::Near => {
            other.distance <= rules.near.distance && other.quality >= rules.near.quality
        }
    }
}

/// The same evidence again on the same ticket is a retry, after a refusal or a lost connection.
fn same_ticket(facts: &ClosureFacts, other: &PhotoMatch) -> bool {
    other.same_ticket || other.ticket == facts.ticket_id
}

/// One visit that closes several reports of one spot uses one photo, and should.
fn is_one_visit(facts: &ClosureFacts, rules: &Rules, other: &PhotoMatch) -> bool {
    let near =
        metres(other.other_ticket_point_distance_m).is_some_and(|m| m <= rules.one_visit.metres);
    let apart = facts
        .proposed_at
        .duration_since(other.other_uploaded_at)
        .abs();
    near && apart <= SignedDuration::from_secs(rules.one_visit.within_s.into())
}

/// Who was first is no copy: a photo that turns up elsewhere after this closure was proposed is the
/// other closure's to explain.
fn is_later(facts: &ClosureFacts, other: &PhotoMatch) -> bool {
    other.other_uploaded_at > facts.proposed_at
}

/// The matches that nothing explains innocently; if all are explained, the signal is withdrawn.
fn one_visit_or(
    facts: &ClosureFacts,
    rules: &Rules,
    matches: &[&PhotoMatch],
    seen: impl Fn(Form, &[&PhotoMatch]) -> Seen,
) -> Option<Seen> {
    let (innocent, rest): (Vec<_>, Vec<_>) = matches
        .iter()
        .copied()
        .partition(|m| is_one_visit(facts, rules, m) || is_later(facts, m));
    match (rest.as_slice(), innocent.as_slice()) {
        ([], []) => None,
        ([], innocent) => Some(seen(Form::Withdrawn, innocent)),
        (rest, _) => Some(seen(Form::Full, rest)),
    }
}

/// The evidence is a reporter's photo: of this ticket, or of another one that was there before.
fn copy_of_report_photo(
    facts: &ClosureFacts,
    photo: &EvidenceFacts,
    rules: &Rules,
    usable: &[&PhotoMatch],
) -> Option<Seen> {
    let copied = |m: &&PhotoMatch| {
        m.role == Role::Report
            && (same_ticket(facts, m) || m.other_uploaded_at <= facts.proposed_at)
    };
    let matches: Vec<_> = usable.iter().copied().filter(copied).collect();
    let exact: Vec<_> = matches
        .iter()
        .copied()
        .filter(|m| m.kind != MatchKind::Near)
        .collect();
    let (form, matches, words) = match (exact.is_empty(), matches.is_empty()) {
        (_, true) => return None,
        (true, _) => (Form::Lowered, matches, words::near_report_photo()),
        (false, _) => (Form::Full, exact, words::copy_of_report_photo()),
    };
    let seen = Seen::new(
        "copy_of_report_photo",
        rules.weights.copy_of_report_photo,
        form,
        words,
    );
    Some(with_figures(seen, facts, photo, &matches))
}

/// The closest match's figures, and all the photos.
fn with_figures(
    seen: Seen,
    facts: &ClosureFacts,
    photo: &EvidenceFacts,
    matches: &[&PhotoMatch],
) -> Seen {
    let closest = matches
        .iter()
        .min_by_key(|m| (m.distance, std::cmp::Reverse(m.quality)));
    let apart = matches
        .iter()
        .map(|m| facts.proposed_at.duration_since(m.other_uploaded_at).abs());
    let seen = match closest {
        Some(m) => seen
            .figure("distance_bits", m.distance)
            .figure("quality", m.quality),
        None => seen,
    };
    let seen = match apart.min() {
        Some(apart) => seen.figure("apart_s", apart.as_secs() as f64),
        None => seen,
    };
    let others = matches.iter().map(|m| &m.photo);
    seen.figure("matches", matches.len() as u32)
        .photos(std::iter::once(&photo.photo).chain(others))
}
