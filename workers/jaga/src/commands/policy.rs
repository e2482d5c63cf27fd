//! `jaga policy`: policies before they go into force, by themselves and against the ones before.

use std::path::Path;

use jaga_ticket::policy::{PolicyFinding, Severity};
use jaga_ticket::{Policies, Ruling, Shift, Ticket, shifts};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::deadline::tickets;
use crate::cli::{PolicyArgs, PolicyWhat, TicketsArgs};
use crate::output::{Outcome, say, say_json};
use crate::place::ledger_of;
use crate::rulebook::{calendars, policies, read};

pub async fn run(args: PolicyArgs) -> anyhow::Result<Outcome> {
    match args.what {
        PolicyWhat::Check {
            file,
            calendar,
            tickets,
            json,
        } => check(&file, calendar.as_deref(), &tickets, json).await,
        PolicyWhat::Diff {
            old,
            new,
            calendar,
            new_calendar,
            tickets,
            json,
        } => {
            let now = calendars(calendar.as_deref())?;
            let then = calendars(new_calendar.as_deref().or(calendar.as_deref()))?;
            let (old, new) = (policies(Some(&old), &now)?, policies(Some(&new), &then)?);
            let rulings = (
                Ruling {
                    policies: &old,
                    calendars: &now,
                },
                Ruling {
                    policies: &new,
                    calendars: &then,
                },
            );
            diff(rulings, &open(&tickets).await?, json)
        }
    }
}

/// Of the files, and of the ledger where one is named.
async fn open(args: &TicketsArgs) -> anyhow::Result<Vec<Ticket>> {
    let mut found = Vec::new();
    for file in &args.history {
        found.extend(tickets(file)?);
    }
    if args.place.data.is_some() || args.place.config.is_some() {
        let ledger = ledger_of(&args.place).await?;
        for id in ledger.unfinished_tickets().await? {
            let history = jaga_ticket::History::from_steps(ledger.steps(&id).await?);
            found.push(jaga_ticket::fold(&id, &history));
        }
    }
    Ok(found)
}

async fn check(
    file: &Path,
    calendar: Option<&Path>,
    args: &TicketsArgs,
    json: bool,
) -> anyhow::Result<Outcome> {
    let calendars = calendars(calendar)?;
    let text = read(file)?;
    let policies = match Policies::parse(&text, &calendars) {
        Ok(policies) => policies,
        Err(bad) => {
            if json {
                say_json(&json!({
                    "file": file, "ok": false, "line": bad.line, "key": bad.key, "problem": bad.problem
                }))?;
            } else {
                say(&format!("{}: {bad}", file.display()));
            }
            return Ok(Outcome::No);
        }
    };
    let tickets = open(args).await?;
    let mut found = policies.check(&calendars);
    found.extend(policies.unmatched(&tickets, &calendars));
    let wrong = found.iter().any(|f| f.severity == Severity::Problem);
    if json {
        let versions: Vec<_> = policies.all().iter().map(|p| &p.version).collect();
        say_json(&json!({
            "file": file, "ok": !wrong, "versions": versions, "tickets": tickets.len(), "findings": found
        }))?;
    } else {
        for policy in policies.all() {
            say(&format!(
                "{}: in force from {}, {} targets, {} levels",
                policy.version,
                policy.effective_from,
                policy.targets.len(),
                policy.ladder.len()
            ));
        }
        for finding in &found {
            say(&words(finding));
        }
        say(&format!(
            "{} findings, {} tickets looked at",
            found.len(),
            tickets.len()
        ));
    }
    Ok(Outcome::yes_if(!wrong))
}

fn words(finding: &PolicyFinding) -> String {
    let severity = match finding.severity {
        Severity::Problem => "problem",
        Severity::Note => "note",
    };
    let PolicyFinding { kind, at, says, .. } = finding;
    format!("{severity}: {at}: {kind}: {says}")
}

fn diff(
    (old, new): (Ruling<'_>, Ruling<'_>),
    tickets: &[Ticket],
    json: bool,
) -> anyhow::Result<Outcome> {
    let open: Vec<_> = tickets.iter().filter(|t| t.ended_at.is_none()).collect();
    let zone = new.calendars.names().next();
    let zone = zone.and_then(|name| new.calendars.get(name));
    let zone = zone.map_or(TimeZone::UTC, |c| c.zone().clone());
    let (mut moved, mut later, mut earlier, mut touched) = (0_u64, 0_u64, 0_u64, 0_u64);
    for ticket in &open {
        let found = shifts(ticket, old, new);
        touched += u64::from(!found.is_empty());
        for shift in &found {
            moved += 1;
            if let (Some(from), Some(to)) = (shift.from, shift.to) {
                later += u64::from(from < to);
                earlier += u64::from(to < from);
            }
            if json {
                say_json(shift)?;
            } else {
                say(&line(shift, &zone));
            }
        }
    }
    if !json {
        say(&format!(
            "{moved} deadlines of {touched} of {} open tickets would change: {later} later, {earlier} earlier, {} come or go",
            open.len(),
            moved - later - earlier
        ));
    }
    Ok(Outcome::Done)
}

fn line(shift: &Shift, zone: &TimeZone) -> String {
    let local = |at: Option<Timestamp>| {
        let at = at.map(|t| t.to_zoned(zone.clone()));
        at.map_or("none".to_owned(), |z| {
            z.strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
        })
    };
    format!(
        "{} {}: from {} to {}: {}",
        shift.ticket_id,
        shift.target,
        local(shift.from),
        local(shift.to),
        shift.why.join("; ")
    )
}
