//! The crate's documents, read.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A folder of the crate.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// One JSON document of the crate.
pub(crate) fn document(path: &str) -> Value {
    let text = std::fs::read(folder(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// All files of a folder by name, as JSON.
pub(crate) fn files(name: &str) -> BTreeMap<String, Value> {
    let entries = std::fs::read_dir(folder(name)).unwrap();
    let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
    names
        .map(|file| (file.clone(), document(&format!("{name}/{file}"))))
        .collect()
}

/// The names of all fields that a schema describes, at any depth.
pub(crate) fn property_names(schema: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::Object(properties)) = fields.get("properties") {
                    names.extend(properties.keys().cloned());
                }
                fields.values().for_each(|v| walk(v, names));
            }
            Value::Array(items) => items.iter().for_each(|v| walk(v, names)),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    walk(schema, &mut names);
    names
}
