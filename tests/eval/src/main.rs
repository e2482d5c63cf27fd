#![doc = include_str!("../README.md")]

mod dice;
mod edits;
mod honest;
mod photos;
mod raster;
mod tally;
mod tiers;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

use crate::dice::Dice;
use crate::edits::EDITS;
use crate::honest::Honest;
use crate::photos::{Half, Photo};
use crate::tally::Tally;
use crate::tiers::{Compared, Said, Tier};

/// Makes pairs of photos whose truth is known, and counts what is said of them.
#[derive(Parser)]
struct Options {
    /// A folder of photos; default: `photos/public` of the shared data, where there is one.
    #[arg(long)]
    photos: Option<PathBuf>,
    /// The data beside the project.
    #[arg(long, env = "JAGA_SHARED", default_value = "../shared")]
    shared: PathBuf,
    /// A folder of real pairs: `NAME_left.*` and `NAME_right.*`; default: none.
    #[arg(long)]
    stereo: Option<PathBuf>,
    /// Streets made by code.
    #[arg(long, default_value_t = 40)]
    made: u64,
    /// Unrelated pairs compared at most.
    #[arg(long, default_value_t = 1000)]
    unrelated: usize,
    /// Look at the tuning half instead of the test half.
    #[arg(long)]
    tuning: bool,
    /// Only rows whose name contains this; may be said several times.
    #[arg(long)]
    only: Vec<String>,
    /// Every pair's measurements as tab-separated lines on standard error.
    #[arg(long)]
    lines: bool,
    /// Another draw of all pairs.
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let beside = options.shared.join("photos/public");
    let folder = options.photos.clone();
    let folder = folder.or_else(|| Some(beside).filter(|it| it.is_dir()));
    let photos = photos::load(folder.as_deref(), options.made)?;
    let half = if options.tuning {
        Half::Tuning
    } else {
        Half::Test
    };
    let run = Run {
        tiers: vec![Box::new(Compared { seed: options.seed })],
        photos,
        half,
        options,
    };
    run.say_what()?;
    run.all()
}

struct Run {
    tiers: Vec<Box<dyn Tier>>,
    photos: Vec<Photo>,
    half: Half,
    options: Options,
}

impl Run {
    fn mine(&self) -> Vec<&Photo> {
        let all = self.photos.iter();
        all.filter(|photo| photo.half == self.half && !photo.blank)
            .collect()
    }

    fn wanted(&self, row: &str) -> bool {
        let only = &self.options.only;
        only.is_empty() || only.iter().any(|part| row.contains(part))
    }

    fn say_what(&self) -> Result<()> {
        let mine = self.mine();
        let made = mine.iter().filter(|it| it.made.is_some()).count();
        tally::line(&format!(
            "{} photos of the {} half: {} real, {made} made; seed {}",
            mine.len(),
            if self.half == Half::Test {
                "test"
            } else {
                "tuning"
            },
            mine.len() - made,
            self.options.seed,
        ))
    }

    fn all(&self) -> Result<()> {
        for tier in &self.tiers {
            let mut tally = Tally::new(tier.name());
            self.edits(tier.as_ref(), &mut tally)?;
            self.honest(tier.as_ref(), &mut tally)?;
            self.unrelated(tier.as_ref(), &mut tally)?;
            tally.print()?;
        }
        Ok(())
    }

    fn edits(&self, tier: &dyn Tier, tally: &mut Tally) -> Result<()> {
        let mine = self.mine();
        for edit in EDITS {
            let row = edit.name();
            if !self.wanted(&row) {
                continue;
            }
            for (index, photo) in mine.iter().enumerate() {
                // Copies of one picture would count as several.
                if mine[..index].iter().any(|it| it.group == photo.group) {
                    continue;
                }
                let mut dice = Dice::new(self.options.seed, &[&photo.name, &row]);
                let next = mine.iter().cycle().skip(index + 1);
                let other = next
                    .clone()
                    .take(mine.len())
                    .find(|it| it.group != photo.group);
                let Some(other) = other else { continue };
                let file = edit.apply(&photo.file, &other.picture, &mut dice)?;
                let said = tier.ask(&photo.file, &file)?;
                self.show(&row, &photo.name, &said);
                tally.edit(&row, photo.made.is_some(), &said);
            }
        }
        Ok(())
    }

