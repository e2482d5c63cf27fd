#![doc = include_str!("../README.md")]

mod dice;
mod edits;
mod honest;
mod pairs;
mod photos;
mod pool;
mod raster;
mod strangers;
mod tally;
mod tiers;
mod views;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

use crate::pairs::Pair;
use crate::photos::{Half, Photo};
use crate::tally::Tally;
use crate::tiers::{Said, Tiers};

/// Makes pairs of photos whose truth is known, and counts what is said of them.
#[derive(Parser)]
struct Options {
    /// A folder of photos; default: `photos/public` of the shared data, where there is one.
    #[arg(long)]
    photos: Option<PathBuf>,
    /// The data beside the project.
    #[arg(long, env = "JAGA_SHARED", default_value = "../shared")]
    shared: PathBuf,
    /// A folder of real pairs: `NAME_left.*` and `NAME_right.*`; default: none.
    #[arg(long)]
    stereo: Option<PathBuf>,
    /// Streets made by code.
    #[arg(long, default_value_t = 40)]
    made: u64,
    /// Unrelated pairs compared at most.
    #[arg(long, default_value_t = 1000)]
    unrelated: usize,
    /// Streets made by code whose fingerprints alone are looked at, each with each.
    #[arg(long, default_value_t = 900)]
    strangers: u64,
    /// Look at the tuning half instead of the test half.
    #[arg(long)]
    tuning: bool,
    /// Only rows whose name contains this; may be said several times.
    #[arg(long)]
    only: Vec<String>,
    /// Every pair's measurements as tab-separated lines on standard error.
    #[arg(long)]
    lines: bool,
    /// Another draw of all pairs.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Pairs at a time; default: one for each core.
    #[arg(long)]
    threads: Option<usize>,
}

impl Options {
    fn wanted(&self, row: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| row.contains(part))
    }

    fn half(&self) -> Half {
        if self.tuning {
            Half::Tuning
        } else {
            Half::Test
        }
    }
}

fn main() -> Result<()> {
    let options = Options::parse();
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = options.threads.unwrap_or_else(cores);
    let beside = options.shared.join("photos/public");
    let folder = options.photos.clone();
    let folder = folder.or_else(|| Some(beside).filter(|it| it.is_dir()));
    let photos = photos::load(folder.as_deref(), options.made)?;
    let of_half = |it: &&Photo| it.half == options.half() && !it.blank;
    let mine: Vec<&Photo> = photos.iter().filter(of_half).collect();
    say_what(&mine, &options)?;
    let pairs = wanted(&mine, &options)?;
    let tiers = Tiers::new(options.seed);
    let ask = |pair: &Pair<'_>| {
        let [first, later] = (pair.files)()?;
        let said = tiers.ask(&first, &later)?;
        if options.lines {
            aside(&measured(pair, &said));
        }
        Ok(said)
    };
    let told = |done: usize| {
        if done.is_multiple_of(100) && !options.lines {
            aside(&format!("{done} of {} pairs", pairs.len()));
        }
    };
    let all = pool::each(&pairs, threads, ask, told)?;
    let mut tally = Tally::default();
    for (pair, said) in pairs.iter().zip(all) {
        tally.add(&pair.row, pair.kind, pair.real, said);
    }
    tally.print()?;
    if options.wanted("strangers") {
        strangers::print(&mine, options.half(), options.strangers, threads)?;
    }
    Ok(())
}

fn say_what(mine: &[&Photo], options: &Options) -> Result<()> {
    let made = mine.iter().filter(|it| it.made.is_some()).count();
    let half = if options.tuning { "tuning" } else { "test" };
    tally::line(&format!(
        "{} photos of the {half} half: {} real, {made} made; seed {}",
        mine.len(),
        mine.len() - made,
        options.seed,
    ))
}

fn wanted<'a>(mine: &[&'a Photo], options: &Options) -> Result<Vec<Pair<'a>>> {
    let mut pairs = pairs::edits(mine, options.seed);
    pairs.extend(pairs::honest(mine, options.seed));
    if let Some(folder) = &options.stereo {
        pairs.extend(pairs::stereo(folder)?);
    }
    pairs.extend(pairs::unrelated(mine, options.unrelated));
    pairs.retain(|it| options.wanted(&it.row));
    Ok(pairs)
}

/// One line on standard error.
fn aside(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// One pair's measurements, for choosing bounds.
fn measured(pair: &Pair<'_>, said: &Said) -> String {
    let (it, seen) = (&said.comparison, &said.comparison.seen);
    let (row, name, relation) = (&pair.row, &pair.name, said.relation().as_str());
    let reason = it.reason.map_or("", |it| it.as_str());
    format!(
        "{row}\t{name}\t{relation}\t{reason}\t{:?}\t{:.1}\tinliers {}\tpairs {}\tcorners {:?}\taligned {:.2} {:.2}\t\
         changed {:.3}\tspread {:.3} {:.3}\tsame {:.2}\tshear {:.4}\tstretch {:.4}\tperspective {}\tgrain {:.3} {:.2}\t\
         residual {:.2} {:.2}\tunshared {:.3}\tsure {}",
        said.indexed,
        said.comparing,
        it.inliers,
        seen.pairs,
        seen.corners,
        it.aligned,
        it.aligned_second,
        it.changed,
        seen.spread,
        seen.spread_worst,
        seen.same_blocks,
        seen.shear,
        seen.stretch,
        seen.perspective,
        seen.grain.unwrap_or(f64::NAN),
        seen.grain_strength,
        it.residual_inside,
        it.residual_outside,
        seen.unshared.unwrap_or(f64::NAN),
        it.confidence,
    )
}
