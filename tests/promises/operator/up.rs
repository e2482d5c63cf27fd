//! `jaga up` and `jaga report`: everything on one machine, in one folder.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use jaga_ledger::Ledger;
use jaga_tests::{Jaga, JagaBuilder, eventually, free_port, http_get, jaga_bin, seed};
use serde_json::Value;
use tokio::time::Instant;

use crate::folder::{Folder, NAMED, outcomes, shot};
use crate::run::{Ran, SOON, command, files, finish, holds};

fn up(folder: &Folder) -> Result<JagaBuilder> {
    Ok(command(["up", "--data"])?.arg(folder.data()))
}

fn once(folder: &Folder) -> Result<JagaBuilder> {
    Ok(up(folder)?.arg("--once").arg("--inbox").arg(folder.inbox()))
}

async fn report(folder: &Folder, args: &[&str]) -> Result<Ran> {
    let command = command(["report", "photos", "--data"])?.arg(folder.data());
    finish(command.args(args.iter().copied())).await?.exits(0)
}

/// No coordinate, no file name, nothing that the photos carried. R41
fn is_silent(folder: &Folder, what: &str, said: &[u8]) -> Result<()> {
    for needle in [NAMED.as_bytes(), b"6.1449", b"106.763"] {
        ensure!(
            !holds(said, needle),
            "{what} says {}",
            needle.escape_ascii()
        );
    }
    for secret in &folder.secrets {
        ensure!(
            !holds(said, secret),
            "{what} says {}",
            secret.escape_ascii()
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_of_a_folder_has_its_row_and_nothing_private_leaves() -> Result<()> {
    let folder = Folder::mixed()?;
    let ran = finish(once(&folder)?).await?.exits(0)?;
    is_silent(&folder, "the log", ran.out.as_bytes())?;
    is_silent(&folder, "the log", ran.err.as_bytes())?;
    ensure!(
        ran.err.contains("ticket.json"),
        "a broken ticket.json is told of: {}",
        ran.err
    );

    let json = report(&folder, &["--json"]).await?;
    let rows = json.json()?;
    let rows = rows.as_array().context("a list")?;
    ensure!(
        rows.len() == folder.uploads,
        "{} rows of {}: {}",
        rows.len(),
        folder.uploads,
        json.out
    );
    let of = |outcome: &str| rows.iter().filter(|row| row["outcome"] == outcome).count();
    ensure!(of("processed") == folder.good, "{}", json.out);
    ensure!(
        of("rejected") == folder.uploads - folder.good,
        "{}",
        json.out
    );
    for row in rows {
        let reason = row["reason"].as_str().context("a text")?;
        ensure!(
            reason.is_empty() == (row["outcome"] == "processed"),
            "a refusal is explained: {row}"
        );
    }
    let tickets: Vec<&Value> = rows.iter().map(|row| &row["ticket"]).collect();
    for (ticket, count) in [("JK1", 2), ("JK2", 1), ("JK3", 5), ("INBOX", 1)] {
        ensure!(
            tickets.iter().filter(|t| **t == ticket).count() == count,
            "{ticket}: {}",
            json.out
        );
    }

    let csv = report(&folder, &["--format", "csv"]).await?;
    let mut reader = csv::Reader::from_reader(csv.out.as_bytes());
    let heads = reader.headers()?.clone();
    ensure!(heads.iter().next() == Some("photo") && heads.len() == 12);
    let records = reader.records().collect::<Result<Vec<_>, _>>()?;
    ensure!(records.len() == rows.len());
    for (record, row) in records.iter().zip(rows) {
        for (head, cell) in heads.iter().zip(record) {
            let same = row[head].as_str().is_none_or(|value| value == cell);
            ensure!(same, "{head}: {cell} is not {}", row[head]);
        }
    }
    let table = report(&folder, &[]).await?;
    let sum = format!("{} photos: {} processed", folder.uploads, folder.good);
    ensure!(table.out.contains(&sum), "{}", table.out);
    for (what, ran) in [("json", &json), ("csv", &csv), ("table", &table)] {
        is_silent(&folder, what, ran.out.as_bytes())?;
        is_silent(&folder, what, ran.err.as_bytes())?;
    }

    let clean = files(&folder.data().join("vault/jaga-clean"))?;
    ensure!(clean.len() >= folder.good, "clean copies: {}", clean.len());
    for (name, bytes) in &clean {
        is_silent(&folder, name, bytes)?;
    }
    // Reports' originals are gone, the one evidence photo is sealed, refused uploads are not kept.
    ensure!(files(&folder.data().join("vault/jaga-sealed"))?.len() == 1);
    let left = files(&folder.data().join("vault/jaga-quarantine"))?;
    let names: Vec<&String> = left.iter().map(|(name, _)| name).collect();
    ensure!(left.len() <= folder.uploads - folder.good, "{names:?}");

    finish(once(&folder)?).await?.exits(0)?;
    let again = report(&folder, &["--json"]).await?.json()?;
    ensure!(
        again == json.json()?,
        "the same folder again is nothing new"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_jaga_is_alive_ready_measured_alone_and_stops_when_asked() -> Result<()> {
    let mut folder = Folder::empty()?;
    let mut jaga = up(&folder)?.arg("--inbox").arg(folder.inbox()).start()?;
    jaga.ready(SOON).await?;
    ensure!(http_get(jaga.port(), "/live").await?.status == 200);

    let second = finish(up(&folder)?).await?.exits(2)?;
    ensure!(second.err.contains("another `jaga up`"), "{}", second.err);
    ensure!(jaga.try_wait().is_none(), "and the first does not mind");

    // A file that comes while it runs is taken.
    folder.photo(&format!("JK1/report/{NAMED}.jpg"), &shot(1, (640, 480)))?;
    eventually(SOON, || async {
        let rows = report(&folder, &["--json"]).await?.json()?;
        ensure!(rows[0]["outcome"] == "processed", "{rows}");
        Ok(())
    })
    .await?;
    // A message is counted when it is acked, which comes after the row that the report reads.
    let sample = "jaga_messages_total{worker=\"photo\",outcome=\"done\"}";
    jaga.metric_is(sample, 1.0, SOON).await?;
    jaga.metric_is("jaga_outbox_unsent", 0.0, SOON).await?;

    let asked = Instant::now();
    jaga.sigterm();
    let status = jaga.wait(Duration::from_secs(20)).await?;
    ensure!(status.code() == Some(0), "{status}: {}", jaga.log_tail());
    ensure!(
        asked.elapsed() < Duration::from_secs(10),
        "it took {:?}",
        asked.elapsed()
    );
    finish(once(&folder)?).await?.exits(0)?;
    Ok(())
}

/// Ends a run hard as soon as `count` of the photos have their row.
async fn killed_at(folder: &Folder, count: usize) -> Result<()> {
    let mut jaga: Jaga = impatient(once(folder)?).start()?;
    let looked = eventually(SOON, || async {
        if let Some(status) = http_get(jaga.port(), "/live").await.err() {
            bail!("not up yet: {status:#}");
        }
        let ledger = Ledger::embedded(&folder.data().join("ledger.sqlite"), true)?;
        let rows = ledger.photos().await?.len();
        ledger.close().await;
        ensure!(rows >= count, "{rows} of {count}");
        Ok(rows)
    })
    .await;
    jaga.kill9();
    let rows = looked.with_context(|| jaga.log_tail())?;
    ensure!(rows < folder.uploads, "too late to kill it: {rows} rows");
    Ok(())
}

/// What a dead process held is free sooner than after the half minute of production.
fn impatient(builder: JagaBuilder) -> JagaBuilder {
    builder
        .env("JAGA_LEDGER_LEASE_S", "3")
        .env("JAGA_LEDGER_RENEW_S", "1")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_run_loses_no_photo_and_counts_none_twice() -> Result<()> {
    let seed = seed();
    let mut folder = Folder::empty()?;
    for n in 0..16 {
        let ticket = n % 3;
        let size = (1600, 1200);
        folder.photo(
            &format!("JK{ticket}/report/{NAMED}-{n}.jpg"),
            &shot(seed % 1000 + n, size),
        )?;
    }
    folder.garbage("JK9/report/garbage.jpg", b"bukan foto")?;
    for count in [0, 2 + seed as usize % 3, 7] {
        killed_at(&folder, count).await?;
    }
    finish(impatient(once(&folder)?)).await?.exits(0)?;
    let killed = outcomes(&report(&folder, &["--json"]).await?.json()?);
    ensure!(killed.len() == folder.uploads, "{killed:?}");

    // The same folder without a kill comes to the same end.
    std::fs::rename(folder.data(), folder.path().join("killed"))?;
    finish(once(&folder)?).await?.exits(0)?;
    let quiet = outcomes(&report(&folder, &["--json"]).await?.json()?);
    ensure!(killed == quiet, "{killed:?}\n{quiet:?}");
    let objects = |name: &str| files(&folder.path().join(name).join("vault/jaga-clean"));
    ensure!(
        objects("killed")? == objects("data")?,
        "the same clean copies, no orphan"
    );
    ensure!(files(&folder.path().join("killed/vault/jaga-quarantine"))?.len() <= 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_nobody_reads_any_more_stops_no_work_and_no_stop() -> Result<()> {
    let folder = Folder::mixed()?;
    let port = free_port()?;
    let (reader, log) = std::io::pipe()?;
    drop(reader);
    let mut jaga = std::process::Command::new(jaga_bin()?);
    // As the harness does: what tells the tests where things are is no setting of Jaga's.
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"JAGA_") {
            jaga.env_remove(name);
        }
    }
    jaga.args(["up", "--data"]).arg(folder.data());
    jaga.arg("--inbox").arg(folder.inbox());
    jaga.env("JAGA_SERVICE_LISTEN", format!("127.0.0.1:{port}"));
    let mut jaga = jaga.stdout(Stdio::null()).stderr(log).spawn()?;
    let worked = eventually(SOON, || async {
        let rows = report(&folder, &["--json"]).await?.json()?;
        let rows = rows.as_array().map_or(0, Vec::len);
        ensure!(rows == folder.uploads, "{rows} of {}", folder.uploads);
        let ready = http_get(port, "/ready").await?;
        ensure!(ready.status == 200, "{}", ready.body);
        Ok(())
    })
    .await;
    let mut kill = std::process::Command::new("kill");
    let asked = kill.arg(jaga.id().to_string()).status()?;
    let ended = eventually(SOON, || {
        let ended = jaga.try_wait();
        async { ended?.context("it goes on") }
    })
    .await;
    if ended.is_err() {
        jaga.kill()?;
        jaga.wait()?;
    }
    worked?;
    ensure!(asked.success() && ended?.success());
    Ok(())
}