    fn honest(&self, tier: &dyn Tier, tally: &mut Tally) -> Result<()> {
        for kind in [
            Honest::Reshot,
            Honest::Elsewhere,
            Honest::Tripod,
            Honest::Layered,
            Honest::Burst,
        ] {
            let row = kind.name();
            if !self.wanted(row) {
                continue;
            }
            for photo in self.mine() {
                let of_street = matches!(kind, Honest::Reshot | Honest::Elsewhere | Honest::Tripod);
                for again in 0..3 {
                    let words = [photo.name.as_str(), row, &format!("{again}")];
                    let mut dice = Dice::new(self.options.seed, &words);
                    let [a, b] = match (of_street, photo.made) {
                        (true, Some(seed)) => honest::street(kind, seed, &mut dice)?,
                        (false, None) => honest::real(kind, &photo.picture, &mut dice)?,
                        _ => continue,
                    };
                    let said = tier.ask(&a, &b)?;
                    self.show(row, &photo.name, &said);
                    tally.honest(row, &said);
                }
            }
        }
        self.stereo(tier, tally)
    }

    fn stereo(&self, tier: &dyn Tier, tally: &mut Tally) -> Result<()> {
        let Some(folder) = &self.options.stereo else {
            return Ok(());
        };
        let mut pairs: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let stem = path.file_stem().map(|it| it.to_string_lossy().into_owned());
            let stem = stem.unwrap_or_default();
            let name = stem.strip_suffix("_left").or(stem.strip_suffix("_right"));
            if let Some(name) = name {
                pairs.entry(name.to_owned()).or_default().push(path);
            }
        }
        let row = Honest::Stereo.name();
        for (name, files) in pairs {
            if let [one, other] = files.as_slice() {
                let said = tier.ask(&std::fs::read(one)?, &std::fs::read(other)?)?;
                self.show(row, &name, &said);
                tally.honest(row, &said);
            }
        }
        Ok(())
    }

    /// Every pair of groups once, spread evenly where there are more than are wanted.
    fn unrelated(&self, tier: &dyn Tier, tally: &mut Tally) -> Result<()> {
        let row = "unrelated";
        if !self.wanted(row) {
            return Ok(());
        }
        let mut firsts: BTreeMap<usize, &Photo> = BTreeMap::new();
        for photo in self.mine() {
            firsts.entry(photo.group).or_insert(photo);
        }
        let photos: Vec<&Photo> = firsts.into_values().collect();
        let mut pairs = Vec::new();
        for (index, one) in photos.iter().enumerate() {
            pairs.extend(photos.iter().skip(index + 1).map(|other| (*one, *other)));
        }
        let step = pairs.len().div_ceil(self.options.unrelated.max(1)).max(1);
        for (one, other) in pairs.into_iter().step_by(step) {
            let said = tier.ask(&one.file, &other.file)?;
            self.show(row, &format!("{} / {}", one.name, other.name), &said);
            tally.unrelated(row, &said);
        }
        Ok(())
    }

    /// One pair's measurements, for choosing bounds.
    fn show(&self, row: &str, name: &str, said: &Said) {
        if !self.options.lines {
            return;
        }
        let mut out = std::io::stderr().lock();
        let relation = said.relation.as_str();
        let mut line = format!("{row}\t{name}\t{relation}\t{:.1}", said.spent);
        if let Some(it) = &said.comparison {
            let seen = &it.seen;
            let figures = format!(
                "\t{}\t{:.2}\t{:.2}\t{:.3}\t{:.3}\t{:.3}\t{:.2}\t{:.4}\t{:.4}\t{}\t{:.3}\t{:.2}\t{:.2}\t{:.2}\t{}\t{:.3}\t{}",
                it.inliers,
                it.aligned,
                it.aligned_second,
                it.changed,
                seen.spread,
                seen.spread_worst,
                seen.same_blocks,
                seen.shear,
                seen.stretch,
                seen.perspective,
                seen.grain.unwrap_or(f64::NAN),
                seen.grain_strength,
                it.residual_inside,
                it.residual_outside,
                seen.pairs,
                seen.unshared.unwrap_or(f64::NAN),
                it.confidence,
            );
            line.push_str(&figures);
        }
        drop(writeln!(out, "{line}"));
    }
}
