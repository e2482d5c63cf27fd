//! What `jaga inspect` says to a clerk, and what `jaga strip` says of the formats.

use anyhow::{Context as _, Result, ensure};
use jaga_scene::{Captured, Gps, PhoneModel, PhoneShot};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::folder::{bitmap, shot};
use crate::run::{command, finish, holds};

const SIZE: (u32, u32) = (640, 480);

/// The lines of one photo by name; the first where there are several.
async fn said(desk: &TempDir, bytes: &[u8]) -> Result<impl Fn(&str) -> String + use<>> {
    let file = desk.path().join("a.jpg");
    std::fs::write(&file, bytes)?;
    let out = finish(command(["inspect"])?.arg(&file))
        .await?
        .exits(0)?
        .out;
    Ok(move |name: &str| {
        let mut lines = out.lines().filter_map(|line| line.strip_prefix("  "));
        let text = lines.find_map(|line| line.strip_prefix(name));
        text.unwrap_or_default().trim().to_owned()
    })
}

/// The same file with other bytes of the same length in one place.
fn patched(mut bytes: Vec<u8>, old: &[u8], new: &[u8]) -> Result<Vec<u8>> {
    let at = bytes.windows(old.len()).position(|window| window == old);
    let at = at.context("the place to patch")?;
    bytes[at..at + new.len()].copy_from_slice(new);
    Ok(bytes)
}

#[tokio::test]
async fn inspect_says_what_is_wrong_with_a_value_in_plain_words() -> Result<()> {
    let desk = tempfile::tempdir()?;
    let mut nowhere = shot(1, SIZE);
    nowhere.gps = Some(Gps::at(0.0, 0.0));
    nowhere.captured = Some(Captured::jakarta(Timestamp::UNIX_EPOCH));
    let it = said(&desk, &nowhere.jpeg()).await?;
    ensure!(
        it("position").contains("what phones write that know no position"),
        "{}",
        it("position")
    );
    ensure!(
        it("taken").contains("a clock that was never set"),
        "{}",
        it("taken")
    );
    for name in ["position", "taken"] {
        let text = it(name).to_lowercase();
        ensure!(
            !text.contains("nullisland") && !text.contains("unsetclock"),
            "{text}"
        );
    }
    Ok(())
}

/// A photo whose position is of so many days before it was taken.
fn stale(model: PhoneModel) -> Result<Vec<u8>> {
    let mut shot: PhoneShot = shot(1, SIZE);
    shot.model = model;
    // 2026-11-02, 01:06:40 UTC: the day is the same in Jakarta.
    patched(shot.jpeg(), b"2026:11:02\0", b"2026:10:29\0")
}

#[tokio::test]
async fn inspect_says_ages_in_days_and_hours_and_which_are_a_lower_bound() -> Result<()> {
    let desk = tempfile::tempdir()?;
    let of = |writes: bool| {
        PhoneModel::ALL
            .into_iter()
            .find(|it| it.writes_offset == writes)
    };
    let it = said(&desk, &stale(of(true).context("a phone")?)?).await?;
    let text = it("position");
    ensure!(
        text.contains("before the photo was taken") && text.contains("(4 days)"),
        "{text}"
    );
    let it = said(&desk, &stale(of(false).context("a phone")?)?).await?;
    let text = it("position");
    // 4 days and 7 hours by the clocks; in the furthest zone 14 hours less.
    ensure!(
        text.contains("at least 3 days 17 hours") && text.contains("no time zone"),
        "{text}"
    );
    Ok(())
}

#[tokio::test]
async fn inspect_tells_digests_changes_device_and_earlier_coding_and_no_name_of_anyone()
-> Result<()> {
    let desk = tempfile::tempdir()?;
    let photo = shot(1, SIZE);
    let bytes = photo.jpeg();
    let it = said(&desk, &bytes).await?;
    ensure!(it("upload") == format!("BLAKE3 {}", blake3::hash(&bytes).to_hex()));
    ensure!(it("pixels").len() == "BLAKE3 ".len() + 64 && it("pixels") != it("upload"));
    let device = it("device");
    for part in ["serial number", "owner's name", "maker's own notes"] {
        ensure!(device.contains(part), "{part}: {device}");
    }
    ensure!(it("changed").contains("2026-11-02"), "{}", it("changed"));
    ensure!(
        it("saved twice").contains("earlier JPEG"),
        "{}",
        it("saved twice")
    );
    let ran = finish(command(["inspect"])?.arg(desk.path().join("a.jpg"))).await?;
    let names = [
        photo.extras.serial.as_bytes(),
        photo.extras.owner.as_bytes(),
        b"JAGA-PRIVATE-",
    ];
    ensure!(
        !names.iter().any(|name| holds(ran.out.as_bytes(), name)),
        "{}",
        ran.out
    );
    ensure!(
        ran.out.lines().all(|line| line.chars().count() < 200),
        "readable: {}",
        ran.out
    );

    let plain = PhoneShot::new(photo.rgb, None, None);
    let it = said(&desk, &plain.png()).await?;
    ensure!(it("changed").contains("not said") && it("saved twice").is_empty());
    // What can't be taken apart is still known by its bytes.
    let garbage = desk.path().join("b.jpg");
    std::fs::write(&garbage, b"bukan foto")?;
    let ran = finish(command(["inspect"])?.arg(&garbage))
        .await?
        .exits(1)?;
    let digest = blake3::hash(b"bukan foto").to_hex();
    ensure!(ran.out.contains(digest.as_str()), "{}", ran.out);
    Ok(())
}

#[tokio::test]
async fn strip_says_what_a_file_was_before_it_was_encoded_again() -> Result<()> {
    let desk = tempfile::tempdir()?;
    let (from, to) = (desk.path().join("a.bmp"), desk.path().join("b.jpg"));
    std::fs::write(&from, bitmap(1))?;
    let strip = || anyhow::Ok(command(["strip"])?.arg(&from).arg(&to));
    let said = finish(strip()?.arg("--json")).await?.exits(0)?.json()?;
    ensure!(
        said["input_format"] == "bmp" && said["format"] == "jpeg" && said["method"] == "reencoded",
        "{said}"
    );
    let people = finish(strip()?).await?.exits(0)?;
    ensure!(
        people.out.contains("bmp encoded again as JPEG"),
        "{}",
        people.out
    );
    std::fs::write(&from, shot(1, SIZE).jpeg())?;
    let said = finish(strip()?.arg("--json")).await?.exits(0)?.json()?;
    ensure!(
        said["input_format"] == "jpeg" && said["method"] == "lossless",
        "{said}"
    );
    Ok(())
}
