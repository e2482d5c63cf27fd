//! `jaga duplicates`: which files show the same picture. Each pair is told as soon as it is found.

use std::path::Path;

use futures_util::{StreamExt, stream};
use jaga_imaging::Facts;
use jaga_ledger::{Likeness, SameBy, Tier, Transform};
use jaga_photo::Pile;
use serde_json::json;

use super::photos::{Answered, Tools};
use super::walk::{self, Entry};
use crate::cli::DuplicatesArgs;
use crate::names;
use crate::output::{Outcome, progress, say, say_json};

pub async fn run(args: DuplicatesArgs) -> anyhow::Result<Outcome> {
    let tools = Tools::open(&args.limits)?;
    let entries: Vec<Entry> = args.paths.iter().flat_map(|it| gather(it)).collect();
    let files: Vec<&Path> = entries.iter().map(|it| it.path.as_path()).collect();
    let bar = progress(files.len());
    let look = async |entry: &Entry| -> anyhow::Result<Answered<Facts>> {
        match &entry.left_out {
            Some(refused) => Ok(Err(refused.clone())),
            None => tools.facts(&entry.path).await,
        }
    };
    let mut results = stream::iter(&entries)
        .map(look)
        .buffered(tools.jobs(args.jobs));
    let mut pile = Pile::new(tools.limits.similar_reach);
    let mut groups = Groups::new(files.len());
    let (mut number, mut usable) = (0, true);
    while let Some(found) = results.next().await {
        match found? {
            Ok(facts) => {
                for (other, likeness) in pile.take(number, &facts) {
                    if likeness.tier == Tier::Duplicate {
                        groups.join(other, number);
                    }
                    let pair = (files[number], files[other]);
                    bar.suspend(|| tell(pair, likeness, args.json))?;
                }
            }
            Err(refused) => {
                usable = false;
                bar.suspend(|| refused.tell(files[number], args.json))?;
            }
        }
        number += 1;
        bar.inc(1);
    }
    bar.finish_and_clear();
    conclude(&files, &groups.list(), args.json)?;
    Ok(Outcome::yes_if(usable))
}

/// What was named, and all that lies in it if it is a folder.
fn gather(path: &Path) -> Vec<Entry> {
    if path.is_dir() {
        return walk::below(path);
    }
    vec![Entry {
        path: path.to_owned(),
        left_out: None,
    }]
}

fn tell((file, of): (&Path, &Path), it: Likeness, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let mut line = json!({
            "kind": it.by.as_str(), "tier": it.tier.as_str(),
            "transform": it.transform.as_str(), "distance": it.distance, "quality": it.quality,
        });
        names::put(&mut line, "input", file);
        names::put(&mut line, "of", of);
        return say_json(&line);
    }
    say(&format!(
        "{}: {} {}",
        names::shown(file),
        words(it),
        names::shown(of)
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

fn conclude(files: &[&Path], groups: &[Vec<usize>], as_json: bool) -> anyhow::Result<()> {
    let named = |group: &Vec<usize>, name: fn(&Path) -> String| -> Vec<String> {
        group.iter().map(|it| name(files[*it])).collect()
    };
    if as_json {
        // Whoever is in a group is in a pair, and its name is whole there.
        let readable = |it: &Path| it.to_string_lossy().into_owned();
        let groups: Vec<Vec<String>> = groups.iter().map(|it| named(it, readable)).collect();
        return say_json(&json!({"files": files.len(), "groups": groups}));
    }
    let more: usize = groups.iter().map(|it| it.len() - 1).sum();
    say(&format!(
        "{} files, {} groups of duplicates, {more} files more than pictures",
        files.len(),
        groups.len()
    ));
    for group in groups {
        say(&format!("  {}", named(group, names::shown).join("  ")));
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
