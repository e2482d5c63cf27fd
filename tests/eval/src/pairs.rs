//! All pairs whose truth is known, each made when its turn comes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::dice::Dice;
use crate::edits::EDITS;
use crate::honest::{self, Honest};
use crate::photos::Photo;
use crate::tally::Kind;

type Made<'a> = Box<dyn Fn() -> Result<[Vec<u8>; 2]> + Send + Sync + 'a>;

/// A pair to ask about.
pub struct Pair<'a> {
    pub row: String,
    pub kind: Kind,
    /// Whose it is.
    pub name: String,
    /// Of a real photo.
    pub real: bool,
    /// The first file and the later one.
    pub files: Made<'a>,
}

/// Every edit of one photo of each group.
pub fn edits<'a>(photos: &[&'a Photo], seed: u64) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    for edit in EDITS {
        for (index, photo) in photos.iter().copied().enumerate() {
            // Copies of one picture would count as several.
            if photos[..index].iter().any(|it| it.group == photo.group) {
                continue;
            }
            let mut next = photos.iter().cycle().skip(index + 1).take(photos.len());
            let Some(other) = next.find(|it| it.group != photo.group).copied() else {
                continue;
            };
            let row = edit.name();
            let words = row.clone();
            pairs.push(Pair {
                row,
                kind: Kind::Edit,
                name: photo.name.clone(),
                real: photo.made.is_none(),
                files: Box::new(move || {
                    let mut dice = Dice::new(seed, &[&photo.name, &words]);
                    let file = edit.apply(&photo.file, &other.picture, &mut dice)?;
                    Ok([photo.file.clone(), file])
                }),
            });
        }
    }
    pairs
}

/// Three of each kind of each photo that it can be made of.
pub fn honest<'a>(photos: &[&'a Photo], seed: u64) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    for kind in [
        Honest::Reshot,
        Honest::Elsewhere,
        Honest::Tripod,
        Honest::Layered,
        Honest::Burst,
    ] {
        let of_street = matches!(kind, Honest::Reshot | Honest::Elsewhere | Honest::Tripod);
        let of_it = |it: &&&'a Photo| it.made.is_some() == of_street;
        for photo in photos.iter().filter(of_it).copied() {
            for again in 0..3 {
                let again = again.to_string();
                pairs.push(Pair {
                    row: kind.name().to_owned(),
                    kind: Kind::Honest,
                    name: photo.name.clone(),
                    real: photo.made.is_none(),
                    files: Box::new(move || {
                        let mut dice = Dice::new(seed, &[&photo.name, kind.name(), &again]);
                        match photo.made {
                            Some(street) => honest::street(kind, street, &mut dice),
                            None => honest::real(kind, &photo.picture, &mut dice),
                        }
                    }),
                });
            }
        }
    }
    pairs
}

/// Pairs of files in a folder: `NAME_left.*` and `NAME_right.*`.
pub fn stereo(folder: &Path) -> Result<Vec<Pair<'static>>> {
    let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().map(|it| it.to_string_lossy().into_owned());
        let stem = stem.unwrap_or_default();
        let name = stem.strip_suffix("_left").or(stem.strip_suffix("_right"));
        if let Some(name) = name {
            found.entry(name.to_owned()).or_default().push(path);
        }
    }
    let two = |(name, mut files): (String, Vec<PathBuf>)| {
        files.sort();
        let [one, other] = <[PathBuf; 2]>::try_from(files).ok()?;
        Some(Pair {
            row: Honest::Stereo.name().to_owned(),
            kind: Kind::Honest,
            name,
            real: true,
            files: Box::new(move || Ok([std::fs::read(&one)?, std::fs::read(&other)?])),
        })
    };
    Ok(found.into_iter().filter_map(two).collect())
}

/// Every two groups once, spread evenly where there are more than are wanted.
pub fn unrelated<'a>(photos: &[&'a Photo], most: usize) -> Vec<Pair<'a>> {
    let firsts = crate::photos::firsts(photos);
    let mut pairs = Vec::new();
    for (index, one) in firsts.iter().copied().enumerate() {
        pairs.extend(firsts.iter().skip(index + 1).map(|other| (one, *other)));
    }
    let step = pairs.len().div_ceil(most.max(1)).max(1);
    let pair = |(one, other): (&'a Photo, &'a Photo)| Pair {
        row: "unrelated".to_owned(),
        kind: Kind::Unrelated,
        name: format!("{} / {}", one.name, other.name),
        real: one.made.is_none() && other.made.is_none(),
        files: Box::new(move || Ok([one.file.clone(), other.file.clone()])),
    };
    pairs.into_iter().step_by(step).map(pair).collect()
}
