//! The golden examples: each is read, written again the same, and fits its schema.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod common;

use std::collections::BTreeSet;

use common::{document, files};
use jaga_contract::{DecodeError, EVENTS, EventInfo, Incoming, Step, decode};
use serde_json::{Value, json};

/// Examples with their event, by file name.
fn examples() -> Vec<(String, &'static EventInfo, Value)> {
    let event = |file: &str| {
        let stem = file.strip_suffix(".json").unwrap();
        let kind = stem.split_once('-').map_or(stem, |(kind, _)| kind);
        EVENTS
            .iter()
            .find(|e| e.kind == kind)
            .unwrap_or_else(|| panic!("{file} is of no event"))
    };
    files("examples")
        .into_iter()
        .map(|(file, v)| (file.clone(), event(&file), v))
        .collect()
}

fn fits(schema: &Value, instance: &Value, what: &str) {
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(schema)
        .unwrap();
    let errors: Vec<String> = validator
        .iter_errors(instance)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:?}");
}

#[test]
fn every_example_is_read_and_written_again_the_same() {
    for (file, event, example) in examples() {
        let bytes = example.to_string().into_bytes();
        let again = (event.reread)(&bytes).unwrap_or_else(|e| panic!("{file}: {e}"));
        assert_eq!(
            serde_json::from_slice::<Value>(&again).unwrap(),
            example,
            "{file}"
        );
    }
}

#[test]
fn every_example_fits_the_envelope_and_its_own_schema() {
    let envelope = document("schema/envelope.json");
    for (file, event, example) in examples() {
        assert_eq!(example["type"], event.kind, "{file}");
        assert_eq!(
            example["source"].as_str().unwrap().split('/').nth(1),
            Some(event.exchange),
            "{file}"
        );
        fits(&envelope, &example, &file);
        fits(
            &document(&format!("schema/{}.json", event.kind)),
            &example["data"],
            &file,
        );
    }
}

#[test]
fn workers_decode_what_is_for_them_and_nothing_else() {
    for (file, event, example) in examples() {
        let decoded = decode(example.to_string().as_bytes());
        if event.is_incoming() {
            let id = format!(
                "{}#{}",
                example["source"].as_str().unwrap(),
                example["id"].as_str().unwrap()
            );
            assert_eq!(decoded.map(|m| m.message_id()), Ok(id), "{file}");
        } else {
            assert_eq!(decoded, Err(DecodeError::UnknownType), "{file}");
        }
    }
}

#[test]
fn there_is_an_example_of_every_event_and_every_step() {
    let examples = examples();
    let kinds: BTreeSet<&str> = examples.iter().map(|(_, event, _)| event.kind).collect();
    assert_eq!(kinds, EVENTS.iter().map(|e| e.kind).collect());

    let shown: BTreeSet<&str> = examples
        .iter()
        .filter_map(|(_, _, e)| match decode(e.to_string().as_bytes()) {
            Ok(Incoming::TicketChanged(changed)) => Some(changed.data.step.kind()),
            _ => None,
        })
        .collect();
    assert_eq!(shown, steps_of_the_schema());
}

/// The step kinds by the schema, which is made from the type.
fn steps_of_the_schema() -> BTreeSet<&'static str> {
    let schema = document("schema/crm.ticket.changed.v1.json");
    let variants = schema["$defs"]["Step"]["oneOf"].as_array().unwrap();
    let name = |v: &Value| {
        v["properties"]["kind"]["const"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    variants.iter().map(|v| &*name(v).leak()).collect()
}

#[test]
fn every_step_names_itself_as_it_is_written() {
    for (file, _, example) in examples() {
        let Ok(step) = serde_json::from_value::<Step>(example["data"]["step"].clone()) else {
            continue;
        };
        assert_eq!(example["data"]["step"]["kind"], step.kind(), "{file}");
        assert!(
            file.contains(step.kind()),
            "{file} shows a step of another name"
        );
    }
}

#[test]
fn a_field_of_tomorrow_is_ignored_wherever_it_stands() {
    for (file, event, example) in examples() {
        let mut tomorrow = example.clone();
        add_everywhere(&mut tomorrow);
        let again = (event.reread)(tomorrow.to_string().as_bytes());
        let again = again.unwrap_or_else(|e| panic!("{file}: {e}"));
        assert_eq!(
            serde_json::from_slice::<Value>(&again).unwrap(),
            example,
            "{file}"
        );
        fits(
            &document(&format!("schema/{}.json", event.kind)),
            &tomorrow["data"],
            &file,
        );
    }
}

/// Adds an unknown field to every object but the figures, whose keys are data.
fn add_everywhere(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (_, below) in fields.iter_mut().filter(|(name, _)| *name != "figures") {
                add_everywhere(below);
            }
            fields.insert("x_tomorrow".into(), json!({"deep": [1, "two", null]}));
        }
        Value::Array(items) => items.iter_mut().for_each(add_everywhere),
        _ => {}
    }
}

#[test]
fn a_field_that_is_missing_is_named_and_one_that_may_be_missing_is_not_asked_for() {
    for (file, event, example) in examples().into_iter().filter(|(_, e, _)| e.is_incoming()) {
        let schema = document(&format!("schema/{}.json", event.kind));
        let required = schema["required"].as_array().unwrap();
        for name in example["data"].as_object().unwrap().keys() {
            let mut without = example.clone();
            without["data"].as_object_mut().unwrap().remove(name);
            let decoded = decode(without.to_string().as_bytes());
            if required.iter().any(|r| r == name) {
                let Err(DecodeError::BadData { problem, .. }) = decoded else {
                    panic!("{file} was read without {name}")
                };
                assert_eq!(problem, format!("missing field `{name}`"), "{file}");
            } else {
                assert!(decoded.is_ok(), "{file} without {name}: {decoded:?}");
            }
        }
    }
}

#[test]
fn a_withheld_report_shows_nothing_but_the_outcome() {
    let withheld = document("examples/jaga.photo.processed.v1-withheld.json");
    let names: Vec<&str> = withheld["data"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, ["photo_id", "role", "ticket_id"]);
}
