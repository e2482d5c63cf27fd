//! Which past verdicts other rules would change: a dry run over the facts that they rested on.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use jaga_ticket::closure::{ClosureFacts, Judgement, Rules, judge};
use serde_json::json;

use crate::cli::PlaceArgs;
use crate::commands::judge::facts as facts_of;
use crate::output::{Outcome, note, progress, say, say_json};
use crate::place::ledger_of;
use crate::rulebook::closure_rules;

/// A closure that would be judged otherwise.
struct Change {
    facts: ClosureFacts,
    old: Judgement,
    new: Judgement,
}

pub async fn run(
    old: &Path,
    new: &Path,
    place: &PlaceArgs,
    facts: Option<&Path>,
    json: bool,
) -> anyhow::Result<Outcome> {
    let (old, new) = (closure_rules(Some(old))?, closure_rules(Some(new))?);
    if old.version == new.version && old.digest != new.digest {
        note("the two files differ and carry the same version: verdicts could not be told apart");
    }
    let (closures, unreadable) = match facts {
        Some(path) => (facts_of(path)?, 0),
        None => from_ledger(place).await?,
    };
    let bar = progress(closures.len());
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut changes = Vec::new();
    for facts in bar.wrap_iter(closures.into_iter()) {
        let (before, after) = (judge(&facts, &old), judge(&facts, &new));
        let pair = (before.verdict.as_str(), after.verdict.as_str());
        *counts.entry(pair).or_default() += 1;
        if before.verdict != after.verdict {
            changes.push(Change {
                facts,
                old: before,
                new: after,
            });
        }
    }
    if json {
        tell_json(&old, &new, &counts, &changes, unreadable)?;
    } else {
        tell(&old, &new, &counts, &changes, unreadable);
    }
    Ok(Outcome::Done)
}

/// The facts of each closure's newest verdict. Facts that can't be read are counted, not passed over.
async fn from_ledger(place: &PlaceArgs) -> anyhow::Result<(Vec<ClosureFacts>, usize)> {
    let rows = ledger_of(place)
        .await?
        .verdicts()
        .await
        .context("can't read the verdicts")?;
    let all = rows.len();
    let read: Vec<ClosureFacts> = rows
        .iter()
        .filter_map(|row| serde_json::from_str(&row.facts).ok())
        .collect();
    let unreadable = all - read.len();
    Ok((read, unreadable))
}

fn tell(
    old: &Rules,
    new: &Rules,
    counts: &BTreeMap<(&str, &str), u64>,
    changes: &[Change],
    unreadable: usize,
) {
    let all: u64 = counts.values().sum();
    say(&format!(
        "{all} closures, {} -> {}: {} verdicts would change",
        old.version,
        new.version,
        changes.len()
    ));
    for ((from, to), count) in counts.iter().filter(|((from, to), _)| from != to) {
        say(&format!("  {from} -> {to}: {count}"));
    }
    for change in changes {
        let (old, new) = (&change.old, &change.new);
        say(&format!(
            "{} ({}): {} -> {}; {} -> {}",
            change.facts.ticket_id,
            change.facts.closure,
            old.verdict.as_str(),
            new.verdict.as_str(),
            list(&old.weighing()),
            list(&new.weighing()),
        ));
    }
    if unreadable > 0 {
        say(&format!(
            "{unreadable} verdicts have facts that can't be read"
        ));
    }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}

fn tell_json(
    old: &Rules,
    new: &Rules,
    counts: &BTreeMap<(&str, &str), u64>,
    changes: &[Change],
    unreadable: usize,
) -> anyhow::Result<()> {
    let counts: Vec<_> = counts
        .iter()
        .map(|((from, to), count)| json!({"from": from, "to": to, "closures": count}))
        .collect();
    let side = |j: &Judgement| json!({"verdict": j.verdict.as_str(), "score": j.score, "signals": j.weighing()});
    let changes: Vec<_> = changes
        .iter()
        .map(|c| {
            json!({
                "ticket_id": c.facts.ticket_id, "closure": c.facts.closure,
                "old": side(&c.old), "new": side(&c.new),
            })
        })
        .collect();
    say_json(&json!({
        "old": {"version": old.version, "digest": old.digest},
        "new": {"version": new.version, "digest": new.digest},
        "counts": counts, "changes": changes, "unreadable": unreadable,
    }))
}
