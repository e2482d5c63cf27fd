//! `jaga review stats`: what the decisions so far say. It only reads and prints; the figures are
//! `jaga_ticket::review`'s, and nothing changes by them.

use std::path::Path;

use anyhow::bail;
use jaga_ticket::closure::ClosureFacts;
use jaga_ticket::review::{Case, Counts, Goals, Line, Proposals, Statistics, propose};
use serde_json::json;

use super::load::{Item, days};
use super::numbers;
use crate::cli::StatsArgs;
use crate::commands::judged::each_judged;
use crate::output::{Outcome, say, say_json};
use crate::place::{configuration, ledger_of};
use crate::rulebook::closure_rules;

pub async fn run(args: &StatsArgs) -> anyhow::Result<Outcome> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && to < from
    {
        bail!("--to: {to} is before --from");
    }
    let config = configuration(args.place.config.as_deref())?;
    let in_force = Some(config.closure.rules.as_str()).filter(|file| !file.is_empty());
    let rules = closure_rules(args.rules.as_deref().or(in_force.map(Path::new)))?;
    let ledger = ledger_of(&args.place).await?;
    let mut counts = Counts::default();
    // Facts are large: those of decided closures alone are taken apart, and kept.
    let mut decided: Vec<(Case, ClosureFacts)> = Vec::new();
    let count = |judged| {
        let item = Item::new(judged)?;
        let case = item.case();
        counts.add(&case);
        if case.decided.is_some() {
            let facts = serde_json::from_str(&item.judged.verdict.facts);
            decided.extend(facts.ok().map(|facts| (case, facts)));
        }
        Ok(())
    };
    each_judged(&ledger, days(args.from, args.to)?, false, count).await?;
    let found = counts.statistics(args.small);
    let pairs = decided.iter().map(|(case, facts)| (case, facts));
    let strata = &found.all.strata;
    let proposals = propose(pairs, strata, &found, &rules, Goals::default());
    if args.json {
        say_json(&json!({
            "from": args.from, "to": args.to, "statistics": found, "proposals": proposals,
        }))?;
    } else {
        tell(&found, &proposals);
    }
    Ok(Outcome::Done)
}

fn tell(found: &Statistics, proposals: &Proposals) {
    let all = &found.all;
    let strata = &all.strata;
    say(&format!(
        "{} closures judged: {} held, {} to review, {} clear",
        all.closures,
        strata.hold.closures,
        strata.review.closures,
        all.closures - strata.flagged().closures
    ));
    let flagged = strata.flagged();
    say(&format!(
        "flagged: {} decided ({} fake, {} genuine, {} unclear), {} open",
        flagged.told() + flagged.unclear,
        flagged.fake,
        flagged.genuine,
        flagged.unclear,
        flagged.open()
    ));
    let drawn = &strata.drawn;
    say(&format!(
        "clear and drawn by chance: {} decided ({} fake, {} genuine, {} unclear), {} open; they stand \
         for {} clear closures",
        drawn.told() + drawn.unclear,
        drawn.fake,
        drawn.genuine,
        drawn.unclear,
        drawn.open(),
        drawn.closures + strata.rest.closures
    ));
    if strata.known.closures > 0 {
        say(&format!(
            "clear and looked into for another reason: {} fake of {}",
            strata.known.fake, strata.known.closures
        ));
    }
    if strata.before.closures > 0 {
        say(&format!(
            "{} clear closures are from before draws were kept: in no estimate",
            strata.before.closures
        ));
    }
    say(&numbers::lines(std::slice::from_ref(all)));
    for (title, lines) in [("by unit", &found.units), ("by month", &found.months)] {
        // Of the others there is nothing to say but how many they are.
        let looked_at = |line: &&Line| line.strata.flagged().told() + line.strata.drawn.told() > 0;
        let told: Vec<Line> = lines.iter().filter(looked_at).cloned().collect();
        say(&format!("\n{title}"));
        if !told.is_empty() {
            say(&numbers::lines(&told));
        }
        if told.len() < lines.len() {
            say(&format!(
                "{} more, nothing decided",
                lines.len() - told.len()
            ));
        }
    }
    say("\nby signal, of flagged closures in which it weighs");
    say(&numbers::signals(&found.signals));
    say(&format!(
        "* fewer than {} decided closures: the figure says little",
        found.small
    ));
    say("");
    for line in numbers::proposals(proposals) {
        say(&line);
    }
}
