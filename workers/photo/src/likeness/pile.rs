//! Photos that are in no ledger: a folder's, say.

use std::collections::HashMap;

use jaga_imaging::Facts;
use jaga_ledger::{Likeness, Print, PrintKind, SameBy, Tier, Transform};

use super::memory::Memory;

/// Photos one after the other, each compared with all before it.
pub struct Pile {
    memory: Memory,
    uploads: HashMap<[u8; 32], usize>,
    pixels: HashMap<[u8; 32], usize>,
    reach: u32,
}

impl Pile {
    /// An empty one; `reach` in bits, at most 31.
    pub fn new(reach: u32) -> Self {
        Self {
            memory: Memory::default(),
            uploads: HashMap::new(),
            pixels: HashMap::new(),
            reach,
        }
    }

    /// Takes the photo that the caller calls `number`, and tells which of those before it show the same
    /// picture, best first. Of several with the same bytes, or the same pixels, the first stands for all.
    pub fn take(&mut self, number: usize, facts: &Facts) -> Vec<(usize, Likeness)> {
        let answer = self.memory.ask(&facts.prints.questions, self.reach);
        let near = answer.best(usize::MAX).into_iter();
        let mut found: Vec<(usize, Likeness)> = near.map(|(at, it)| (at as usize, it)).collect();
        let exact = |by| Likeness {
            by,
            tier: Tier::Duplicate,
            distance: 0,
            transform: Transform::None,
            quality: facts.fingerprint.quality,
        };
        for (by, known) in [
            (SameBy::Bytes, self.uploads.get(&facts.upload_digest)),
            (SameBy::Pixels, self.pixels.get(&facts.pixel_digest)),
        ] {
            let Some(known) = known else { continue };
            match found.iter_mut().find(|it| it.0 == *known) {
                Some(it) => it.1 = it.1.min(exact(by)),
                None => found.push((*known, exact(by))),
            }
        }
        found.sort_by_key(|(at, likeness)| (*likeness, *at));
        self.uploads.entry(facts.upload_digest).or_insert(number);
        self.pixels.entry(facts.pixel_digest).or_insert(number);
        self.memory.add(number as i64, &prints(facts));
        found
    }
}

/// What is kept of a photo, the whole first.
pub(crate) fn prints(facts: &Facts) -> Vec<Print> {
    let print = |kind, it: jaga_imaging::Fingerprint| Print {
        kind,
        pdq: it.pdq.0,
        quality: it.quality,
    };
    let mut kept = vec![
        print(PrintKind::Whole, facts.fingerprint),
        print(PrintKind::Banded, facts.prints.banded),
        print(PrintKind::Centre, facts.prints.centre),
    ];
    let framed = facts.prints.framed.iter();
    kept.extend(framed.map(|it| print(PrintKind::Framed, *it)));
    kept
}
