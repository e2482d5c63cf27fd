//! Names that are no text, names that are taken, and what is neither a file nor a folder.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::Value;

use crate::folder::{bitmap, shot};
use crate::run::{command, files, finish, lines};

const SMALL: (u32, u32) = (320, 240);

/// The whole name that a line says twice.
fn whole(line: &Value, key: &str) -> Result<PathBuf> {
    let coded = line[format!("{key}_base64")].as_str();
    let bytes = STANDARD.decode(coded.with_context(|| format!("{key}: {line}"))?)?;
    Ok(OsStr::from_bytes(&bytes).into())
}

#[tokio::test]
async fn a_file_name_that_is_no_text_is_told_whole_and_ends_no_run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::create_dir(&from)?;
    let named = |name: &[u8]| from.join(OsStr::from_bytes(name));
    let (odd, last) = (named(b"jalan\xff.jpg"), named(b"z.jpg"));
    std::fs::write(&odd, shot(1, SMALL).jpeg())?;
    std::fs::write(named(b"kali\xfe.jpg"), b"bukan foto")?;
    std::fs::write(&last, shot(1, SMALL).jpeg())?;

    let ran = finish(command(["strip", "--json"])?.arg(&from).arg(&to)).await?;
    let told = lines(&ran.exits(1)?.out)?;
    ensure!(told.len() == 3, "{told:?}");
    ensure!(
        whole(&told[0], "input")? == odd
            && told[0]["input"]
                .as_str()
                .is_some_and(|it| it.contains("jalan\u{FFFD}.jpg")),
        "{}",
        told[0]
    );
    ensure!(whole(&told[0], "output")?.is_file());
    ensure!(
        told[1]["error"] == "not_an_image" && whole(&told[1], "input")? == named(b"kali\xfe.jpg")
    );
    ensure!(told[2]["input"] == last.display().to_string() && told[2]["input_base64"].is_null());
    finish(command(["strip"])?.arg(&from).arg(&to))
        .await?
        .exits(1)?;

    for name in ["inspect", "hash"] {
        let both = command([name, "--json"])?.arg(&odd).arg(&last);
        let told = lines(&finish(both).await?.exits(0)?.out)?;
        ensure!(
            told.len() == 2 && whole(&told[0], "input")? == odd,
            "{name}: {told:?}"
        );
    }
    let ran = finish(command(["duplicates", "--json"])?.arg(&odd).arg(&last)).await?;
    let told = lines(&ran.exits(0)?.out)?;
    ensure!(
        whole(&told[0], "of")? == odd
            && told[1]["groups"][0]
                .as_array()
                .is_some_and(|it| it.len() == 2)
    );
    // A shell in such a folder says where it is.
    let there = command(["inspect"])?.arg(&last).env("PWD", odd.clone());
    finish(there).await?.exits(0)?;
    Ok(())
}

#[tokio::test]
async fn no_clean_copy_takes_the_place_of_another() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::create_dir(&from)?;
    // Bitmaps are encoded again, whatever they are called, and want to be called a.jpg and z.jpg.
    for (at, name) in ["a.bmp", "a.heic", "a.tif", "z.webp"].iter().enumerate() {
        std::fs::write(from.join(name), bitmap(at as u8))?;
    }
    // Photos of their own, one of them with a name that a careless writer would use meanwhile.
    for (at, name) in ["a.heic.jpg", "a.jpg", "z.jpg.part"].iter().enumerate() {
        std::fs::write(from.join(name), shot(at as u64, SMALL).jpeg())?;
    }
    let mut names = Vec::new();
    for _ in 0..2 {
        let ran = finish(command(["strip", "--json"])?.arg(&from).arg(&to)).await?;
        let told = lines(&ran.exits(0)?.out)?;
        let mut outputs = BTreeSet::new();
        for line in &told {
            let output = line["output"].as_str().context("an output")?;
            let bytes = std::fs::read(output)?;
            ensure!(
                line["digest"] == blake3::hash(&bytes).to_hex().as_str(),
                "another's: {line}"
            );
            outputs.insert(output.to_owned());
        }
        ensure!(outputs.len() == 7 && files(&to)?.len() == 7, "{outputs:?}");
        names.push(outputs);
    }
    ensure!(names[0] == names[1], "two runs, the same names");
    Ok(())
}

