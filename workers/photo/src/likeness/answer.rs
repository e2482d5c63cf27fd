//! Which photos, by number, show the same picture, and how alike they are.

use std::collections::BTreeMap;

use jaga_imaging::{Change, Fingerprint, Part, Pdq, Question};
use jaga_ledger::{Likeness, Look, Print, PrintKind, SameBy, Tier, Transform};

/// Below this quality a fingerprint says nothing by itself: sky, wall, night.
pub(super) const WORTH: u8 = 50;

/// Coding anew and scaling move some ten bits. What is farther may be another shot of the place.
const DUPLICATE: u32 = 16;

/// The best likeness to each photo.
#[derive(Clone, Default)]
pub(super) struct Answer(BTreeMap<i64, Likeness>);

impl Answer {
    pub(super) fn add(&mut self, seq: i64, question: &Question, distance: u32, quality: u8) {
        let transform = match question.change {
            Change::None => Transform::None,
            Change::Mirrored => Transform::Mirrored,
            Change::Banded => Transform::Banded,
            Change::Cropped => Transform::Cropped,
        };
        // Of the windows of a crop many are tried: the best of them is nearer by chance.
        let sure = distance <= DUPLICATE && transform != Transform::Cropped;
        let likeness = Likeness {
            by: SameBy::Near,
            tier: if sure { Tier::Duplicate } else { Tier::Similar },
            transform,
            distance,
            quality,
        };
        let best = self.0.entry(seq).or_insert(likeness);
        *best = likeness.min(*best);
    }

    /// Looks through a few photos one by one.
    pub(super) fn compare(&mut self, looks: &[Look], questions: &[Question], reach: u32) {
        for look in looks {
            for print in look.prints.iter().filter(|it| it.quality >= WORTH) {
                let asks =
                    |it: &&Question| kind(it.part) == print.kind && it.print.quality >= WORTH;
                for question in questions.iter().filter(asks) {
                    let distance = question.print.pdq.distance(&Pdq(print.pdq));
                    if distance <= reach {
                        let quality = question.print.quality.min(print.quality);
                        self.add(look.seq, question, distance, quality);
                    }
                }
            }
        }
    }

    pub(super) fn forget(&mut self, seqs: &[i64]) {
        for seq in seqs {
            self.0.remove(seq);
        }
    }

    pub(super) fn best(self, most: usize) -> Vec<(i64, Likeness)> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        all.sort_by_key(|(seq, likeness)| (*likeness, *seq));
        all.truncate(most);
        all
    }
}

pub(super) const fn kind(part: Part) -> PrintKind {
    match part {
        Part::Whole => PrintKind::Whole,
        Part::Banded => PrintKind::Banded,
        Part::Centre => PrintKind::Centre,
        Part::Framed => PrintKind::Framed,
    }
}

/// A kept fingerprint as a question.
pub(super) fn question(print: &Print) -> Question {
    let (part, change) = match print.kind {
        PrintKind::Whole => (Part::Whole, Change::None),
        PrintKind::Banded => (Part::Banded, Change::Banded),
        PrintKind::Centre => (Part::Centre, Change::Cropped),
        PrintKind::Framed => (Part::Framed, Change::Cropped),
    };
    Question {
        part,
        change,
        print: Fingerprint {
            pdq: Pdq(print.pdq),
            quality: print.quality,
        },
    }
}
