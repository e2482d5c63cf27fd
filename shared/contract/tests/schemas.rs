//! The schema files are what the types say, and no outgoing one has a place for reporter data.
//! `JAGA_BLESS=1` writes them anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod common;

use std::collections::BTreeMap;

use common::{files, folder, property_names};
use jaga_contract::{EVENTS, envelope_schema};
use serde_json::Value;

fn generated() -> BTreeMap<String, Value> {
    let mut all: BTreeMap<String, Value> = EVENTS
        .iter()
        .map(|e| (format!("{}.json", e.kind), (e.schema)().into()))
        .collect();
    all.insert("envelope.json".into(), envelope_schema().into());
    all
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the tester says whether the files are written anew"
)]
fn the_schema_files_are_what_the_types_say() {
    let generated = generated();
    if std::env::var_os("JAGA_BLESS").is_some() {
        for (name, schema) in &generated {
            let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
            std::fs::write(folder("schema").join(name), text).unwrap();
        }
    }
    let written = files("schema");
    let names = |all: &BTreeMap<String, Value>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&written), names(&generated), "files in schema/");
    for (name, schema) in generated {
        assert!(
            written[&name] == schema,
            "schema/{name} is old: JAGA_BLESS=1 cargo test"
        );
    }
}

#[test]
fn every_schema_is_a_valid_schema() {
    for (name, schema) in files("schema") {
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
    }
}

/// Words that name what may identify a reporter or their home. A field is split at `_`.
const FORBIDDEN: [&str; 33] = [
    "address",
    "altitude",
    "author",
    "bearing",
    "camera",
    "comment",
    "coordinate",
    "coordinates",
    "description",
    "device",
    "email",
    "exif",
    "file",
    "filename",
    "geo",
    "geometry",
    "gps",
    "iptc",
    "lat",
    "latitude",
    "lng",
    "lon",
    "longitude",
    "maker",
    "model",
    "nik",
    "phone",
    "point",
    "position",
    "reporter",
    "serial",
    "software",
    "xmp",
];

#[test]
fn no_outgoing_field_has_a_name_for_reporter_data() {
    for event in EVENTS.iter().filter(|e| e.exchange == "jaga") {
        let names = property_names(&(event.schema)().into());
        assert!(!names.is_empty(), "{}", event.kind);
        for name in names {
            let word = name.split('_').find(|word| FORBIDDEN.contains(word));
            assert_eq!(word, None, "{}: field {name}", event.kind);
        }
    }
}

/// The figures of a signal are an open map, so that the schema can't say which names it holds.
#[test]
fn no_outgoing_example_has_such_a_name_either() {
    fn keys(value: &Value) -> Vec<&String> {
        match value {
            Value::Object(fields) => fields
                .iter()
                .flat_map(|(k, v)| [vec![k], keys(v)].concat())
                .collect(),
            Value::Array(items) => items.iter().flat_map(keys).collect(),
            _ => Vec::new(),
        }
    }
    for (file, example) in files("examples")
        .iter()
        .filter(|(file, _)| file.starts_with("jaga."))
    {
        for name in keys(example) {
            assert!(
                !name.split('_').any(|word| FORBIDDEN.contains(&word)),
                "{file}: {name}"
            );
        }
    }
}

#[test]
fn the_search_for_forbidden_names_does_find_them_where_they_may_stand() {
    let submitted = EVENTS
        .iter()
        .find(|e| e.kind == "crm.ticket.changed.v1")
        .unwrap();
    let names = property_names(&(submitted.schema)().into());
    for name in ["address", "lat", "lon", "point"] {
        assert!(
            names.contains(name),
            "{name} is in the ticket's schema, and was not found"
        );
        assert!(FORBIDDEN.contains(&name));
    }
}
