//! Pictures that show nothing, one pattern over and over, or far too wide a view, and files that are none: each
//! tool that looks for the same picture answers, and guesses nothing.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use jaga_scene::{PhoneShot, Rgb};
use tempfile::TempDir;

use crate::folder::Folder;
use crate::run::{Ran, command, finish, lines};

fn drawn(width: u32, height: u32, level: impl Fn(u32, u32) -> u8) -> Rgb {
    let mut rgb = Rgb::flat(width, height, [0; 3]);
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    for (pixel, (x, y)) in rgb.data.chunks_exact_mut(3).zip(places) {
        pixel.fill(level(x, y));
    }
    rgb
}

/// Tiles with joints, the first joint so far from the edge.
fn tiles(shift: u32) -> Rgb {
    let joint = |at: u32| at % 32 < 3;
    drawn(640, 480, |x, y| {
        if joint(x + shift) || joint(y) {
            60
        } else {
            190
        }
    })
}

/// Blocks of chance, as different from each other as two views can be.
fn panorama(seed: u32) -> Rgb {
    drawn(12_000, 400, |x, y| {
        let cell = (x / 16 + y / 16 * 1_000 + seed * 100_003).wrapping_mul(0x9E37_79B1);
        (cell ^ (cell >> 15))
            .wrapping_mul(0x85EB_CA77)
            .to_be_bytes()[0]
    })
}

/// Each kind twice: never the same picture, and never told apart by what they show either.
fn pairs() -> [(&'static str, Rgb, Rgb); 4] {
    let wall = |grey| Rgb::flat(640, 480, [grey; 3]);
    let dot = |grey| Rgb::flat(1, 1, [grey; 3]);
    [
        ("wall", wall(120), wall(122)),
        ("dot", dot(9), dot(200)),
        ("tiles", tiles(0), tiles(11)),
        ("panorama", panorama(1), panorama(2)),
    ]
}

/// A file of each, in a folder: as PNG, so that pixels are as they were drawn.
fn desk() -> Result<TempDir> {
    let desk = tempfile::tempdir()?;
    for (name, one, other) in pairs() {
        for (which, rgb) in [("one", one), ("other", other)] {
            let file = desk.path().join(format!("{name} {which}.png"));
            std::fs::write(file, PhoneShot::new(rgb, None, None).png())?;
        }
    }
    let whole = std::fs::read(desk.path().join("tiles one.png"))?;
    std::fs::write(desk.path().join("cut off.png"), &whole[..whole.len() / 2])?;
    std::fs::write(desk.path().join("empty.jpg"), b"")?;
    std::fs::write(desk.path().join("garbage.jpg"), b"bukan foto")?;
    Ok(desk)
}

const UNREADABLE: [&str; 3] = ["cut off.png", "empty.jpg", "garbage.jpg"];

fn file(desk: &TempDir, name: &str, which: &str) -> PathBuf {
    desk.path().join(format!("{name} {which}.png"))
}

async fn compare(one: &Path, other: &Path) -> Result<Ran> {
    finish(command(["compare", "--json"])?.arg(one).arg(other)).await
}

#[tokio::test]
async fn compare_takes_no_bare_wall_dot_tile_or_panorama_for_another() -> Result<()> {
    let desk = desk()?;
    for (name, relation, reason) in [
        ("wall", "unknown", Some("too_plain")),
        ("dot", "unknown", Some("too_small")),
        ("tiles", "unknown", Some("repeating")),
        ("panorama", "unrelated", None),
    ] {
        let (one, other) = (file(&desk, name, "one"), file(&desk, name, "other"));
        let said = compare(&one, &other).await?.exits(1)?.json()?;
        ensure!(
            said["relation"] == relation && said["reason"].as_str() == reason,
            "{name}: {said}"
        );
        let said = compare(&one, &one).await?.exits(0)?.json()?;
        ensure!(said["exact"] == "bytes", "{name}: {said}");
    }
    for name in UNREADABLE {
        let (bad, good) = (desk.path().join(name), file(&desk, "wall", "one"));
        compare(&good, &bad).await?.exits(2)?.complains(name)?;
        compare(&bad, &good).await?.exits(2)?.complains(name)?;
    }
    Ok(())
}

#[tokio::test]
async fn duplicates_finds_no_pair_among_what_shows_nothing_and_names_what_is_no_picture()
-> Result<()> {
    let desk = desk()?;
    let ran = finish(command(["duplicates", "--json"])?.arg(desk.path())).await?;
    let ran = ran.exits(1)?;
    let lines = lines(&ran.out)?;
    let (last, others) = lines.split_last().context("the groups")?;
    ensure!(
        last["files"] == 11 && last["groups"] == serde_json::json!([]),
        "{last}"
    );
    let refused: Vec<&str> = others
        .iter()
        .filter_map(|it| it["input"].as_str())
        .collect();
    ensure!(
        others.iter().all(|it| it["error"].is_string()) && refused.len() == UNREADABLE.len(),
        "{}",
        ran.out
    );
    for name in UNREADABLE {
        ensure!(refused.iter().any(|it| it.ends_with(name)), "{}", ran.out);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn similar_finds_nothing_in_the_ledger_that_only_shows_as_little() -> Result<()> {
    let desk = desk()?;
    let folder = Folder::empty()?;
    for (name, one, _) in pairs() {
        let bytes = PhoneShot::new(one, None, None).png();
        folder.file(&format!("JK1/report/{name}.png"), &bytes)?;
    }
    let up = command(["up", "--once", "--data"])?.arg(folder.data());
    finish(up.arg("--inbox").arg(folder.inbox()))
        .await?
        .exits(0)?;
    let similar = async |file: PathBuf| {
        let command = command(["similar", "--json", "--data"])?.arg(folder.data());
        finish(command.arg(file)).await
    };
    for (name, ..) in pairs() {
        let said = similar(file(&desk, name, "one")).await?.exits(0)?.json()?;
        ensure!(said["kind"] == "bytes", "{name}: {said}");
        let other = similar(file(&desk, name, "other")).await?.exits(1)?;
        ensure!(other.out.is_empty(), "{name}: {}", other.out);
    }
    for name in UNREADABLE {
        similar(desk.path().join(name))
            .await?
            .exits(2)?
            .complains(name)?;
    }
    Ok(())
}
