//! The tools that look for the same picture.

use std::path::PathBuf;

use clap::Args;

use super::photos::EACH;
use super::{LimitArgs, PlaceArgs};

#[derive(Debug, Args)]
#[command(after_help = EACH)]
pub struct DuplicatesArgs {
    /// Photos, or folders of them
    #[arg(required = true, value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    /// Photos at a time; 0 = as `photo.concurrency` says, one a core where that is 0 too
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub jobs: usize,
    #[command(flatten)]
    pub limits: LimitArgs,
    /// As JSON: a line for each pair as it is found, and one with the groups in the end
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct SimilarArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// A photo
    pub file: PathBuf,
    /// As JSON, one line a photo of the ledger
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct EraseArgs {
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The photo's id
    #[arg(value_name = "PHOTO_ID")]
    pub photo: String,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}
