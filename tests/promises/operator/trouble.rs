//! `jaga publish` and `jaga parked`: events in, and what became of those that could not be handled.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use jaga_contract::TicketId;
use jaga_ledger::Ledger;
use jaga_tests::{eventually, project_root};
use serde_json::Value;

use crate::folder::Folder;
use crate::run::{Ran, SOON, command, finish};

fn example(name: &str) -> std::path::PathBuf {
    project_root().join("shared/contract/examples").join(name)
}

async fn publish(folder: &Folder, file: &Path, args: &[&str]) -> Result<Ran> {
    let publish = command(["publish", "--data"])?.arg(folder.data()).arg(file);
    finish(publish.args(args.iter().copied())).await
}

async fn parked(folder: &Folder, args: &[&str]) -> Result<Ran> {
    let (what, rest) = args.split_first().context("list, show, replay or drop")?;
    let parked = command(["parked", *what, "--data"])?.arg(folder.data());
    finish(parked.args(rest.iter().copied())).await
}

/// An embedded Jaga that has run once.
async fn made() -> Result<Folder> {
    let folder = Folder::empty()?;
    let up = command(["up", "--once", "--data"])?
        .arg(folder.data())
        .arg("--inbox");
    finish(up.arg(folder.inbox())).await?.exits(0)?;
    Ok(folder)
}

#[tokio::test]
async fn only_events_that_the_crm_may_say_are_published() -> Result<()> {
    let folder = made().await?;
    let bad = folder.path().join("bad.json");
    let cases = [
        (bad.clone(), "bad.json"),
        (example("jaga.closure.due.v1.json"), "Jaga's own"),
        (
            example("jaga.photo.processed.v1-report.json"),
            "jaga.photo.processed",
        ),
        (folder.path().join("missing.json"), "missing.json"),
    ];
    std::fs::write(&bad, "{ \"specversion\": ")?;
    for (file, named) in cases {
        publish(&folder, &file, &[])
            .await?
            .exits(2)?
            .complains(named)?;
    }
    // One bad event among good ones: nothing of the file is sent.
    let good = std::fs::read_to_string(example("crm.ticket.changed.v1-submitted.json"))?;
    std::fs::write(&bad, format!("[{good}, {{}}]"))?;
    publish(&folder, &bad, &[])
        .await?
        .exits(2)?
        .complains("event 2")?;
    ensure!(
        std::fs::read_dir(folder.data().join("bus"))?
            .next()
            .is_some(),
        "there is a bus"
    );

    let lines = folder.path().join("lines.json");
    let other = good.replace("JK2611020001", "JK2611020002");
    std::fs::write(&lines, format!("{good}\n{other}\n"))?;
    let sent = publish(&folder, &lines, &["--json"])
        .await?
        .exits(0)?
        .json()?;
    ensure!(
        sent == serde_json::json!({ "sent": 2, "failed": [] }),
        "{sent}"
    );

    let mut jaga = command(["up", "--data"])?.arg(folder.data()).start()?;
    let ledger = Ledger::embedded(&folder.data().join("ledger.sqlite"), true)?;
    for id in ["JK2611020001", "JK2611020002"] {
        let id = TicketId::new(id)?;
        eventually(SOON, || async {
            let row = ledger.ticket(&id).await?.context("no ticket yet")?;
            ensure!(row.submitted_at.is_some());
            Ok(())
        })
        .await
        .with_context(|| jaga.log_tail())?;
    }
    jaga.sigterm();
    ensure!(jaga.wait(SOON).await?.success());
    Ok(())
}

