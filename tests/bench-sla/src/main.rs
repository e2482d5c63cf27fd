//! `make bench-sla`, the ledger's part: sweeps over a million open tickets on PostgreSQL, and a hundred
//! thousand on SQLite.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

mod fill;
mod run;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use comfy_table::Table;
use jaga_tests::Postgres;

/// Sweeps over many open tickets.
#[derive(Debug, Parser)]
struct Args {
    /// Open tickets on PostgreSQL; 0 leaves it out
    #[arg(long, default_value_t = 1_000_000)]
    postgres: u32,
    /// Open tickets on SQLite; 0 leaves it out
    #[arg(long, default_value_t = 100_000)]
    sqlite: u32,
    /// How many of them are due at once; at most all
    #[arg(long, default_value_t = 100_000)]
    due: u32,
    /// Tickets per transaction
    #[arg(long, default_value_t = 1000)]
    batch: u32,
    /// A PostgreSQL that is already there, with an empty database
    #[arg(long)]
    url: Option<String>,
    /// Where SQLite's file goes; default: the temporary directory
    #[arg(long)]
    folder: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let mut table = Table::new();
    table.set_header(["what", "figure", "goal"]);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load at the start: {}", load.trim());
    if args.postgres > 0 {
        let own = match &args.url {
            Some(_) => None,
            // As a server in production, not as one of a test: what is committed is on the disk.
            None => Some(
                Postgres::start_with(&[
                    "fsync=on",
                    "full_page_writes=on",
                    "shared_buffers=256MB",
                    "max_wal_size=4GB",
                ])
                .await?,
            ),
        };
        let url = match (&own, args.url) {
            (Some(own), _) => own.database().await?.url.clone(),
            (None, url) => url.unwrap_or_default(),
        };
        run::all(&url, args.postgres, args.due, args.batch, &mut table).await?;
    }
    if args.sqlite > 0 {
        let temporary = match &args.folder {
            Some(folder) => tempfile::tempdir_in(folder)?,
            None => tempfile::tempdir()?,
        };
        let url = format!(
            "sqlite:{}",
            temporary.path().join("ledger.sqlite").display()
        );
        run::all(
            &url,
            args.sqlite,
            args.due.min(args.sqlite),
            args.batch,
            &mut table,
        )
        .await?;
    }
    println!("{table}");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load at the end: {}", load.trim());
    Ok(())
}
