//! The arguments of the tools for deadlines.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct DeadlineArgs {
    #[command(subcommand)]
    pub what: Option<DeadlineWhat>,
    /// The ticket's steps: a JSON list of `crm.ticket.changed.v1` payloads
    #[arg(long, value_name = "FILE", required = true)]
    pub history: Option<PathBuf>,
    /// Policy file; default: the built-in one
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Calendars file; default: the built-in ones
    #[arg(long, value_name = "FILE")]
    pub calendar: Option<PathBuf>,
    /// The moment to judge at (RFC 3339); default: none, only the deadlines
    #[arg(long)]
    pub now: Option<jiff::Timestamp>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum DeadlineWhat {
    /// Print the instant a working time, or so many working days, after START
    #[command(after_help = ROWS)]
    Add {
        #[command(flatten)]
        on: OnArgs,
        /// RFC 3339, or local to the calendar's zone: 2026-11-23T10:30, 2026-11-23
        #[arg(required_unless_present = "stdin", conflicts_with = "stdin")]
        start: Option<String>,
        /// 7d: the same time of day on the seventh working day after; 16h, 90m: working time; -2h, 1d4h
        #[arg(
            required_unless_present = "stdin",
            conflicts_with = "stdin",
            allow_hyphen_values = true
        )]
        duration: Option<String>,
    },
    /// Print the working seconds from START to END, negative where END is earlier
    #[command(after_help = ROWS)]
    Between {
        #[command(flatten)]
        on: OnArgs,
        /// RFC 3339, or local to the calendar's zone
        #[arg(required_unless_present = "stdin", conflicts_with = "stdin")]
        start: Option<String>,
        /// The same
        #[arg(required_unless_present = "stdin", conflicts_with = "stdin")]
        end: Option<String>,
    },
}

const ROWS: &str = "Rows hold the two values, separated by a comma, a tab or a blank. Each is answered \
in its place: a bad one by `error: …`, an empty one by an empty line.";

/// On which calendar, and how the answer is printed.
#[derive(Debug, Clone, Args)]
pub struct OnArgs {
    /// A calendar by name (24x7, asn-dki, asn-dki-ramadan), a calendars file with one calendar, or
    /// FILE#NAME
    #[arg(long, value_name = "NAME|FILE[#NAME]")]
    pub calendar: String,
    /// Read a row a line from standard input; exit 1 if one could not be answered
    #[arg(long)]
    pub stdin: bool,
    /// As JSON, one line each
    #[arg(long)]
    pub json: bool,
}
