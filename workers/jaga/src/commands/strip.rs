//! `jaga strip`: a photo without anything but its picture. Nothing is written for a refused file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use jaga_imaging::{Limits, Method, strip_exact};
use serde_json::json;

use crate::cli::StripArgs;
use crate::output::{Outcome, note, say, say_json};

pub fn run(args: &StripArgs) -> anyhow::Result<Outcome> {
    if !args.input.exists() {
        bail!("{} does not exist", args.input.display());
    }
    keep_originals(&args.input, &args.output)?;
    let mut taken = BTreeSet::new();
    if args.input.is_file() {
        let clean = one(&args.input, &args.output, &mut taken, args.json)?;
        return Ok(Outcome::yes_if(clean));
    }
    let mut files = Vec::new();
    walk(&args.input, &mut files)?;
    files.sort();
    let place = |file: &Path| {
        args.output
            .join(file.strip_prefix(&args.input).unwrap_or(file))
    };
    // Where every file would go under its own name: one that is encoded again may not take another's.
    taken.extend(files.iter().map(|f| place(f)));
    let mut clean = true;
    for file in files {
        clean &= one(&file, &place(&file), &mut taken, args.json)?;
    }
    Ok(Outcome::yes_if(clean))
}

/// The clean copies may not land on the originals, nor in a folder that is being read.
fn keep_originals(input: &Path, output: &Path) -> anyhow::Result<()> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let input = real(input);
    let output = &std::path::absolute(output)?;
    if input.is_some() && output.ancestors().any(|above| real(above) == input) {
        bail!("OUT lies in or on IN: originals are never overwritten");
    }
    if output.is_dir() && input.is_some_and(|i| i.is_file()) {
        bail!("{} is a folder: name the file to write", output.display());
    }
    Ok(())
}

fn walk(dir: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries =
        std::fs::read_dir(dir).with_context(|| format!("can't read {}", dir.display()))?;
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), found)?;
        } else if kind.is_file() {
            found.push(entry.path());
        } else {
            note(&format!("{}: not a file, left out", entry.path().display()));
        }
    }
    Ok(())
}

/// False: the file was refused.
fn one(
    input: &Path,
    output: &Path,
    taken: &mut BTreeSet<PathBuf>,
    as_json: bool,
) -> anyhow::Result<bool> {
    let bytes = std::fs::read(input).with_context(|| format!("can't read {}", input.display()))?;
    let clean = match strip_exact(&bytes, &Limits::default()) {
        Ok(clean) => clean,
        Err(refusal) => {
            if as_json {
                say_json(&json!({
                    "input": input, "error": refusal.code.as_str(), "reason": refusal.detail
                }))?;
            } else {
                note(&format!("{}: refused: {}", input.display(), refusal.detail));
            }
            return Ok(false);
        }
    };
    // A file encoded again is a JPEG, whatever its name was.
    let output = match clean.method {
        Method::Reencoded => free_name(output, taken),
        Method::Lossless => output.to_owned(),
    };
    write(&output, &clean.bytes)?;
    let digest = blake3::hash(&clean.bytes).to_hex().to_string();
    if as_json {
        say_json(&json!({
            "input": input, "output": output, "format": clean.format, "method": clean.method,
            "removed": clean.removed, "bytes_in": bytes.len(), "bytes_out": clean.bytes.len(),
            "digest": digest,
        }))?;
    } else {
        let removed: Vec<&str> = clean.removed.iter().map(|r| r.carrier.as_str()).collect();
        let removed = if removed.is_empty() {
            "nothing".into()
        } else {
            removed.join(", ")
        };
        say(&format!(
            "{} -> {}: removed {removed}",
            input.display(),
            output.display()
        ));
    }
    Ok(true)
}

/// `a.png` becomes `a.jpg`, or `a.png.jpg` where there is an `a.jpg` of its own.
fn free_name(output: &Path, taken: &mut BTreeSet<PathBuf>) -> PathBuf {
    let usual = output.with_extension("jpg");
    if usual == output || taken.insert(usual.clone()) {
        return usual;
    }
    let mut name = output.file_name().unwrap_or_default().to_owned();
    name.push(".jpg");
    let longer = output.with_file_name(name);
    taken.insert(longer.clone());
    longer
}

/// Whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let wrong = || format!("can't write {}", path.display());
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir).with_context(wrong)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    std::fs::write(&part, bytes).with_context(wrong)?;
    let moved = std::fs::rename(&part, path);
    if moved.is_err() {
        // What could not be put in its place is not left lying about.
        drop(std::fs::remove_file(&part));
    }
    moved.with_context(wrong)
}
