//! The judges: programs in Python with `ExifTool`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use jaga_tests::{exiftool, project_root, shared_folder, skip, test_tool};
use serde_json::Value;

use crate::stripped::STILL;

/// What judging needs.
#[derive(Debug)]
pub(crate) struct Judges {
    python: PathBuf,
    exiftool: PathBuf,
}

/// The judges, or `None` and a word on what is missing.
pub(crate) fn judges() -> Option<Judges> {
    let found = (|| {
        let python = test_tool("python3")?;
        let there = Command::new(&python)
            .args(["-c", "import numpy, PIL, piexif"])
            .stderr(Stdio::null())
            .status();
        there.ok().filter(std::process::ExitStatus::success)?;
        Some(Judges {
            python,
            exiftool: exiftool()?,
        })
    })();
    if found.is_none() {
        skip("ExifTool 13 or Pillow is missing; deploy/setup/test-deps.sh installs them");
    }
    found
}

/// The photos of others beside the project, or `None` and a word.
pub(crate) fn photos() -> Option<PathBuf> {
    let folder = shared_folder().map(|shared| shared.join("photos"));
    let folder = folder.filter(|photos| photos.join("leakcheck.py").is_file());
    if folder.is_none() {
        skip("no folder of real photos beside the project (JAGA_SHARED)");
    }
    folder
}

impl Judges {
    /// Runs a script that lies beside this file.
    pub(crate) fn own<A: AsRef<OsStr>>(&self, script: &str, args: &[A]) -> Result<String> {
        self.run(
            &project_root().join("tests/promises/leaks").join(script),
            args,
        )
    }

    fn run<A: AsRef<OsStr>>(&self, script: &Path, args: &[A]) -> Result<String> {
        let ran = Command::new(&self.python)
            .arg("-B")
            .arg(script)
            .args(args)
            .stdin(Stdio::null())
            .output()?;
        let said = String::from_utf8_lossy(&ran.stderr);
        ensure!(ran.status.success(), "{}: {said}", script.display());
        Ok(String::from_utf8(ran.stdout)?)
    }

    /// Has the project's own judge look at pairs.
    pub(crate) fn judge(&self, pairs: &[(&Path, &Path, &str)], work: &Path) -> Result<Vec<Value>> {
        let list = work.join("pairs.tsv");
        write(&list, pairs, true)?;
        lines(
            &self.own("judge.py", &[self.exiftool.as_path(), &list])?,
            pairs.len(),
        )
    }

    /// Has the oracle of the photo collection look at pairs.
    pub(crate) fn oracle(
        &self,
        photos: &Path,
        pairs: &[(&Path, &Path, &str)],
        work: &Path,
    ) -> Result<Vec<Value>> {
        let (list, out) = (work.join("oracle.tsv"), work.join("oracle.jsonl"));
        write(&list, pairs, false)?;
        let args = [
            OsStr::new("--batch"),
            list.as_os_str(),
            OsStr::new("--out"),
            out.as_os_str(),
            OsStr::new("--jobs"),
            OsStr::new("2"),
            OsStr::new("--exiftool"),
            self.exiftool.as_os_str(),
        ];
        self.run(&photos.join("leakcheck.py"), &args)?;
        lines(&std::fs::read_to_string(out)?, pairs.len())
    }
}

fn write(list: &Path, pairs: &[(&Path, &Path, &str)], methods: bool) -> Result<()> {
    let path = |it: &Path| it.to_str().map(str::to_owned).context("a name in UTF-8");
    let mut text = String::new();
    for (original, clean, method) in pairs {
        text += &[path(original)?, path(clean)?].join("\t");
        if methods {
            text += "\t";
            text += method;
        }
        text += "\n";
    }
    Ok(std::fs::write(list, text)?)
}

/// One verdict a line, and one for every pair.
fn lines(text: &str, count: usize) -> Result<Vec<Value>> {
    let verdicts: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).context("no JSON"))
        .collect::<Result<_>>()?;
    ensure!(
        verdicts.len() == count,
        "{} verdicts for {count} pairs",
        verdicts.len()
    );
    Ok(verdicts)
}

/// A verdict of the oracle: what is wrong, where anything is.
pub(crate) fn wrong(verdict: &Value, method: &str) -> Option<String> {
    leak(verdict).or_else(|| pixels_wrong(verdict, method))
}

/// What the oracle found of the original in the clean file; or that it could not look.
pub(crate) fn leak(verdict: &Value) -> Option<String> {
    let leaks = verdict["hard"]
        .as_array()
        .is_none_or(|hard| !hard.is_empty());
    let looked = matches!(verdict["verdict"].as_str(), Some("clean" | "pixels-wrong"));
    (leaks || !looked).then(|| {
        let what = &verdict["carriers"];
        format!("{}: {what} {}", verdict["verdict"], verdict["why"])
    })
}

/// What the oracle says against the pixels.
fn pixels_wrong(verdict: &Value, method: &str) -> Option<String> {
    let pixels = verdict["px"].as_str().unwrap_or("not compared");
    // The oracle calls it encoded again, and not another picture, from 24 dB on: it compares
    // numbers, also of two pictures whose colour profiles differ.
    let again = pixels.starts_with("reencoded") || pixels == "same-baked";
    // It compares the first frame, and has 99 dB for one that is the same.
    let first = pixels == "reencoded+frames-changed"
        && verdict["psnr"] == 99.0
        && verdict["frames"][1] == 1;
    let fits = verdict["verdict"] == "clean"
        && (matches!(pixels, "same" | "orig-undecodable")
            || (method == "reencoded" && again)
            || (method == STILL && first));
    (!fits).then(|| format!("{method}, but pixels {pixels} {}", verdict["psnr"]))
}
