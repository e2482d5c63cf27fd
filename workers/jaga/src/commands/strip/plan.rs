//! Which file goes where: one, or a folder tree that the output mirrors.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::output::note;

/// A file and where its clean copy goes under its own name.
pub struct Errand {
    pub input: PathBuf,
    pub output: PathBuf,
}

/// The clean copies may not land on the originals, nor in a folder that is being read.
pub fn keep_originals(input: &Path, output: &Path) -> anyhow::Result<()> {
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

/// The errands, in the order of their names.
pub fn errands(input: &Path, output: &Path) -> anyhow::Result<Vec<Errand>> {
    if input.is_file() {
        return Ok(vec![Errand {
            input: input.to_owned(),
            output: output.to_owned(),
        }]);
    }
    let mut files = Vec::new();
    walk(input, &mut files)?;
    files.sort();
    let errand = |file: PathBuf| Errand {
        output: output.join(file.strip_prefix(input).unwrap_or(&file)),
        input: file,
    };
    Ok(files.into_iter().map(errand).collect())
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

/// Names that are taken: one that is encoded again, and so named anew, may not take another's.
pub struct Names(BTreeSet<PathBuf>);

impl Names {
    pub fn of(errands: &[Errand]) -> Self {
        Self(errands.iter().map(|e| e.output.clone()).collect())
    }

    /// `a.heic` becomes `a.jpg`, or `a.heic.jpg` where there is an `a.jpg` of its own.
    pub fn jpeg(&mut self, output: &Path) -> PathBuf {
        let is_one = output
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("jpg") || e.eq_ignore_ascii_case("jpeg"));
        if is_one {
            return output.to_owned();
        }
        let usual = output.with_extension("jpg");
        if self.0.insert(usual.clone()) {
            return usual;
        }
        let mut name = output.file_name().unwrap_or_default().to_owned();
        name.push(".jpg");
        let longer = output.with_file_name(name);
        self.0.insert(longer.clone());
        longer
    }
}
