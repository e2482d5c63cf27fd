//! `jaga review show`: all that a clerk needs, in plain text.

use jaga_contract::PhotoId;
use jaga_ledger::ReviewRow;
use serde_json::json;

use super::load::find;
use crate::cards::Material;
use crate::cards::words;
use crate::cli::PlaceArgs;
use crate::html::dated;
use crate::output::{Outcome, note, say, say_json};
use crate::place::{configuration, ledger_of};
use crate::rulebook::closure_files;

pub async fn run(
    place: &PlaceArgs,
    id: &str,
    verdicts: bool,
    json: bool,
) -> anyhow::Result<Outcome> {
    let config = configuration(place.config.as_deref())?;
    let (rules, _) = closure_files(&config).load().await?;
    let ledger = ledger_of(place).await?;
    let Some(closure) = find(&ledger, id).await? else {
        note("there is no such closure");
        return Ok(Outcome::No);
    };
    let Some(m) = Material::gather(&ledger, &closure, &rules).await? else {
        note("the closure is still being judged: it has no verdict yet");
        return Ok(Outcome::No);
    };
    let verdicts = verdicts || m.is_decided();
    if json {
        say_json(&as_json(&m, verdicts))?;
        return Ok(Outcome::Done);
    }
    head(&m);
    reasons(&m);
    if !m.reviews.is_empty() {
        say("\nwhat was said");
        m.reviews.iter().for_each(said);
    }
    if verdicts {
        say("\nverdicts");
        for v in &m.verdicts {
            let drawn = if v.sample == Some(true) {
                ", drawn by chance"
            } else {
                ""
            };
            say(&format!(
                "  {}. {} {}{drawn}, score {}, rules {}",
                v.revision,
                dated(v.judged_at),
                v.verdict,
                v.score,
                v.rules
            ));
        }
    }
    say(&format!(
        "\nphotos and map: jaga review card {id} --out card.html\ndecide: {}",
        m.command(id)
    ));
    Ok(Outcome::Done)
}

fn head(m: &Material) {
    let unknown = || "unknown".to_owned();
    say(&format!(
        "closure {} of ticket {}",
        m.closure.closure_id, m.closure.ticket_id
    ));
    say(&format!(
        "  {}, reported {}, closed {} by {}",
        m.category().unwrap_or("category unknown"),
        m.ticket.submitted_at.map_or_else(unknown, dated),
        dated(m.closure.proposed_at),
        m.unit().map_or_else(unknown, str::to_owned)
    ));
    if m.withheld {
        say("  the report is private: its photos and its place are not shown");
    } else if let Some(place) = m.place() {
        say(&format!("  {place}"));
    }
    if let Some(text) = m.note().filter(|text| !text.is_empty()) {
        say(&format!("  the officer's note: {text}"));
    }
    for (id, photo) in &m.evidence {
        let what = match photo {
            None => "has not arrived".to_owned(),
            Some(row) => match &row.reason {
                Some(reason) => format!("{} ({reason})", row.outcome),
                None => row.outcome.clone(),
            },
        };
        say(&format!("  evidence {id}: {what}"));
    }
}

fn reasons(m: &Material) {
    say("\nreasons: what was seen, what it may innocently be, what to check");
    if m.reasons.is_empty() {
        say(&format!(
            "  {}\n  {}",
            words::NO_REASON.0,
            words::NO_REASON.1
        ));
    }
    for signal in &m.reasons {
        let figures = signal.figures.iter();
        let figures: Vec<String> = figures.map(|(name, n)| format!("{name} {n}")).collect();
        let photos: Vec<&str> = signal.photos.iter().map(PhotoId::as_str).collect();
        say(&format!(
            "  {} [{}] {}",
            signal.name,
            words::strength(signal.strength).1,
            [figures.join(", "), photos.join(" ")].join("; ")
        ));
        say(&format!("    {}\n    {}", signal.text_id, signal.text_en));
    }
    if !m.unknown.is_empty() {
        say("not known, and no reason");
        for u in &m.unknown {
            say(&format!("  {}: {} / {}", u.signal, u.text_id, u.text_en));
        }
    }
}

fn said(r: &ReviewRow) {
    let what = r.decision.as_deref().unwrap_or("the officer's answer");
    say(&format!(
        "  {}. {} {what}, by {}, beside verdict {}: {}",
        r.seq,
        dated(r.at),
        r.by,
        r.revision,
        r.words
    ));
}

fn as_json(m: &Material, verdicts: bool) -> serde_json::Value {
    let evidence = m.evidence.iter().map(|(id, row)| {
        json!({
            "photo": id, "outcome": row.as_ref().map_or("missing", |r| &r.outcome),
            "reason": row.as_ref().and_then(|r| r.reason.clone()),
        })
    });
    let mut value = json!({
        "closure": m.closure.closure_id, "ticket_id": m.closure.ticket_id,
        "revision": m.closure.revision, "category": m.category(), "unit": m.unit(),
        "submitted_at": m.ticket.submitted_at, "proposed_at": m.closure.proposed_at,
        "withheld": m.withheld, "note": m.note(), "evidence": evidence.collect::<Vec<_>>(),
        "reasons": m.reasons,
        "unknown": m.unknown,
        "reviews": m.reviews,
    });
    if verdicts {
        let all = m.verdicts.iter().map(|v| {
            json!({
                "revision": v.revision, "verdict": v.verdict, "score": v.score, "rules": v.rules,
                "sample": v.sample, "judged_at": v.judged_at,
            })
        });
        value["verdicts"] = all.collect();
    }
    value
}
