//! `jaga review list`. Of what waits neither verdict nor score is told: a reviewer who knows that chance
//! alone brought a closure looks less closely, and then what is missed looks rare.

use serde_json::{Value, json};

use super::load::{Item, queue};
use crate::cli::ListArgs;
use crate::html::dated;
use crate::output::{Outcome, say, say_json, table};
use crate::place::ledger_of;

pub async fn run(args: &ListArgs) -> anyhow::Result<Outcome> {
    let ledger = ledger_of(&args.place).await?;
    let (open, decided) = queue(&ledger, &args.which, args.all).await?;
    if args.json {
        let waiting = open
            .iter()
            .enumerate()
            .map(|(n, i)| as_json(i, Some(n + 1)));
        let all: Vec<Value> = waiting
            .chain(decided.iter().map(|i| as_json(i, None)))
            .collect();
        say_json(&all)?;
        return Ok(Outcome::Done);
    }
    let mut out = table([
        "", "closure", "ticket", "unit", "category", "closed", "state",
    ]);
    for (n, item) in open.iter().enumerate() {
        let again = if item.decided().is_some() {
            "waits again"
        } else {
            "waits"
        };
        out.add_row(cells(&(n + 1).to_string(), item, again));
    }
    for item in &decided {
        let word = item.decided().and_then(|r| r.decision.clone());
        let by = item.decided().map(|r| r.by.as_str()).unwrap_or_default();
        let state = format!(
            "{} by {by} ({})",
            word.unwrap_or_default(),
            item.verdict.as_str()
        );
        out.add_row(cells("", item, &state));
    }
    if !(open.is_empty() && decided.is_empty()) {
        say(&out.to_string());
    }
    say(&match open.len() {
        0 => "no closure waits".to_owned(),
        1 => "1 closure waits; jaga review show CLOSURE tells why".to_owned(),
        n => format!("{n} closures wait; jaga review show CLOSURE tells why"),
    });
    Ok(Outcome::Done)
}

fn cells(place: &str, item: &Item, state: &str) -> [String; 7] {
    let verdict = &item.judged.verdict;
    [
        place.to_owned(),
        verdict.closure_id.to_string(),
        verdict.ticket_id.to_string(),
        item.unit.clone(),
        item.category.clone(),
        dated(item.judged.proposed_at),
        state.to_owned(),
    ]
}

fn as_json(item: &Item, place: Option<usize>) -> Value {
    let verdict = &item.judged.verdict;
    let mut value = json!({
        "place": place, "closure": verdict.closure_id, "ticket_id": verdict.ticket_id,
        "revision": verdict.revision, "unit": item.unit, "category": item.category,
        "proposed_at": item.judged.proposed_at, "open": place.is_some(),
    });
    if let Some(decided) = item.decided() {
        value["decided"] =
            json!({"decision": decided.decision, "by": decided.by, "at": decided.at});
    }
    // Told once there is nothing left to sway.
    if place.is_none() {
        value["verdict"] = json!(item.verdict);
        value["score"] = json!(verdict.score);
        value["sample"] = json!(verdict.sample);
    }
    value
}
