//! The tools keep the limits that the worker is configured to keep, and say which one was in the way.

use anyhow::{Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::folder::shot;
use crate::run::{Ran, command, finish, lines};

const PIXELS: (&str, &str) = ("JAGA_PHOTO_MAX_MEGAPIXELS", "1");

/// A photo of 1.2 megapixels.
fn desk() -> Result<TempDir> {
    let desk = tempfile::tempdir()?;
    std::fs::write(desk.path().join("a.jpg"), shot(1, (1280, 960)).jpeg())?;
    Ok(desk)
}

/// A tool on the photo.
async fn on(desk: &TempDir, args: &[&str], settings: &[(&str, &str)]) -> Result<Ran> {
    let mut tool = command(args)?.arg(desk.path().join("a.jpg"));
    match args[0] {
        "strip" => tool = tool.arg(desk.path().join("out.jpg")),
        "compare" => tool = tool.arg(desk.path().join("a.jpg")),
        _ => {}
    }
    finish(tool.envs(settings.iter().copied())).await
}

#[tokio::test]
async fn every_tool_keeps_the_configured_limit_and_names_its_key() -> Result<()> {
    let desk = desk()?;
    for (name, code) in [("strip", 1), ("inspect", 1), ("hash", 1), ("duplicates", 1)] {
        on(&desk, &[name], &[]).await?.exits(0)?;
        let ran = on(&desk, &[name], &[PIXELS]).await?.exits(code)?;
        let said = ran.out + &ran.err;
        ensure!(
            said.contains("photo.max_megapixels")
                && said.contains(PIXELS.0)
                && said.contains("1 now"),
            "{name}: {said}"
        );
        let ran = on(&desk, &[name, "--json"], &[PIXELS]).await?.exits(code)?;
        let line: &Value = &lines(&ran.out)?[0];
        let refused = if name == "inspect" {
            &line["refused"]
        } else {
            line
        };
        ensure!(
            refused["error"] == "too_many_pixels" && refused["limit"] == "photo.max_megapixels",
            "{name}: {line}"
        );
    }
    // A file that nothing can be said of at all, because only a part of it was read.
    let mut long = shot(1, (1280, 960)).jpeg();
    long.resize(2 << 20, 0);
    std::fs::write(desk.path().join("a.jpg"), long)?;
    let mib = ("JAGA_PHOTO_MAX_MIB", "1");
    for name in ["strip", "inspect", "hash"] {
        let ran = on(&desk, &[name], &[mib]).await?;
        ran.exits(1)?.complains("photo.max_mib")?;
    }
    on(&desk, &["compare"], &[mib])
        .await?
        .exits(2)?
        .complains("photo.max_mib")?;
    Ok(())
}

#[tokio::test]
async fn the_section_of_photos_counts_and_no_other_is_asked_for() -> Result<()> {
    let desk = desk()?;
    let file = desk.path().join("jaga.toml");
    let path = file.display().to_string();
    let others = "[broker]\nurl = 7\n[ledger]\nconnections = 0\n[nobody]\nx = 1\n";
    std::fs::write(&file, format!("{others}[photo]\nmax_megapixels = 1\n"))?;
    let ran = on(&desk, &["hash", "--config", &path], &[])
        .await?
        .exits(1)?;
    ensure!(ran.err.contains("photo.max_megapixels"), "{}", ran.err);
    on(&desk, &["hash"], &[("JAGA_CONFIG", &path)])
        .await?
        .exits(1)?;
    // The environment has the last word.
    let raised = (PIXELS.0, "200");
    on(&desk, &["hash", "--config", &path], &[raised])
        .await?
        .exits(0)?;

    for (text, named) in [
        ("max_megapixel = 1", "photo.max_megapixel"),
        ("max_mib = 0", "photo.max_mib"),
        ("sandbox = \"none\"", "photo.sandbox"),
    ] {
        std::fs::write(&file, format!("[photo]\n{text}\n"))?;
        for name in ["strip", "inspect", "hash", "duplicates", "compare"] {
            let ran = on(&desk, &[name, "--config", &path], &[]).await?;
            ran.exits(2)?.complains(named)?;
        }
    }
    Ok(())
}

/// A GIF of one dot on a canvas of 64 megapixels.
fn greedy() -> Vec<u8> {
    let side = 8000_u16.to_le_bytes();
    let head = [
        b"GIF89a",
        &side[..],
        &side,
        &[0x80, 0, 0],
        &[0, 0, 0, 255, 255, 255],
    ];
    let dot = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B];
    [&head.concat()[..], &dot].concat()
}

#[tokio::test]
async fn no_setting_is_named_for_what_no_setting_raises() -> Result<()> {
    let desk = desk()?;
    std::fs::write(desk.path().join("a.jpg"), greedy())?;
    let ran = on(&desk, &["hash"], &[]).await?.exits(1)?;
    let ran = ran.complains("no setting raises this limit")?;
    ensure!(
        ran.err.contains("memory") && !ran.err.contains("photo."),
        "{}",
        ran.err
    );
    let line = on(&desk, &["hash", "--json"], &[])
        .await?
        .exits(1)?
        .json()?;
    ensure!(
        line["error"] == "too_costly" && line["limit"].is_null(),
        "{line}"
    );
    Ok(())
}
