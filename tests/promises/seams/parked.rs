//! What is put aside keeps its bytes, its reason and its history, and can be sent again or dropped.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jaga_ledger::{Claim, Claimed, Ledger, LedgerError};

use crate::ledger::{LONG, Place, claimed, holder, on_both};

on_both!(
    a_parked_message_keeps_its_bytes_and_its_reason,
    a_replayed_message_starts_anew_and_leaves_its_record,
    a_message_that_parks_again_is_the_same_row,
    a_dropped_message_keeps_the_reason_and_cannot_be_replayed,
    bytes_that_are_no_message_park_once,
    what_had_its_effect_cannot_be_parked,
    of_two_operators_who_replay_at_once_one_succeeds,
);

const BODY: &[u8] = b"\x00\xffnot even text";

async fn park(ledger: &Ledger, claimed: &Claimed, why: &str) -> Result<String> {
    let mut tx = ledger.begin().await?;
    let id = tx
        .park(
            "photo",
            &claimed.message_id,
            Some(claimed),
            ("bad", why),
            BODY,
        )
        .await?;
    tx.commit().await?;
    Ok(id)
}

async fn history(ledger: &Ledger, id: &str) -> Result<Vec<(String, String)>> {
    let (_, events) = ledger.parked_one(id).await?.context("it is parked")?;
    Ok(events
        .into_iter()
        .map(|event| (event.what, event.detail))
        .collect())
}

fn said(what: &str, detail: &str) -> (String, String) {
    (what.to_owned(), detail.to_owned())
}

async fn a_parked_message_keeps_its_bytes_and_its_reason(place: Place) -> Result<()> {
    let held = claimed(&place.ledger, "m").await?;
    let id = park(&place.ledger, &held, "broken").await?;
    ensure!(place.ledger.claim("photo", "m", &holder(), LONG, 5).await? == Claim::Parked);
    let rows = place.ledger.parked(false).await?;
    let [row] = rows.as_slice() else {
        anyhow::bail!("one row: {rows:?}")
    };
    ensure!(row.parked_id == id && row.worker == "photo" && row.message_id == "m");
    ensure!(row.reason == "bad" && row.detail == "broken" && row.state == "parked");
    ensure!(row.body == BODY && row.attempts == 1);
    ensure!(history(&place.ledger, &id).await? == [said("parked", "bad: broken")]);
    ensure!(place.ledger.parked_one("nothing").await?.is_none());
    Ok(())
}

async fn a_replayed_message_starts_anew_and_leaves_its_record(place: Place) -> Result<()> {
    let held = claimed(&place.ledger, "m").await?;
    place
        .ledger
        .again(&held, BODY, Duration::ZERO, false)
        .await?;
    let sent = place.ledger.take_due(10, LONG).await?;
    place.ledger.mark_sent(&[sent[0].event_id.clone()]).await?;
    let held = claimed(&place.ledger, "m").await?;
    ensure!(held.attempt == 2);
    let id = park(&place.ledger, &held, "broken").await?;

    ensure!(place.ledger.replay(&id).await?);
    ensure!(!place.ledger.replay(&id).await?, "it is no longer parked");
    let sent = place.ledger.take_due(10, LONG).await?;
    ensure!(sent.len() == 1 && sent[0].body == BODY && sent[0].routing_key == "photo");
    ensure!(
        claimed(&place.ledger, "m").await?.attempt == 1,
        "with a clean count"
    );
    ensure!(place.ledger.parked(false).await?.is_empty());
    ensure!(place.ledger.parked(true).await?[0].state == "replayed");
    let told = history(&place.ledger, &id).await?;
    ensure!(told == [said("parked", "bad: broken"), said("replayed", "")]);
    ensure!(!place.ledger.replay("nothing").await?);
    Ok(())
}

