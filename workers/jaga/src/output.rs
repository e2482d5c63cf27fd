//! What the operator sees: results on standard output, everything else on standard error.

use std::borrow::Cow;
use std::io::{self, Write};

use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::names;

/// What a command's end means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Exit 0.
    Done,
    /// Exit 1: it worked, and the answer is no.
    No,
}

impl Outcome {
    pub fn yes_if(yes: bool) -> Self {
        if yes { Self::Done } else { Self::No }
    }
}

/// Writes a line of the result, or several. A reader that went away (`| head`) ends the program quietly.
pub fn say(line: &str) {
    let mut out = io::stdout().lock();
    if writeln!(out, "{}", harmless(line)).is_err() {
        std::process::exit(0);
    }
}

/// Writes a note for people.
pub fn note(line: &str) {
    // Nobody is left to tell if standard error is closed.
    drop(writeln!(io::stderr(), "{}", harmless(line)));
}

/// Photos, events and tickets bring texts of strangers: none of them steers the operator's terminal.
fn harmless(line: &str) -> Cow<'_, str> {
    names::tamed(line, |it| matches!(it, '\n' | '\t'))
}

/// Says what went wrong, with its causes.
pub fn complain(error: &anyhow::Error) {
    note(&format!("jaga: {error:#}"));
}

/// Writes one line of JSON.
pub fn say_json<T: serde::Serialize>(value: &T) -> anyhow::Result<()> {
    say(&serde_json::to_string(value)?);
    Ok(())
}

/// A plain table.
pub fn table<const N: usize>(head: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY);
    table.set_header(head);
    table
}

/// How far it is, on standard error, where that is a terminal.
pub fn progress(length: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len} {elapsed}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}
