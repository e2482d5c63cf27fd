//! `jaga report photos`: a row per photo. No coordinates, no file names, no EXIF values, and of a
//! withheld report no kelurahan. `jaga report layers`: whose borders the verdicts rest on. `jaga report sla`
//! is in `sla`.

use std::collections::BTreeSet;

use jaga_contract::{Role, TicketId};
use jaga_geo::Placed;
use jaga_ledger::{LayerRow, PhotoRow};
use serde::Serialize;

use crate::cli::{Format, PlaceArgs, ReportArgs, ReportWhat};
use crate::output::{Outcome, say, say_json, table};
use crate::place::ledger_of;

#[derive(Serialize)]
struct Row {
    photo: String,
    ticket: String,
    role: Role,
    outcome: String,
    reason: String,
    format: String,
    method: String,
    place: String,
    layer: String,
    reroute: String,
    marks: Vec<String>,
    digest: String,
}

#[derive(Serialize)]
struct Credit {
    layer: String,
    licence: String,
    attribution: String,
    first_used: String,
}

pub async fn run(args: ReportArgs) -> anyhow::Result<Outcome> {
    let (place, format, json) = match args.what {
        ReportWhat::Photos {
            place,
            format,
            json,
        } => (place, format, json),
        ReportWhat::Sla(args) => return crate::commands::sla::run(args).await,
        ReportWhat::Layers { place, json } => return layers(&place, json).await,
    };
    let ledger = ledger_of(&place).await?;
    let open = ledger.open_tickets().await?;
    let rows = ledger.photos().await?;
    let rows: Vec<Row> = rows.into_iter().map(|p| row(p, &open)).collect();
    match if json { Format::Json } else { format } {
        Format::Json => say_json(&rows)?,
        Format::Csv => csv(&rows)?,
        Format::Table => {
            let mut out = table(HEAD);
            for r in &rows {
                out.add_row(cells(r));
            }
            say(&out.to_string());
            let count = |outcome: &str| rows.iter().filter(|r| r.outcome == outcome).count();
            say(&format!(
                "{} photos: {} processed, {} rejected, {} parked",
                rows.len(),
                count("processed"),
                count("rejected"),
                count("parked")
            ));
            // Whoever shows verdicts shows whose borders they rest on.
            for layer in ledger.layers().await? {
                say(&credit(&layer));
            }
        }
    }
    Ok(Outcome::Done)
}

async fn layers(place: &PlaceArgs, json: bool) -> anyhow::Result<Outcome> {
    let rows = ledger_of(place).await?.layers().await?;
    if json {
        let rows: Vec<Credit> = rows
            .into_iter()
            .map(|l| Credit {
                layer: l.version,
                licence: l.licence,
                attribution: l.attribution,
                first_used: l.first_used.to_string(),
            })
            .collect();
        say_json(&rows)?;
    } else {
        let mut out = table(["layer", "licence", "attribution", "first used"]);
        for l in rows {
            out.add_row([
                l.version,
                l.licence,
                l.attribution,
                l.first_used.to_string(),
            ]);
        }
        say(&out.to_string());
    }
    Ok(Outcome::Done)
}

/// One line for a layer.
fn credit(layer: &LayerRow) -> String {
    let said = |text: &str| {
        if text.is_empty() {
            "not stated".to_owned()
        } else {
            text.to_owned()
        }
    };
    format!(
        "places by {}: {} Licence: {}",
        layer.version,
        said(&layer.attribution),
        said(&layer.licence)
    )
}

const HEAD: [&str; 12] = [
    "photo", "ticket", "role", "outcome", "reason", "format", "method", "place", "layer",
    "reroute", "marks", "digest",
];

/// The kelurahan that a report's photo proposes instead, unless the ticket is withheld.
fn reroute(p: &PhotoRow, open: &BTreeSet<TicketId>) -> Option<String> {
    let placed: Placed = serde_json::from_str(p.placed.as_deref()?).ok()?;
    let to = placed.reroute.filter(|_| open.contains(&p.ticket_id))?;
    let worth = serde_json::to_value(to.worth).ok()?;
    Some(format!("{} {}", to.to, worth.as_str()?))
}

fn row(p: PhotoRow, open: &BTreeSet<TicketId>) -> Row {
    let reroute = reroute(&p, open).unwrap_or_default();
    Row {
        reroute,
        layer: p.place_layer.unwrap_or_default(),
        photo: p.photo_id.to_string(),
        ticket: p.ticket_id.to_string(),
        role: p.role,
        outcome: p.outcome,
        reason: p.reason.unwrap_or_default(),
        format: p.format.unwrap_or_default(),
        method: p.method.unwrap_or_default(),
        place: p.place_verdict.unwrap_or_default(),
        marks: p.marks,
        digest: p.clean_digest.unwrap_or_default(),
    }
}

fn cells(r: &Row) -> [String; 12] {
    [
        r.photo.clone(),
        r.ticket.clone(),
        r.role.as_str().to_owned(),
        r.outcome.clone(),
        r.reason.clone(),
        r.format.clone(),
        r.method.clone(),
        r.place.clone(),
        r.layer.clone(),
        r.reroute.clone(),
        r.marks.join(" "),
        r.digest.chars().take(12).collect(),
    ]
}

fn csv(rows: &[Row]) -> anyhow::Result<()> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(HEAD)?;
    for r in rows {
        let mut cells = cells(r);
        if let Some(digest) = cells.last_mut() {
            digest.clone_from(&r.digest);
        }
        out.write_record(cells)?;
    }
    say(String::from_utf8(out.into_inner()?)?.trim_end());
    Ok(())
}
