//! The tools for a single photo, point or ticket.

use anyhow::{Context as _, Result, ensure};
use jaga_tests::project_root;
use serde_json::Value;

use crate::folder::{LAT, LON, shot};
use crate::run::{command, files, finish, holds, jaga};

#[tokio::test]
async fn strip_leaves_nothing_but_the_picture_and_refuses_without_writing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::create_dir_all(from.join("deep"))?;
    let (jpeg, png) = (shot(1, (640, 480)), shot(2, (320, 240)));
    let photo = from.join("a.jpg");
    std::fs::write(&photo, jpeg.jpeg())?;
    let is_clean = |bytes: &[u8]| {
        let secrets = [jpeg.secrets(), png.secrets()].concat();
        !secrets.iter().any(|secret| holds(bytes, secret))
    };

    let one = folder.path().join("one/clean.jpg");
    let said = finish(command(["strip", "--json"])?.arg(&photo).arg(&one))
        .await?
        .exits(0)?
        .json()?;
    let bytes = std::fs::read(&one)?;
    ensure!(
        is_clean(&bytes) && said["bytes_out"] == bytes.len(),
        "{said}"
    );
    ensure!(
        said["removed"]
            .as_array()
            .is_some_and(|removed| removed.len() >= 3),
        "{said}"
    );
    ensure!(said["digest"] == blake3::hash(&bytes).to_hex().to_string());
    // What is clean stays as it is.
    let twice = folder.path().join("twice.jpg");
    finish(command(["strip"])?.arg(&one).arg(&twice))
        .await?
        .exits(0)?;
    ensure!(std::fs::read(&twice)? == bytes);

    std::fs::write(from.join("deep/b.png"), png.png())?;
    finish(command(["strip"])?.arg(&from).arg(&to))
        .await?
        .exits(0)?;
    let written = files(&to)?;
    let names: Vec<&str> = written.iter().map(|(name, _)| name.as_str()).collect();
    ensure!(names == ["a.jpg", "deep/b.png"], "a mirror: {names:?}");
    ensure!(written.iter().all(|(_, bytes)| is_clean(bytes)));

    // A refused file is told of, the others are done.
    std::fs::write(from.join("deep/c.jpg"), b"bukan foto")?;
    std::fs::remove_dir_all(&to)?;
    let ran = finish(command(["strip"])?.arg(&from).arg(&to))
        .await?
        .exits(1)?;
    ensure!(
        ran.err.contains("c.jpg") && ran.err.contains("refused"),
        "{}",
        ran.err
    );
    ensure!(files(&to)?.len() == 2, "nothing is written for it");
    let out = folder.path().join("refused/out.jpg");
    finish(command(["strip"])?.arg(from.join("deep/c.jpg")).arg(&out))
        .await?
        .exits(1)?;
    ensure!(!folder.path().join("refused").exists(), "not even a folder");
    finish(command(["strip", "nowhere.jpg"])?.arg(&out))
        .await?
        .exits(2)?
        .complains("nowhere.jpg")?;
    Ok(())
}

#[tokio::test]
async fn strip_never_writes_over_an_original() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let from = folder.path().join("from");
    std::fs::create_dir_all(&from)?;
    let photo = from.join("a.jpg");
    let bytes = shot(3, (320, 240)).jpeg();
    std::fs::write(&photo, &bytes)?;
    let inside = from.join("out");
    for (input, output) in [(&photo, &photo), (&from, &from), (&from, &inside)] {
        finish(command(["strip"])?.arg(input).arg(output))
            .await?
            .exits(2)?
            .complains("originals")?;
    }
    finish(command(["strip"])?.arg(&photo).arg(folder.path()))
        .await?
        .exits(2)?
        .complains("is a folder")?;
    ensure!(
        files(folder.path())? == [("from/a.jpg".to_owned(), bytes)],
        "nothing else was written"
    );
    Ok(())
}

#[tokio::test]
async fn inspect_says_what_a_photo_tells_about_itself() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let photo = folder.path().join("a.jpg");
    std::fs::write(&photo, shot(1, (640, 480)).jpeg())?;
    let said = finish(command(["inspect", "--json"])?.arg(&photo))
        .await?
        .exits(0)?
        .json()?;
    ensure!(said["format"] == "jpeg" && said["dimensions"] == serde_json::json!([640, 480]));
    let near = |value: Option<f64>, want: f64| value.is_some_and(|v| (v - want).abs() < 1e-4);
    let number = |value: &Value, key: &str| find(value, key).and_then(Value::as_f64);
    ensure!(near(number(&said["gps"], "lat"), LAT), "{said}");
    ensure!(near(number(&said["gps"], "lon"), LON), "{said}");
    ensure!(said["refused"].is_null() && said["fingerprints"]["pdq"].is_string());

    let people = finish(command(["inspect"])?.arg(&photo)).await?.exits(0)?;
    ensure!(people.out.contains("jpeg, 640 x 480") && people.out.contains("-6.1449"));
    let garbage = folder.path().join("b.jpg");
    std::fs::write(&garbage, b"bukan foto")?;
    let both = finish(command(["inspect"])?.arg(&garbage).arg(&photo))
        .await?
        .exits(1)?;
    ensure!(
        both.out.contains("refused") && both.out.contains("640 x 480"),
        "{}",
        both.out
    );
    jaga(["inspect", "nowhere.jpg"])
        .await?
        .exits(1)?
        .complains("nowhere.jpg")?;
    Ok(())
}

