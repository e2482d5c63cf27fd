#![doc = include_str!("README.md")]

mod calm;
mod cards;
mod carriers;
mod check;
mod figures;
mod findings;
mod home;
mod mailbox;
mod map;
mod places;
mod report;
mod script;
mod secrets;
mod stage;
mod stock;
mod summary;

use std::sync::Arc;

use anyhow::Context;
use jaga_scene::Week;
use jaga_service::{Clock, Config};
use tokio::time::Instant;

use crate::cards::{Desk, write_all};
use crate::cli::{Audience, DemoArgs};
use crate::commands::review::waiting;
use crate::embedded::{Embedded, Options};
use crate::output::{Outcome, note, progress, say_json};
use crate::rulebook::closure_files;
use figures::Figures;
use findings::Findings;
use home::Home;
use script::Script;
use stage::Stage;
use stock::{Album, Stock};

/// Plays, looks, and says what it saw.
pub async fn run(args: DemoArgs) -> anyhow::Result<Outcome> {
    let started = Instant::now();
    let album = args.photos.as_deref().map(Album::open).transpose()?;
    let home = Home::open(args.data.as_deref(), args.seed)?;
    home.start_log()?;
    note(&format!(
        "jaga demo: week {} in {}",
        args.seed,
        home.dir.display()
    ));
    let week = Arc::new(Week::plan(args.seed));
    let script = Script::of(&week);
    let options = Options {
        data: &home.dir,
        durable: false,
        clock: Clock::simulated(week.monday),
        sweeps: false,
    };
    // Not from file or environment: the same seed must give the same week everywhere.
    let mut config = Config::default();
    if let Some(list) = &args.layers {
        config.geo.layers = list.display().to_string();
    }
    let embedded = Embedded::start(config, options).await?;
    let result = week_long(&embedded, &home, &week, &script, album, started).await;
    embedded.stop().await;
    let figures = result?;
    if args.json {
        say_json(&figures)?;
    } else {
        summary::print(&figures);
    }
    Ok(Outcome::yes_if(figures.well()))
}

async fn week_long(
    embedded: &Embedded,
    home: &Home,
    week: &Arc<Week>,
    script: &Script,
    album: Option<Album>,
    started: Instant,
) -> anyhow::Result<Figures> {
    let bar = progress(script.firsts());
    let stock = Stock::open(Arc::clone(week), script, album);
    let stage = Stage::new(embedded, Arc::clone(week), stock, &bar).await?;
    let played = stage.play(script).await?;
    bar.set_message("looking");
    let answered = calm::queues_empty(&home.dir.join("bus")).await;
    let tickets = week.tickets.iter().map(|case| &case.ticket_id);
    let seen = Findings::gather(embedded, home, &played, tickets, answered).await?;
    let checks = check::all(week, &played, &seen);
    bar.set_message("writing cards");
    let cards = review(embedded, home).await?;
    let figures = Figures::of(week, &played, &seen, checks, home, cards, started.elapsed());
    std::fs::write(home.report(), report::page(week, &seen, &figures))
        .context("can't write the report")?;
    bar.finish_and_clear();
    Ok(figures)
}

/// A card for each closure that waits for a reviewer, as `jaga review cards` writes them.
async fn review(embedded: &Embedded, home: &Home) -> anyhow::Result<usize> {
    let runtime = &embedded.runtime;
    let (rules, _) = closure_files(&runtime.config).load().await?;
    let desk = Desk {
        ledger: &runtime.ledger,
        vault: &embedded.vault,
        bucket: &runtime.config.vault.clean,
        rules: &rules,
        audience: Audience::Reviewer,
    };
    let waiting = waiting(&runtime.ledger).await?;
    let closures: Vec<_> = waiting
        .iter()
        .map(|item| item.judged.verdict.closure_id.clone())
        .collect();
    write_all(&desk, &closures, &home.cards()).await
}
