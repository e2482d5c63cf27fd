//! The gazetteer: every kelurahan by code and name, with two circles around one point.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::places::Clash;
use crate::{BadPosition, Credit, Kelurahan, Places, Position};

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
    credit: Credit,
    places: Places,
}

/// The edition of the codes, then the edition of this file.
const BUILTIN_VERSION: &str = "gazetteer-2430-2025.1";

const LICENCE: &str = "facts; circles computed from boundaries under CC BY 3.0 IGO";
const ATTRIBUTION: &str = "Codes and names: Kepmendagri 300.2.2-2430/2025. Centres and radii computed \
    from the boundaries of BPS - Statistics Indonesia, via OCHA ROAP / HDX, \"Indonesia - Subnational \
    Administrative Boundaries\" (cod-ab-idn), ADM4, valid on 2020-04-01, CC BY 3.0 IGO. No \
    endorsement implied.";

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
            credit: Credit {
                licence: LICENCE.into(),
                attribution: ATTRIBUTION.into(),
            },
            places: Places::default(),
        };
        for (at, row) in csv::Reader::from_reader(bytes)
            .into_deserialize()
            .enumerate()
        {
            gazetteer.push(at as u64 + 2, row?)?;
        }
        if gazetteer.places.is_empty() {
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
        let code = row.code.clone();
        let pushed = self.places.push(Kelurahan {
            code: row.code,
            name: row.name,
            district: row.district,
            city: row.city,
            aliases,
            centre,
            inradius_m: inner,
            circumradius_m: outer,
        });
        pushed.map_err(|clash| match clash {
            Clash::Code => BadGazetteer::Code { line, code },
            Clash::Name(name) => BadGazetteer::Name { line, name },
        })
    }

    /// Names the edition; it stands in every verdict.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whose facts these are.
    pub fn credit(&self) -> &Credit {
        &self.credit
    }

    /// All of them, found by code, name, kecamatan or kota.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The kelurahan with this Kemendagri code.
    pub fn by_code(&self, code: &str) -> Option<&Kelurahan> {
        self.places.by_code(code)
    }

    /// The kelurahan with this name or alias; spaces, case and marks make no difference.
    pub fn by_name(&self, name: &str) -> Option<&Kelurahan> {
        self.places.by_name(name)
    }

    /// All of them, ordered as in the file (by code).
    pub fn iter(&self) -> std::slice::Iter<'_, Kelurahan> {
        self.places.iter()
    }
}

impl<'a> IntoIterator for &'a Gazetteer {
    type Item = &'a Kelurahan;
    type IntoIter = std::slice::Iter<'a, Kelurahan>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
