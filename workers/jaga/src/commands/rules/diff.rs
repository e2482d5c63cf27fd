//! Which past verdicts other rules would change: a dry run over the facts that they rested on.

use std::collections::BTreeMap;
use std::path::Path;

use jaga_contract::{EventId, TicketId};
use jaga_ledger::Judged;
use jaga_ticket::closure::{ClosureFacts, Judgement, Rules, judge};
use serde_json::json;

use crate::cli::PlaceArgs;
use crate::commands::judge::facts as facts_of;
use crate::commands::judged::{EVER, each_judged};
use crate::output::{Outcome, note, progress, say, say_json};
use crate::place::ledger_of;
use crate::rulebook::closure_rules;

/// A closure that would be judged otherwise.
struct Change {
    ticket: TicketId,
    closure: EventId,
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
    let mut found = Found::default();
    match facts {
        Some(path) => {
            let closures = facts_of(path)?;
            let bar = progress(closures.len());
            for facts in bar.wrap_iter(closures.into_iter()) {
                found.look(facts, &old, &new);
            }
        }
        None => from_ledger(place, &mut found, &old, &new).await?,
    }
    let Found {
        counts,
        changes,
        unreadable,
    } = found;
    if json {
        tell_json(&old, &new, &counts, &changes, unreadable)?;
    } else {
        tell(&old, &new, &counts, &changes, unreadable);
    }
    Ok(Outcome::Done)
}

/// What other rules would change: of the closures that stay as they are only the count is kept.
#[derive(Default)]
struct Found {
    counts: BTreeMap<(&'static str, &'static str), u64>,
    changes: Vec<Change>,
    unreadable: usize,
}

impl Found {
    fn look(&mut self, facts: ClosureFacts, old: &Rules, new: &Rules) {
        let (before, after) = (judge(&facts, old), judge(&facts, new));
        let pair = (before.verdict.as_str(), after.verdict.as_str());
        *self.counts.entry(pair).or_default() += 1;
        if before.verdict != after.verdict {
            self.changes.push(Change {
                ticket: facts.ticket_id,
                closure: facts.closure,
                old: before,
                new: after,
            });
        }
    }
}

/// The facts of each closure's newest verdict. Facts that can't be read are counted, not
/// passed over.
async fn from_ledger(
    place: &PlaceArgs,
    found: &mut Found,
    old: &Rules,
    new: &Rules,
) -> anyhow::Result<()> {
    let ledger = ledger_of(place).await?;
    let look = |row: Judged| {
        match serde_json::from_str(&row.verdict.facts) {
            Ok(facts) => found.look(facts, old, new),
            Err(_) => found.unreadable += 1,
        }
        Ok(())
    };
    each_judged(&ledger, EVER, false, look).await?;
    found
        .changes
        .sort_by(|a, b| (&a.ticket, &a.closure).cmp(&(&b.ticket, &b.closure)));
    Ok(())
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
            change.ticket,
            change.closure,
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
                "ticket_id": c.ticket, "closure": c.closure,
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
