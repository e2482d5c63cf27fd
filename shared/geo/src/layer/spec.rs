//! How a polygon file is to be read: its name, its dates, and which property means what.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A larger file is refused unread: a hundred times the size of a simplified Jakarta.
pub const MAX_LAYER_BYTES: usize = 64 << 20;

/// In which numbering a file's codes are. The two number the kota differently (31.71 is Pusat, BPS
/// 3171 is Selatan), so they are never guessed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Codes {
    /// Kemendagri's, `31.73.01.1005` or `3173011005`.
    #[default]
    Kemendagri,
    /// The statistics office's of 2020, `3174080006` or `ID3174080006` (as OCHA writes them).
    Bps2020,
}

/// Which property of a feature holds what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Properties {
    /// The code; a feature without it is an error.
    pub code: String,
    /// The name. Where a feature has none, the built-in name of its code is taken.
    pub name: String,
    /// The kecamatan's name; else the built-in one.
    pub district: String,
    /// The kota's name; else the built-in one.
    pub city: String,
}

impl Default for Properties {
    fn default() -> Self {
        let [code, name, district, city] = ["code", "name", "district", "city"].map(Into::into);
        Self {
            code,
            name,
            district,
            city,
        }
    }
}

/// What configuration says of a polygon file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LayerSpec {
    /// A name for people, such as `bps-2020`; the version is the name and the file's digest.
    pub name: String,
    /// First day on which it is in force; `None`: since ever.
    pub valid_from: Option<Date>,
    /// First day on which it is in force no more; `None`: still.
    pub valid_to: Option<Date>,
    /// Which property means what.
    pub properties: Properties,
    /// The numbering of the codes.
    pub codes: Codes,
    /// Whether a code that is neither built in nor in `new_codes` is an error. The built-in list is
    /// Jakarta's: a layer that goes beyond it says `false`.
    pub check_codes: bool,
    /// Codes of later decrees, such as those of Kapuk's parts.
    pub new_codes: Vec<String>,
    /// Metres: two features may overlap in a strip of at most this mean width.
    pub overlap_tolerance_m: f64,
    /// The licence; empty: the file's own member `license` or `licence`.
    pub licence: String,
    /// The attribution; empty: the file's own member `attribution`.
    pub attribution: String,
}

impl Default for LayerSpec {
    fn default() -> Self {
        Self {
            name: "layer".into(),
            valid_from: None,
            valid_to: None,
            properties: Properties::default(),
            codes: Codes::default(),
            check_codes: true,
            new_codes: Vec::new(),
            overlap_tolerance_m: 1.0,
            licence: String::new(),
            attribution: String::new(),
        }
    }
}

impl LayerSpec {
    /// The code in Kemendagri's numbering and with its dots; `None` if it is no code at all.
    ///
    /// A BPS code that the list does not have is returned as it came, and then is unknown.
    pub(crate) fn kemendagri(&self, raw: &str) -> Option<String> {
        let raw = raw.trim();
        let raw = raw.strip_prefix("ID").unwrap_or(raw);
        let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
        let plain = raw.chars().all(|c| c.is_ascii_digit() || c == '.');
        if !plain || digits.len() != 10 {
            return None;
        }
        let (province, rest) = digits.split_at(2);
        let (city, rest) = rest.split_at(2);
        let (district, village) = rest.split_at(2);
        match self.codes {
            Codes::Kemendagri => Some(format!("{province}.{city}.{district}.{village}")),
            Codes::Bps2020 => Some(from_bps(&digits).map_or(digits.clone(), Into::into)),
        }
    }
}

/// The Kemendagri code of a BPS code of 2020.
fn from_bps(digits: &str) -> Option<&'static str> {
    let rows = include_str!("../../data/bps_codes.csv").lines().skip(1);
    rows.filter_map(|row| row.split_once(','))
        .find_map(|(code, bps)| (bps == digits).then_some(code))
}
