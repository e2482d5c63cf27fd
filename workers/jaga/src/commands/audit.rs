//! `jaga audit`: a ticket's trail, and whether any trail was tampered with.

use jaga_contract::TicketId;

use crate::cli::{AuditArgs, AuditWhat, PlaceArgs};
use crate::output::{Outcome, say, say_json, table};
use crate::place::ledger_of;

pub async fn run(args: AuditArgs) -> anyhow::Result<Outcome> {
    match args.what {
        AuditWhat::Verify {
            place,
            ticket,
            json,
        } => verify(&place, ticket.as_ref(), json).await,
        AuditWhat::Show {
            place,
            ticket,
            json,
        } => show(&place, &ticket, json).await,
    }
}

async fn verify(
    place: &PlaceArgs,
    ticket: Option<&TicketId>,
    json: bool,
) -> anyhow::Result<Outcome> {
    let audited = ledger_of(place).await?.verify_audit(ticket).await?;
    let whole = audited.found == 0;
    if json {
        say_json(&audited)?;
        return Ok(Outcome::yes_if(whole));
    }
    for fault in &audited.faults {
        say(&format!(
            "{}: {}: {}",
            fault.ticket_id, fault.fault, fault.says
        ));
    }
    let told = audited.faults.len() as u64;
    if told < audited.found {
        say(&format!("and {} more", audited.found - told));
    }
    say(&format!(
        "{} rows of {} tickets: {}; digest of all heads {}",
        audited.rows,
        audited.tickets,
        if whole {
            "whole".to_owned()
        } else {
            format!("{} faults", audited.found)
        },
        audited.digest
    ));
    Ok(Outcome::yes_if(whole))
}

async fn show(place: &PlaceArgs, ticket: &TicketId, json: bool) -> anyhow::Result<Outcome> {
    let rows = ledger_of(place).await?.trail(ticket).await?;
    if json {
        say_json(&rows)?;
    } else {
        let mut out = table(["seq", "at", "kind", "what", "hash"]);
        for row in &rows {
            let hash: String = row.hash.chars().take(12).collect();
            out.add_row([
                row.seq.to_string(),
                row.at.to_string(),
                row.kind.clone(),
                row.body.clone(),
                hash,
            ]);
        }
        say(&out.to_string());
    }
    Ok(Outcome::yes_if(!rows.is_empty()))
}
