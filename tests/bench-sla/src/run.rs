//! The measurements.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use comfy_table::Table;
use jaga_bench_kit::{new_ledger, resident};
use jaga_broker::Bus;
use jaga_escalation::{Right, Schedule, full, sweep};
use jaga_ledger::{Ledger, LedgerError};
use jaga_runner::{DeadlineRules, Runtime};
use jaga_service::{Clock, Config, Health};
use jaga_ticket::calendar::BUILTIN;
use jaga_ticket::{Calendars, Policies};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::fill::{SUBMITTED, fill};

/// Six hours on the clock, then sixteen working hours on the offices' calendar.
const POLICY: &str = r#"
zone = "Asia/Jakarta"
[[policy]]
version = "bench-1"
effective_from = 2017-01-01
[policy.ladder]
clock = "24x7"
levels = [
  { level = 1, role = "owner", after = "0h" },
  { level = 2, role = "camat", after = "24h" },
  { level = 3, role = "wali_kota", after = "48h" },
]
[[policy.target]]
name = "response"
title_id = "tanggapan"
title_en = "response"
clock = "24x7"
limit = "6h"
from = ["submitted"]
until = ["accepted", "closure_proposed"]
warn = { shares = [50, 80] }
source = "bench"
confidence = "high"
[[policy.target]]
name = "resolution"
title_id = "penyelesaian"
title_en = "resolution"
clock = "asn-dki"
limit = "16h"
from = ["submitted"]
until = ["closure_proposed"]
warn = { shares = [50, 80] }
source = "bench"
confidence = "high"
"#;

fn rules(calendars: &str, version: &str) -> Result<DeadlineRules> {
    let calendars = Calendars::parse(calendars)?;
    Ok(DeadlineRules {
        policies: Arc::new(Policies::parse(POLICY, &calendars)?),
        calendars: Arc::new(calendars),
        version: version.to_owned(),
    })
}

/// Fills a new ledger and measures on it.
pub async fn all(url: &str, count: u32, due: u32, batch: u32, table: &mut Table) -> Result<()> {
    let ledger = new_ledger(url).await?;
    let dialect = ledger.dialect();
    let submitted: Timestamp = SUBMITTED.parse()?;
    let clock = Clock::simulated(submitted);
    let began = Instant::now();
    fill(
        &ledger,
        count,
        submitted + SignedDuration::from_hours(24 * 365),
    )
    .await?;
    println!(
        "{dialect}: {count} tickets put in within {:.1?}",
        began.elapsed()
    );
    let folder = tempfile::tempdir()?;
    let runtime = runtime(ledger, folder.path(), batch, clock.clone())?;
    let right = Right {
        holder: "bench".to_owned(),
        lease: None,
    };
    let nightly = Schedule::new("0 0 22 * * *")?;
    let before = rules(BUILTIN, "bench-a")?;
    let name = |what: &str| format!("{dialect}, {count} open: {what}");

    // Dated for the first time: nothing moves.
    let (swept, time, _, _) = full_run(&runtime, &before, &right, &nightly).await?;
    ensure!(
        swept.seen == u64::from(count) && swept.re_dated == 0,
        "{swept:?}"
    );
    row(
        table,
        &name("dated for the first time"),
        &rate(count, time),
        "",
    );

    park(&runtime.ledger, submitted, count, 0).await?;
    let idle = idle(&runtime, &before, &right).await?;
    row(
        table,
        &name("a sweep with nothing due, median of 21"),
        &format!("{:.1} ms", idle.as_secs_f64() * 1e3),
        "50 ms",
    );

    clock.set(submitted + SignedDuration::from_mins(361));
    park(&runtime.ledger, submitted, count, due).await?;
    let began = Instant::now();
    let swept = sweep(&runtime, &before, &right, calm).await?;
    let time = began.elapsed();
    ensure!(
        swept.escalated == u64::from(due) && swept.errors == 0,
        "{swept:?}"
    );
    row(
        table,
        &name("due, escalated and told"),
        &rate(due, time),
        "10000/s",
    );

    // Before anything is due: what is measured is the dating.
    clock.set(submitted + SignedDuration::from_mins(30));
    let changed = rules(&BUILTIN.replace("12:30-16:00", "12:30-15:00"), "bench-b")?;
    let (swept, time, first, last) = full_run(&runtime, &changed, &right, &nightly).await?;
    ensure!(
        swept.re_dated == u64::from(count) && swept.errors == 0,
        "{swept:?}"
    );
    row(
        table,
        &name("a calendar changed: all dated anew and told"),
        &format!("{:.1} s, {}", time.as_secs_f64(), rate(count, time)),
        "120 s",
    );
    row(
        table,
        &name("memory after a tenth of it, and at its end"),
        &format!("{first:.0} MB, {last:.0} MB"),
        "flat",
    );
    let began = Instant::now();
    let audited = runtime.ledger.verify_audit(None).await?;
    ensure!(audited.found == 0, "{:?}", audited.faults.first());
    let rows = u32::try_from(audited.rows)?;
    row(
        table,
        &name("rows of the trail verified"),
        &rate(rows, began.elapsed()),
        "",
    );
    runtime.ledger.close().await;
    Ok(())
}

