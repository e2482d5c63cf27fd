//! `jaga report photos`: a row per photo. No coordinates, no file names, no EXIF values.

use jaga_contract::Role;
use jaga_ledger::PhotoRow;
use serde::Serialize;

use crate::cli::{Format, ReportArgs, ReportWhat};
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
    marks: Vec<String>,
    digest: String,
}

pub async fn run(args: ReportArgs) -> anyhow::Result<Outcome> {
    let ReportWhat::Photos {
        place,
        format,
        json,
    } = args.what;
    let ledger = ledger_of(&place).await?;
    let rows: Vec<Row> = ledger.photos().await?.into_iter().map(row).collect();
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
        }
    }
    Ok(Outcome::Done)
}

const HEAD: [&str; 10] = [
    "photo", "ticket", "role", "outcome", "reason", "format", "method", "place", "marks", "digest",
];

fn row(p: PhotoRow) -> Row {
    Row {
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

fn cells(r: &Row) -> [String; 10] {
    [
        r.photo.clone(),
        r.ticket.clone(),
        r.role.as_str().to_owned(),
        r.outcome.clone(),
        r.reason.clone(),
        r.format.clone(),
        r.method.clone(),
        r.place.clone(),
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
