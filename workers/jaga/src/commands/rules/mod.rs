//! `jaga rules`: rules for closures before they go into force.

mod diff;

use std::path::Path;

use jaga_contract::Strength;
use jaga_ticket::closure::{Name, Rules};
use serde_json::{Value, json};

use crate::cli::{RulesArgs, RulesWhat};
use crate::names;
use crate::output::{Outcome, say, say_json, table};
use crate::rulebook::read;

pub async fn run(args: &RulesArgs) -> anyhow::Result<Outcome> {
    match &args.what {
        RulesWhat::Check { file, json } => check(file, *json),
        RulesWhat::Diff {
            old,
            new,
            place,
            facts,
            json,
        } => diff::run(old, new, place, facts.as_deref(), *json).await,
    }
}

/// A file that can't be read is bad input; one that is wrong is a no, with its line and key.
fn check(file: &Path, json: bool) -> anyhow::Result<Outcome> {
    let rules = match Rules::parse(&read(file)?) {
        Ok(rules) => rules,
        Err(error) => {
            if json {
                let mut value = json!({
                    "line": error.line, "key": error.key, "problem": error.problem,
                });
                names::put(&mut value, "file", file);
                say_json(&value)?;
            } else {
                say(&format!("{}: {error}", file.display()));
            }
            return Ok(Outcome::No);
        }
    };
    let unused: Vec<&str> = Name::ALL
        .into_iter()
        .filter(|name| rules.weights.get(*name).is_none())
        .map(Name::as_str)
        .collect();
    if json {
        let mut value = as_json(&rules);
        names::put(&mut value, "file", file);
        value["not_looked_for"] = json!(unused);
        say_json(&value)?;
    } else {
        tell(file, &rules, &unused);
    }
    Ok(Outcome::Done)
}

fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Hard => "hard",
        Strength::Soft => "soft",
        Strength::Withdrawn => "withdrawn",
    }
}

fn as_json(rules: &Rules) -> Value {
    let weights = Name::ALL.into_iter().filter_map(|name| {
        let weight = rules.weights.get(name)?;
        let value = json!({
            "strength": strength(weight.strength), "points": weight.points,
            "lowered": weight.lowered, "family": weight.family,
        });
        Some((name.as_str().to_owned(), value))
    });
    json!({
        "version": rules.version, "digest": rules.digest,
        "review": rules.verdict.review, "hold": rules.verdict.hold,
        "families": rules.verdict.families,
        "sample": rules.sample.map_or(0.0, |s| s.share),
        "signals": weights.collect::<serde_json::Map<_, _>>(),
    })
}

fn tell(file: &Path, rules: &Rules, unused: &[&str]) {
    say(&format!(
        "{}: rules {} ({})",
        file.display(),
        rules.version,
        rules.digest
    ));
    let limits = rules.verdict;
    say(&format!(
        "review from {} points, hold from {} points of {} families or a hard signal, {} % of clear taken by chance",
        limits.review,
        limits.hold,
        limits.families,
        rules.sample.map_or(0.0, |s| s.share * 100.0)
    ));
    let mut rows = table(["signal", "strength", "points", "lowered", "family"]);
    for name in Name::ALL {
        if let Some(weight) = rules.weights.get(name) {
            rows.add_row([
                name.as_str().to_owned(),
                strength(weight.strength).to_owned(),
                weight.points.to_string(),
                weight.lowered.to_string(),
                weight.family.clone().unwrap_or_default(),
            ]);
        }
    }
    say(&rows.to_string());
    if !unused.is_empty() {
        say(&format!("not looked for: {}", unused.join(", ")));
    }
}
