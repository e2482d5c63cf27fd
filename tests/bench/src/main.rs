#![doc = include_str!("../README.md")]

mod cost;
mod goals;
mod own;
mod photos;
mod rivals;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;

use crate::cost::Spread;
use crate::goals::Goals;
use crate::photos::Photo;

/// Measures what a photo costs, beside what others need for the same.
#[derive(Parser)]
struct Options {
    /// The released binary, whose decoding child is measured.
    #[arg(long, default_value = "target/release/jaga")]
    jaga: PathBuf,
    /// A Python with Pillow, piexif, `ImageHash` and pdqhash.
    #[arg(long, default_value = "target/bench-tools/venv/bin/python")]
    python: PathBuf,
    /// A photo to measure besides the generated ones; may be repeated.
    #[arg(long)]
    photo: Vec<PathBuf>,
    /// Rounds; in each, everything is measured once, one after the other.
    #[arg(long, default_value_t = 15)]
    rounds: usize,
    /// Leaves out the others: only the floor and Jaga, for looking for where the time goes.
    #[arg(long)]
    own: bool,
    /// Runs one photo through the child and prints the child's peak memory in MiB. For the
    /// benchmark itself: the figure is of the largest child of a process, so each needs its own.
    #[arg(long, hide = true)]
    child_memory: Option<PathBuf>,
}

/// Everything that is measured on every photo, in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entrant {
    Floor,
    InProcess,
    Sandboxed,
    Tuned,
    Typical,
    Vips,
    Magick,
    ImageCrate,
    ImageCrateOnly,
}

impl Entrant {
    const ALL: [Self; 9] = [
        Self::Floor,
        Self::InProcess,
        Self::Sandboxed,
        Self::Tuned,
        Self::Typical,
        Self::Vips,
        Self::Magick,
        Self::ImageCrate,
        Self::ImageCrateOnly,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor: bare 1/8 decode, libjpeg-turbo",
            Self::InProcess => "Jaga, in process",
            Self::Sandboxed => "Jaga, with its sandboxed child",
            Self::Tuned => "Pillow, tuned (draft mode, piexif, pdqhash)",
            Self::Typical => "Pillow, typical (full decode, piexif, imagehash)",
            Self::Vips => "libvips + ExifTool (no perceptual hash)",
            Self::Magick => "ImageMagick (no evidence, no perceptual hash)",
            Self::ImageCrate => "`image` crate, clean copy coded anew",
            Self::ImageCrateOnly => "`image` crate, without a clean copy",
        }
    }

    /// The slow ones take part in every third round only.
    fn every(self) -> usize {
        match self {
            Self::Vips | Self::Magick | Self::ImageCrate | Self::ImageCrateOnly => 3,
            _ => 1,
        }
    }
}

/// Milliseconds by round and entrant; not all take part in all.
type Rounds = Vec<Vec<(Entrant, f64)>>;

fn main() -> Result<()> {
    let mut options = Options::parse();
    // The child starts in `/`: a relative path would not lead there.
    options.jaga = std::path::absolute(&options.jaga)?;
    let sandboxed = own::Sandboxed::new(options.jaga.clone())?;
    if let Some(file) = &options.child_memory {
        sandboxed.pipeline(&std::fs::read(file)?.into())?;
        return table::line(&format!("{}", cost::largest_child()?));
    }
    ensure!(
        options.jaga.exists(),
        "{} is missing; run make bench-imaging",
        options.jaga.display()
    );
    let folder = tempfile::tempdir()?;
    let mut photos = photos::generated()?;
    for file in &options.photo {
        photos.push(Photo {
            name: file
                .file_name()
                .map_or_else(String::new, |n| n.to_string_lossy().into()),
            bytes: std::fs::read(file)
                .with_context(|| format!("{}", file.display()))?
                .into(),
        });
    }
    table::heading(&options.jaga)?;
    let mut goals = Goals::default();
    for photo in &photos {
        let file = folder.path().join("photo.jpg");
        std::fs::write(&file, &photo.bytes)?;
        let rounds = measure(&options, &sandboxed, photo, &file, folder.path())?;
        let memory = child_memory(&options, &file)?;
        table::photo(photo, &rounds, memory)?;
        goals.photo(&photo.name, &rounds, memory);
    }
    parts(&options, &photos, &mut goals)?;
    if options.own {
        return goals.print();
    }
    formats(&options, &sandboxed, folder.path())?;
    goals.print()
}

