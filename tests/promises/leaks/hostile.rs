//! Files that want to hurt.

use anyhow::{Context as _, Result, ensure};
use jaga_tests::jaga_bin;
use serde_json::Value;

use crate::judges::{judges, photos, wrong};
use crate::stripped::{Fate, format, handled, name, pairs, read};

/// Stands in every secret of the collection.
const MARKER: &[u8] = b"LEAKME-7f3a";

/// Twice the 2 s that a photo may cost: the binary under test may be a debug build.
const CPU_S: f64 = 4.0;

/// The 256 MB that a photo may take, and what the process itself needs.
const PEAK_MB: f64 = 320.0;

/// The photo worker kills its child after this, in seconds.
const DEADLINE_S: f64 = 30.0;

#[tokio::test]
async fn hostile_files_end_in_time_with_an_outcome_and_leak_nothing() -> Result<()> {
    let (Some(judges), Some(photos)) = (judges(), photos()) else {
        return Ok(());
    };
    let work = tempfile::tempdir()?;
    let (from, to) = (photos.join("hostile"), work.path().join("to"));
    let list = std::fs::read_to_string(from.join("MANIFEST.tsv"))?;
    let jaga = jaga_bin()?.to_path_buf();
    let mut faults = Vec::new();
    let mut told = Vec::new();
    for ran in costs(&judges.own("each.py", &[&jaga, &from, &to])?, &mut faults)? {
        told.push(read(&ran).with_context(|| ran.clone())?);
    }
    // The same again with every pixel decoded.
    costs(&judges.own("each.py", &[&jaga, &from])?, &mut faults)?;
    let handled = handled(&told)?;
    for row in list.lines().skip(1) {
        let mut parts = row.split('\t');
        let (Some(file), Some(expect)) = (parts.next(), parts.next()) else {
            continue;
        };
        let path = from.join(file);
        if !path.is_file() {
            continue;
        }
        let Some(one) = told.iter().find(|one| one.input == path) else {
            faults.push(format!("{file}: no answer"));
            continue;
        };
        match (&one.fate, expect) {
            (Fate::Clean { .. }, "reject") => faults.push(format!("taken: {row}")),
            (Fate::Refused { error }, "strip")
                if error != "unsupported_format" || handled.contains(format(&path)?) =>
            {
                faults.push(format!("{file}: refused: {error}"));
            }
            _ => {}
        }
    }
    let pairs = pairs(&told);
    for (_, clean, _) in &pairs {
        ensure!(
            !holds(&std::fs::read(clean)?),
            "the secret is in {}",
            clean.display()
        );
    }
    for (verdict, pair) in judges
        .oracle(&photos, &pairs, work.path())?
        .iter()
        .zip(&pairs)
    {
        if let Some(what) = wrong(verdict, pair.2) {
            faults.push(format!("{}: {what}", name(pair.0, &from)));
        }
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// What each process said that came to an outcome within its bounds; the others are faults.
fn costs(said: &str, faults: &mut Vec<String>) -> Result<Vec<String>> {
    let mut outcomes = Vec::new();
    for line in said.lines() {
        let ran: Value = serde_json::from_str(line)?;
        let file = ran["file"].as_str().context("a file")?;
        let figure = |key: &str| ran[key].as_f64().unwrap_or(f64::MAX);
        let (cpu, peak, wall) = (figure("cpu_s"), figure("peak_mb"), figure("wall_s"));
        if cpu > CPU_S || peak > PEAK_MB || wall > DEADLINE_S {
            faults.push(format!("{file}: {cpu} s CPU, {peak} MB, {wall} s"));
        }
        if holds(line.as_bytes()) {
            faults.push(format!("{file}: its answer repeats the secret"));
        }
        if matches!(ran["exit"].as_i64(), Some(0 | 1)) {
            outcomes.push(ran["out"].as_str().context("an answer")?.to_owned());
        } else {
            faults.push(format!("{file}: no outcome, exit {}", ran["exit"]));
        }
    }
    ensure!(outcomes.len() >= 100, "only {} outcomes", outcomes.len());
    Ok(outcomes)
}

/// Plain and in UTF-16.
fn holds(bytes: &[u8]) -> bool {
    let wide: Vec<u8> = MARKER.iter().flat_map(|byte| [*byte, 0]).collect();
    [MARKER, &wide]
        .iter()
        .any(|form| bytes.windows(form.len()).any(|window| window == *form))
}
