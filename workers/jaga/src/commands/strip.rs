//! `jaga strip`: a photo without anything but its picture. Nothing is written for a refused file.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use jaga_imaging::{Limits, Method, strip};
use serde_json::json;

use crate::cli::StripArgs;
use crate::output::{Outcome, note, say, say_json};

pub fn run(args: &StripArgs) -> anyhow::Result<Outcome> {
    if !args.input.exists() {
        bail!("{} does not exist", args.input.display());
    }
    if args.input.is_file() {
        return Ok(Outcome::yes_if(one(&args.input, &args.output, args.json)?));
    }
    let mut files = Vec::new();
    walk(&args.input, &mut files)?;
    files.sort();
    let mut clean = true;
    for file in files {
        let relative = file.strip_prefix(&args.input).unwrap_or(&file);
        clean &= one(&file, &args.output.join(relative), args.json)?;
    }
    Ok(Outcome::yes_if(clean))
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
        }
    }
    Ok(())
}

/// False: the file was refused.
fn one(input: &Path, output: &Path, as_json: bool) -> anyhow::Result<bool> {
    let bytes = std::fs::read(input).with_context(|| format!("can't read {}", input.display()))?;
    let clean = match strip(&bytes, &Limits::default()) {
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
        Method::Reencoded => output.with_extension("jpg"),
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
    std::fs::rename(&part, path).with_context(wrong)
}
