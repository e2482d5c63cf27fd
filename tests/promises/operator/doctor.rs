//! `jaga doctor`: what is wrong, before a citizen notices.

use anyhow::{Context as _, Result, ensure};

use crate::folder::Folder;
use crate::run::{Ran, command, finish, jaga};

fn finding(ran: &Ran, check: &str) -> Result<bool> {
    let found = ran.json()?;
    let found = found
        .as_array()
        .context("a list")?
        .iter()
        .find(|f| f["check"] == check);
    let found = found.with_context(|| format!("no check of {check}: {}", ran.out))?;
    ensure!(
        found["says"].as_str().is_some_and(|says| !says.is_empty()),
        "{found}"
    );
    found["ok"].as_bool().context("yes or no")
}

#[tokio::test]
async fn the_doctor_finds_a_fresh_embedded_jaga_well() -> Result<()> {
    let folder = Folder::empty()?;
    let up = command(["up", "--once", "--data"])?
        .arg(folder.data())
        .arg("--inbox");
    finish(up.arg(folder.inbox())).await?.exits(0)?;
    // On a machine with many cores too: there is no container whose limit could be too small.
    let doctor = command(["doctor", "--json", "--data"])?.arg(folder.data());
    let ran = finish(doctor.env("JAGA_PHOTO_CONCURRENCY", "64"))
        .await?
        .exits(0)?;
    for check in [
        "ledger",
        "broker",
        "vault",
        "policies and rules",
        "sandbox limits",
        "sandbox landlock",
        "sandbox seccomp",
        "sandbox decoding",
        "service.grace_s",
    ] {
        ensure!(finding(&ran, check)?, "{}", ran.out);
    }
    let people = finish(command(["doctor", "--data"])?.arg(folder.data()))
        .await?
        .exits(0)?;
    ensure!(
        people.out.contains("ledger") && !people.out.contains("NO"),
        "{}",
        people.out
    );
    Ok(())
}

#[tokio::test]
async fn the_doctor_says_which_of_the_cluster_is_down_and_shows_no_password() -> Result<()> {
    let doctor = command(["doctor", "--json"])?
        .env(
            "JAGA_LEDGER_URL",
            "postgres://jaga:the-password@127.0.0.1:1/jaga",
        )
        .env(
            "JAGA_BROKER_URL",
            "amqp://jaga:the-password@127.0.0.1:1/jaga",
        )
        .env("JAGA_VAULT_ENDPOINT", "http://127.0.0.1:1")
        .env("JAGA_VAULT_ACCESS_KEY", "the-access-key")
        .env("JAGA_VAULT_SECRET_KEY", "the-secret-key")
        .env("JAGA_LEDGER_DEADLINE_S", "2")
        .env("JAGA_BROKER_TIMEOUT_S", "2")
        .env("JAGA_VAULT_TIMEOUT_S", "2");
    let ran = finish(doctor).await?.exits(1)?;
    for check in ["ledger", "broker", "vault"] {
        ensure!(!finding(&ran, check)?, "{check} is down: {}", ran.out);
    }
    ensure!(finding(&ran, "policies and rules")?);
    for secret in ["the-password", "the-access-key", "the-secret-key"] {
        ensure!(
            !ran.out.contains(secret) && !ran.err.contains(secret),
            "{ran:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_command_without_a_place_says_how_to_give_one() -> Result<()> {
    let folder = Folder::empty()?;
    for name in [&["doctor"][..], &["report", "photos"], &["parked", "list"]] {
        jaga(name.iter().copied())
            .await?
            .exits(2)?
            .complains("--data")?;
        let ran = finish(
            command(name.iter().copied())?
                .arg("--data")
                .arg(folder.data()),
        )
        .await?;
        ran.exits(2)?.complains("holds no ledger")?;
    }
    ensure!(!folder.data().exists(), "looking makes nothing");
    Ok(())
}