/// What is parked, once there are this many rows.
async fn parked_rows(folder: &Folder, count: usize) -> Result<Vec<Value>> {
    eventually(SOON, || async {
        let rows = parked(folder, &["list", "--json"])
            .await?
            .exits(0)?
            .json()?;
        let rows = rows.as_array().context("a list")?.clone();
        ensure!(rows.len() == count, "{rows:?}");
        Ok(rows)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_handled_is_found_explained_replayed_and_dropped() -> Result<()> {
    let folder = made().await?;
    let garbage = folder.path().join("garbage");
    std::fs::write(&garbage, b"\xff\x00 this is no event")?;
    publish(&folder, &garbage, &["--unchecked", "photo"])
        .await?
        .exits(0)?;
    // An event that is one, in the wrong queue.
    let stray = example("crm.ticket.changed.v1-submitted.json");
    publish(&folder, &stray, &["--unchecked", "photo"])
        .await?
        .exits(0)?;
    let ran = publish(&folder, &garbage, &["--unchecked", "nobody"])
        .await?
        .exits(1)?;
    ensure!(ran.out.contains("0 sent, 1 not"), "{}", ran.out);

    let mut jaga = command(["up", "--data"])?.arg(folder.data()).start()?;
    let rows = parked_rows(&folder, 2)
        .await
        .with_context(|| jaga.log_tail())?;
    let id_of = |reason: &str| {
        let row = rows.iter().find(|row| row["reason"] == reason);
        row.and_then(|row| row["id"].as_str())
            .with_context(|| format!("{reason}: {rows:?}"))
    };
    let (broken, stray) = (id_of("not_json")?, id_of("wrong_queue")?);
    is_explained(&folder, broken).await?;
    is_replayed_and_parks_again(&folder, broken).await?;
    is_dropped_and_stays_on_record(&folder, broken).await?;
    is_no_longer_there(&folder, broken, stray).await?;
    jaga.sigterm();
    ensure!(jaga.wait(SOON).await?.success());
    Ok(())
}

async fn is_explained(folder: &Folder, id: &str) -> Result<()> {
    let people = parked(folder, &["list"]).await?.exits(0)?;
    ensure!(
        people.out.contains(id) && people.out.contains("2 parked"),
        "{}",
        people.out
    );
    let shown = parked(folder, &["show", id]).await?.exits(0)?;
    ensure!(
        shown.out.contains("this is no event"),
        "its bytes: {}",
        shown.out
    );
    let shown = parked(folder, &["show", id, "--json"])
        .await?
        .exits(0)?
        .json()?;
    ensure!(
        shown["worker"] == "photo" && shown["bytes"] == 19,
        "{shown}"
    );
    ensure!(
        shown["detail"]
            .as_str()
            .is_some_and(|detail| !detail.is_empty()),
        "{shown}"
    );
    ensure!(
        shown["body_base64"] == "/wAgdGhpcyBpcyBubyBldmVudA==",
        "{shown}"
    );
    ensure!(
        shown["history"]
            .as_array()
            .is_some_and(|history| history.len() == 1),
        "{shown}"
    );
    Ok(())
}

/// Without a cure it ends where it was, in the same row.
async fn is_replayed_and_parks_again(folder: &Folder, id: &str) -> Result<()> {
    let replayed = parked(folder, &["replay", id, "--json"])
        .await?
        .exits(0)?
        .json()?;
    ensure!(
        replayed == serde_json::json!([{ "id": id, "replayed": true }]),
        "{replayed}"
    );
    eventually(SOON, || async {
        let shown = parked(folder, &["show", id, "--json"])
            .await?
            .exits(0)?
            .json()?;
        let history = shown["history"].as_array().context("a history")?;
        let said: Vec<&str> = history
            .iter()
            .filter_map(|event| event["what"].as_str())
            .collect();
        ensure!(said == ["parked", "replayed", "parked"], "{shown}");
        ensure!(shown["state"] == "parked", "{shown}");
        Ok(())
    })
    .await
}

async fn is_dropped_and_stays_on_record(folder: &Folder, id: &str) -> Result<()> {
    let dropped = parked(folder, &["drop", id, "--reason", "a test", "--json"]).await?;
    let dropped = dropped.exits(0)?.json()?;
    ensure!(
        dropped == serde_json::json!({ "id": id, "dropped": true }),
        "{dropped}"
    );
    parked_rows(folder, 1).await?;
    let all = parked(folder, &["list", "--all", "--json"])
        .await?
        .exits(0)?
        .json()?;
    ensure!(all.as_array().is_some_and(|rows| rows.len() == 2), "{all}");
    let shown = parked(folder, &["show", id]).await?.exits(0)?;
    ensure!(shown.out.contains("a test"), "the reason: {}", shown.out);
    Ok(())
}

/// `gone` was dropped, `there` is parked.
async fn is_no_longer_there(folder: &Folder, gone: &str, there: &str) -> Result<()> {
    for args in [
        &["show", "unknown"][..],
        &["show", "unknown", "--json"],
        &["replay", "unknown"],
        &["replay", "unknown", "--json"],
        &["replay", gone],
        &["drop", "unknown", "--reason", "x"],
        &["drop", gone, "--reason", "x", "--json"],
    ] {
        parked(folder, args)
            .await?
            .exits(1)
            .with_context(|| format!("{args:?}"))?;
    }
    for args in [&["drop", there][..], &["drop", there, "--reason", " "]] {
        parked(folder, args).await?.exits(2)?.complains("reason")?;
    }
    // Of several, those that are parked are replayed, and the exit code says that not all were.
    let some = parked(folder, &["replay", "unknown", there, "--json"])
        .await?
        .exits(1)?
        .json()?;
    ensure!(
        some[0]["replayed"] == false && some[1]["replayed"] == true,
        "{some}"
    );
    Ok(())
}
