//! The arguments of the tools for policies and calendars.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::PlaceArgs;

#[derive(Debug, Args)]
pub struct CalendarArgs {
    #[command(subcommand)]
    pub what: CalendarWhat,
}

#[derive(Debug, Subcommand)]
pub enum CalendarWhat {
    /// Say what is in a calendars file and what to look at; exit 1 if it can't be used
    Check {
        /// Calendars as TOML
        file: PathBuf,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print an iCalendar file's all-day events as rows for a calendars file
    Import {
        /// iCalendar (.ics)
        file: PathBuf,
        /// The list that the rows belong to
        #[arg(long, value_name = "NAME", default_value = "indonesia")]
        list: String,
        /// Who says so; stays with each row
        #[arg(long, value_name = "TEXT")]
        source: String,
        /// Leave out the days that this calendar is already closed on
        #[arg(long, value_name = "NAME|FILE[#NAME]")]
        unless: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct PolicyArgs {
    #[command(subcommand)]
    pub what: PolicyWhat,
}

#[derive(Debug, Subcommand)]
pub enum PolicyWhat {
    /// Say which rules never run, which tickets have none, and what overlaps; exit 1 if anything is wrong
    Check {
        /// Policies as TOML
        file: PathBuf,
        /// Calendars file; default: the built-in ones
        #[arg(long, value_name = "FILE")]
        calendar: Option<PathBuf>,
        #[command(flatten)]
        tickets: TicketsArgs,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Say which deadlines of open tickets would move, from when to when, and why; changes nothing
    Diff {
        /// The policies in force
        old: PathBuf,
        /// The ones to come
        new: PathBuf,
        /// Calendars file in force; default: the built-in ones
        #[arg(long, value_name = "FILE")]
        calendar: Option<PathBuf>,
        /// Calendars file to come; default: the same
        #[arg(long, value_name = "FILE")]
        new_calendar: Option<PathBuf>,
        #[command(flatten)]
        tickets: TicketsArgs,
        /// As JSON, one line a deadline
        #[arg(long)]
        json: bool,
    },
}

/// Which tickets: of files, or the open ones of a ledger.
#[derive(Debug, Clone, Default, Args)]
pub struct TicketsArgs {
    /// Tickets' steps, as for `jaga deadline`; of any number of tickets
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub history: Vec<PathBuf>,
    #[command(flatten)]
    pub place: PlaceArgs,
}
