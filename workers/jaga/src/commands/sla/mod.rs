//! `jaga report sla`: per unit what came in, what was closed and how much of it in time, for a period of
//! whole days. Everything is computed from the histories as they were at the end of the period.

mod count;
mod html;
mod print;

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use jaga_ticket::History;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::cli::{SlaArgs, SlaFormat};
use crate::dating;
use crate::output::{Outcome, say};
use crate::place::{configuration, ledger_of};
use count::{Case, Line, Period, Sums};

const PAGE: u32 = 500;

pub async fn run(args: SlaArgs) -> anyhow::Result<Outcome> {
    let config = configuration(args.place.config.as_deref())?;
    let rules = dating::rules(&config).await?;
    let Some(clock) = rules.calendars.get(&args.clock) else {
        bail!("--clock: no calendar is called {}", args.clock);
    };
    if args.to < args.from {
        bail!("--to: {} is before --from", args.to);
    }
    let zone = TimeZone::get("Asia/Jakarta").context("no zone Asia/Jakarta")?;
    let midnight = |day: jiff::civil::Date| -> anyhow::Result<Timestamp> {
        Ok(day.to_zoned(zone.clone())?.timestamp())
    };
    let ledger = ledger_of(&args.place).await?;
    let now = ledger.now().await?;
    let end = midnight(args.to.tomorrow().context("--to: too late a day")?)?;
    let period = Period {
        from: midnight(args.from)?,
        // What has not happened yet is not overdue.
        to: end.min(now.max(midnight(args.from)?)),
        target: args.target.clone(),
    };
    let mut units: BTreeMap<String, Sums> = BTreeMap::new();
    let mut after = String::new();
    loop {
        let page = ledger
            .histories(period.from, period.to, &after, PAGE)
            .await?;
        let Some(last) = page.last() else { break };
        after = last.ticket_id.to_string();
        for ticket in page {
            let Ok(mut steps) = ticket.steps else {
                units.entry(String::new()).or_default().unknown += 1;
                continue;
            };
            steps.retain(|step| step.occurred_at < period.to);
            let folded = jaga_ticket::fold(&ticket.ticket_id, &History::from_steps(steps));
            let owner = folded.owner.as_ref().map(ToString::to_string);
            if args
                .unit
                .as_ref()
                .is_some_and(|unit| Some(unit.to_string()) != owner)
            {
                continue;
            }
            let case = Case {
                deadlines: jaga_ticket::deadlines(&folded, &rules.policies, &rules.calendars).ok(),
                ticket: folded,
                told: ticket.told,
                verdicts: ticket.verdicts,
            };
            let worked = |from, to| clock.working_between(from, to).max(SignedDuration::ZERO);
            units
                .entry(owner.unwrap_or_default())
                .or_default()
                .add(&case, &period, worked);
        }
    }
    let lines: Vec<Line> = units
        .into_iter()
        .map(|(unit, sums)| sums.line(unit, args.small))
        .collect();
    let about = print::About {
        from: args.from,
        to: args.to,
        until: period.to,
        target: &args.target,
        clock: &args.clock,
        small: args.small,
        rules: &rules.version,
    };
    match if args.json {
        SlaFormat::Json
    } else {
        args.format
    } {
        SlaFormat::Table => say(&print::table(&about, &lines)),
        SlaFormat::Csv => say(print::csv(&lines)?.trim_end()),
        SlaFormat::Json => say(&print::json(&about, &lines)?),
        SlaFormat::Html => say(&html::page(&about, &lines)),
    }
    Ok(Outcome::Done)
}
