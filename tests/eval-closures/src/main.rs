//! Judges generated city-months, and prints what was found.
#![expect(
    clippy::print_stdout,
    reason = "a measuring program: its table is its result"
)]

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use jaga_ticket::closure::{Rules, judge};

use jaga_eval_closures::dice::Dice;
use jaga_eval_closures::month::Month;
use jaga_eval_closures::table::Table;
use jaga_eval_closures::{measure, rivals};

mod bench;

/// Months that thresholds were set on.
const TUNING: std::ops::Range<u64> = 1..6;
/// Months that nothing was set on.
const TEST: std::ops::Range<u64> = 101..111;

/// Judge generated city-months of closures.
#[derive(Parser)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four switches of a command line"
)]
struct Args {
    /// Rules file; default: the built-in one
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// The tuning months instead of the test months
    #[arg(long)]
    tuning: bool,
    /// Also what honest closures were flagged for
    #[arg(long)]
    why: bool,
    /// Judge before reporters answered
    #[arg(long)]
    first: bool,
    /// How many closures a second one core judges
    #[arg(long)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let rules = match &args.rules {
        Some(path) => {
            let text = std::fs::read_to_string(path).context("can't read the rules")?;
            Rules::parse(&text).with_context(|| path.display().to_string())?
        }
        None => Rules::builtin(),
    };
    if args.bench {
        return bench::run(&rules);
    }
    let seeds = if args.tuning { TUNING } else { TEST };
    let mut table = Table::default();
    let mut all = 0;
    for seed in seeds.clone() {
        let month = Month::new(seed);
        let mut dice = Dice::new(seed ^ 0x7269_7661_6c73);
        for (n, mut measured) in measure::month(&month, seed) {
            if args.first {
                measured.facts.response = jaga_ticket::closure::Response::default();
            }
            let judgement = judge(&measured.facts, &rules);
            let rivals = rivals::flag(&mut dice, &measured);
            let truth = month.closures[n].truth;
            table.add(truth, &judgement, rivals);
            measured.facts.unit_rates.clear();
            measured.facts.officer_rates.clear();
            let without = judge(&measured.facts, &rules);
            table.add_past(truth, &judgement, &without);
            all += 1;
        }
    }
    let half = if args.tuning { "tuning" } else { "test" };
    println!(
        "{all} closures, {half} seeds {} to {}, rules {} ({})\n",
        seeds.start,
        seeds.end - 1,
        rules.version,
        rules.digest
    );
    for line in table.lines(args.why) {
        println!("{line}");
    }
    Ok(())
}