/// A key, however deep.
fn find<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value {
        Value::Object(map) => map
            .get(key)
            .or_else(|| map.values().find_map(|v| find(v, key))),
        Value::Array(list) => list.iter().find_map(|v| find(v, key)),
        _ => None,
    }
}

#[tokio::test]
async fn locate_answers_and_refuses_what_is_no_point() -> Result<()> {
    let inside = jaga(["locate", "-6.175392", "106.827153", "--json"])
        .await?
        .exits(0)?
        .json()?;
    ensure!(inside["outside_jakarta"] == false, "{inside}");
    let named = !inside["kelurahan"].is_null()
        || inside["candidates"]
            .as_array()
            .is_some_and(|some| !some.is_empty());
    ensure!(named, "{inside}");
    let turned = jaga(["locate", "106.827153", "-6.175392"])
        .await?
        .exits(0)?;
    ensure!(turned.out.contains("wrong order"), "{}", turned.out);
    let outside = jaga(["locate", "-6.9175", "107.6191", "--json"])
        .await?
        .exits(1)?
        .json()?;
    ensure!(outside["outside_jakarta"] == true, "{outside}");
    let pinned = [
        "locate",
        "-6.175392",
        "106.827153",
        "--pin",
        "-6.1755,106.8272",
        "--json",
    ];
    let pinned = jaga(pinned).await?.exits(0)?.json()?;
    let metres = pinned["distance_to_pin_m"].as_f64().context("a distance")?;
    ensure!((5.0..30.0).contains(&metres), "{pinned}");
    for (args, named) in [
        (&["-6,2", "106.8"][..], "-6,2"),
        (&["-6.2", "east"], "east"),
        (&["NaN", "106.8"], "NaN"),
        (&["inf", "106.8"], "inf"),
        (&["91", "106.8"], "LAT"),
        (&["-6.2", "181"], "LON"),
        (&["-6.2", "106.8", "--accuracy", "-1"], "accuracy"),
        (&["-6.2", "106.8", "--pin", "-6.2"], "--pin"),
        (&["-6.2", "106.8", "--claimed", "Atlantis"], "Atlantis"),
    ] {
        let args = ["locate"].into_iter().chain(args.iter().copied());
        jaga(args).await?.exits(2)?.complains(named)?;
    }
    Ok(())
}

#[tokio::test]
async fn deadline_explains_when_a_ticket_is_due() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("history.json");
    let example =
        project_root().join("shared/contract/examples/crm.ticket.changed.v1-submitted.json");
    let event: Value = serde_json::from_str(&std::fs::read_to_string(example)?)?;
    std::fs::write(&file, serde_json::json!([event["data"]]).to_string())?;
    let deadline = || anyhow::Ok(command(["deadline", "--history"])?.arg(&file));

    let said = finish(deadline()?.arg("--json")).await?.exits(0)?.json()?;
    ensure!(
        said["ticket"] == event["data"]["ticket_id"] && said["actions"].is_null(),
        "{said}"
    );
    ensure!(
        said["deadlines"]
            .as_array()
            .is_some_and(|some| !some.is_empty()),
        "{said}"
    );
    let people = finish(deadline()?).await?.exits(0)?;
    ensure!(people.out.lines().count() > 1, "{}", people.out);
    let early = finish(deadline()?.args(["--now", "2026-11-02T01:20:00Z", "--json"])).await?;
    ensure!(early.exits(0)?.json()?["actions"] == serde_json::json!([]));
    let late = finish(deadline()?.args(["--now", "2027-11-02T01:20:00Z", "--json"])).await?;
    let late = late.exits(1)?.json()?;
    ensure!(
        late["actions"]
            .as_array()
            .is_some_and(|some| !some.is_empty()),
        "{late}"
    );

    std::fs::write(&file, "[]")?;
    finish(deadline()?)
        .await?
        .exits(2)?
        .complains("history.json")?;
    std::fs::write(&file, "{")?;
    finish(deadline()?)
        .await?
        .exits(2)?
        .complains("history.json")?;
    finish(deadline()?.args(["--now", "yesterday"]))
        .await?
        .exits(2)?
        .complains("yesterday")?;
    Ok(())
}
