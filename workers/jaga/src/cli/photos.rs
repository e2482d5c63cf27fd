//! The tools for photos in files.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What a photo may cost.
#[derive(Debug, Clone, Default, Args)]
pub struct LimitArgs {
    /// The configuration file, of which only `[photo]` counts (`JAGA_PHOTO_…` variables override it)
    #[arg(long, value_name = "FILE", env = "JAGA_CONFIG")]
    pub config: Option<PathBuf>,
}

/// What the codes mean where there are many files.
pub(super) const EACH: &str =
    "A file without an answer does not end the run: it has a line on standard error, or with --json
a line {input, error, reason} among the others.

Exit codes: 0 every file has its answer, 1 some have none, 2 bad usage or input.";

#[derive(Debug, Args)]
#[command(after_help = STRIP)]
pub struct StripArgs {
    /// A photo, or a folder
    pub input: PathBuf,
    /// Where the clean photo, or the mirrored folder, goes
    pub output: PathBuf,
    /// Whose photo it is: what a reporter's says about itself is forgotten, what an officer's says
    /// comes with --json
    #[arg(long, value_enum, default_value_t = PhotoClass::Report)]
    pub class: PhotoClass,
    /// Photos at a time; 0 = as `photo.concurrency` says, one a core where that is 0 too
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub jobs: usize,
    #[command(flatten)]
    pub limits: LimitArgs,
    /// One JSON line a file
    #[arg(long)]
    pub json: bool,
}

/// The same, and what else a folder may hold.
const STRIP: &str = "A file without a clean copy (refused, unreadable, no place to write it) does not end the run: it has
a line on standard error, or with --json a line {input, error, reason} among the others. So has
whatever in a folder is neither file nor folder: symbolic links are not followed, pipes not read.

Exit codes: 0 everything in IN has its clean copy, 1 something has none, 2 bad usage or input.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PhotoClass {
    /// A reporter's
    Report,
    /// An officer's, as proof of a closure
    Evidence,
}

/// Photos that are looked at one by one.
#[derive(Debug, Args)]
#[command(after_help = EACH)]
pub struct PhotosArgs {
    /// Photos
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub limits: LimitArgs,
    /// As JSON, one line a file
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct CompareArgs {
    /// A photo: a report's, say
    pub a: PathBuf,
    /// Another: the evidence
    pub b: PathBuf,
    /// A PNG of both photos, with what matches and what changed
    #[arg(long, value_name = "OUT.png")]
    pub picture: Option<PathBuf>,
    #[command(flatten)]
    pub limits: LimitArgs,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}
