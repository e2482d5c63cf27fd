//! Which file goes where: one, or a folder tree that the output mirrors.

use std::collections::BTreeSet;
use std::fs::canonicalize;
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::commands::refused::Refused;
use crate::commands::walk;
use crate::names;

/// A file and where its clean copy goes under its own name.
pub struct Errand {
    pub input: PathBuf,
    pub output: PathBuf,
    /// Why it is not even looked at.
    pub left_out: Option<Refused>,
}

/// The clean copies may not land on the originals, nor in a folder that is being read.
pub fn keep_originals(input: &Path, output: &Path) -> anyhow::Result<()> {
    let real = |path: &Path| canonicalize(path).ok();
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
            left_out: None,
        }]);
    }
    if !input.is_dir() {
        bail!("{} is neither a file nor a folder", input.display());
    }
    let errand = |entry: walk::Entry| Errand {
        output: output.join(entry.path.strip_prefix(input).unwrap_or(&entry.path)),
        input: entry.path,
        left_out: entry.left_out,
    };
    Ok(walk::below(input).into_iter().map(errand).collect())
}

/// Who writes which file. A file that is encoded again is a JPEG and is named so: that name may be no other's, neither
/// one that is its own from the start, whether that file is taken or refused, nor one that was given before. So two runs
/// over the same folder give the same names, and no clean copy replaces another.
pub struct Names {
    taken: BTreeSet<PathBuf>,
    /// Of a folder, where it really is.
    folder: Option<PathBuf>,
}

impl Names {
    pub fn of(errands: &[Errand], input: &Path) -> Self {
        // A folder's name is taken too.
        let taken = errands.iter().flat_map(|e| e.output.ancestors());
        Self {
            taken: taken.map(Path::to_owned).collect(),
            folder: canonicalize(input).ok().filter(|it| it.is_dir()),
        }
    }

    /// `a.heic` becomes `a.jpg`; `a.heic.jpg` where there is an `a.jpg` of its own; then `a.heic.2.jpg`, and so on.
    pub fn jpeg(&mut self, output: &Path) -> PathBuf {
        let is_one = output
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("jpg") || e.eq_ignore_ascii_case("jpeg"));
        if is_one {
            return output.to_owned();
        }
        let longer = |end: String| {
            let mut name = output.file_name().unwrap_or_default().to_owned();
            name.push(end);
            output.with_file_name(name)
        };
        let further = (2_u64..).map(|number| longer(format!(".{number}.jpg")));
        let mut names = [output.with_extension("jpg"), longer(".jpg".into())]
            .into_iter()
            .chain(further);
        let free = names.find(|name| !self.taken.contains(name));
        let free = free.unwrap_or_else(|| output.to_owned());
        self.taken.insert(free.clone());
        free
    }

    /// Whether this may be written: not where a folder of OUT leads back into IN, and not over a file that is there
    /// already if nobody named it.
    pub fn allow(&self, errand: &Errand, output: &Path) -> Result<(), Refused> {
        let Some(folder) = &self.folder else {
            if output == errand.output || !output.exists() {
                return Ok(());
            }
            let name = names::shown(output);
            let reason = format!(
                "it is encoded again as JPEG, and {name} is there already: name the JPEG to write"
            );
            return Err(Refused::unwritable(reason));
        };
        let real = output
            .ancestors()
            .skip(1)
            .find_map(|it| canonicalize(it).ok());
        if real.is_some_and(|real| real.starts_with(folder)) {
            let reason = format!("{} leads back into IN", names::shown(output));
            return Err(Refused::unwritable(reason));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(files: &[&str], encoded_again: &[&str]) -> Vec<String> {
        let errand = |name: &&str| Errand {
            input: Path::new("in").join(name),
            output: Path::new("out").join(name),
            left_out: None,
        };
        let errands: Vec<_> = files.iter().map(errand).collect();
        let mut names = Names::of(&errands, Path::new("in"));
        let outputs = errands.iter().map(|it| {
            let name = it.output.file_name().and_then(|it| it.to_str());
            if encoded_again.iter().any(|again| Some(*again) == name) {
                names.jpeg(&it.output)
            } else {
                it.output.clone()
            }
        });
        outputs.map(|it| it.display().to_string()).collect()
    }

    #[test]
    fn no_two_files_are_given_one_name() {
        assert_eq!(
            given(&["a.heic", "a.heic.jpg", "a.jpg"], &["a.heic"]),
            ["out/a.heic.2.jpg", "out/a.heic.jpg", "out/a.jpg"]
        );
        assert_eq!(
            given(&["a.bmp", "a.heic"], &["a.bmp", "a.heic"]),
            ["out/a.jpg", "out/a.heic.jpg"]
        );
        assert_eq!(
            given(&["a.heic", "a.jpg/b.png"], &["a.heic"]),
            ["out/a.heic.jpg", "out/a.jpg/b.png"]
        );
        let all = [
            "a.bmp",
            "a.bmp.jpg",
            "a.heic",
            "a.heic.2.jpg",
            "a.heic.jpg",
            "a.tif",
        ];
        let outputs = given(&all, &["a.bmp", "a.heic", "a.tif"]);
        assert_eq!(outputs.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert_eq!(outputs[0], "out/a.jpg");
    }
}
