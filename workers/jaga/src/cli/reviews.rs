//! The arguments of `review`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::PlaceArgs;

#[derive(Debug, Args)]
pub struct ReviewArgs {
    #[command(subcommand)]
    pub what: ReviewWhat,
}

#[derive(Debug, Subcommand)]
pub enum ReviewWhat {
    /// Closures that wait for a reviewer, the most pressing first
    List(ListArgs),
    /// All about one closure: what was seen, what it may innocently be, what to check
    Show {
        #[command(flatten)]
        place: PlaceArgs,
        /// The closure, or its ticket
        id: String,
        /// The verdicts too, though it is not decided
        #[arg(long)]
        verdicts: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Put a decision on record
    Decide(DecideArgs),
    /// Put the officer's answer on record
    Answer {
        #[command(flatten)]
        place: PlaceArgs,
        /// The closure, or its ticket
        id: String,
        /// What the officer answered
        #[arg(long)]
        text: String,
        /// Who puts it on record
        #[arg(long, value_name = "NAME", env = "USER", hide_env_values = true)]
        by: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Precision and recall by the decisions so far, and what they speak for; nothing is changed
    Stats(StatsArgs),
    /// A closure as one HTML file: photos side by side, reasons, time line, map
    Card {
        #[command(flatten)]
        place: PlaceArgs,
        /// The closure, or its ticket
        id: String,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Who reads it
        #[arg(long = "for", value_enum, default_value_t = Audience::Reviewer)]
        audience: Audience,
    },
    /// A card of each closure that waits, with a list of them
    Cards {
        #[command(flatten)]
        place: PlaceArgs,
        /// The folder to write into; created if missing
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        #[command(flatten)]
        which: WhichArgs,
        /// Who reads them
        #[arg(long = "for", value_enum, default_value_t = Audience::Reviewer)]
        audience: Audience,
    },
}

/// Which closures.
#[derive(Debug, Clone, Default, Args)]
pub struct WhichArgs {
    /// Closed by this unit
    #[arg(long)]
    pub unit: Option<String>,
    /// Closed in this month, Jakarta's calendar
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    pub month: Option<Date>,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    #[command(flatten)]
    pub which: WhichArgs,
    /// Those that wait (the default)
    #[arg(long, conflicts_with = "all")]
    pub open: bool,
    /// Also what is decided
    #[arg(long)]
    pub all: bool,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct DecideArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The closure, or its ticket
    pub id: String,
    /// Your word on it
    #[arg(value_enum)]
    pub decision: Word,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub note: String,
    /// Who decides, by whatever name your office gives
    #[arg(long, value_name = "NAME", env = "USER", hide_env_values = true)]
    pub by: String,
    /// The revision of the verdict that you looked at: refused if another stands by now
    #[arg(long, value_name = "N")]
    pub revision: Option<u32>,
    /// Decide what is decided already; the older decision stays on record
    #[arg(long)]
    pub again: bool,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct StatsArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// First day of closing, Jakarta's calendar
    #[arg(long, value_name = "DATE")]
    pub from: Option<Date>,
    /// Last day, included
    #[arg(long, value_name = "DATE")]
    pub to: Option<Date>,
    /// Figures of fewer decided closures than this are marked: they say little
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub small: u64,
    /// The rules that thresholds are tried on; default: those in force
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Word {
    /// The work was done
    Genuine,
    /// It was not, and the closure says so
    Fake,
    /// It can't be told
    Unclear,
}

impl Word {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Fake => "fake",
            Self::Unclear => "unclear",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Audience {
    /// Who decides: all but a private report's photos and place
    Reviewer,
    /// Anybody: of public reports photos and time line, no verdict, no name, no map
    Public,
}

fn month(text: &str) -> Result<Date, String> {
    if text.len() != "2026-11".len() {
        return Err("a month looks like 2026-11".to_owned());
    }
    format!("{text}-01")
        .parse()
        .map_err(|_| "a month looks like 2026-11".to_owned())
}
