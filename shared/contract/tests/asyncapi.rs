//! `asyncapi.json` against the code: every event there, none else, each the right way, and every
//! reference leads somewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{document, files, folder};
use jaga_contract::{EVENTS, EventInfo};
use serde_json::{Value, json};

fn api() -> Value {
    document("asyncapi.json")
}

fn object<'a>(value: &'a Value, pointer: &str) -> &'a serde_json::Map<String, Value> {
    value
        .pointer(pointer)
        .and_then(Value::as_object)
        .unwrap_or_else(|| panic!("no {pointer}"))
}

/// All `$ref` of a document.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields
                .get("$ref")
                .and_then(Value::as_str)
                .map(str::to_owned);
            own.into_iter()
                .chain(fields.values().flat_map(references))
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// What a reference leads to: `#/…` within the document, `./…` beside it.
fn follow(document_of: &Value, reference: &str) -> Value {
    if let Some(pointer) = reference.strip_prefix('#') {
        let target = document_of.pointer(pointer);
        return target
            .unwrap_or_else(|| panic!("{reference} leads nowhere"))
            .clone();
    }
    let path = reference
        .strip_prefix("./")
        .unwrap_or_else(|| panic!("{reference} is not beside"));
    assert!(folder(path).is_file(), "{reference} leads nowhere");
    document(path)
}

/// The message of an event, with its key.
fn message_of(api: &Value, event: &EventInfo) -> (String, Value) {
    let mut all = object(api, "/components/messages")
        .iter()
        .filter(|(_, m)| m["name"] == event.kind);
    let (key, message) = all
        .next()
        .unwrap_or_else(|| panic!("no message for {}", event.kind));
    assert!(all.next().is_none(), "two messages for {}", event.kind);
    (key.clone(), message.clone())
}

#[test]
fn every_reference_leads_somewhere_within_the_contract() {
    let api = api();
    let all = references(&api);
    assert!(all.len() > 40);
    for reference in all {
        follow(&api, &reference);
    }
    for (name, schema) in files("schema") {
        for reference in references(&schema) {
            assert!(reference.starts_with("#/"), "{name}: {reference}");
            follow(&schema, &reference);
        }
    }
}

#[test]
fn every_event_has_a_message_with_its_routing_key_and_schema_and_there_are_no_others() {
    let api = api();
    for event in EVENTS {
        let (key, message) = message_of(&api, event);
        let schema = &message["payload"]["schema"]["allOf"];
        assert_eq!(schema[0], json!({"$ref": "./schema/envelope.json"}));
        assert_eq!(
            schema[1]["properties"]["type"],
            json!({"const": event.kind})
        );
        let data = format!("./schema/{}.json", event.kind);
        assert_eq!(schema[1]["properties"]["data"], json!({ "$ref": data }));
        assert_eq!(message["bindings"]["amqp"]["messageType"], event.kind);

        let channel = &api["channels"][event.kind];
        assert_eq!(channel["address"], event.kind);
        assert_eq!(channel["bindings"]["amqp"]["is"], "routingKey");
        assert_eq!(
            channel["bindings"]["amqp"]["exchange"]["name"],
            event.exchange
        );
        assert_eq!(channel["bindings"]["amqp"]["exchange"]["type"], "topic");
        let expected = json!({(&key): {"$ref": format!("#/components/messages/{key}")}});
        assert_eq!(channel["messages"], expected, "{}", event.kind);
    }
    assert_eq!(object(&api, "/components/messages").len(), EVENTS.len());
    let keys = channels_that_are(&api, "routingKey");
    assert_eq!(keys, EVENTS.iter().map(|e| e.kind.to_owned()).collect());
}

fn channels_that_are(api: &Value, what: &str) -> BTreeSet<String> {
    let all = object(api, "/channels").iter();
    all.filter(|(_, c)| c["bindings"]["amqp"]["is"] == what)
        .map(|(name, _)| name.clone())
        .collect()
}

#[test]
fn every_queue_holds_the_events_that_end_in_it_and_says_how_they_come_there() {
    let api = api();
    let mut by_queue: BTreeMap<String, Vec<&EventInfo>> = BTreeMap::new();
    for event in EVENTS {
        by_queue
            .entry(event.queue.to_owned())
            .or_default()
            .push(event);
    }
    assert_eq!(
        channels_that_are(&api, "queue"),
        by_queue.keys().cloned().collect()
    );
    for (queue, events) in by_queue {
        let channel = &api["channels"][&queue];
        assert_eq!(channel["address"], *queue);
        assert_eq!(channel["bindings"]["amqp"]["queue"]["name"], *queue);
        assert_eq!(channel["bindings"]["amqp"]["queue"]["durable"], true);
        let held: BTreeSet<String> = object(channel, "/messages").keys().cloned().collect();
        assert_eq!(
            held,
            events.iter().map(|e| message_of(&api, e).0).collect(),
            "{queue}"
        );
        for event in events {
            let bound = channel["x-bound-to"].as_array().unwrap().iter();
            let mut bound = bound.map(|b| b.as_str().unwrap().split_once(": ").unwrap());
            let reached = bound.any(|(exchange, pattern)| {
                exchange == event.exchange && matches_topic(pattern, event.kind)
            });
            assert!(reached, "{} does not reach {queue}", event.kind);
        }
    }
}

/// AMQP's topic rule, for patterns with `#` at the end only.
fn matches_topic(pattern: &str, key: &str) -> bool {
    if let Some(start) = pattern.strip_suffix('#') {
        return key.starts_with(start);
    }
    let (pattern, key): (Vec<_>, Vec<_>) = (pattern.split('.').collect(), key.split('.').collect());
    pattern.len() == key.len() && pattern.iter().zip(key).all(|(p, k)| *p == "*" || *p == k)
}

#[test]
fn jaga_sends_what_it_says_and_receives_what_is_for_its_workers() {
    let api = api();
    let operation = |action: &str, channel: &str, key: &str| {
        json!([
            action,
            format!("#/channels/{channel}"),
            format!("#/channels/{channel}/messages/{key}")
        ])
        .to_string()
    };
    let mut expected = BTreeSet::new();
    for event in EVENTS {
        let (key, _) = message_of(&api, event);
        if event.exchange == "jaga" {
            expected.insert(operation("send", event.kind, &key));
        }
        if event.is_incoming() {
            expected.insert(operation("receive", event.queue, &key));
        }
    }
    let written: BTreeSet<String> = object(&api, "/operations")
        .values()
        .map(|o| json!([o["action"], o["channel"]["$ref"], o["messages"][0]["$ref"]]).to_string())
        .collect();
    assert_eq!(written, expected);
}

#[test]
fn every_example_fits_the_message_that_the_document_describes() {
    let api = api();
    let schemas = files("schema");
    let base = "file:///contract/";
    let mut registry = jsonschema::Registry::new();
    for (name, schema) in &schemas {
        registry = registry
            .add(format!("{base}schema/{name}"), schema.clone())
            .unwrap();
    }
    let registry = registry.prepare().unwrap();
    for (file, example) in files("examples") {
        for event in EVENTS {
            let (_, message) = message_of(&api, event);
            let validator = jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .with_base_uri(format!("{base}asyncapi.json"))
                .with_registry(&registry)
                .build(&message["payload"]["schema"])
                .unwrap();
            let own = file.split(".json").next().unwrap().split('-').next() == Some(event.kind);
            assert_eq!(
                validator.is_valid(&example),
                own,
                "{file} as {}",
                event.kind
            );
        }
    }
}