#[tokio::test]
async fn a_copy_encoded_again_is_not_written_over_what_nobody_named() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let photo = folder.path().join("a.jpg");
    std::fs::write(&photo, bitmap(1))?;
    let out = folder.path().join("a.webp");
    let ran = finish(command(["strip"])?.arg(&photo).arg(&out)).await?;
    ran.exits(1)?.complains("a.jpg is there already")?;
    ensure!(std::fs::read(&photo)? == bitmap(1), "the original");

    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::create_dir_all(from.join("deep"))?;
    std::fs::create_dir(&to)?;
    let original = shot(1, SMALL).jpeg();
    std::fs::write(from.join("deep/b.jpg"), &original)?;
    std::os::unix::fs::symlink(from.join("deep"), to.join("deep"))?;
    let ran = finish(command(["strip"])?.arg(&from).arg(&to)).await?;
    ran.exits(1)?.complains("leads back into IN")?;
    ensure!(
        std::fs::read(from.join("deep/b.jpg"))? == original,
        "the original"
    );
    Ok(())
}

#[tokio::test]
async fn what_is_neither_file_nor_folder_is_told_and_not_followed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::create_dir(&from)?;
    let outside = folder.path().join("outside.jpg");
    std::fs::write(&outside, shot(1, SMALL).jpeg())?;
    std::fs::write(from.join("m.jpg"), shot(2, SMALL).jpeg())?;
    std::os::unix::fs::symlink(&outside, from.join("a link.jpg"))?;
    let pipe = from.join("z pipe.jpg");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;

    let is_left_out = |line: &Value, name: &str| {
        let names = line["input"].as_str().is_some_and(|it| it.ends_with(name));
        names && line["error"] == "not_a_file" && line["reason"].is_string()
    };
    let ran = finish(command(["strip", "--json"])?.arg(&from).arg(&to)).await?;
    let told = lines(&ran.exits(1)?.out)?;
    ensure!(told.len() == 3 && told[1]["output"].is_string(), "{told:?}");
    ensure!(
        is_left_out(&told[0], "a link.jpg") && is_left_out(&told[2], "z pipe.jpg"),
        "{told:?}"
    );
    let written: Vec<String> = files(&to)?.into_iter().map(|it| it.0).collect();
    ensure!(written == ["m.jpg"], "{written:?}");
    let ran = finish(command(["strip"])?.arg(&from).arg(&to))
        .await?
        .exits(1)?;
    ensure!(
        ran.err.contains("a symbolic link") && ran.err.contains("a pipe"),
        "{}",
        ran.err
    );

    let ran = finish(command(["duplicates", "--json"])?.arg(&from)).await?;
    let told = lines(&ran.exits(1)?.out)?;
    ensure!(
        is_left_out(&told[0], "a link.jpg") && is_left_out(&told[1], "z pipe.jpg"),
        "{told:?}"
    );
    finish(command(["strip"])?.arg(Path::new(&pipe)).arg(&to))
        .await?
        .exits(2)?
        .complains("neither a file nor a folder")?;
    Ok(())
}

#[tokio::test]
async fn a_file_name_neither_steers_the_terminal_nor_makes_a_line() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::create_dir(&from)?;
    let forged = |name: &str| from.join(format!("{name}\n99 files, 0 groups\u{1b}[2J\u{9b}.jpg"));
    let (good, twin, bad) = (forged("a"), forged("b"), forged("c"));
    std::fs::write(&good, shot(1, SMALL).jpeg())?;
    std::fs::write(&twin, shot(1, SMALL).jpeg())?;
    std::fs::write(&bad, b"bukan foto")?;
    let whole = [&from];
    let each = [&good, &twin, &bad];
    let asked = [
        ("strip", vec![&from, &to]),
        ("inspect", each.to_vec()),
        ("hash", each.to_vec()),
        ("duplicates", whole.to_vec()),
    ];
    for (name, paths) in asked {
        let ran = finish(command([name])?.args(paths)).await?;
        let told = [ran.out.as_str(), ran.err.as_str()].concat();
        ensure!(
            told.contains(r"\u000a99 files, 0 groups\u001b[2J\u009b"),
            "{name}: {told}"
        );
        let steers = |it: char| it.is_control() && it != '\n';
        ensure!(!told.contains(steers), "{name}: {told:?}");
        ensure!(
            !told.lines().any(|it| it.starts_with("99 files")),
            "{name}: {told}"
        );
    }
    // Two photos in a comparison are told of in one sentence.
    let ran = finish(command(["compare"])?.arg(&good).arg(&bad))
        .await?
        .exits(2)?;
    ensure!(
        !ran.err.contains('\u{1b}') && ran.err.lines().count() == 1,
        "{:?}",
        ran.err
    );
    Ok(())
}
