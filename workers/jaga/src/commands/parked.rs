//! `jaga parked`: what was put aside, why, and again.

use anyhow::bail;
use base64::Engine;
use jaga_ledger::ParkedRow;
use serde_json::json;

use crate::cli::{ParkedArgs, ParkedWhat, PlaceArgs};
use crate::output::{Outcome, note, say, say_json, table};
use crate::place::ledger_of;

pub async fn run(args: ParkedArgs) -> anyhow::Result<Outcome> {
    match args.what {
        ParkedWhat::List { place, all, json } => list(&place, all, json).await,
        ParkedWhat::Show { place, id, json } => show(&place, &id, json).await,
        ParkedWhat::Replay { place, ids, json } => replay(&place, &ids, json).await,
        ParkedWhat::Drop {
            place,
            id,
            reason,
            json,
        } => give_up(&place, &id, &reason, json).await,
    }
}

fn as_json(r: &ParkedRow) -> serde_json::Value {
    json!({
        "id": r.parked_id, "worker": r.worker, "message": r.message_id, "state": r.state,
        "reason": r.reason, "detail": r.detail, "attempts": r.attempts, "bytes": r.body.len(),
        "parked_at": r.parked_at,
    })
}

async fn list(place: &PlaceArgs, all: bool, json: bool) -> anyhow::Result<Outcome> {
    let rows = ledger_of(place).await?.parked(all).await?;
    if json {
        say_json(&rows.iter().map(as_json).collect::<Vec<_>>())?;
        return Ok(Outcome::Done);
    }
    let mut out = table([
        "id", "worker", "state", "since", "tries", "reason", "detail",
    ]);
    for r in &rows {
        let since = r.parked_at.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        out.add_row([
            &r.parked_id,
            &r.worker,
            &r.state,
            &since,
            &r.attempts.to_string(),
            &r.reason,
            &r.detail,
        ]);
    }
    say(&out.to_string());
    say(&format!(
        "{} parked",
        rows.iter().filter(|r| r.state == "parked").count()
    ));
    Ok(Outcome::Done)
}

async fn show(place: &PlaceArgs, id: &str, json: bool) -> anyhow::Result<Outcome> {
    let Some((row, history)) = ledger_of(place).await?.parked_one(id).await? else {
        note(&format!("jaga: nothing parked has the id {id}"));
        return Ok(Outcome::No);
    };
    if json {
        let mut value = as_json(&row);
        let events: Vec<_> = history
            .iter()
            .map(|e| json!({"at": e.at, "what": e.what, "detail": e.detail}))
            .collect();
        if let Some(map) = value.as_object_mut() {
            map.insert("history".into(), events.into());
            let bytes = base64::engine::general_purpose::STANDARD.encode(&row.body);
            map.insert("body_base64".into(), bytes.into());
        }
        say_json(&value)?;
        return Ok(Outcome::Done);
    }
    say(&format!(
        "{} ({}), {} of worker {}",
        row.parked_id, row.state, row.message_id, row.worker
    ));
    say(&format!("{}: {}", row.reason, row.detail));
    say(&format!("started {} times", row.attempts));
    for e in &history {
        say(&format!(
            "  {}  {}  {}",
            e.at.strftime("%Y-%m-%d %H:%M:%SZ"),
            e.what,
            e.detail
        ));
    }
    say(&format!("{} bytes:", row.body.len()));
    say(&row.body.escape_ascii().to_string());
    Ok(Outcome::Done)
}

async fn replay(place: &PlaceArgs, ids: &[String], json: bool) -> anyhow::Result<Outcome> {
    let ledger = ledger_of(place).await?;
    let mut all = true;
    let mut done = Vec::new();
    for id in ids {
        let replayed = ledger.replay(id).await?;
        all &= replayed;
        done.push(json!({"id": id, "replayed": replayed}));
        if !json {
            let says = if replayed {
                "is sent again"
            } else {
                "is not parked"
            };
            say(&format!("{id} {says}"));
        }
    }
    if json {
        say_json(&done)?;
    }
    Ok(Outcome::yes_if(all))
}

async fn give_up(place: &PlaceArgs, id: &str, reason: &str, json: bool) -> anyhow::Result<Outcome> {
    if reason.trim().is_empty() {
        bail!("--reason may not be empty: it stays on record");
    }
    let dropped = ledger_of(place).await?.drop_parked(id, reason).await?;
    if json {
        say_json(&json!({"id": id, "dropped": dropped}))?;
    } else {
        say(&format!(
            "{id} {}",
            if dropped {
                "is dropped"
            } else {
                "is not parked"
            }
        ));
    }
    Ok(Outcome::yes_if(dropped))
}
