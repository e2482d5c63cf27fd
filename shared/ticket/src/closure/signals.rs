//! What can be seen in a closure's facts, each with its figures, and its innocent explanations.

use std::collections::BTreeMap;

use jaga_contract::{PhotoId, Signal, Strength};
use jiff::SignedDuration;

use super::facts::{ClosureFacts, EvidenceFacts, EvidenceOutcome, metres};
use super::pictures;
use super::rules::{Rules, Weight};
use super::words::{self, Words};

/// A signal and its points.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    pub(super) name: &'static str,
    pub(super) strength: Strength,
    pub(super) points: u32,
    figures: BTreeMap<String, f64>,
    pub(super) photos: Vec<PhotoId>,
    words: Words,
}

/// In which form a signal was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Full,
    Lowered,
    Withdrawn,
}

impl Seen {
    pub(super) fn new(name: &'static str, weight: Weight, form: Form, words: Words) -> Self {
        let (strength, points) = match form {
            Form::Full => (weight.strength, weight.points),
            Form::Lowered => (Strength::Soft, weight.lowered),
            Form::Withdrawn => (Strength::Withdrawn, 0),
        };
        Self {
            name,
            strength,
            points,
            figures: BTreeMap::new(),
            photos: Vec::new(),
            words,
        }
    }

    pub(super) fn figure(mut self, name: &str, value: impl Into<f64>) -> Self {
        self.figures.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn photos<'a>(mut self, photos: impl IntoIterator<Item = &'a PhotoId>) -> Self {
        for photo in photos {
            if !self.photos.contains(photo) {
                self.photos.push(photo.clone());
            }
        }
        self
    }

    pub(super) fn into_signal(self) -> Signal {
        Signal {
            name: self.name.to_owned(),
            strength: self.strength,
            figures: self.figures,
            photos: self.photos,
            text_id: self.words.id,
            text_en: self.words.en,
        }
    }
}

/// Everything that can be seen, in no order that means anything.
pub(super) fn all(facts: &ClosureFacts, rules: &Rules) -> Vec<Seen> {
    let mut seen = Vec::new();
    let evidence = facts.sorted();
    if evidence.is_empty() {
        let weight = rules.weights.evidence_missing;
        seen.push(Seen::new(
            "evidence_missing",
            weight,
            Form::Full,
            words::no_evidence(),
        ));
    }
    for photo in &evidence {
        seen.extend(state(photo, rules));
        if photo.outcome != EvidenceOutcome::Processed {
            continue;
        }
        seen.extend(captured_before_ticket(facts, photo, rules));
        seen.extend(far_from_ticket(facts, photo, rules));
        seen.extend(copied_position(photo, rules));
        seen.extend(marks(photo, rules));
        seen.extend(pictures::all(facts, photo, rules));
    }
    seen.extend(too_fast(facts, rules));
    seen
}

fn state(photo: &EvidenceFacts, rules: &Rules) -> Option<Seen> {
    let weights = &rules.weights;
    let unreadable = |words| {
        Seen::new(
            "evidence_unreadable",
            weights.evidence_unreadable,
            Form::Full,
            words,
        )
    };
    let seen = match &photo.outcome {
        EvidenceOutcome::Processed => return None,
        EvidenceOutcome::Missing => {
            let words = words::missing_photo();
            Seen::new(
                "evidence_missing",
                weights.evidence_missing,
                Form::Full,
                words,
            )
        }
        EvidenceOutcome::Rejected { reason } => unreadable(words::unreadable(reason)),
        EvidenceOutcome::Parked => unreadable(words::unreadable("parked")),
    };
    Some(seen.photos([&photo.photo]))
}

