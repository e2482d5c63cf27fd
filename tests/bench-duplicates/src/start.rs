//! From a ledger with many photos into memory, as the photo worker starts.

use anyhow::Result;
use comfy_table::Table;
use jaga_bench_kit::{new_ledger, resident};
use jaga_ledger::Ledger;
use jaga_photo::Matcher;
use nix::time::ClockId;
use tokio::time::Instant;

use crate::spent;

/// Bits; what the worker is set to where nothing else is said.
const REACH: u32 = 31;
const STARTS: usize = 5;

pub async fn all(url: &str, photos: u32, table: &mut Table) -> Result<()> {
    let ledger = new_ledger(url).await?;
    let dialect = ledger.dialect();
    let began = Instant::now();
    fill(&ledger, photos).await?;
    println!(
        "{dialect}: {photos} photos put in within {:.1?}",
        began.elapsed()
    );
    let (mut walls, mut costs) = (Vec::new(), Vec::new());
    let mut grown = 0.0;
    for _ in 0..STARTS {
        let before = spent(ClockId::CLOCK_PROCESS_CPUTIME_ID)?;
        let memory = resident();
        let began = Instant::now();
        let matcher = Matcher::new(REACH);
        matcher.catch_up(&ledger).await?;
        walls.push(began.elapsed().as_secs_f64());
        costs.push((spent(ClockId::CLOCK_PROCESS_CPUTIME_ID)? - before) / 1e3);
        // What the first start leaves free the others use again.
        grown = f64::max(grown, resident() - memory);
        drop(matcher);
    }
    walls.sort_by(f64::total_cmp);
    costs.sort_by(f64::total_cmp);
    table.add_row([
        format!("{dialect}: fingerprints of {photos} photos into memory"),
        format!(
            "{:.1} s, worst {:.1} s; processor time of the worker {:.1} s; {grown:.0} MB",
            walls[STARTS / 2],
            walls[STARTS - 1],
            costs[STARTS / 2],
        ),
        "5 s".to_owned(),
    ]);
    Ok(())
}

/// Photos that look like nothing else, three fingerprints each, in by the database itself.
async fn fill(ledger: &Ledger, photos: u32) -> Result<()> {
    let numbers = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {photos})"
    );
    // Kind and quality (80) stand before each further one.
    let prints = if ledger.dialect() == "sqlite" {
        "randomblob(32), 80, i, unhex('0150' || hex(randomblob(32)) || '0250' || hex(randomblob(32)))"
    } else {
        "sha256(('w' || i)::bytea), 80, i, \
         '\\x0150'::bytea || sha256(('b' || i)::bytea) || '\\x0250'::bytea || sha256(('c' || i)::bytea)"
    };
    ledger
        .tamper(&format!(
            "INSERT INTO fingerprints (photo_id, pdq, quality, seq, more) {numbers} \
             SELECT 'photo-' || i, {prints} FROM n"
        ))
        .await?;
    ledger
        .tamper(&format!(
            "UPDATE counters SET value = {photos} WHERE name = 'looks'"
        ))
        .await?;
    // As autovacuum does on a server that is not filled in one go.
    ledger.tamper("ANALYZE").await?;
    Ok(())
}
