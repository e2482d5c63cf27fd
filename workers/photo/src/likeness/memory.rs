//! All kept fingerprints up to a number.

use jaga_imaging::Question;
use jaga_ledger::{News, Print, PrintKind};
use jaga_likeness::index::{Code, Handle, Index};

use super::answer::{self, Answer, WORTH};

/// A question is answered with so many at most, nearest first.
const MOST: usize = 1000;

#[derive(Default)]
pub(super) struct Memory {
    /// One for each kind: nobody asks for two kinds at once, and a smaller one answers sooner.
    kinds: [Index; PrintKind::ALL.len()],
    last: i64,
}

impl Memory {
    pub(super) const fn last(&self) -> i64 {
        self.last
    }

    /// Takes in what is new, and lets go of what is gone.
    pub(super) fn apply(&mut self, news: &News) {
        for (kind, index) in PrintKind::ALL.into_iter().zip(&mut self.kinds) {
            let looks = news.looks.iter();
            index.extend(looks.filter_map(|it| worth(it.seq, &it.prints, kind)));
            if !news.gone.is_empty() {
                index.remove(|handle| news.gone.contains(&i64::from(handle)));
            }
        }
        self.last = news.last;
    }

    /// One photo's.
    pub(super) fn add(&mut self, seq: i64, prints: &[Print]) {
        for (kind, index) in PrintKind::ALL.into_iter().zip(&mut self.kinds) {
            index.extend(worth(seq, prints, kind));
        }
    }

    pub(super) fn ask(&self, questions: &[Question], reach: u32) -> Answer {
        let mut answer = Answer::default();
        for question in questions.iter().filter(|it| it.print.quality >= WORTH) {
            let kind = usize::from(answer::kind(question.part).number());
            let code = Code::new(&question.print.pdq.0);
            for near in self.kinds[kind].nearest(&code, reach, MOST).0 {
                let seq = i64::from(near.handle);
                // The other's is worth something, else it would not be here.
                answer.add(seq, question, near.distance, question.print.quality);
            }
        }
        answer
    }
}

/// A fingerprint of a blank wall or the night is kept in the ledger and never matched alone.
fn worth(seq: i64, prints: &[Print], kind: PrintKind) -> Option<(Code, Handle)> {
    let print = prints.iter().find(|it| it.kind == kind)?;
    // Four thousand million photos are more than a city takes.
    let handle = Handle::try_from(seq).ok()?;
    (print.quality >= WORTH).then(|| (Code::new(&print.pdq), handle))
}
