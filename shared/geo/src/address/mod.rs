//! Kelurahan, kecamatan and kota named in a free-text address, and how sure that is.
//!
//! The same name is a street, a station, a kecamatan and a kelurahan: `Jl. Kebon Jeruk Raya` says
//! nothing certain, `Kel. Kebon Jeruk` does.

mod book;
mod words;

use serde::{Deserialize, Serialize};

pub(crate) use book::Book;
use book::{Meaning, Target};
use words::{Word, words};

use crate::{Kelurahan, Places};

/// What kind of place a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A kelurahan.
    Kelurahan,
    /// A kecamatan.
    Kecamatan,
    /// A kota or kabupaten.
    Kota,
}

/// How sure it is that the name means that place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// Part of a street's or a building's name, a common word, or contradicted: proves nothing.
    Doubtful,
    /// The bare name, and nothing speaks against it.
    Likely,
    /// Called a kelurahan (`Kel.`), or in the kecamatan or kota that the address names too.
    Sure,
}

/// A place named in an address.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention<'a> {
    /// What kind of place.
    pub level: Level,
    /// Its kelurahan: one, or all of a kecamatan or kota.
    pub kelurahan: Vec<&'a Kelurahan>,
    /// How sure.
    pub sureness: Sureness,
    /// The first word of the name, counted over the address.
    word: usize,
    /// Doubtful only because the name is an everyday word.
    common: bool,
}

/// The most words of a name.
const LONGEST: usize = 5;

/// All places named in an address, in its order. The longest name wins where several begin.
pub fn mentions<'a>(address: &str, places: &'a Places) -> Vec<Mention<'a>> {
    let words = words(address);
    let mut found: Vec<Mention<'a>> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let hit = (1..=LONGEST).rev().find_map(|length| {
            let run = words.get(at..at + length)?;
            // A name does not run over a comma, nor over a word such as `Kec`.
            let whole = run.iter().skip(1).all(|w| !w.starts && w.mark.is_none());
            let key: String = run.iter().map(|w| w.text.as_str()).collect();
            whole
                .then(|| places.book().find(&key))
                .flatten()
                .map(|m| (length, m))
        });
        let Some((length, meaning)) = hit else {
            at += 1;
            continue;
        };
        let before = at.checked_sub(1).and_then(|b| words.get(b));
        let context = Context {
            mark: words
                .get(at)
                .filter(|w| !w.starts)
                .and(before)
                .and_then(|w| w.mark),
            in_street: words.get(at).is_some_and(|w| w.in_street),
            goes_on: words.get(at + length).is_some_and(Word::continues_a_street),
        };
        found.extend(context.read(meaning, at, places));
        at += length;
    }
    weigh(&mut found);
    found
}

/// The one place that an address names surely enough, the narrowest first; `None` if it names none,
/// or two that can't both be meant.
pub fn address_place<'a>(address: &str, places: &'a Places) -> Option<Mention<'a>> {
    let found = mentions(address, places);
    for level in [Level::Kelurahan, Level::Kecamatan, Level::Kota] {
        let of_level = || found.iter().filter(|m| m.level == level);
        let Some(best) = of_level().map(|m| m.sureness).max() else {
            continue;
        };
        if best == Sureness::Doubtful {
            continue;
        }
        let mut surest = of_level().filter(|m| m.sureness == best);
        let first = surest.next()?;
        return surest
            .all(|m| m.kelurahan == first.kelurahan)
            .then(|| first.clone());
    }
    None
}

/// What stands around a name.
struct Context {
    mark: Option<Level>,
    in_street: bool,
    goes_on: bool,
}

impl Context {
    fn read<'a>(&self, meaning: &Meaning, word: usize, places: &'a Places) -> Vec<Mention<'a>> {
        let also_wider = meaning.targets.len() > 1;
        let read = meaning.targets.iter().filter_map(|target| {
            let (level, kelurahan) = match target {
                Target::Kelurahan(at) => (Level::Kelurahan, vec![places.get(*at)?]),
                Target::Kecamatan(name) => (Level::Kecamatan, places.of_district(name).collect()),
                Target::Kota(name) => (Level::Kota, places.of_city(name).collect()),
            };
            let sureness = match self.mark {
                Some(mark) if mark == level => Sureness::Sure,
                Some(_) => return None,
                None if self.in_street || self.goes_on || meaning.common => Sureness::Doubtful,
                // `Menteng` alone is rather the kecamatan.
                None if also_wider && level == Level::Kelurahan => Sureness::Doubtful,
                None => Sureness::Likely,
            };
            Some(Mention {
                level,
                kelurahan,
                sureness,
                word,
                common: meaning.common && !self.in_street && !self.goes_on,
            })
        });
        read.collect()
    }
}

/// Weighs the names against each other: `Kebon Jeruk, Kebon Jeruk, Jakarta Barat` names a kelurahan,
/// its kecamatan and its kota; `Kapuk, Kec. Menteng` can't be.
fn weigh(found: &mut [Mention<'_>]) {
    let clear = |m: &Mention<'_>| m.sureness > Sureness::Doubtful;
    let wider: Vec<(usize, Sureness, Level, Vec<String>)> = found
        .iter()
        .filter(|m| m.level != Level::Kelurahan && clear(m))
        .map(|m| {
            let codes = m.kelurahan.iter().map(|k| k.code.clone()).collect();
            (m.word, m.sureness, m.level, codes)
        })
        .collect();
    let doubled: Vec<usize> = found
        .iter()
        .filter(|m| m.level == Level::Kelurahan)
        .filter(|m| {
            // The same name once more, as that of the kecamatan.
            let own = m.kelurahan.first().map(|k| &k.code);
            wider.iter().any(|(word, _, level, codes)| {
                *level == Level::Kecamatan
                    && *word > m.word
                    && own.is_some_and(|c| codes.contains(c))
            }) && wider.iter().any(|(word, ..)| *word == m.word)
        })
        .map(|m| m.word)
        .collect();
    for mention in found.iter_mut().filter(|m| m.level == Level::Kelurahan) {
        let Some(code) = mention.kelurahan.first().map(|k| k.code.clone()) else {
            continue;
        };
        let others = || wider.iter().filter(|(word, ..)| *word != mention.word);
        let backed = others().any(|(.., codes)| codes.contains(&code));
        let against = others().any(|(_, sure, level, codes)| {
            !codes.contains(&code) && (*sure == Sureness::Sure || *level == Level::Kota)
        });
        mention.sureness = if against {
            Sureness::Doubtful
        } else if mention.sureness == Sureness::Likely && backed {
            Sureness::Sure
        } else if doubled.contains(&mention.word)
            || (backed && mention.common && mention.sureness == Sureness::Doubtful)
        {
            Sureness::Likely
        } else {
            mention.sureness
        };
    }
}
