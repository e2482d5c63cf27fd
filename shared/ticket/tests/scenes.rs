//! Closures as data, each judged as its scene says. See `scenes/README.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail here"
)]

use std::path::Path;

use jaga_contract::{Strength, Verdict};
use jaga_ticket::{ClosureFacts, Judgement, Rules, judge};
use serde::Deserialize;
use serde_json::{Map, Value};

const LEAST: usize = 60;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scene: Vec<Scene>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Base {
    facts: Value,
    evidence: Value,
    r#match: Value,
    compared: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scene {
    name: String,
    honest: bool,
    /// Why an honest one is looked at after all.
    odd: Option<String>,
    /// The evidence is all that is said of it: nothing of the base's.
    #[serde(default)]
    only: bool,
    #[serde(default)]
    facts: Map<String, Value>,
    evidence: Option<Vec<Map<String, Value>>>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    verdict: Verdict,
    #[serde(default)]
    reasons: Vec<String>,
    #[serde(default)]
    withdrawn: Vec<String>,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenes")
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).expect("a scene file");
    // A number that is none stands for a field that is not there: TOML has no null.
    toml::from_str(&text).unwrap_or_else(|e| unreachable!("{}: {e}", path.display()))
}

fn scenes() -> Vec<Scene> {
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .expect("the scenes")
        .map(|entry| entry.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml") && !p.ends_with("base.toml"))
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|path| read::<File>(path).scene)
        .collect()
}

/// The upper laid over the lower, tables within tables; what is `null` above is taken away.
fn over(lower: &Value, upper: &Value) -> Value {
    match (lower, upper) {
        (Value::Object(low), Value::Object(up)) => {
            let mut both = low.clone();
            for (key, value) in up {
                if value.is_null() {
                    both.remove(key);
                } else {
                    let below = low.get(key).unwrap_or(&Value::Null);
                    both.insert(key.clone(), over(below, value));
                }
            }
            Value::Object(both)
        }
        _ => upper.clone(),
    }
}

fn facts(base: &Base, scene: &Scene) -> ClosureFacts {
    let list = |value: Option<&Value>, lower: &Value| {
        let entries = value.and_then(Value::as_array).cloned().unwrap_or_default();
        Value::Array(entries.iter().map(|entry| over(lower, entry)).collect())
    };
    let photo = |given: &Map<String, Value>| {
        let mut photo = if scene.only {
            Value::Object(given.clone())
        } else {
            over(&base.evidence, &Value::Object(given.clone()))
        };
        photo["matches"] = list(given.get("matches"), &base.r#match);
        photo["scenes"] = list(given.get("scenes"), &base.compared);
        photo
    };
    let plain = vec![Map::new()];
    let evidence = scene.evidence.as_ref().unwrap_or(&plain);
    let mut all = over(&base.facts, &Value::Object(scene.facts.clone()));
    all["evidence"] = Value::Array(evidence.iter().map(photo).collect());
    serde_json::from_value(all).unwrap_or_else(|e| unreachable!("{}: {e}", scene.name))
}

fn names(judgement: &Judgement, withdrawn: bool) -> Vec<String> {
    let of = |s: &&jaga_contract::Signal| (s.strength == Strength::Withdrawn) == withdrawn;
    let signals = judgement.signals.iter().filter(of);
    let mut names: Vec<String> = signals.map(|s| s.name.clone()).collect();
    names.sort();
    names
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

#[test]
fn every_scene_is_judged_as_it_says() {
    let base: Base = read(&folder().join("base.toml"));
    let (rules, scenes) = (Rules::builtin(), scenes());
    let mut wrong = Vec::new();
    for scene in &scenes {
        let facts = facts(&base, scene);
        let judgement = judge(&facts, &rules);
        let expect = &scene.expect;
        let fits = judgement.verdict == expect.verdict
            && names(&judgement, false) == sorted(expect.reasons.clone())
            && names(&judgement, true) == sorted(expect.withdrawn.clone());
        if !fits {
            wrong.push(format!(
                "{}: {:?} ({}) {:?}, withdrawn {:?}",
                scene.name,
                judgement.verdict,
                judgement.score,
                names(&judgement, false),
                names(&judgement, true)
            ));
        }
        for signal in &judgement.signals {
            charges_nobody(&signal.text_id);
            charges_nobody(&signal.text_en);
        }
        // Written and read again, and in another order, it is the same closure.
        let mut again: ClosureFacts =
            serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap();
        again.evidence.reverse();
        for photo in &mut again.evidence {
            photo.matches.reverse();
            photo.scenes.reverse();
            photo.times.reverse();
        }
        assert_eq!(judge(&again, &rules), judgement, "{}", scene.name);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A text says what was seen and what to check, in whole sentences.
fn charges_nobody(text: &str) {
    assert!(
        text.ends_with('.') && text.matches(". ").count() >= 1,
        "{text}"
    );
    let lower = text.to_lowercase();
    let words = [
        "palsu",
        "fake",
        "fraud",
        "bohong",
        "curang",
        "abal",
        "cheat",
        "manipul",
        "suspici",
        "mencurigakan",
        "dusta",
        "forge",
    ];
    for word in words {
        assert!(!lower.contains(word), "{text}");
    }
}

#[test]
fn the_scenes_are_enough_and_half_are_honest_ones_that_look_odd() {
    let scenes = scenes();
    let honest = scenes.iter().filter(|s| s.honest).count();
    assert!(scenes.len() >= LEAST, "{} scenes", scenes.len());
    assert!(2 * honest >= scenes.len(), "{honest} of {}", scenes.len());
    let mut names: Vec<&str> = scenes.iter().map(|s| s.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), scenes.len(), "a name stands twice");
    for scene in &scenes {
        let flagged = scene.expect.verdict != Verdict::Clear;
        assert!(
            !flagged || !scene.expect.reasons.is_empty(),
            "{}: flagged without a reason",
            scene.name
        );
        assert!(
            !(scene.honest && scene.expect.verdict == Verdict::Hold),
            "{}: an honest closure is never held",
            scene.name
        );
        assert!(
            !(scene.honest && flagged) || scene.odd.is_some(),
            "{}: why is an honest one looked at?",
            scene.name
        );
    }
}

#[test]
fn a_scene_that_expects_nothing_fails() {
    let text = "[[scene]]\nname = \"x\"\nhonest = true\n";
    assert!(toml::from_str::<File>(text).is_err());
}

#[test]
fn every_signal_has_a_scene_where_it_weighs() {
    let scenes = scenes();
    let weighs = |name: &str| {
        scenes
            .iter()
            .any(|s| s.expect.reasons.iter().any(|r| r == name))
    };
    // The first rules' signal.
    let besides = ["ai_or_edit_mark"];
    for name in jaga_ticket::closure::Name::ALL {
        let name = name.as_str();
        assert!(
            besides.contains(&name) || weighs(name),
            "{name} has no scene"
        );
    }
}
