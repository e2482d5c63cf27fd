//! All names of a layer, folded, with what each may mean.

use std::collections::HashMap;

use super::words::loosened;
use crate::{Places, fold};

/// What a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// By its place in the list.
    Kelurahan(usize),
    /// By its name.
    Kecamatan(String),
    /// By its name.
    Kota(String),
}

/// Everything that one spelling may mean.
#[derive(Debug, Clone, Default)]
pub(super) struct Meaning {
    pub(super) targets: Vec<Target>,
    /// A word of everyday speech too.
    pub(super) common: bool,
}

/// Names that are everyday words, folded: mountain, island, middle, rubber, lake, monument.
const COMMON: [&str; 8] = [
    "gunung", "pulo", "tengah", "karet", "setu", "tugu", "bangka", "duri",
];

/// Names by their spelling.
#[derive(Debug, Default)]
pub(crate) struct Book {
    exact: HashMap<String, Meaning>,
    /// By the spelling with its variants evened out; a spelling that then means two is not in it.
    loose: HashMap<String, Option<String>>,
}

impl Book {
    pub(crate) fn new(places: &Places) -> Self {
        let mut book = Self::default();
        for (at, place) in places.iter().enumerate() {
            for name in std::iter::once(&place.name).chain(&place.aliases) {
                book.add(&fold(name), Target::Kelurahan(at));
            }
        }
        for place in places {
            book.add(
                &fold(&place.district),
                Target::Kecamatan(place.district.clone()),
            );
            book.add(&fold(&place.city), Target::Kota(place.city.clone()));
        }
        for key in book.exact.keys() {
            book.loose
                .entry(loosened(key))
                .and_modify(|other| *other = None)
                .or_insert_with(|| Some(key.clone()));
        }
        book
    }

    fn add(&mut self, key: &str, target: Target) {
        if key.is_empty() {
            return;
        }
        let meaning = self.exact.entry(key.to_owned()).or_default();
        meaning.common = COMMON.contains(&key);
        if !meaning.targets.contains(&target) {
            meaning.targets.push(target);
        }
    }

    /// What a folded name means: as it is spelt, else by its variants.
    pub(super) fn find(&self, key: &str) -> Option<&Meaning> {
        self.exact.get(key).or_else(|| {
            let spelt = self.loose.get(&loosened(key))?.as_ref()?;
            self.exact.get(spelt)
        })
    }
}
