//! The kelurahan that a layer knows, found by code, by name, by kecamatan or by kota.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::address::Book;
use crate::{Position, fold};

/// A kelurahan and what is known of its extent without its border.
#[derive(Debug, Clone, PartialEq)]
pub struct Kelurahan {
    /// Kemendagri code, such as `31.73.01.1005`.
    pub code: String,
    /// Name by the decree, such as `Kapuk`.
    pub name: String,
    /// The kecamatan's name.
    pub district: String,
    /// The kota's name, such as `Jakarta Barat`.
    pub city: String,
    /// Other spellings in use.
    pub aliases: Vec<String>,
    /// A point well inside.
    pub centre: Position,
    /// Metres: everything nearer to the centre than this is inside.
    pub inradius_m: f64,
    /// Metres: nothing farther from the centre than this is inside.
    pub circumradius_m: f64,
}

/// Why a kelurahan can't join the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clash {
    /// The code is taken.
    Code,
    /// This name or alias means another kelurahan too.
    Name(String),
}

/// All kelurahan of one layer, in the order of its file.
#[derive(Debug, Default)]
pub struct Places {
    entries: Vec<Kelurahan>,
    by_code: HashMap<String, usize>,
    /// `None`: several kelurahan have this name, so it finds none.
    by_name: HashMap<String, Option<usize>>,
    by_district: HashMap<String, Vec<usize>>,
    by_city: HashMap<String, Vec<usize>>,
    book: OnceLock<Book>,
}

impl Places {
    /// Adds one. A clash of codes leaves it out; a clash of names leaves the name without a meaning.
    pub(crate) fn push(&mut self, place: Kelurahan) -> Result<(), Clash> {
        let index = self.entries.len();
        if self.by_code.contains_key(&place.code) {
            return Err(Clash::Code);
        }
        self.by_code.insert(place.code.clone(), index);
        let mut clash = None;
        for name in std::iter::once(&place.name).chain(&place.aliases) {
            let folded = fold(name);
            if folded.is_empty() {
                continue;
            }
            let slot = self.by_name.entry(folded).or_insert(Some(index));
            // An alias that folds to the name itself (`Kali Anyar`, `Kalianyar`) is no clash.
            if *slot != Some(index) {
                *slot = None;
                clash = Some(Clash::Name(name.clone()));
            }
        }
        let groups = [
            (&mut self.by_district, &place.district),
            (&mut self.by_city, &place.city),
        ];
        for (group, name) in groups {
            group.entry(fold(name)).or_default().push(index);
        }
        self.entries.push(place);
        clash.map_or(Ok(()), Err)
    }

    /// The kelurahan with this Kemendagri code.
    pub fn by_code(&self, code: &str) -> Option<&Kelurahan> {
        self.get(self.index(code)?)
    }

    /// The kelurahan with this name or alias; spaces, case and marks make no difference.
    pub fn by_name(&self, name: &str) -> Option<&Kelurahan> {
        self.get((*self.by_name.get(&fold(name))?)?)
    }

    /// By code or by name, whatever the text is.
    pub fn find(&self, text: &str) -> Option<&Kelurahan> {
        self.by_code(text.trim()).or_else(|| self.by_name(text))
    }

    /// The kelurahan of a kecamatan, by its name; empty if there is none of that name.
    pub fn of_district(&self, name: &str) -> impl Iterator<Item = &Kelurahan> {
        self.group(&self.by_district, name)
    }

    /// The kelurahan of a kota, by its name; empty if there is none of that name.
    pub fn of_city(&self, name: &str) -> impl Iterator<Item = &Kelurahan> {
        self.group(&self.by_city, name)
    }

    fn group<'a>(
        &'a self,
        groups: &'a HashMap<String, Vec<usize>>,
        name: &str,
    ) -> impl Iterator<Item = &'a Kelurahan> {
        let indices = groups.get(&fold(name)).map_or(&[][..], Vec::as_slice);
        indices.iter().filter_map(|&at| self.get(at))
    }

    /// All of them, in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, Kelurahan> {
        self.entries.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All names with what they may mean; made when the first address is read.
    pub(crate) fn book(&self) -> &Book {
        self.book.get_or_init(|| Book::new(self))
    }

    pub(crate) fn index(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Kelurahan> {
        self.entries.get(index)
    }
}

impl<'a> IntoIterator for &'a Places {
    type Item = &'a Kelurahan;
    type IntoIter = std::slice::Iter<'a, Kelurahan>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
