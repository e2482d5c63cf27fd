//! `jaga review`: what waits, what is decided, and what the decisions say.

use anyhow::{Context as _, Result, ensure};
use jaga_contract::{EventId, TicketId};
use jaga_ledger::Proposed;
use serde_json::Value;

use crate::office::{Office, at};
use crate::run::jaga;

fn names(listed: &[Value]) -> Vec<&str> {
    let all = listed.iter().filter_map(|item| item["closure"].as_str());
    all.collect()
}

#[tokio::test]
async fn what_waits_is_listed_without_telling_what_chance_drew() -> Result<()> {
    let office = Office::new().await?;
    let low = office.closure(1, "review", 35, false).await?;
    let high = office.closure(2, "hold", 80, false).await?;
    let drawn = office.closure(3, "clear", 5, true).await?;
    office.closure(4, "clear", 5, false).await?;
    let listed = office.list(&[]).await?;
    let mut sorted = names(&listed);
    let place = |name: &str| sorted.iter().position(|n| *n == name);
    ensure!(place(&high) < place(&low), "{listed:?}");
    sorted.sort_unstable();
    ensure!(
        sorted == [&low, &high, &drawn],
        "the drawn one is among them: {listed:?}"
    );
    for item in &listed {
        for told in ["verdict", "score", "sample", "signals"] {
            ensure!(
                item.get(told).is_none(),
                "{told} tells which is drawn: {item}"
            );
        }
    }
    let people = office.run(&["list"]).await?.exits(0)?;
    ensure!(people.out.contains("3 closures wait") && people.out.contains(&drawn));
    for word in ["clear", "hold", "sample", "chance"] {
        ensure!(!people.out.contains(word), "{word}: {}", people.out);
    }
    ensure!(names(&office.list(&["--unit", "sudin-a"]).await?) == [&high]);
    ensure!(office.list(&["--month", "2026-10"]).await?.is_empty());
    ensure!(office.list(&["--month", "2026-11"]).await?.len() == 3);
    office.run(&["list", "--month", "11"]).await?.exits(2)?;
    let shown = office.run(&["show", &drawn]).await?.exits(0)?;
    ensure!(shown.out.contains("come by chance") && !shown.out.contains("verdicts"));
    ensure!(
        office
            .run(&["show", &drawn, "--verdicts"])
            .await?
            .out
            .contains("drawn by chance")
    );
    Ok(())
}

#[tokio::test]
async fn what_can_not_stand_is_said_and_nothing_is_written() -> Result<()> {
    let office = Office::new().await?;
    let closure = office.closure(1, "review", 40, false).await?;
    let decide = async |args: &[&str]| {
        let args = [&["decide"], args, &["--by", "rina"]].concat();
        office.run(&args).await
    };
    let shown = office.run(&["show", "JK1"]).await?.exits(0)?;
    for told in [
        "near_picture",
        "Mungkin tempat yang sama",
        "Check the place",
        "Sudah ditambal",
        "--revision 1",
    ] {
        ensure!(shown.out.contains(told), "{told}: {}", shown.out);
    }
    ensure!(
        !shown.out.to_lowercase().contains("palsu"),
        "no charge: {}",
        shown.out
    );

    decide(&[&closure, "fake", "--note", " "])
        .await?
        .exits(2)?
        .complains("--note")?;
    decide(&[&closure, "fake", "--note", "a\u{1b}b"])
        .await?
        .exits(2)?
        .complains("--note")?;
    decide(&[&closure, "perhaps", "--note", "x"])
        .await?
        .exits(2)?;
    let unknown = decide(&["JK99", "fake", "--note", "x"]).await?.exits(1)?;
    ensure!(unknown.err.contains("no such closure"), "{}", unknown.err);
    let older = decide(&[&closure, "fake", "--note", "x", "--revision", "7"])
        .await?
        .exits(1)?;
    ensure!(older.err.contains("verdict 1 stands"), "{}", older.err);
    ensure!(
        office
            .ledger
            .reviews_of(&EventId::new(closure.as_str())?)
            .await?
            .is_empty()
    );
    Ok(())
}

#[tokio::test]
async fn decisions_and_answers_stay_on_record_in_their_order() -> Result<()> {
    let office = Office::new().await?;
    let closure = office.closure(1, "review", 40, false).await?;
    let decide = async |args: &[&str]| {
        let args = [&["decide"], args, &["--by", "rina"]].concat();
        office.run(&args).await
    };
    // By the ticket's id, for it has one closure.
    let said = decide(&[
        "JK1",
        "unclear",
        "--note",
        "Foto gelap.",
        "--revision",
        "1",
        "--json",
    ])
    .await?
    .exits(0)?
    .json()?;
    ensure!(
        said["decision"] == "unclear" && said["by"] == "rina" && said["seq"] == 1,
        "{said}"
    );
    ensure!(office.list(&[]).await?.is_empty(), "it is decided");
    let twice = decide(&[&closure, "fake", "--note", "x"]).await?.exits(1)?;
    ensure!(
        twice.err.contains("unclear by rina") && twice.err.contains("--again"),
        "{}",
        twice.err
    );

    // The officer's answer brings back what was unclear.
    office
        .run(&[
            "answer",
            &closure,
            "--text",
            "Foto siang menyusul.",
            "--by",
            "budi",
        ])
        .await?
        .exits(0)?;
    ensure!(names(&office.list(&[]).await?) == [&closure]);
    decide(&[
        &closure,
        "genuine",
        "--note",
        "Terlihat selesai.",
        "--again",
    ])
    .await?
    .exits(0)?;
    let all = office.list(&["--all"]).await?;
    ensure!(
        all.len() == 1 && all[0]["open"] == false && all[0]["decided"]["decision"] == "genuine"
    );
    ensure!(
        all[0]["verdict"] == "review",
        "told once it is decided: {all:?}"
    );
    let shown = office.run(&["show", &closure]).await?.exits(0)?;
    for told in [
        "Foto gelap.",
        "Foto siang menyusul.",
        "Terlihat selesai.",
        "verdicts",
    ] {
        ensure!(shown.out.contains(told), "{told}: {}", shown.out);
    }
    let data = office.path().display().to_string();
    jaga(["audit", "verify", "--data", &data]).await?.exits(0)?;
    let trail = jaga(["audit", "show", "JK1", "--data", &data])
        .await?
        .exits(0)?;
    ensure!(
        trail.out.contains("review") && !trail.out.contains("gelap"),
        "{}",
        trail.out
    );
    Ok(())
}

