//! `jaga locate --csv`: a row in, a row out, in constant memory.
//!
//! Every row that comes in goes out again in its place: what can't be answered has no code and the
//! verdict `unusable`, and standard error names its line. Rows are written whenever the input pauses.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use jaga_geo::{Layer, border_band_m};

use super::locate_batch::{Batch, Trouble};
use crate::output::{Outcome, note};

pub fn run(layer: &dyn Layer, accuracy_m: Option<f64>) -> anyhow::Result<Outcome> {
    let bar = bar();
    let shares_terminal = io::stdout().is_terminal();
    let mut batch = Batch::new(
        layer,
        border_band_m(accuracy_m),
        io::stdout().lock(),
        |text| {
            bar.suspend(|| note(text));
        },
    );
    let done = batch.all(io::stdin().lock(), |read, write| {
        bar.inc(read);
        // A bar and rows on one screen take turns.
        if shares_terminal {
            bar.suspend(write)
        } else {
            write()
        }
    });
    bar.finish_and_clear();
    match done {
        Err(Trouble::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            // Whoever reads has enough (`| head`).
            std::process::exit(0);
        }
        Err(Trouble::Write(error)) => return Err(error).context("can't write the rows"),
        Err(Trouble::Read(error)) => return Err(error).context("can't read standard input"),
        Ok(()) => {}
    }
    let sum = batch.sum;
    if !sum.head {
        bail!("standard input is empty: rows lat,lon[,claimed] were expected");
    }
    if sum.bad > 0 || sum.swapped > 0 || io::stderr().is_terminal() {
        note(&sum.line());
    }
    Ok(Outcome::yes_if(sum.bad == 0))
}

/// Shown on a terminal only, and not to somebody who types the rows.
fn bar() -> ProgressBar {
    if io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let size = io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .and_then(|input| File::from(input).metadata())
        .ok()
        .filter(std::fs::Metadata::is_file)
        .map(|about| about.len());
    let (bar, look) = match size {
        Some(size) => (
            ProgressBar::new(size),
            "locating {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} to go",
        ),
        None => (
            ProgressBar::new_spinner(),
            "locating {spinner} {bytes}, {bytes_per_sec}",
        ),
    };
    match ProgressStyle::with_template(look) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
