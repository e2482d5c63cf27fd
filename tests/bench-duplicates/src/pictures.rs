//! Two photos of 12 megapixels, compared.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, ensure};
use comfy_table::Table;
use jaga_imaging::{Limits, Sight};
use jaga_likeness::{Relation, compare};
use jaga_photo::{luma, seen};
use jaga_scene::{Problem, Rgb, Scene, State, View, edit};
use nix::time::ClockId;

use crate::opencv::OpenCv;
use crate::spent;

/// Pixels of the photos.
const SIZE: (u32, u32) = (4000, 3000);
/// Pixels that Jaga looks for corners in.
const LOOKED_AT: usize = 640 * 480;

struct Pair {
    name: &'static str,
    one: Sight,
    other: Sight,
    files: [PathBuf; 2],
    own: Vec<f64>,
    rival: [Vec<f64>; 2],
    relation: Relation,
    agreeing: [u32; 3],
}

fn pairs(folder: &Path) -> Result<(Vec<Pair>, Vec<f64>)> {
    let scene = Scene::new(7, Problem::ALL[0]);
    let view = View::somewhere(7);
    let (wide, high) = SIZE;
    let first = scene.render(State::Before, &view, wide, high);
    let (edited, _) = edit::problem_removed(&scene, &view, wide, high);
    let mirrored = edit::mirror(&edited);
    let again = scene.render(State::After, &view.reshot(8), wide, high);
    let strange = Scene::new(8, Problem::ALL[1]);
    let strange = strange.render(State::Before, &View::somewhere(9), wide, high);
    let mut decoding = Vec::new();
    let mut open = |photo: &Rgb, quality: u8| -> Result<Sight> {
        let file = jpeg(photo, quality)?;
        let before = spent(ClockId::CLOCK_THREAD_CPUTIME_ID)?;
        let seen = seen(&file, &Limits::default()).map_err(|why| anyhow!("{why}"))?;
        decoding.push(spent(ClockId::CLOCK_THREAD_CPUTIME_ID)? - before);
        Ok(seen)
    };
    let report = open(&first, 92)?;
    let others = [
        ("an edited copy", open(&edited, 85)?),
        ("its mirror image", open(&mirrored, 85)?),
        ("another shot", open(&again, 90)?),
        ("a stranger", open(&strange, 90)?),
    ];
    let mut pairs = Vec::new();
    for (at, (name, other)) in others.into_iter().enumerate() {
        let files = [folder.join("report"), folder.join(format!("{at}"))];
        std::fs::write(&files[0], &report.luma)?;
        std::fs::write(&files[1], &other.luma)?;
        pairs.push(Pair {
            name,
            one: report.clone(),
            other,
            files,
            own: Vec::new(),
            rival: [Vec::new(), Vec::new()],
            relation: Relation::Unknown,
            agreeing: [0; 3],
        });
    }
    Ok((pairs, decoding))
}

fn jpeg(photo: &Rgb, quality: u8) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let (width, height) = (u16::try_from(photo.width)?, u16::try_from(photo.height)?);
    jpeg_encoder::Encoder::new(&mut bytes, quality)
        .encode(&photo.data, width, height, jpeg_encoder::ColorType::Rgb)
        .map_err(|error| anyhow!("a JPEG can't be written: {error}"))?;
    Ok(bytes)
}

pub fn all(rounds: u32, python: Option<&Path>, table: &mut Table) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (mut pairs, decoding) = pairs(folder.path())?;
    let mut rival = python.map(OpenCv::start).transpose()?.flatten();
    for _ in 0..rounds {
        for pair in &mut pairs {
            let (one, other) = (luma(&pair.one), luma(&pair.other));
            let before = spent(ClockId::CLOCK_THREAD_CPUTIME_ID)?;
            let answer = compare(&one, &other, 7);
            pair.own
                .push(spent(ClockId::CLOCK_THREAD_CPUTIME_ID)? - before);
            pair.relation = answer.relation;
            pair.agreeing[0] = answer.inliers;
            if let Some(rival) = &mut rival {
                let whole = one.width * one.height;
                for (at, area) in [whole, LOOKED_AT].into_iter().enumerate() {
                    let files = pair.files.each_ref().map(PathBuf::as_path);
                    let (ms, count) = rival.ask(files, one.width, area)?;
                    pair.rival[at].push(ms);
                    pair.agreeing[at + 1] = count;
                }
            }
        }
    }
    let size = (pairs[0].one.width, pairs[0].one.height);
    table.add_row([
        format!(
            "decoding one photo of {} by {} to {} by {}",
            SIZE.0, SIZE.1, size.0, size.1
        ),
        told(&decoding),
        String::new(),
    ]);
    for pair in &pairs {
        ensure!(
            (pair.relation == Relation::Unrelated) == (pair.name == "a stranger"),
            "{}: {:?}",
            pair.name,
            pair.relation
        );
        let said = format!(
            "; {}, {} pairs agree",
            pair.relation.as_str(),
            pair.agreeing[0]
        );
        table.add_row([
            format!("comparing with {}", pair.name),
            told(&pair.own) + &said,
            "150 ms".to_owned(),
        ]);
        let sizes = [
            format!("at {} by {}", size.0, size.1),
            "at 640 by 480".to_owned(),
        ];
        for (at, size) in sizes
            .into_iter()
            .enumerate()
            .filter(|it| !pair.rival[it.0].is_empty())
        {
            table.add_row([
                format!("the same, OpenCV's ORB + RANSAC, {size}: aligning alone"),
                format!(
                    "{}; {} pairs agree",
                    told(&pair.rival[at]),
                    pair.agreeing[at + 1]
                ),
                String::new(),
            ]);
        }
    }
    Ok(())
}

fn told(times: &[f64]) -> String {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (middle, worst) = (sorted.get(sorted.len() / 2), sorted.last());
    let ms = |value: Option<&f64>| value.map_or_else(String::new, |it| format!("{it:.0}"));
    format!("{} ms, worst {} ms", ms(middle), ms(worst))
}