async fn a_message_that_parks_again_is_the_same_row(place: Place) -> Result<()> {
    let mut sent = Vec::new();
    for round in 0..3 {
        let held = claimed(&place.ledger, "m").await?;
        let id = park(&place.ledger, &held, &format!("round {round}")).await?;
        let rows = place.ledger.parked(true).await?;
        ensure!(rows.len() == 1 && rows[0].detail == format!("round {round}"));
        ensure!(history(&place.ledger, &id).await?.len() == round * 2 + 1);
        ensure!(place.ledger.replay(&id).await?);
        let rows = place.ledger.take_due(10, LONG).await?;
        ensure!(
            rows.len() == 1,
            "each replay is sent, under an id of its own"
        );
        sent.push(rows[0].event_id.clone());
    }
    sent.dedup();
    ensure!(sent.len() == 3);
    Ok(())
}

async fn a_dropped_message_keeps_the_reason_and_cannot_be_replayed(place: Place) -> Result<()> {
    let held = claimed(&place.ledger, "m").await?;
    let id = park(&place.ledger, &held, "broken").await?;
    ensure!(place.ledger.drop_parked(&id, "a test upload").await?);
    ensure!(!place.ledger.drop_parked(&id, "again").await?);
    ensure!(!place.ledger.replay(&id).await?);
    ensure!(!place.ledger.drop_parked("nothing", "why not").await?);
    ensure!(place.ledger.parked(false).await?.is_empty());
    let told = history(&place.ledger, &id).await?;
    ensure!(
        told == [
            said("parked", "bad: broken"),
            said("dropped", "a test upload")
        ]
    );
    ensure!(place.ledger.claim("photo", "m", &holder(), LONG, 5).await? == Claim::Parked);
    Ok(())
}

async fn bytes_that_are_no_message_park_once(place: Place) -> Result<()> {
    let mut ids = Vec::new();
    for _ in 0..3 {
        let mut tx = place.ledger.begin().await?;
        ids.push(
            tx.park("photo", "bytes#1", None, ("not_json", "no"), BODY)
                .await?,
        );
        tx.commit().await?;
    }
    ensure!(
        ids[0] == ids[1] && ids[1] == ids[2],
        "a redelivery parks the same row"
    );
    ensure!(place.ledger.parked(true).await?.len() == 1);
    ensure!(history(&place.ledger, &ids[0]).await?.len() == 1);
    let mut tx = place.ledger.begin().await?;
    let other = tx
        .park("intake", "bytes#1", None, ("not_json", "no"), BODY)
        .await?;
    tx.commit().await?;
    ensure!(other != ids[0], "another worker's is another row");
    Ok(())
}

async fn what_had_its_effect_cannot_be_parked(place: Place) -> Result<()> {
    let held = claimed(&place.ledger, "m").await?;
    let mut tx = place.ledger.begin().await?;
    tx.finish(&held).await?;
    tx.commit().await?;
    for claim in [Some(&held), None] {
        let mut tx = place.ledger.begin().await?;
        let parked = tx.park("photo", "m", claim, ("bad", "late"), BODY).await;
        ensure!(
            matches!(parked, Err(LedgerError::AlreadyDone)),
            "{parked:?}"
        );
    }
    ensure!(place.ledger.parked(true).await?.is_empty());
    ensure!(place.ledger.claim("photo", "m", &holder(), LONG, 5).await? == Claim::Done);
    Ok(())
}

async fn of_two_operators_who_replay_at_once_one_succeeds(place: Place) -> Result<()> {
    let other = place.another()?;
    for round in 0..5 {
        let held = claimed(&place.ledger, &format!("m{round}")).await?;
        let id = park(&place.ledger, &held, "broken").await?;
        let (one, two) = tokio::join!(place.ledger.replay(&id), other.replay(&id));
        ensure!(one? != two?, "exactly one of them");
        ensure!(
            place.ledger.take_due(10, LONG).await?.len() == 1,
            "sent once"
        );
    }
    Ok(())
}
