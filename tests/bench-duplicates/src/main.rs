#![doc = include_str!("../README.md")]
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

mod opencv;
mod pictures;
mod start;

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use comfy_table::{Table, presets::ASCII_MARKDOWN};
use jaga_tests::Postgres;

/// Two photos compared, and the start from a ledger.
#[derive(Debug, Parser)]
struct Args {
    /// Photos in the ledger; 0 leaves the start out
    #[arg(long, default_value_t = 1_000_000)]
    photos: u32,
    /// Rounds of comparisons; 0 leaves them out
    #[arg(long, default_value_t = 7)]
    rounds: u32,
    /// A Python with `OpenCV`
    #[arg(long, env = "JAGA_BENCH_PYTHON")]
    python: Option<std::path::PathBuf>,
    /// Leave PostgreSQL out
    #[arg(long)]
    no_postgres: bool,
    /// A bench to run first; `JAGA_BENCH_PG_URL` names it a `PostgreSQL` of its own
    #[arg(last = true)]
    first: Vec<String>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(["what", "figure", "goal"]);
    println!("load at the start: {}", load());
    if let Some((program, rest)) = args.first.split_first() {
        let mut command = Command::new(program);
        command.args(rest);
        // As long as this lives, its server does.
        let own = if args.no_postgres {
            None
        } else {
            Some(Postgres::start_with(&["shared_buffers=1GB", "max_wal_size=4GB"]).await?)
        };
        if let Some(own) = &own {
            command.env("JAGA_BENCH_PG_URL", &own.database().await?.url);
        }
        let status = command.status().with_context(|| program.clone())?;
        ensure!(status.success(), "{program} ended with {status}");
    }
    if args.rounds > 0 {
        pictures::all(args.rounds, args.python.as_deref(), &mut table)?;
    }
    if args.photos > 0 {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("ledger.sqlite");
        start::all(
            &format!("sqlite:{}", file.display()),
            args.photos,
            &mut table,
        )
        .await?;
        if !args.no_postgres {
            let own =
                Postgres::start_with(&["fsync=on", "shared_buffers=256MB", "max_wal_size=4GB"])
                    .await?;
            start::all(&own.database().await?.url.clone(), args.photos, &mut table).await?;
        }
    }
    println!("{table}");
    println!("load at the end: {}", load());
    Ok(())
}

fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.trim().to_owned()
}

/// Processor time, milliseconds: of this thread, or of the whole process.
fn spent(of: nix::time::ClockId) -> Result<f64> {
    let now = nix::time::clock_gettime(of)?;
    Ok(now.tv_sec() as f64 * 1e3 + now.tv_nsec() as f64 / 1e6)
}
