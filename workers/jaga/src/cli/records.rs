//! The arguments of `audit`, `sweep` and `report sla`.

use clap::{Args, Subcommand, ValueEnum};
use jaga_contract::{TicketId, UnitId};
use jiff::Timestamp;
use jiff::civil::Date;

use super::PlaceArgs;

#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    pub what: AuditWhat,
}

#[derive(Debug, Subcommand)]
pub enum AuditWhat {
    /// Find any changed, missing, reordered or removed row; exit 1 if there is one
    Verify {
        #[command(flatten)]
        place: PlaceArgs,
        /// One ticket only
        #[arg(long, value_name = "ID", value_parser = ticket)]
        ticket: Option<TicketId>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// A ticket's trail
    Show {
        #[command(flatten)]
        place: PlaceArgs,
        #[arg(value_parser = ticket)]
        ticket: TicketId,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct SweepArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Print what a sweep would write, and write nothing; sweeping itself is the worker's
    #[arg(long, required = true)]
    pub dry_run: bool,
    /// As if it were then (RFC 3339); default: the database's clock
    #[arg(long, value_name = "T")]
    pub at: Option<Timestamp>,
    /// As JSON, one line an item
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SlaFormat {
    Table,
    Csv,
    Json,
    Html,
}

#[derive(Debug, Args)]
pub struct SlaArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// First day, Jakarta's calendar
    #[arg(long, value_name = "DATE")]
    pub from: Date,
    /// Last day, included
    #[arg(long, value_name = "DATE")]
    pub to: Date,
    /// One unit only
    #[arg(long, value_parser = unit)]
    pub unit: Option<UnitId>,
    /// Which target counts as in time
    #[arg(long, default_value = "resolution")]
    pub target: String,
    /// The calendar that working time is measured on
    #[arg(long, default_value = "asn-dki")]
    pub clock: String,
    /// Shares of fewer closed tickets than this are marked: they say little
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub small: u64,
    /// How to print it; html stands alone, with its charts in it
    #[arg(long, value_enum, default_value = "table")]
    pub format: SlaFormat,
    /// The same as --format json
    #[arg(long)]
    pub json: bool,
}

fn ticket(text: &str) -> Result<TicketId, String> {
    TicketId::new(text).map_err(|e| e.to_string())
}

fn unit(text: &str) -> Result<UnitId, String> {
    UnitId::new(text).map_err(|e| e.to_string())
}
