//! The tools that look for the same picture: in two files, in a folder, in the ledger.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use jaga_scene::edit::{mirror, painted_over};
use jaga_scene::{PhoneShot, Rgb};
use serde_json::Value;
use tempfile::TempDir;

use crate::folder::{Folder, shot};
use crate::run::{command, files, finish, lines};

const SIZE: (u32, u32) = (800, 600);

/// Files to ask about.
struct Desk(TempDir);

impl Desk {
    fn new() -> Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes)?;
        Ok(path)
    }

    /// The same picture coded anew.
    fn resaved(&self, name: &str, seed: u64) -> Result<PathBuf> {
        let mut shot = shot(seed, SIZE);
        shot.quality = 60;
        self.put(name, shot.jpeg())
    }
}

fn plain(rgb: Rgb) -> PhoneShot {
    PhoneShot::new(rgb, None, None)
}

async fn compared(a: &Path, b: &Path, code: i32) -> Result<Value> {
    let ran = finish(command(["compare", "--json"])?.arg(a).arg(b)).await?;
    ran.exits(code)?.json()
}

#[tokio::test]
async fn compare_tells_a_copy_and_an_edit_from_another_picture() -> Result<()> {
    let desk = Desk::new()?;
    let first = shot(1, SIZE);
    let a = desk.put("a.jpg", first.jpeg())?;
    let same = desk.put("b.jpg", first.jpeg())?;
    let said = compared(&a, &same, 0).await?;
    ensure!(
        said["relation"] == "identical" && said["exact"] == "bytes",
        "{said}"
    );
    let near = desk.resaved("c.jpg", 1)?;
    let said = compared(&a, &near, 0).await?;
    ensure!(
        said["relation"] == "identical" && said["exact"].is_null(),
        "{said}"
    );
    let mut rgb = first.rgb.clone();
    let hole = jaga_scene::edit::Area {
        x: 300,
        y: 250,
        width: 200,
        height: 150,
    };
    painted_over(&mut rgb, hole);
    let edited = desk.put("d.jpg", plain(rgb).jpeg())?;
    let said = compared(&a, &edited, 0).await?;
    let share = said["changed"].as_f64().context("a share")?;
    ensure!(
        said["relation"] == "edited_copy" && (0.03..0.12).contains(&share),
        "{said}"
    );
    let middle = |axis: usize| -> Option<f64> {
        let outline = said["regions"][0]["polygon"].as_array()?;
        let sum: f64 = outline.iter().filter_map(|it| it[axis].as_f64()).sum();
        Some(sum / outline.len() as f64)
    };
    let (x, y) = (middle(0).context("x")?, middle(1).context("y")?);
    ensure!(
        (x - 0.5).abs() < 0.1 && (y - 0.54).abs() < 0.1,
        "the region lies on the hole: {said}"
    );
    let mirrored = desk.put("e.jpg", plain(mirror(&first.rgb)).jpeg())?;
    let said = compared(&a, &mirrored, 0).await?;
    ensure!(said["transform"]["mirrored"] == true, "{said}");
    let other = desk.put("f.jpg", shot(2, SIZE).jpeg())?;
    let said = compared(&a, &other, 1).await?;
    ensure!(said["relation"] == "unrelated", "{said}");
    Ok(())
}

#[tokio::test]
async fn compare_draws_what_it_found_and_says_it_in_words() -> Result<()> {
    let desk = Desk::new()?;
    let a = desk.put("a.jpg", shot(1, SIZE).jpeg())?;
    let near = desk.resaved("b.jpg", 1)?;
    let picture = desk.0.path().join("drawn.png");
    let drawn = command(["compare", "--picture"])?.arg(&picture);
    let ran = finish(drawn.arg(&a).arg(&near)).await?.exits(0)?;
    ensure!(std::fs::read(&picture)?.starts_with(b"\x89PNG"));
    ensure!(
        ran.out.starts_with("identical") && ran.out.contains("corners agree"),
        "{}",
        ran.out
    );
    ensure!(
        !ran.out.contains("-0.0"),
        "there is no negative nothing: {}",
        ran.out
    );
    Ok(())
}