fn runtime(ledger: Ledger, folder: &Path, batch: u32, clock: Clock) -> Result<Runtime> {
    let mut config = Config::default();
    config.escalation.batch = batch;
    Ok(Runtime {
        bus: Bus::local(folder)?,
        ledger,
        config: Arc::new(config),
        health: Health::default(),
        stop: tokio_util::sync::CancellationToken::new(),
        clock,
    })
}

/// The median of many sweeps with nothing due.
async fn idle(runtime: &Runtime, rules: &DeadlineRules, right: &Right) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..21 {
        let began = Instant::now();
        let swept = sweep(runtime, rules, right, calm).await?;
        ensure!(swept.seen == 0, "{swept:?}");
        times.push(began.elapsed());
    }
    times.sort();
    Ok(times[10])
}

async fn calm() -> Result<(), LedgerError> {
    Ok(())
}

/// A full run, and the memory at its tenth and at its end.
async fn full_run(
    runtime: &Runtime,
    rules: &DeadlineRules,
    right: &Right,
    nightly: &Schedule,
) -> Result<(jaga_escalation::Swept, Duration, f64, f64)> {
    let began = Instant::now();
    let mut memory = Vec::new();
    let beat = || {
        memory.push(resident());
        calm()
    };
    let swept = full(runtime, rules, right, nightly, beat).await?;
    let time = began.elapsed();
    let at = |n: usize| memory.get(n).copied().unwrap_or(f64::NAN);
    let (first, last) = (at(memory.len() / 10), at(memory.len().saturating_sub(1)));
    Ok((swept, time, first, last))
}

/// Sets the next look of the first `due` tickets to now, and of all others to next year.
async fn park(ledger: &Ledger, submitted: Timestamp, count: u32, due: u32) -> Result<()> {
    let later = submitted + SignedDuration::from_hours(24 * 365);
    let sql = format!(
        "UPDATE tickets SET next_at = CASE WHEN ticket_id < 'JK' || (10000000 + {due}) THEN {} ELSE {} END",
        submitted.as_microsecond(),
        later.as_microsecond()
    );
    ensure!(due <= count);
    ledger.tamper(&sql).await?;
    let tidy = if ledger.dialect() == "postgres" {
        "VACUUM ANALYZE tickets"
    } else {
        "ANALYZE"
    };
    Ok(ledger.tamper(tidy).await?)
}

fn rate(count: u32, time: Duration) -> String {
    format!("{:.0}/s", f64::from(count) / time.as_secs_f64())
}

fn row(table: &mut Table, what: &str, figure: &str, goal: &str) {
    println!("{what}: {figure}");
    table.add_row([what, figure, goal]);
}
