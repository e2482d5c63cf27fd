//! `jaga strip` over a folder: whose photos they are, how many at a time, and how far it is.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;
use tempfile::TempDir;

use crate::folder::{LAT, LON, shot};
use crate::run::{command, files, finish, holds, lines};

const SIZE: (u32, u32) = (320, 240);

fn photos(count: u64) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir_all(folder.path().join("from/deep"))?;
    for seed in 0..count {
        let name = if seed % 2 == 0 { "from" } else { "from/deep" };
        let file = folder.path().join(name).join(format!("{seed}.jpg"));
        std::fs::write(file, shot(seed, SIZE).jpeg())?;
    }
    std::fs::write(folder.path().join("from/garbage.jpg"), b"bukan foto")?;
    Ok(folder)
}

#[tokio::test]
async fn an_officers_photo_says_its_evidence_and_a_reporters_is_forgotten() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (from, to) = (folder.path().join("a.jpg"), folder.path().join("b.jpg"));
    let photo = shot(1, SIZE);
    std::fs::write(&from, photo.jpeg())?;
    let strip = async |args: &[&str]| -> Result<(Value, Vec<u8>, String)> {
        let command = command(["strip", "--json"])?.args(args.iter().copied());
        let ran = finish(command.arg(&from).arg(&to)).await?.exits(0)?;
        Ok((ran.json()?, std::fs::read(&to)?, ran.out))
    };
    let (officer, clean, _) = strip(&["--class", "evidence"]).await?;
    let gps = &officer["evidence"]["gps"]["present"];
    let near = |key: &str, want: f64| gps[key].as_f64().is_some_and(|it| (it - want).abs() < 1e-4);
    ensure!(near("lat", LAT) && near("lon", LON), "{officer}");
    ensure!(officer["evidence"]["device"]["serial"] == true, "{officer}");
    for args in [&[][..], &["--class", "report"]] {
        let (reporter, same, out) = strip(args).await?;
        ensure!(reporter["evidence"].is_null(), "{reporter}");
        ensure!(!out.contains("-6.14") && !out.contains("106.76"), "{out}");
        ensure!(same == clean, "the clean copy is the same, whosever it is");
    }
    ensure!(!photo.secrets().iter().any(|secret| holds(&clean, secret)));
    let nobody = command(["strip", "--class", "nobody"])?.arg(&from).arg(&to);
    finish(nobody).await?.exits(2)?.complains("evidence")?;
    Ok(())
}

#[tokio::test]
async fn one_photo_at_a_time_or_four_leave_and_say_the_same() -> Result<()> {
    let folder = photos(9)?;
    let from = folder.path().join("from");
    let mut seen = Vec::new();
    for jobs in ["1", "4"] {
        let to = folder.path().join("to");
        let strip = command(["strip", "--json", "--jobs", jobs])?.arg(&from);
        let ran = finish(strip.arg(&to)).await?.exits(1)?;
        ensure!(lines(&ran.out)?.len() == 10, "{}", ran.out);
        seen.push((ran.out, files(&to)?));
        std::fs::remove_dir_all(&to)?;
    }
    ensure!(seen[0] == seen[1], "{} and {}", seen[0].0, seen[1].0);
    Ok(())
}

/// `jaga strip` with a terminal as its standard error: what it wrote there, and to standard output.
fn on_a_terminal(from: &Path, to: &Path) -> Result<(String, String)> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let name = ptsname(&ours, Vec::new())?;
    let theirs = File::options()
        .read(true)
        .write(true)
        .open(name.to_str()?)?;
    let mut child = Command::new(jaga_tests::jaga_bin()?)
        .args([Path::new("strip"), from, to])
        .env("TERM", "xterm")
        .env_remove("JAGA_CONFIG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(theirs)
        .spawn()?;
    let mut shown = Vec::new();
    let mut ours = File::from(ours);
    let mut part = [0; 4096];
    loop {
        match ours.read(&mut part) {
            Ok(0) => break,
            Ok(count) => shown.extend_from_slice(&part[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // So a terminal says that nobody is left on the other side.
            Err(_) => break,
        }
    }
    let mut out = String::new();
    child
        .stdout
        .take()
        .context("its output")?
        .read_to_string(&mut out)?;
    ensure!(child.wait()?.code() == Some(1), "{out}");
    Ok((String::from_utf8_lossy(&shown).into_owned(), out))
}

#[tokio::test]
async fn how_far_it_is_is_shown_on_a_terminal_and_nowhere_else() -> Result<()> {
    let folder = photos(3)?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    let (shown, out) = on_a_terminal(&from, &to)?;
    ensure!(shown.contains("/4"), "of four: {shown:?}");
    ensure!(shown.contains("garbage.jpg: refused"), "{shown:?}");
    ensure!(
        out.lines().count() == 3 && !out.contains('\u{1b}'),
        "{out:?}"
    );

    let ran = finish(command(["strip"])?.arg(&from).arg(&to))
        .await?
        .exits(1)?;
    ensure!(ran.out == out, "{} and {out}", ran.out);
    ensure!(
        ran.err.lines().count() == 1 && !ran.err.contains(['\u{1b}', '\r']),
        "{:?}",
        ran.err
    );
    Ok(())
}
