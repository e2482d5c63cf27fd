//! `jaga duplicates`: which files show the same picture. Each pair is told as soon as it is found.

use std::path::{Path, PathBuf};

use anyhow::Context;
use futures_util::{StreamExt, stream};
use jaga_imaging::Facts;
use jaga_ledger::{Likeness, SameBy, Tier, Transform};
use jaga_photo::Pile;
use serde_json::json;

use super::photos::{Answered, decoder, facts, jobs};
use crate::cli::DuplicatesArgs;
use crate::output::{Outcome, note, progress, say, say_json};

/// As the worker's, unless it is configured otherwise.
const REACH: u32 = 31;

pub async fn run(args: DuplicatesArgs) -> anyhow::Result<Outcome> {
    let mut files = Vec::new();
    for path in &args.paths {
        gather(path, &mut files)?;
    }
    let decoder = decoder()?;
    let bar = progress(files.len());
    let look = async |file: &Path| -> anyhow::Result<Answered<Facts>> {
        match facts(&decoder, file).await {
            // The others are still worth a look.
            Err(error) => Ok(Err(("unreadable", format!("{error:#}")))),
            found => found,
        }
    };
    let paths = files.iter().map(PathBuf::as_path);
    let mut results = stream::iter(paths).map(look).buffered(jobs(args.jobs));
    let mut pile = Pile::new(REACH);
    let mut groups = Groups::new(files.len());
    let (mut number, mut usable) = (0, true);
    while let Some(found) = results.next().await {
        match found? {
            Ok(facts) => {
                for (other, likeness) in pile.take(number, &facts) {
                    if likeness.tier == Tier::Duplicate {
                        groups.join(other, number);
                    }
                    let pair = (files[number].as_path(), files[other].as_path());
                    bar.suspend(|| tell(pair, likeness, args.json))?;
                }
            }
            Err((code, reason)) => {
                usable = false;
                let file = &files[number];
                bar.suspend(|| {
                    if args.json {
                        say_json(&json!({"input": file, "error": code, "reason": reason}))
                    } else {
                        note(&format!("{}: {reason}", file.display()));
                        Ok(())
                    }
                })?;
            }
        }
        number += 1;
        bar.inc(1);
    }
    bar.finish_and_clear();
    conclude(&files, &groups.list(), args.json)?;
    Ok(Outcome::yes_if(usable))
}

/// All files of a folder and the folders in it, by name.
fn gather(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let wrong = || format!("can't read {}", path.display());
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut inside = Vec::new();
    for entry in std::fs::read_dir(path).with_context(wrong)? {
        inside.push(entry.with_context(wrong)?.path());
    }
    inside.sort();
    for path in inside {
        // A link may lead back to where it is.
        if !path.is_symlink() {
            gather(&path, files)?;
        }
    }
    Ok(())
}

fn tell((file, of): (&Path, &Path), it: Likeness, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return say_json(&json!({
            "input": file, "of": of, "kind": it.by.as_str(), "tier": it.tier.as_str(),
            "transform": it.transform.as_str(), "distance": it.distance, "quality": it.quality,
        }));
    }
    say(&format!(
        "{}: {} {}",
        file.display(),
        words(it),
        of.display()
    ));
    Ok(())
}

/// In words, before the other's name.
pub fn words(it: Likeness) -> String {
    let how = match (it.by, it.transform) {
        (SameBy::Bytes, _) => "the same bytes".to_owned(),
        (SameBy::Pixels, _) => "the same pixels".to_owned(),
        (SameBy::Near, Transform::None) => format!("{} bits apart", it.distance),
        (SameBy::Near, other) => format!("{}, {} bits apart", other.as_str(), it.distance),
    };
    match it.tier {
        Tier::Duplicate => format!("duplicate ({how}) of"),
        Tier::Similar => format!("similar ({how}) to"),
    }
}

fn conclude(files: &[PathBuf], groups: &[Vec<usize>], as_json: bool) -> anyhow::Result<()> {
    let named =
        |group: &Vec<usize>| -> Vec<&PathBuf> { group.iter().map(|it| &files[*it]).collect() };
    if as_json {
        let groups: Vec<Vec<&PathBuf>> = groups.iter().map(named).collect();
        return say_json(&json!({"files": files.len(), "groups": groups}));
    }
    let more: usize = groups.iter().map(|it| it.len() - 1).sum();
    say(&format!(
        "{} files, {} groups of duplicates, {more} files more than pictures",
        files.len(),
        groups.len()
    ));
    for group in groups {
        let shown = named(group).into_iter().map(|it| it.display().to_string());
        say(&format!("  {}", shown.collect::<Vec<_>>().join("  ")));
    }
    Ok(())
}

/// Files that are one picture, through any chain of pairs.
struct Groups(Vec<usize>);

impl Groups {
    fn new(size: usize) -> Self {
        Self((0..size).collect())
    }

    fn head(&mut self, mut of: usize) -> usize {
        while self.0[of] != of {
            self.0[of] = self.0[self.0[of]];
            of = self.0[of];
        }
        of
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.head(one), self.head(other));
        self.0[one.max(other)] = one.min(other);
    }

    /// Those of more than one.
    fn list(mut self) -> Vec<Vec<usize>> {
        let mut lists = vec![Vec::new(); self.0.len()];
        for at in 0..self.0.len() {
            let head = self.head(at);
            lists[head].push(at);
        }
        lists.retain(|it| it.len() > 1);
        lists
    }
}