/// A capture time before the report existed. Without a zone the time may be off by
/// `zone_tolerance_s`: within that it is only a hint.
fn captured_before_ticket(
    facts: &ClosureFacts,
    photo: &EvidenceFacts,
    rules: &Rules,
) -> Option<Seen> {
    let captured = photo.captured_at?;
    let earlier = facts.submitted_at?.duration_since(captured.at);
    let clock = SignedDuration::from_secs(rules.capture.clock_tolerance_s.into());
    let zone = SignedDuration::from_secs(rules.capture.zone_tolerance_s.into());
    if earlier <= clock {
        return None;
    }
    let certain = captured.zone_known || earlier.saturating_sub(zone) > clock;
    let form = if certain { Form::Full } else { Form::Lowered };
    let words = words::captured_before(earlier, captured.zone_known);
    let weight = rules.weights.captured_before_ticket;
    let seen = Seen::new("captured_before_ticket", weight, form, words)
        .figure("earlier_s", earlier.as_secs() as f64)
        .figure("tolerance_s", rules.capture.clock_tolerance_s)
        .photos([&photo.photo]);
    let tolerance = rules.capture.zone_tolerance_s;
    Some(if captured.zone_known {
        seen
    } else {
        seen.figure("zone_tolerance_s", tolerance)
    })
}

/// Metres beyond the category's tolerance; where no distance is known but the kelurahan is another
/// one for certain, the weaker form.
fn far_from_ticket(facts: &ClosureFacts, photo: &EvidenceFacts, rules: &Rules) -> Option<Seen> {
    let weight = rules.weights.far_from_ticket;
    let name = "far_from_ticket";
    let Some(distance) = metres(photo.distance_to_ticket_m) else {
        let outside = photo.place.as_deref() == Some("outside");
        return outside.then(|| {
            Seen::new(name, weight, Form::Lowered, words::other_kelurahan()).photos([&photo.photo])
        });
    };
    let limit = rules.category(&facts.category)?.far_m;
    (distance > limit).then(|| {
        Seen::new(name, weight, Form::Full, words::far(distance, limit))
            .figure("distance_m", distance)
            .figure("limit_m", limit)
            .photos([&photo.photo])
    })
}

/// A position that was not measured where the photo was taken: the ticket's point itself, or, in the
/// weaker form, a listed office's.
fn copied_position(photo: &EvidenceFacts, rules: &Rules) -> Option<Seen> {
    let weight = rules.weights.copied_position?;
    let (form, words) = if photo.identical_to_pin {
        (Form::Full, words::position_of_the_pin())
    } else if photo.identical_to_office {
        (Form::Lowered, words::position_of_an_office())
    } else {
        return None;
    };
    let seen = Seen::new("copied_position", weight, form, words);
    Some(seen.photos([&photo.photo]))
}

/// Less time than the category plausibly takes, from the earliest moment the unit can have known:
/// its assignment, or the report itself. Taking a ticket up late and closing it at once is common, so
/// acceptance counts only where nothing else is known.
fn too_fast(facts: &ClosureFacts, rules: &Rules) -> Option<Seen> {
    let from = facts
        .assigned_at
        .or(facts.submitted_at)
        .or(facts.accepted_at)?;
    let elapsed = facts.proposed_at.duration_since(from);
    let limit = rules.category(&facts.category)?.too_fast_s;
    // A closure before its assignment is a contradiction of clocks, not a fast one.
    if elapsed.is_negative() || elapsed >= SignedDuration::from_secs(limit.into()) {
        return None;
    }
    let words = words::too_fast(elapsed);
    let seen = Seen::new("too_fast", rules.weights.too_fast, Form::Full, words)
        .figure("elapsed_s", elapsed.as_secs() as f64)
        .figure("limit_s", limit);
    Some(seen)
}

/// The file itself says that a model, or an editor, had a hand in it.
fn marks(photo: &EvidenceFacts, rules: &Rules) -> Option<Seen> {
    let named = |list: &[String]| {
        photo.marks.iter().any(|mark| {
            let bare = mark
                .rsplit_once(':')
                .map_or(mark.as_str(), |(_, bare)| bare);
            list.iter().any(|known| known == mark || known == bare)
        })
    };
    let (form, words) = if named(&rules.marks.ai) {
        (Form::Full, words::ai_mark())
    } else if named(&rules.marks.edited) {
        (Form::Lowered, words::edit_mark())
    } else {
        return None;
    };
    let ai = u8::from(form == Form::Full);
    let seen = Seen::new(
        "ai_or_edit_mark",
        rules.weights.ai_or_edit_mark,
        form,
        words,
    );
    Some(seen.figure("ai", ai).photos([&photo.photo]))
}