#[tokio::test]
async fn a_closure_that_is_still_judged_waits_for_its_verdict() -> Result<()> {
    let office = Office::new().await?;
    office.closure(1, "review", 40, false).await?;
    let (ticket, closure) = (TicketId::new("JK1")?, EventId::new("JK1:second")?);
    let mut tx = office.ledger.begin().await?;
    tx.note_closure(&Proposed::bare(&closure, &ticket, at(20)))
        .await?;
    tx.commit().await?;
    for args in [
        &["show", "JK1:second"][..],
        &[
            "decide",
            "JK1:second",
            "fake",
            "--note",
            "x",
            "--by",
            "rina",
        ],
        &["card", "JK1:second", "--out", "unused.html"],
    ] {
        let ran = office.run(args).await?.exits(1)?;
        ensure!(
            ran.err.contains("still being judged"),
            "{args:?}: {}",
            ran.err
        );
    }
    let two = office.run(&["show", "JK1"]).await?.exits(2)?;
    ensure!(
        two.err.contains("2 closures") && two.err.contains("JK1:second"),
        "{}",
        two.err
    );
    Ok(())
}

#[tokio::test]
async fn statistics_say_what_the_decisions_say_and_change_nothing() -> Result<()> {
    let office = Office::new().await?;
    let stats = async |args: &[&str]| -> Result<Value> {
        let args = [&["stats", "--json"], args].concat();
        office.run(&args).await?.exits(0)?.json()
    };
    let empty = stats(&[]).await?;
    ensure!(
        empty["statistics"]["all"]["precision"]["share"].is_null(),
        "{empty}"
    );
    ensure!(empty["statistics"]["all"]["recall"].is_null() && empty["proposals"]["few"] == true);

    let mut n = 0;
    let mut add = async |count: usize, verdict: &str, drawn: bool, word: &str| -> Result<()> {
        for _ in 0..count {
            n += 1;
            let closure = office
                .closure(n, verdict, if verdict == "clear" { 5 } else { 40 }, drawn)
                .await?;
            if !word.is_empty() {
                let new = jaga_ledger::NewReview {
                    by: "rina",
                    decision: Some(word),
                    words: "x",
                    revision: None,
                    again: false,
                };
                office.ledger.review(&EventId::new(closure)?, &new).await?;
            }
        }
        Ok(())
    };
    add(8, "review", false, "fake").await?;
    add(2, "review", false, "genuine").await?;
    add(1, "review", false, "unclear").await?;
    add(1, "clear", true, "fake").await?;
    add(24, "clear", true, "genuine").await?;
    add(25, "clear", false, "").await?;
    let before = office.ledger.verdicts().await?;
    let found = stats(&["--small", "5"]).await?;
    let all = &found["statistics"]["all"];
    ensure!(all["closures"] == 61 && all["precision"]["hits"] == 8 && all["precision"]["of"] == 10);
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    // 8.8 of 11 flagged are expected fake, one of 25 drawn was: two of the 50 clear are expected.
    let recall = number(&all["recall"]["share"]);
    ensure!((recall - 8.8 / 10.8).abs() < 1e-9, "{all}");
    ensure!(number(&all["recall"]["low"]) < recall && recall < number(&all["recall"]["high"]));
    let units = found["statistics"]["units"].as_array().context("units")?;
    ensure!(
        units.len() == 2 && units[0]["name"] == "sudin-a",
        "{units:?}"
    );
    ensure!(found["statistics"]["months"][0]["name"] == "2026-11");
    let signal = &found["statistics"]["signals"][0];
    ensure!(
        signal["name"] == "near_picture" && signal["alone"] == 8,
        "{signal}"
    );
    ensure!(stats(&["--from", "2027-01-01"]).await?["statistics"]["all"]["closures"] == 0);
    office
        .run(&["stats", "--from", "2027-01-01", "--to", "2026-01-01"])
        .await?
        .exits(2)?;
    let people = office.run(&["stats"]).await?.exits(0)?;
    for told in [
        "precision",
        "80.0 % (",
        "near_picture",
        "nothing changes by itself",
        "*",
    ] {
        ensure!(people.out.contains(told), "{told}: {}", people.out);
    }
    ensure!(
        office.ledger.verdicts().await? == before,
        "nothing is changed"
    );
    Ok(())
}
