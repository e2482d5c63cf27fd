//! The photos that pairs are made of, and which half each belongs to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use image::{RgbImage, imageops};
use jaga_imaging::{Limits, analyse};

use crate::honest;
use crate::raster::{jpeg, opened, within};

/// Thresholds were chosen on the tuning half; figures count on the test half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    Tuning,
    Test,
}

pub struct Photo {
    /// Of the file, or of the made street's seed.
    pub name: String,
    pub picture: RgbImage,
    /// As it was uploaded.
    pub file: Vec<u8>,
    pub made: Option<u64>,
    /// Photos of one group show the same picture.
    pub group: usize,
    pub half: Half,
    /// One level all over: nobody can find it again by looking, and it is asked about in no pair.
    pub blank: bool,
}

/// The longest side that is worked with: as messengers and cheap phones send.
const SIDE: u32 = 1600;
/// Smaller ones are icons.
const SMALLEST: u32 = 240;

/// Real photos of a folder, and this many made streets; split by group.
pub fn load(folder: Option<&Path>, made: u64) -> Result<Vec<Photo>> {
    let mut photos = Vec::new();
    if let Some(folder) = folder {
        let mut files = Vec::new();
        walk(folder, &mut files)?;
        files.sort();
        for file in files {
            let name = file.strip_prefix(folder).unwrap_or(&file).display();
            if let Some(picture) = open(&file) {
                photos.push((name.to_string(), picture, None));
            }
        }
    }
    for seed in 0..made {
        let name = format!("made street {seed}");
        photos.push((name, honest::made(seed), Some(seed)));
    }
    let looks: Vec<Vec<f32>> = photos.iter().map(|it| look(&it.1)).collect();
    let mut out: Vec<Photo> = Vec::new();
    for (index, (name, picture, made)) in photos.into_iter().enumerate() {
        let same = (0..index).find(|other| same_picture(&looks[index], &looks[*other]));
        let group = same.map_or(index, |other| out[other].group);
        // By the first of its group, so that copies never stand on both sides.
        let half = match group {
            index if index % 2 == 0 => Half::Tuning,
            _ => Half::Test,
        };
        let blank = is_blank(&picture);
        out.push(Photo {
            file: jpeg(&picture, 92)?,
            name,
            picture,
            made,
            group,
            half,
            blank,
        });
    }
    Ok(out)
}

/// One of each group.
pub fn firsts<'a>(photos: &[&'a Photo]) -> Vec<&'a Photo> {
    let mut firsts: BTreeMap<usize, &Photo> = BTreeMap::new();
    for photo in photos {
        firsts.entry(photo.group).or_insert(photo);
    }
    firsts.into_values().collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// What shows something and is no icon.
fn open(file: &Path) -> Option<RgbImage> {
    let bytes = std::fs::read(file).ok()?;
    let picture = opened(&bytes).ok().or_else(|| {
        let taken = analyse(&bytes, &Limits::default()).ok()?;
        opened(&taken.renditions.first()?.jpeg).ok()
    })?;
    let short = picture.width().min(picture.height());
    let long = picture.width().max(picture.height());
    (short >= SMALLEST && long <= 4 * short).then(|| within(picture, SIDE))
}

const LOOK: u32 = 16;

/// Brightness in 16 by 16 cells, mean 0 and length 1; its deviation comes last.
fn look(picture: &RgbImage) -> Vec<f32> {
    let small = imageops::resize(picture, LOOK, LOOK, imageops::FilterType::Triangle);
    let grey = |p: &image::Rgb<u8>| p.0.iter().map(|v| f32::from(*v)).sum::<f32>();
    let mut values: Vec<f32> = small.pixels().map(grey).collect();
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    for value in &mut values {
        *value -= mean;
    }
    let length = values.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-3);
    for value in &mut values {
        *value /= length;
    }
    values
}

/// Whether no part of it is brighter or darker than the whole by two levels.
fn is_blank(picture: &RgbImage) -> bool {
    let small = imageops::resize(picture, LOOK, LOOK, imageops::FilterType::Triangle);
    let (mut low, mut high) = (u8::MAX, 0);
    for value in small.pixels().filter_map(|it| it.0.into_iter().max()) {
        (low, high) = (low.min(value), high.max(value));
    }
    high.saturating_sub(low) <= 4
}

/// In any of eight positions.
fn same_picture(one: &[f32], other: &[f32]) -> bool {
    let side = LOOK as usize;
    let turned = |turn: usize, x: usize, y: usize| {
        let (x, y) = if turn & 1 == 0 { (x, y) } else { (y, x) };
        let x = if turn & 2 == 0 { x } else { side - 1 - x };
        let y = if turn & 4 == 0 { y } else { side - 1 - y };
        y * side + x
    };
    (0..8).any(|turn| {
        let products =
            (0..side * side).map(|at| one[at] * other[turned(turn, at % side, at / side)]);
        products.sum::<f32>() > 0.9
    })
}
