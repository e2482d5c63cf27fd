//! One bad file is one bad file: it is named, and the others have their answer.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};
use serde_json::Value;

use crate::folder::shot;
use crate::run::{command, files, finish, jaga, lines};

const SMALL: (u32, u32) = (320, 240);

fn is_of(line: &Value, path: &Path) -> bool {
    line["input"] == path.display().to_string()
}

#[tokio::test]
async fn inspect_and_hash_answer_for_the_others_where_one_file_cannot_be_read() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (good, bad) = (
        folder.path().join("a.jpg"),
        folder.path().join("nowhere.jpg"),
    );
    std::fs::write(&good, shot(1, SMALL).jpeg())?;
    for name in ["inspect", "hash"] {
        let named = || anyhow::Ok(command([name])?.arg(&bad).arg(&good));
        let ran = finish(named()?.arg("--json")).await?.exits(1)?;
        let told = lines(&ran.out)?;
        ensure!(told.len() == 2 && ran.err.is_empty(), "{name}: {ran:?}");
        ensure!(
            is_of(&told[0], &bad)
                && told[0]["error"] == "unreadable"
                && told[0]["reason"].is_string(),
            "{name}: {}",
            told[0]
        );
        ensure!(
            is_of(&told[1], &good) && told[1]["error"].is_null(),
            "{name}: {}",
            told[1]
        );
        let ran = finish(named()?).await?.exits(1)?;
        ensure!(
            ran.out.contains("a.jpg") && !ran.out.contains("nowhere"),
            "{}",
            ran.out
        );
        ensure!(
            ran.err.contains("nowhere.jpg: can't be read"),
            "{}",
            ran.err
        );
        // A folder is no photo, and alone no other answer than among others.
        let folder = command([name])?.arg(folder.path());
        finish(folder).await?.exits(1)?.complains("can't be read")?;
        jaga([name]).await?.exits(2)?;
    }
    Ok(())
}

#[tokio::test]
async fn strip_goes_on_where_a_copy_has_no_place() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::create_dir_all(from.join("deep"))?;
    for name in ["a.jpg", "deep/b.jpg", "z.jpg"] {
        std::fs::write(from.join(name), shot(1, SMALL).jpeg())?;
    }
    // A folder where the file should be, a file where the folder should be.
    std::fs::create_dir_all(to.join("a.jpg/x"))?;
    std::fs::write(to.join("deep"), b"in the way")?;
    let ran = finish(command(["strip", "--json"])?.arg(&from).arg(&to)).await?;
    let told = lines(&ran.exits(1)?.out)?;
    ensure!(told.len() == 3, "{told:?}");
    for (line, name) in told.iter().zip(["a.jpg", "deep/b.jpg"]) {
        ensure!(
            is_of(line, &from.join(name)) && line["error"] == "unwritable",
            "{line}"
        );
        ensure!(
            line["reason"]
                .as_str()
                .is_some_and(|it| it.contains("can't write")),
            "{line}"
        );
    }
    ensure!(told[2]["output"].is_string(), "{}", told[2]);
    let written: Vec<String> = files(&to)?.into_iter().map(|it| it.0).collect();
    ensure!(
        written == ["deep", "z.jpg"],
        "nothing is left lying about: {written:?}"
    );
    let ran = finish(command(["strip"])?.arg(&from).arg(&to))
        .await?
        .exits(1)?;
    ensure!(
        ran.err.lines().count() == 2 && ran.out.contains("z.jpg"),
        "{ran:?}"
    );
    Ok(())
}

/// A folder so deep that what lies in it has a longer path than the kernel takes: nobody can read it, root neither.
fn abyss(from: &Path) -> Result<(OwnedFd, PathBuf)> {
    let open = |at: &OwnedFd, name: &Path| openat(at, name, OFlags::DIRECTORY, Mode::empty());
    let mut at = openat(CWD, from, OFlags::DIRECTORY, Mode::empty())?;
    let mut path = from.to_owned();
    while path.as_os_str().len() <= 3850 {
        let name = PathBuf::from("d".repeat(200));
        mkdirat(&at, &name, Mode::RWXU)?;
        at = open(&at, &name)?;
        path.push(name);
    }
    Ok((at, path))
}

#[tokio::test]
async fn strip_and_duplicates_go_on_where_a_file_or_a_folder_cannot_be_read() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::create_dir(&from)?;
    std::fs::write(from.join("a.jpg"), shot(1, SMALL).jpeg())?;
    std::fs::write(from.join("z.jpg"), shot(2, SMALL).jpeg())?;
    let (at, path) = abyss(&from)?;
    let [inner, file] = ["f", "p"].map(|letter| PathBuf::from(letter.repeat(250)));
    mkdirat(&at, &inner, Mode::RWXU)?;
    drop(openat(
        &at,
        &file,
        OFlags::CREATE | OFlags::WRONLY,
        Mode::RUSR,
    )?);

    let args: [Vec<OsString>; 2] = [
        vec!["strip".into(), from.clone().into(), to.clone().into()],
        vec!["duplicates".into(), from.clone().into()],
    ];
    for args in args {
        let ran = jaga(args.into_iter().chain(["--json".into()]))
            .await?
            .exits(1)?;
        let bad: Vec<Value> = lines(&ran.out)?
            .into_iter()
            .filter(|line| line["error"] == "unreadable")
            .collect();
        ensure!(bad.len() == 2, "{bad:?}");
        ensure!(is_of(&bad[0], &path.join(&inner)) && is_of(&bad[1], &path.join(&file)));
    }
    let written: Vec<String> = files(&to)?.into_iter().map(|it| it.0).collect();
    ensure!(written == ["a.jpg", "z.jpg"], "{written:?}");
    Ok(())
}

#[tokio::test]
async fn what_an_exit_code_means_stands_in_the_help() -> Result<()> {
    for name in ["strip", "inspect", "hash", "duplicates"] {
        let help = jaga([name, "--help"]).await?.exits(0)?.out;
        let said = help.lines().find(|line| line.starts_with("Exit codes"));
        said.context(name)?;
    }
    let help = jaga(["strip", "--help"]).await?.exits(0)?.out;
    ensure!(help.contains("symbolic links are not followed"), "{help}");
    Ok(())
}
