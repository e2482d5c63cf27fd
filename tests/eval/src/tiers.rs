//! Who answers: scene comparison, the index, and both together as a closure takes them.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, anyhow};
use jaga_imaging::{Facts, Limits, analyse};
use jaga_ledger::Tier;
use jaga_likeness::{Comparison, Relation, compare};
use jaga_photo::{Pile, luma, seen};

/// Bits; what the photo worker is set to where nothing else is said.
pub const REACH: u32 = 31;

/// What is said of two files.
#[derive(Debug, Clone)]
pub struct Said {
    pub comparison: Comparison,
    /// The same bytes or coded pixels: nobody needs to look.
    pub exact: bool,
    pub indexed: Indexed,
    /// Processor time of the comparison, and of the question to an index of one, milliseconds; no decoding.
    pub comparing: f64,
    pub asking: f64,
}

/// What the index says of a photo when the other one is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indexed {
    Duplicate,
    Similar,
    Nothing,
}

/// What both together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Both {
    /// The same bytes or pixels, or compared and one exposure.
    Copy,
    /// The comparison came to no end, and fingerprints are near: a signal as well, of less weight.
    Near,
    Nothing,
}

impl Said {
    /// As the photo worker says it: equal bytes and pixels need no eyes.
    pub fn relation(&self) -> Relation {
        if self.exact {
            Relation::Identical
        } else {
            self.comparison.relation
        }
    }

    /// As a closure's rules take them: a comparison that came to an end overrules the fingerprints.
    pub fn both(&self) -> Both {
        match self.relation() {
            Relation::Identical | Relation::EditedCopy => Both::Copy,
            Relation::Unknown if self.indexed != Indexed::Nothing => Both::Near,
            _ => Both::Nothing,
        }
    }
}

/// Asks all of them.
pub struct Tiers {
    seed: u64,
    /// Of files that come again and again.
    known: Mutex<HashMap<u64, Facts>>,
}

impl Tiers {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            known: Mutex::default(),
        }
    }

    /// How the later file is related to the first.
    pub fn ask(&self, first: &[u8], later: &[u8]) -> Result<Said> {
        let limits = Limits::default();
        let open = |file| seen(file, &limits).map_err(|why| anyhow!("{why}"));
        let (one, other) = (open(first)?, open(later)?);
        let start = spent()?;
        let comparison = compare(&luma(&one), &luma(&other), self.seed);
        let compared = spent()?;
        let (known, asked) = (self.facts_of_report(first)?, facts(later)?);
        let mut pile = Pile::new(REACH);
        pile.take(0, &known);
        let analysed = spent()?;
        let found = pile.take(1, &asked);
        Ok(Said {
            exact: first == later || one.pixel_digest == other.pixel_digest,
            comparison,
            indexed: match found.first().map(|(_, likeness)| likeness.tier) {
                Some(Tier::Duplicate) => Indexed::Duplicate,
                Some(Tier::Similar) => Indexed::Similar,
                None => Indexed::Nothing,
            },
            comparing: compared - start,
            asking: spent()? - analysed,
        })
    }

    fn facts_of_report(&self, file: &[u8]) -> Result<Facts> {
        let mut hasher = DefaultHasher::new();
        file.hash(&mut hasher);
        let key = hasher.finish();
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(facts) = known().get(&key) {
            return Ok(facts.clone());
        }
        let facts = facts(file)?;
        known().insert(key, facts.clone());
        Ok(facts)
    }
}

/// What the photo worker knows of an upload.
pub fn facts(file: &[u8]) -> Result<Facts> {
    let analysis = analyse(file, &Limits::default()).map_err(|why| anyhow!("{why}"))?;
    Ok(analysis.facts)
}

/// Processor time of this thread, milliseconds.
fn spent() -> Result<f64> {
    let now = nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID)?;
    Ok(now.tv_sec() as f64 * 1e3 + now.tv_nsec() as f64 / 1e6)
}
