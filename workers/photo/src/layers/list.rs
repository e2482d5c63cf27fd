//! The list of layers and offices that configuration names: TOML, pure. Reading what it names is
//! [`super::source`]'s work.

use jaga_geo::{LayerSpec, Office, Position};
use serde::Deserialize;
use toml::{Table, Value};

/// What the list says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct List {
    pub(super) layers: Vec<Entry>,
    pub(super) offices: Vec<Office>,
}

/// One layer: where its file is, and how to read it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) source: String,
    pub(super) spec: LayerSpec,
}

/// Why a list can't be used. Entries count from 1, as a person does.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadList {
    /// No TOML.
    #[error("not valid TOML at line {line}")]
    NotToml {
        /// From 1.
        line: usize,
    },
    /// Something that no list has.
    #[error("unknown key `{0}`: a list has [[layer]] and [[office]]")]
    Unknown(String),
    /// A layer that is not described rightly.
    #[error("layer {number}: {problem}")]
    Layer {
        /// From 1.
        number: usize,
        /// What is wrong.
        problem: String,
    },
    /// Two layers of one name: their versions would differ by their digests alone.
    #[error("layer {number}: {name} is the name of an earlier one, give each its own")]
    SameName {
        /// From 1.
        number: usize,
        /// The name.
        name: String,
    },
    /// An office that is not described rightly.
    #[error("office {number}: {problem}")]
    Office {
        /// From 1.
        number: usize,
        /// What is wrong.
        problem: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOffice {
    name: String,
    lat: f64,
    lon: f64,
}

impl List {
    pub(super) fn parse(text: &str) -> Result<Self, BadList> {
        let table: Table = text.parse().map_err(|e: toml::de::Error| {
            let at = e.span().map_or(0, |s| s.start);
            let before = text.get(..at).unwrap_or_default();
            BadList::NotToml {
                line: before.matches('\n').count() + 1,
            }
        })?;
        let mut list = Self::default();
        for (key, value) in table {
            let Value::Array(entries) = value else {
                return Err(BadList::Unknown(key));
            };
            for (at, entry) in entries.into_iter().enumerate() {
                match key.as_str() {
                    "layer" => list.layer(at + 1, entry)?,
                    "office" => list.office(at + 1, entry)?,
                    _ => return Err(BadList::Unknown(key)),
                }
            }
        }
        Ok(list)
    }

    fn layer(&mut self, number: usize, entry: Value) -> Result<(), BadList> {
        let bad = |problem: String| BadList::Layer { number, problem };
        let Value::Table(mut entry) = entry else {
            return Err(bad("is no table".into()));
        };
        let source = match entry.remove("source") {
            Some(Value::String(source)) if !source.trim().is_empty() => source,
            _ => return Err(bad("`source` must be a path or vault:BUCKET/KEY".into())),
        };
        if !entry.contains_key("name") {
            return Err(bad("`name` is missing: it stands in every verdict".into()));
        }
        // A date may be written as TOML writes dates, or as text.
        for (_, value) in &mut entry {
            if let Value::Datetime(date) = value {
                *value = Value::String(date.to_string());
            }
        }
        let spec: LayerSpec = entry
            .try_into()
            .map_err(|e: toml::de::Error| bad(e.message().to_owned()))?;
        if spec.name.trim().is_empty() {
            return Err(bad("`name` is empty: it stands in every verdict".into()));
        }
        if self.layers.iter().any(|l| l.spec.name == spec.name) {
            let name = spec.name;
            return Err(BadList::SameName { number, name });
        }
        self.layers.push(Entry { source, spec });
        Ok(())
    }

    fn office(&mut self, number: usize, entry: Value) -> Result<(), BadList> {
        let bad = |problem: String| BadList::Office { number, problem };
        let raw: RawOffice = entry
            .try_into()
            .map_err(|e: toml::de::Error| bad(e.message().to_owned()))?;
        let (position, _) = Position::repaired(raw.lat, raw.lon)
            .map_err(|why| bad(format!("{} is at no position: {why}", raw.name)))?;
        self.offices.push(Office {
            name: raw.name,
            position,
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_layers_with_their_dates_and_offices() {
        let list = List::parse(
            "[[layer]]\nsource = \"a.geojson\"\nname = \"old\"\nvalid_to = \"2027-06-22\"\n\
             [[layer]]\nsource = \"vault:ref/b.geojson\"\nname = \"new\"\nvalid_from = 2027-06-22\n\
             properties = { code = \"KODE\" }\ncodes = \"bps2020\"\n\
             [[office]]\nname = \"Kantor\"\nlat = -6.1\nlon = 106.8\n",
        )
        .unwrap();
        assert_eq!(list.layers.len(), 2);
        assert_eq!(
            list.layers[0].spec.valid_to, list.layers[1].spec.valid_from,
            "a date in either spelling"
        );
        assert_eq!(list.layers[1].spec.properties.code, "KODE");
        assert_eq!(list.offices.len(), 1);
        assert_eq!(List::parse("").unwrap(), List::default());
    }

    #[test]
    fn what_is_wrong_with_a_list_is_said_by_its_entry() {
        let layer = |rest: &str| format!("[[layer]]\nsource = \"a\"\n{rest}");
        let office = |rest: &str| format!("[[office]]\nname = \"K\"\n{rest}");
        let cases = [
            ("[[layer]\n".to_owned(), "line 1"),
            ("x = 1".to_owned(), "`x`"),
            ("[[layers]]\nname = \"a\"".to_owned(), "`layers`"),
            ("[[layer]]\nname = \"a\"".to_owned(), "layer 1: `source`"),
            (layer(""), "layer 1: `name`"),
            (layer("name = \"a\"\nvalid_from = \"soon\""), "layer 1"),
            (
                layer("name = \"a\"\nvaild_from = \"2027-01-01\""),
                "vaild_from",
            ),
            (layer("name = \"a\"\ncodes = \"guess\""), "layer 1"),
            (
                format!("{0}{0}", layer("name = \"a\"\n")),
                "layer 2: a is the name of an earlier one",
            ),
            (office("lat = -6.1"), "office 1"),
            (office("lat = 0.0\nlon = 0.0"), "office 1"),
        ];
        for (text, named) in cases {
            let error = List::parse(&text).unwrap_err().to_string();
            assert!(error.contains(named), "{text:?}: {error}");
        }
    }
}
