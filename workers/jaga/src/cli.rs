//! The command line.

mod closures;
mod deadlines;
mod likeness;
mod photos;
mod places;
mod records;
mod reviews;
mod rules;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use closures::{JudgeArgs, RulesArgs, RulesWhat};
pub use deadlines::{DeadlineArgs, DeadlineWhat, OnArgs};
pub use likeness::{DuplicatesArgs, EraseArgs, SimilarArgs};
pub use photos::{CompareArgs, LimitArgs, PhotoClass, PhotosArgs, StripArgs};
pub use places::{LayerArgs, LayerWhat, LocateArgs, Meaning, Numbering, ReadingArgs};
pub use records::{AuditArgs, AuditWhat, SlaArgs, SlaFormat, SweepArgs};
pub use reviews::{Audience, DecideArgs, ListArgs, ReviewArgs, ReviewWhat, StatsArgs, WhichArgs};
pub use rules::{CalendarArgs, CalendarWhat, PolicyArgs, PolicyWhat, TicketsArgs};

/// The hidden subcommand that the photo worker's child runs.
pub const DECODE: &str = "decode-child";

/// Jaga guards a city's complaint photos and deadlines.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, 1 the answer is no, 2 bad usage or input."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run every worker in this process, on a directory: nothing to install
    Up(UpArgs),
    /// Play a week in Jakarta and check that every promise held
    Demo(DemoArgs),
    /// Run the worker that keeps the tickets' history
    Intake(WorkerArgs),
    /// Run the worker that cleans, places and compares photos
    Photo(WorkerArgs),
    /// Run the worker that judges closures
    Closure(WorkerArgs),
    /// Run the worker that warns and escalates
    Escalation(WorkerArgs),
    /// Run the worker that publishes the outbox
    Relay(WorkerArgs),
    /// Bring the ledger's schema up to this binary's
    Migrate(PlaceArgs),
    /// Check that everything can be reached, that the numbers agree and the policies are valid
    Doctor(DoctorArgs),
    /// Put events on the bus, as the CRM would
    Publish(PublishArgs),
    /// Print the effective configuration, secrets masked
    Config(ConfigArgs),
    /// Reports from the ledger
    Report(ReportArgs),
    /// What was done about tickets: a trail that tells of tampering
    Audit(AuditArgs),
    /// What a sweep would write
    Sweep(SweepArgs),
    /// What was put aside, why, and again
    Parked(ParkedArgs),
    /// Remove everything but the picture from a photo, or from a folder of them
    Strip(StripArgs),
    /// Say what a photo tells about itself
    Inspect(PhotosArgs),
    /// Say in which kelurahan a point lies, or each of many
    Locate(LocateArgs),
    /// Check a layer of kelurahan, or compare two
    Layer(LayerArgs),
    /// Compare two photos
    Compare(CompareArgs),
    /// Print what photos look like: digests and fingerprints
    Hash(PhotosArgs),
    /// Find photos that show the same picture among files
    Duplicates(DuplicatesArgs),
    /// Find photos of the ledger that show the same picture as a file
    Similar(SimilarArgs),
    /// Erase a photo at a person's request: media, facts, fingerprints
    Erase(EraseArgs),
    /// Compute and explain a ticket's deadlines
    Deadline(DeadlineArgs),
    /// Check a calendars file, or take holidays from an iCalendar file
    Calendar(CalendarArgs),
    /// Check policies, or say what other ones would change
    Policy(PolicyArgs),
    /// Judge a closure by its facts, with reasons
    Judge(JudgeArgs),
    /// Check rules for closures, or say which past verdicts others would change
    Rules(RulesArgs),
    /// Closures that a person should look at: the list, cards, decisions, what they say of the rules
    Review(ReviewArgs),
}

/// Where the ledger, the bus and the vault are.
#[derive(Debug, Clone, Default, Args)]
pub struct PlaceArgs {
    /// Embedded: the directory that holds everything; wins over a configured cluster
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Cluster: the configuration file (`JAGA_…` variables override it)
    #[arg(long, value_name = "FILE", env = "JAGA_CONFIG")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct UpArgs {
    /// The directory that holds everything; created if missing
    #[arg(long, value_name = "DIR", default_value = "jaga-data")]
    pub data: PathBuf,
    /// Settings besides the places
    #[arg(long, value_name = "FILE", env = "JAGA_CONFIG")]
    pub config: Option<PathBuf>,
    /// A folder to watch: TICKET/report/*, TICKET/evidence/*, TICKET/ticket.json; each new file is an upload
    #[arg(long, value_name = "DIR")]
    pub inbox: Option<PathBuf>,
    /// Stop when every file of the inbox has its outcome (needs --inbox)
    #[arg(long, requires = "inbox")]
    pub once: bool,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Take the report photos from this folder instead of drawing them
    #[arg(long, value_name = "DIR")]
    pub photos: Option<PathBuf>,
    /// Judge places by the polygon layers of this list (see deploy/layers.toml)
    #[arg(long, value_name = "FILE")]
    pub layers: Option<PathBuf>,
    /// Where the demo's data and report go; default: a new folder in the temporary directory
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Another week
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// The summary as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct WorkerArgs {
    /// The configuration file (`JAGA_…` variables override it)
    #[arg(long, value_name = "FILE", env = "JAGA_CONFIG")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PublishArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Files with one event, a JSON list of events, or one event a line; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Send the bytes as they are to this queue, whatever they are
    #[arg(long, value_name = "QUEUE")]
    pub unchecked: Option<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// The configuration file (`JAGA_…` variables override it)
    #[arg(long, value_name = "FILE", env = "JAGA_CONFIG")]
    pub config: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Csv,
    Json,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    #[command(subcommand)]
    pub what: ReportWhat,
}

#[derive(Debug, Subcommand)]
pub enum ReportWhat {
    /// A row per photo
    Photos {
        #[command(flatten)]
        place: PlaceArgs,
        /// How to print it
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
        /// The same as --format json
        #[arg(long)]
        json: bool,
    },
    /// Per unit and period: received, closed, in time, overdue, working time, hops
    Sla(SlaArgs),
    /// The layers of kelurahan that verdicts rest on: licence and attribution
    Layers {
        #[command(flatten)]
        place: PlaceArgs,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct ParkedArgs {
    #[command(subcommand)]
    pub what: ParkedWhat,
}

#[derive(Debug, Subcommand)]
pub enum ParkedWhat {
    /// What is parked
    List {
        #[command(flatten)]
        place: PlaceArgs,
        /// Also what was replayed or dropped
        #[arg(long)]
        all: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// One parked message: why, its history, its bytes
    Show {
        #[command(flatten)]
        place: PlaceArgs,
        /// From `parked list`
        id: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Send parked messages to their worker again
    Replay {
        #[command(flatten)]
        place: PlaceArgs,
        /// From `parked list`
        #[arg(required = true)]
        ids: Vec<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a parked message up
    Drop {
        #[command(flatten)]
        place: PlaceArgs,
        /// From `parked list`
        id: String,
        /// Stays on record
        #[arg(long)]
        reason: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}