#[tokio::test]
async fn compare_answers_bad_input_and_never_guesses() -> Result<()> {
    let desk = Desk::new()?;
    let a = desk.put("a.jpg", shot(1, SIZE).jpeg())?;
    let flat = |name: &str, grey, (width, height)| {
        desk.put(name, plain(Rgb::flat(width, height, [grey; 3])).png())
    };
    let dot = flat("dot.png", 9, (1, 1))?;
    let wall = flat("wall.png", 120, (640, 480))?;
    let night = flat("night.png", 20, (320, 240))?;
    let strip = flat("strip.png", 90, (9000, 40))?;
    for (one, other, reason) in [
        (&a, &dot, "too_small"),
        (&wall, &night, "too_plain"),
        (&strip, &a, "too_small"),
    ] {
        let said = compared(one, other, 1).await?;
        ensure!(
            said["relation"] == "unknown" && said["reason"] == reason,
            "{said}"
        );
    }
    let said = compared(&dot, &dot, 0).await?;
    ensure!(said["exact"] == "bytes", "equal bytes need no eyes: {said}");
    let garbage = desk.put("garbage.jpg", b"bukan foto")?;
    let nowhere = desk.0.path().join("nowhere.jpg");
    for (bad, named) in [(&garbage, "garbage.jpg"), (&nowhere, "nowhere.jpg")] {
        for (one, other) in [(&a, bad), (bad, &a)] {
            let ran = finish(command(["compare", "--json"])?.arg(one).arg(other)).await?;
            ran.exits(2)?.complains(named)?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn hash_has_a_line_for_every_file_and_a_no_for_one_that_is_none() -> Result<()> {
    let desk = Desk::new()?;
    let a = desk.put("a.jpg", shot(1, SIZE).jpeg())?;
    let near = desk.resaved("b.jpg", 1)?;
    let garbage = desk.put("c.jpg", b"bukan foto")?;
    let hash = || anyhow::Ok(command(["hash"])?.arg(&a).arg(&near));
    let ran = finish(hash()?.arg("--json")).await?.exits(0)?;
    let lines = lines(&ran.out)?;
    ensure!(lines.len() == 2, "{}", ran.out);
    let upload = blake3::hash(&std::fs::read(&a)?).to_hex().to_string();
    ensure!(lines[0]["upload"] == upload && lines[0]["input"] == a.display().to_string());
    ensure!(lines[0]["pixels"] != lines[1]["pixels"]);
    let bits = |line: &Value| -> Result<Vec<u8>> {
        Ok(hex::decode(line["pdq"].as_str().context("a fingerprint")?)?)
    };
    let (one, other) = (bits(&lines[0])?, bits(&lines[1])?);
    let pairs = one.iter().zip(&other);
    let apart: u32 = pairs.map(|(a, b)| (a ^ b).count_ones()).sum();
    ensure!(one.len() == 32 && apart <= 31, "{apart} bits apart");

    let ran = finish(hash()?.arg(&garbage)).await?.exits(1)?;
    ensure!(
        ran.out.lines().count() == 2,
        "the others are told: {}",
        ran.out
    );
    ensure!(ran.err.contains("c.jpg"), "{}", ran.err);
    Ok(())
}

#[tokio::test]
async fn duplicates_tells_pairs_and_groups_of_a_folder() -> Result<()> {
    let desk = Desk::new()?;
    desk.put("1.jpg", shot(1, SIZE).jpeg())?;
    desk.put("2.jpg", shot(2, SIZE).jpeg())?;
    std::fs::create_dir(desk.0.path().join("deep"))?;
    desk.put("deep/1 again.jpg", shot(1, SIZE).jpeg())?;
    desk.resaved("deep/1 smaller.jpg", 1)?;
    desk.put("deep/none.jpg", b"bukan foto")?;
    let ran = finish(command(["duplicates", "--json"])?.arg(desk.0.path())).await?;
    // One file could not be looked at: the answer is not whole, and says so.
    let ran = ran.exits(1)?;
    let mut lines = lines(&ran.out)?;
    let last = lines.pop().context("the groups")?;
    ensure!(last["files"] == 5, "{last}");
    let groups = last["groups"].as_array().context("groups")?;
    ensure!(
        groups.len() == 1 && groups[0].as_array().is_some_and(|it| it.len() == 3),
        "{last}"
    );
    let kinds: Vec<&str> = lines.iter().filter_map(|it| it["kind"].as_str()).collect();
    ensure!(kinds == ["bytes", "near", "near"], "{}", ran.out);
    let refused: Vec<&Value> = lines.iter().filter(|it| !it["error"].is_null()).collect();
    ensure!(refused.len() == 1, "{}", ran.out);
    let nowhere = command(["duplicates"])?.arg(desk.0.path().join("nowhere"));
    finish(nowhere).await?.exits(1)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn similar_finds_a_photo_of_the_ledger_until_it_is_erased() -> Result<()> {
    let mut folder = Folder::empty()?;
    folder.photo("JK1/report/a.jpg", &shot(1, SIZE))?;
    folder.photo("JK2/evidence/b.jpg", &shot(2, SIZE))?;
    let up = command(["up", "--once", "--data"])?.arg(folder.data());
    finish(up.arg("--inbox").arg(folder.inbox()))
        .await?
        .exits(0)?;
    let desk = Desk::new()?;
    let (one, two) = (desk.resaved("1.jpg", 1)?, desk.resaved("2.jpg", 2)?);
    let stranger = desk.put("3.jpg", shot(3, SIZE).jpeg())?;
    let similar = async |file: &Path| {
        let command = command(["similar", "--json", "--data"])?.arg(folder.data());
        finish(command.arg(file)).await
    };
    let mut ids = Vec::new();
    for (file, ticket, role) in [(&one, "JK1", "report"), (&two, "JK2", "evidence")] {
        let said = similar(file).await?.exits(0)?.json()?;
        ensure!(
            said["ticket"] == ticket && said["role"] == role && said["tier"] == "duplicate",
            "{said}"
        );
        ids.push(said["photo"].as_str().context("an id")?.to_owned());
    }
    ensure!(similar(&stranger).await?.exits(1)?.out.is_empty());

    let erase = async |id: &str| {
        let command = command(["erase", "--json", "--data"])?.arg(folder.data());
        finish(command.arg(id)).await
    };
    let objects = || files(&folder.data().join("vault"));
    let before = objects()?.len();
    for (id, file) in ids.iter().zip([&one, &two]) {
        let said = erase(id).await?.exits(0)?.json()?;
        ensure!(said["erased"] == true && said["objects"] != 0, "{said}");
        ensure!(similar(file).await?.exits(1)?.out.is_empty(), "{id}");
        // Again: it is still erased, and nothing else is.
        ensure!(erase(id).await?.exits(0)?.json()?["objects"] == 0);
    }
    ensure!(before >= 5 && objects()?.is_empty(), "no object is left");
    erase("nobody").await?.exits(1)?;
    erase("not an id!").await?.exits(2)?;
    Ok(())
}
