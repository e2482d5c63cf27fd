//! Closures: their facts, and the rules that judge them.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::PlaceArgs;

#[derive(Debug, Args)]
pub struct JudgeArgs {
    /// The facts of a closure, or of several: JSON as `verdicts.facts` in the ledger; `-` is standard
    /// input
    #[arg(long, value_name = "FILE")]
    pub facts: PathBuf,
    /// Rules file; default: the built-in one
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// As JSON, one line a closure
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RulesArgs {
    #[command(subcommand)]
    pub what: RulesWhat,
}

#[derive(Debug, Subcommand)]
pub enum RulesWhat {
    /// Read a rules file; exit 1 with file, line and key if it can't be used
    Check {
        file: PathBuf,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Which past verdicts would change: a dry run over the ledger, nothing is written
    Diff {
        old: PathBuf,
        new: PathBuf,
        #[command(flatten)]
        place: PlaceArgs,
        /// Judge these facts instead of the ledger's
        #[arg(long, value_name = "FILE")]
        facts: Option<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}