fn measure(
    options: &Options,
    sandboxed: &own::Sandboxed,
    photo: &Photo,
    file: &Path,
    folder: &Path,
) -> Result<Rounds> {
    let bytes = &photo.bytes;
    let mut rivals = if options.own {
        None
    } else {
        Some(rivals::Rivals::start(&options.python)?)
    };
    let mut rounds = Vec::new();
    // The first round warms caches and is not counted.
    for round in 0..=options.rounds {
        let mut values = Vec::new();
        for entrant in Entrant::ALL {
            if round > 0 && (round - 1) % entrant.every() > 0 {
                continue;
            }
            let spent = match (entrant, &mut rivals) {
                (Entrant::Floor, _) => cost::of(|| own::floor(bytes)),
                (Entrant::InProcess, _) => cost::of(|| own::pipeline(bytes)),
                (Entrant::Sandboxed, _) => cost::of(|| sandboxed.pipeline(bytes)),
                (_, None) => continue,
                (Entrant::Tuned, Some(rivals)) => rivals.tuned.photo(file),
                (Entrant::Typical, Some(rivals)) => rivals.typical.photo(file),
                (Entrant::Vips, _) => cost::of(|| rivals::vips_and_exiftool(file, folder)),
                (Entrant::Magick, Some(rivals)) => {
                    cost::of(|| rivals::imagemagick(&rivals.magick, file, folder))
                }
                (Entrant::ImageCrate, _) => cost::of(|| own::image_crate(bytes, true)),
                (Entrant::ImageCrateOnly, _) => cost::of(|| own::image_crate(bytes, false)),
            };
            values.push((entrant, spent.with_context(|| entrant.name().to_owned())?));
        }
        if round > 0 {
            rounds.push(values);
        }
    }
    Ok(rounds)
}

/// Peak memory of the child on this file, MiB. A child inherits its parent's peak, so the parent
/// is a process that has done nothing else.
fn child_memory(options: &Options, file: &Path) -> Result<f64> {
    let done = Command::new(std::env::current_exe()?)
        .arg("--jaga")
        .arg(&options.jaga)
        .arg("--child-memory")
        .arg(file)
        .output()?;
    let said = String::from_utf8_lossy(&done.stdout);
    said.trim()
        .parse()
        .context("the child's memory can't be measured")
}

/// What the clean copy and the sandbox cost by themselves.
fn parts(options: &Options, photos: &[Photo], goals: &mut Goals) -> Result<()> {
    let mut rates = Vec::new();
    let mut starts = Vec::new();
    for photo in photos {
        for _ in 0..options.rounds {
            // Ten at a time: one is shorter than the clock can tell.
            let spent = cost::of(|| (0..10).try_for_each(|_| own::clean(&photo.bytes)))?;
            rates.push(photo.bytes.len() as f64 / 1e5 / spent.max(0.001));
            starts.push(cost::of(|| own::start_only(&options.jaga))?);
        }
    }
    table::parts(Spread::of(rates.iter().copied()), Spread::of(starts))?;
    goals.strip(rates);
    Ok(())
}

/// One picture in all formats: what it costs in process, and the child's memory.
fn formats(options: &Options, sandboxed: &own::Sandboxed, folder: &Path) -> Result<()> {
    let mut rows = Vec::new();
    for photo in photos::formats()? {
        let file = folder.join("photo");
        std::fs::write(&file, &photo.bytes)?;
        let mut times = Vec::new();
        for _ in 0..options.rounds.div_ceil(3) {
            let alone = cost::of(|| own::pipeline(&photo.bytes));
            let boxed = cost::of(|| sandboxed.pipeline(&photo.bytes));
            times.push((alone.with_context(|| photo.name.clone())?, boxed?));
        }
        rows.push(table::FormatRow {
            name: photo.name,
            bytes: photo.bytes.len(),
            alone: Spread::of(times.iter().map(|it| it.0)),
            boxed: Spread::of(times.iter().map(|it| it.1)),
            memory: child_memory(options, &file)?,
        });
    }
    table::formats(&rows)
}
