//! Other programs that do a photo worker's job, or most of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use jaga_bench_kit::Rival;

/// A Python worker that is already running; it says itself what a photo has cost.
pub struct Python(Rival);

impl Python {
    /// `name` is one of the two ways in `rivals.py`.
    pub fn start(python: &Path, name: &str) -> Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rivals.py");
        let rival = Rival::start(Command::new(python).arg(script).arg(name))?;
        Ok(Self(rival))
    }

    /// Milliseconds of processor time for one photo.
    pub fn photo(&mut self, file: &Path) -> Result<f64> {
        let line = self.0.ask(&file.display().to_string())?;
        line.parse().context("the Python worker says no figure")
    }
}

/// What is started or looked for once.
pub struct Rivals {
    pub tuned: Python,
    pub typical: Python,
    pub magick: PathBuf,
}

impl Rivals {
    /// An error where one of them is not installed.
    pub fn start(python: &Path) -> Result<Self> {
        Ok(Self {
            tuned: Python::start(python, "tuned")?,
            typical: Python::start(python, "typical")?,
            magick: find_imagemagick().context("ImageMagick is missing")?,
        })
    }
}

fn run(command: &mut Command) -> Result<()> {
    let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let done =
        done.with_context(|| format!("{} does not start", command.get_program().display()))?;
    ensure!(
        done.success(),
        "{} failed: {done}",
        command.get_program().display()
    );
    Ok(())
}

/// libvips for the small copies, `ExifTool` for evidence and clean copy, sha256sum; no perceptual hash.
pub fn vips_and_exiftool(file: &Path, out: &Path) -> Result<()> {
    for side in ["1600", "320"] {
        let target = out.join(format!("{side}.jpg[Q=80,strip]"));
        let size = format!("{side}x{side}");
        run(Command::new("vipsthumbnail")
            .env("VIPS_CONCURRENCY", "1")
            .arg(file)
            .args(["--size", &size, "--output"])
            .arg(target))?;
    }
    let clean = fresh(out)?;
    run(Command::new("exiftool")
        .args(["-q", "-all=", "-tagsfromfile", "@", "-Orientation", "-o"])
        .arg(clean)
        .arg(file))?;
    run(Command::new("sha256sum").arg(file))
}

/// `ImageMagick` for everything: it can't strip without coding anew; no evidence, no perceptual hash.
/// Never with `-define jpeg:size`, which has taken 18 s of processor time for one photo.
pub fn imagemagick(program: &Path, file: &Path, out: &Path) -> Result<()> {
    let (clean, large, small) = (fresh(out)?, out.join("1600.jpg"), out.join("320.jpg"));
    run(Command::new("timeout")
        .arg("60")
        .arg(program)
        .args(["-limit", "thread", "1"])
        .arg(file)
        .args(["-auto-orient", "-strip", "-quality", "92", "-write"])
        .arg(clean)
        .args(["-quality", "80", "-resize", "1600x1600", "-write"])
        .arg(large)
        .args(["-resize", "320x320"])
        .arg(small))
}

fn fresh(out: &Path) -> Result<PathBuf> {
    let clean = out.join("clean.jpg");
    if clean.exists() {
        std::fs::remove_file(&clean)?;
    }
    Ok(clean)
}

/// `ImageMagick` by any of the names that packages give it.
fn find_imagemagick() -> Option<PathBuf> {
    ["magick", "convert-im6.q16", "convert"]
        .iter()
        .map(|name| Path::new("/usr/bin").join(name))
        .find(|path| path.exists())
}
