//! The gazetteer: every kelurahan by code and name, with two circles around one point.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::{BadPosition, Position, fold};

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

/// Why a gazetteer file was refused. Lines count from 1, the header included.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadGazetteer {
    /// No CSV, or not these columns.
    #[error("read the gazetteer")]
    Csv(#[from] csv::Error),
    /// The centre is no position.
    #[error("line {line}: the centre is no position")]
    Centre {
        /// Where.
        line: u64,
        /// Why.
        #[source]
        source: BadPosition,
    },
    /// Radii that can't be: `0 < inradius <= circumradius`.
    #[error("line {line}: the radii are impossible")]
    Radii {
        /// Where.
        line: u64,
    },
    /// A code that stands there twice.
    #[error("line {line}: code {code} stands there twice")]
    Code {
        /// Where.
        line: u64,
        /// Which.
        code: String,
    },
    /// A name or alias that two kelurahan would share.
    #[error("line {line}: the name {name} means two kelurahan")]
    Name {
        /// Where.
        line: u64,
        /// Which.
        name: String,
    },
    /// No entry at all.
    #[error("the gazetteer is empty")]
    Empty,
}

#[derive(Deserialize)]
struct Row {
    code: String,
    name: String,
    district: String,
    city: String,
    lat: f64,
    lon: f64,
    inradius_m: f64,
    circumradius_m: f64,
    aliases: String,
}

/// All kelurahan of one edition of the codes.
#[derive(Debug)]
pub struct Gazetteer {
    version: String,
    pub(crate) entries: Vec<Kelurahan>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

/// The edition of the codes, then the edition of this file.
const BUILTIN_VERSION: &str = "gazetteer-2430-2025.1";

static BUILTIN: LazyLock<Gazetteer> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is compiled in, and a test reads it"
    )]
    Gazetteer::parse(BUILTIN_VERSION, include_bytes!("../data/gazetteer.csv"))
        .expect("the built-in gazetteer is readable")
});

impl Gazetteer {
    /// The 267 kelurahan of Jakarta, compiled in.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads a gazetteer file: the columns of `data/gazetteer.csv`, aliases parted by `;`.
    pub fn parse(version: impl Into<String>, bytes: &[u8]) -> Result<Self, BadGazetteer> {
        let mut gazetteer = Self {
            version: version.into(),
            entries: Vec::new(),
            by_code: HashMap::new(),
            by_name: HashMap::new(),
        };
        for (at, row) in csv::Reader::from_reader(bytes)
            .into_deserialize()
            .enumerate()
        {
            gazetteer.push(at as u64 + 2, row?)?;
        }
        if gazetteer.entries.is_empty() {
            return Err(BadGazetteer::Empty);
        }
        Ok(gazetteer)
    }

    fn push(&mut self, line: u64, row: Row) -> Result<(), BadGazetteer> {
        let centre = Position::new(row.lat, row.lon)
            .map_err(|source| BadGazetteer::Centre { line, source })?;
        let (inner, outer) = (row.inradius_m, row.circumradius_m);
        if !(inner > 0.0 && inner <= outer && outer.is_finite()) {
            return Err(BadGazetteer::Radii { line });
        }
        let aliases: Vec<String> = row
            .aliases
            .split(';')
            .map(str::trim)
            .filter(|a| !a.is_empty())
            .map(Into::into)
            .collect();
        let index = self.entries.len();
        if self.by_code.insert(row.code.clone(), index).is_some() {
            return Err(BadGazetteer::Code {
                line,
                code: row.code,
            });
        }
        for name in std::iter::once(&row.name).chain(&aliases) {
            // An alias that folds to the name itself (`Kali Anyar`, `Kalianyar`) is no clash.
            if self
                .by_name
                .insert(fold(name), index)
                .is_some_and(|other| other != index)
            {
                return Err(BadGazetteer::Name {
                    line,
                    name: name.clone(),
                });
            }
        }
        self.entries.push(Kelurahan {
            code: row.code,
            name: row.name,
            district: row.district,
            city: row.city,
            aliases,
            centre,
            inradius_m: inner,
            circumradius_m: outer,
        });
        Ok(())
    }

    /// Names the edition; it stands in every verdict.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The kelurahan with this Kemendagri code.
    pub fn by_code(&self, code: &str) -> Option<&Kelurahan> {
        self.by_code.get(code).and_then(|&at| self.entries.get(at))
    }

    /// The kelurahan with this name or alias; spaces, case and marks make no difference.
    pub fn by_name(&self, name: &str) -> Option<&Kelurahan> {
        self.by_name
            .get(&fold(name))
            .and_then(|&at| self.entries.get(at))
    }

    /// All of them, ordered as in the file (by code).
    pub fn iter(&self) -> std::slice::Iter<'_, Kelurahan> {
        self.entries.iter()
    }
}

impl<'a> IntoIterator for &'a Gazetteer {
    type Item = &'a Kelurahan;
    type IntoIter = std::slice::Iter<'a, Kelurahan>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
