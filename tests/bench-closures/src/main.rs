//! `make bench-closures`: a city-month of closures judged by the real closure worker, on a RabbitMQ and a
//! PostgreSQL of its own. Pictures are excluded: their rows are there as the photo worker would have
//! written them.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

mod fill;
mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Parser;
use comfy_table::Table;
use jaga_broker::{AmqpSettings, Bus};
use jaga_ledger::{Ledger, LedgerSettings};
use jaga_runner::{InForce, Runtime};
use jaga_service::{Clock, Config, Health};
use jaga_tests::{Postgres, Rabbit};
use jaga_ticket::Rules;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A city-month of closures, judged end to end.
#[derive(Debug, Parser)]
struct Args {
    /// Of the generated month
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Closures at a time; default: the configuration's
    #[arg(long)]
    concurrency: Option<usize>,
}

/// Longer than a month takes at a tenth of the goal.
const PATIENCE: Duration = Duration::from_mins(15);

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    println!("load at the start: {}", load());
    let (rabbit, postgres) = tokio::try_join!(
        Rabbit::start(),
        // As a server in production, not as one of a test: what is committed is on the disk.
        Postgres::start_with(&["fsync=on", "full_page_writes=on", "shared_buffers=256MB"])
    )?;
    let (vhost, database) = (rabbit.vhost().await?, postgres.database().await?);
    let mut config = Config::default();
    config.closure.concurrency = args.concurrency.unwrap_or(config.closure.concurrency);
    let ledger = Ledger::open(&LedgerSettings {
        url: database.url.clone(),
        connections: config.ledger.connections,
        deadline: Duration::from_mins(1),
    })?;
    ledger.migrate().await?;
    let began = Instant::now();
    let (told, later) = fill::fill(&ledger, args.seed).await?;
    println!(
        "{} closures put in within {:.1?}",
        told.len(),
        began.elapsed()
    );

    let runtime = Runtime {
        bus: Bus::amqp(AmqpSettings {
            url: vhost.url.clone(),
            heartbeat_s: 30,
            connection_name: "bench".to_owned(),
            timeout: Duration::from_secs(30),
        }),
        ledger: ledger.clone(),
        config: Arc::new(config),
        health: Health::default(),
        stop: CancellationToken::new(),
        // After the month: evidence that never came is waited for no longer.
        clock: Clock::simulated(later),
    };
    let tasks = [
        tokio::spawn(jaga_relay::run(runtime.clone())),
        tokio::spawn(jaga_closure::run(
            runtime.clone(),
            InForce::new(Rules::builtin()),
        )),
    ];
    let (began, busy) = (Instant::now(), busy()?);
    fill::tell(&ledger, &told, later).await?;
    let judged = finished(&ledger, told.len(), began).await?;
    let (all, busy) = (began.elapsed(), self::busy()?.saturating_sub(busy));
    runtime.stop.cancel();
    for task in tasks {
        task.await?;
    }
    let starts = ledger.attempts("closure").await?;
    let mut table = Table::new();
    table.set_header(["what", "figure", "goal"]);
    let rate = |n: usize, time: Duration| format!("{:.0}/s", n as f64 / time.as_secs_f64());
    let closures = told.len();
    table.add_row([
        "closures judged, to the last first verdict",
        &rate(closures, judged),
        "50/s",
    ]);
    let whole = "the same, until every one that another bears on was judged again and all is told";
    table.add_row([whole, &rate(closures, all), "50/s"]);
    table.add_row([
        "looks at closures, those again among them",
        &rate(starts.len(), all),
        "",
    ]);
    let each = busy.as_secs_f64() * 1e3 / starts.len() as f64;
    let cost = format!("{each:.1} ms");
    table.add_row(["processor time of a look in worker and relay", &cost, ""]);
    println!("{table}");
    println!(
        "{} looks, {all:.1?}; verdicts: {}",
        starts.len(),
        verdicts(&ledger, closures).await?
    );
    println!("load at the end: {}", load());
    ledger.close().await;
    Ok(())
}

/// Waits until all is judged and nothing is going on; gives when the last had its first verdict.
async fn finished(ledger: &Ledger, closures: usize, began: Instant) -> Result<Duration> {
    let mut judged = None;
    loop {
        let left = ledger.unjudged(jiff::Timestamp::MAX).await?.len();
        if left == 0 && judged.is_none() {
            judged = Some(began.elapsed());
        }
        if let Some(judged) = judged
            && ledger.open_work().await?.is_none()
        {
            return Ok(judged);
        }
        ensure!(began.elapsed() < PATIENCE, "{left} of {closures} are left");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// How many of each.
async fn verdicts(ledger: &Ledger, closures: usize) -> Result<String> {
    let all = ledger.verdicts().await?;
    ensure!(
        all.len() == closures,
        "{} of {closures} have a verdict",
        all.len()
    );
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for verdict in &all {
        *counts.entry(&verdict.verdict).or_default() += 1;
    }
    let told: Vec<String> = counts
        .iter()
        .map(|(name, n)| format!("{n} {name}"))
        .collect();
    Ok(told.join(", "))
}

/// Processor time of this process, user and system.
fn busy() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(Duration::from_micros(micros as u64))
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.trim().to_owned()
}
