//! The same picture as evidence of another ticket (Angke 2025: one photo, two tickets, another date).

use jaga_contract::{MatchKind, Role};

use super::case::{Case, seconds};
use super::seen::{Form, Look, Seen};
use crate::closure::facts::{EvidenceFacts, PhotoMatch, Relation, SceneFacts};
use crate::closure::rules::{Name, Weight};
use crate::closure::words::{self, Words};

/// What a match amounts to once the two photos were compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Bytes,
    Pixels,
    /// Compared, and one exposure: surely, or less so.
    Edit {
        sure: bool,
    },
    /// A near fingerprint, not compared, or to no clear end.
    Near,
    /// A near fingerprint, and two exposures.
    Another,
    Nothing,
}

fn class(case: &Case<'_>, photo: &EvidenceFacts, other: &PhotoMatch) -> Class {
    let scene = match other.kind {
        MatchKind::SameBytes => return Class::Bytes,
        MatchKind::SamePixels => return Class::Pixels,
        MatchKind::Near => case.scene(photo, |s: &SceneFacts| s.photo == other.photo),
    };
    let sure = case.rules.scene.map_or(1.0, |s| s.sure);
    match scene.map(|s| (s.relation, s.confidence)) {
        Some((Relation::Identical | Relation::EditedCopy, confidence)) => Class::Edit {
            sure: confidence >= sure,
        },
        _ if !case.is_near(other) => Class::Nothing,
        Some((Relation::SameScene | Relation::Unrelated, _)) => Class::Another,
        _ => Class::Near,
    }
}

pub(super) fn same_bytes(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    reused(case, photo, Name::SameBytesElsewhere, weight, |class| {
        (class == Class::Bytes).then(|| (Form::Full, words::same_bytes()))
    })
}

pub(super) fn same_picture(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    reused(case, photo, Name::SamePictureElsewhere, weight, |class| {
        (class == Class::Pixels).then(|| (Form::Full, words::same_picture()))
    })
}

pub(super) fn edit_of_earlier(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    reused(
        case,
        photo,
        Name::EditOfEarlierEvidence,
        weight,
        |class| match class {
            Class::Edit { sure: true } => Some((Form::Full, words::edit_of_earlier())),
            Class::Edit { sure: false } => Some((Form::Lowered, words::near_picture())),
            _ => None,
        },
    )
}

pub(super) fn near(case: &Case<'_>, photo: &EvidenceFacts, weight: &Weight) -> Look {
    reused(
        case,
        photo,
        Name::NearPicture,
        weight,
        |class| match class {
            Class::Near => Some((Form::Full, words::near_picture())),
            Class::Another => Some((Form::Withdrawn, words::another_exposure())),
            _ => None,
        },
    )
}

/// One signal of a photo: the matches of one class that nothing explains, or, where all are
/// explained, the explanation.
fn reused(
    case: &Case<'_>,
    photo: &EvidenceFacts,
    name: Name,
    weight: &Weight,
    says: impl Fn(Class) -> Option<(Form, Words)>,
) -> Look {
    // Most photos match nothing.
    if photo.matches.is_empty() {
        return Ok(None);
    }
    let mut strongest: Option<(Form, Words)> = None;
    let mut told: Vec<&PhotoMatch> = Vec::new();
    for other in photo.sorted_matches() {
        if other.photo == photo.photo || other.role != Role::Evidence {
            continue;
        }
        let Some(said) = says(class(case, photo, other)) else {
            continue;
        };
        let said = explained(case, other, said);
        // Only the photos that the strongest form rests on are shown.
        match strongest
            .as_ref()
            .map(|(form, _)| rank(said.0).cmp(&rank(*form)))
        {
            Some(std::cmp::Ordering::Less) => continue,
            Some(std::cmp::Ordering::Equal) => {}
            None | Some(std::cmp::Ordering::Greater) => {
                told.clear();
                strongest = Some(said);
            }
        }
        told.push(other);
    }
    let seen = strongest.map(|(form, words)| {
        let seen = Seen::new(name, weight, form, words);
        with_figures(seen, case, photo, &told)
    });
    Ok(seen)
}

fn rank(form: Form) -> u8 {
    match form {
        Form::Withdrawn => 0,
        Form::Lowered => 1,
        Form::Full => 2,
    }
}

/// The innocent explanations of one match, the plainest first.
fn explained(case: &Case<'_>, other: &PhotoMatch, said: (Form, Words)) -> (Form, Words) {
    let later = other.other_uploaded_at > case.facts.proposed_at;
    if said.0 == Form::Withdrawn {
        said
    } else if other.same_closure {
        (Form::Withdrawn, words::uploaded_twice())
    } else if case.same_ticket(other) {
        (Form::Withdrawn, words::retry())
    } else if later {
        // Who was first is no copy: it is the other closure's to explain.
        (Form::Withdrawn, words::used_later())
    } else if case.one_visit(other) {
        (Form::Withdrawn, words::one_visit())
    } else if let Some(limit) = case.rules.one_visit.one_job_s
        && case.one_spot(other)
        && case.apart(other) <= seconds(limit)
    {
        (Form::Lowered, words::one_job())
    } else {
        said
    }
}

/// The closest match's figures, and all the photos.
pub(super) fn with_figures(
    seen: Seen,
    case: &Case<'_>,
    photo: &EvidenceFacts,
    matches: &[&PhotoMatch],
) -> Seen {
    let closest = matches
        .iter()
        .min_by_key(|m| (m.distance, std::cmp::Reverse(m.quality)));
    let apart = matches.iter().map(|m| case.apart(m)).min();
    let seen = match closest {
        Some(m) => seen
            .figure("distance_bits", m.distance)
            .figure("quality", m.quality),
        None => seen,
    };
    let seen = match apart {
        Some(apart) => seen.figure("apart_s", apart.as_secs() as f64),
        None => seen,
    };
    let others = matches.iter().map(|m| &m.photo);
    seen.figure("matches", matches.len() as u32)
        .photos(std::iter::once(&photo.photo).chain(others))
}
