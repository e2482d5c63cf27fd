//! A folder of photos after `jaga strip`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jaga_imaging::sniff;
use jaga_tests::Jaga;
use serde_json::Value;

/// Lossless, but of several pictures glued together only the first.
pub(crate) const STILL: &str = "still";

/// What became of one file.
#[derive(Debug)]
pub(crate) enum Fate {
    Clean { output: PathBuf, method: String },
    Refused { error: String },
}

/// One file and its fate.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) input: PathBuf,
    pub(crate) fate: Fate,
}

/// Runs `jaga strip` over a folder and reads its answers.
pub(crate) async fn strip(from: &Path, to: &Path) -> Result<Vec<Told>> {
    let mut jaga = Jaga::command("strip")?
        .args([from, to])
        .arg("--json")
        .run(Duration::from_mins(5))
        .await?;
    let code = jaga.try_wait().and_then(|status| status.code());
    ensure!(
        matches!(code, Some(0 | 1)),
        "exit {code:?}: {}",
        jaga.log_tail()
    );
    let told: Vec<Told> = jaga.stdout().lines().map(read).collect::<Result<_>>()?;
    ensure!(!told.is_empty(), "no answers: {}", jaga.log_tail());
    Ok(told)
}

/// One line of `jaga strip --json`.
pub(crate) fn read(line: &str) -> Result<Told> {
    let said: Value = serde_json::from_str(line).with_context(|| format!("no JSON: {line}"))?;
    let text = |key: &str| said[key].as_str().map(str::to_owned);
    let input = text("input").context("no input")?.into();
    let fate = if let Some(output) = text("output") {
        Fate::Clean {
            output: output.into(),
            method: text("method").context("no method")?,
        }
    } else {
        let error = text("error").context("neither output nor error")?;
        let reason = text("reason").context("no reason")?;
        ensure!(!reason.is_empty() && !error.is_empty(), "an empty reason");
        Fate::Refused { error }
    };
    Ok(Told { input, fate })
}

/// Formats of which at least one file was cleaned: they are handled.
pub(crate) fn handled(told: &[Told]) -> Result<BTreeSet<&'static str>> {
    let mut formats = BTreeSet::new();
    for one in told {
        if matches!(one.fate, Fate::Clean { .. }) {
            formats.insert(format(&one.input)?);
        }
    }
    Ok(formats)
}

/// The container, by content.
pub(crate) fn format(file: &Path) -> Result<&'static str> {
    Ok(sniff(&std::fs::read(file)?).as_str())
}

/// Original, clean copy and method of every file that was cleaned.
pub(crate) fn pairs(told: &[Told]) -> Vec<(&Path, &Path, &str)> {
    told.iter()
        .filter_map(|one| match &one.fate {
            Fate::Clean { output, method } => {
                Some((one.input.as_path(), output.as_path(), method.as_str()))
            }
            Fate::Refused { .. } => None,
        })
        .collect()
}

/// The part of a path below the folder.
pub(crate) fn name<'a>(file: &'a Path, folder: &Path) -> &'a str {
    let below = file.strip_prefix(folder).unwrap_or(file);
    below.to_str().unwrap_or("a name that is not UTF-8")
}
