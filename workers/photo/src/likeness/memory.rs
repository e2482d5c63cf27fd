//! All kept fingerprints up to a number.

use std::collections::HashSet;

use jaga_imaging::Question;
use jaga_ledger::{Fresh, Print, PrintKind};
use jaga_likeness::index::{Code, Handle, Index};

use super::answer::{self, Answer, WORTH};

/// A question is answered with so many at most, nearest first.
const MOST: usize = 1000;

/// Fewer new ones are taken in sooner than a thread starts.
const ALONE: usize = 10_000;

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

    /// Takes in what is new, and lets go of what is gone. What does not go on from where it is was taken in
    /// already: its reader gave up, and another one has read the same.
    pub(super) fn apply(&mut self, fresh: &Fresh) {
        if fresh.from != self.last {
            return;
        }
        // Handles of the erased.
        let gone: HashSet<Handle> = fresh.gone.iter().flat_map(|it| (*it).try_into()).collect();
        let gone = &gone;
        // Writing a large part of memory anew takes a while: the kinds side by side.
        std::thread::scope(|scope| {
            for (kind, index) in PrintKind::ALL.into_iter().zip(&mut self.kinds) {
                let mut take = move || {
                    let prints = fresh.prints.iter().filter(|it| it.1.kind == kind);
                    index.extend(prints.filter_map(|(seq, print)| worth(*seq, print)));
                    if !gone.is_empty() {
                        index.remove(|handle| gone.contains(&handle));
                    }
                };
                if fresh.prints.len() < ALONE {
                    take();
                } else {
                    scope.spawn(take);
                }
            }
        });
        self.last = fresh.last;
    }

    /// One photo's.
    pub(super) fn add(&mut self, seq: i64, prints: &[Print]) {
        for (kind, index) in PrintKind::ALL.into_iter().zip(&mut self.kinds) {
            let prints = prints.iter().filter(|it| it.kind == kind);
            index.extend(prints.filter_map(|it| worth(seq, it)));
        }
    }

    pub(super) fn ask(&self, questions: &[Question], reach: u32) -> Answer {
        let mut answer = Answer::default();
        for question in questions.iter().filter(|it| it.print.quality >= WORTH) {
            let kind = usize::from(answer::kind(question.part).number());
            let code = Code::new(&question.print.pdq.0);
            for near in self.kinds[kind].nearest(&code, reach, MOST) {
                let seq = i64::from(near.handle);
                // The other's is worth something, else it would not be here.
                answer.add(seq, question, near.distance, question.print.quality);
            }
        }
        answer
    }
}

/// A fingerprint of a blank wall or the night is kept in the ledger and never matched alone.
fn worth(seq: i64, print: &Print) -> Option<(Code, Handle)> {
    // Four thousand million photos are more than a city takes.
    let handle = Handle::try_from(seq).ok()?;
    (print.quality >= WORTH).then(|| (Code::new(&print.pdq), handle))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh(from: i64, seqs: &[i64], gone: &[i64]) -> Fresh {
        let print = |seq: i64| Print {
            kind: PrintKind::Whole,
            pdq: [seq as u8; 32],
            quality: 100,
        };
        Fresh {
            from,
            prints: seqs.iter().map(|seq| (*seq, print(*seq))).collect(),
            gone: gone.to_vec(),
            last: from + seqs.len() as i64 + gone.len() as i64,
        }
    }

    fn held(memory: &Memory) -> usize {
        memory.kinds.iter().map(Index::len).sum()
    }

    #[test]
    fn what_two_readers_have_read_is_taken_in_once_and_what_is_erased_goes() {
        let mut memory = Memory::default();
        memory.apply(&fresh(0, &[1, 2, 3], &[]));
        // The first reader gave up, and its pages came in after all.
        memory.apply(&fresh(0, &[1, 2, 3], &[]));
        assert_eq!((held(&memory), memory.last()), (3, 3));
        memory.apply(&fresh(3, &[4], &[2]));
        assert_eq!((held(&memory), memory.last()), (3, 5));
    }
}
