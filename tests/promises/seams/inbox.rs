//! The inbox: one holder at a time, counted starts, one effect.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use jaga_ledger::{Claim, LedgerError, Route};
use jaga_tests::eventually;

use crate::ledger::{LONG, Place, SOON, claimed, claimed_for, holder, on_both};

on_both!(
    a_message_has_one_holder_and_a_done_one_has_none,
    of_many_who_claim_at_once_exactly_one_gets_it,
    a_dead_holders_message_is_taken_over_once,
    a_message_started_too_often_is_exhausted,
    a_message_given_back_was_never_started,
    a_lease_is_renewed_by_its_holder_alone,
    a_retry_comes_back_later_and_never_early,
    a_wait_does_not_count_as_an_attempt,
    a_holder_that_lost_its_message_brings_nothing_back,
    a_message_has_its_effect_once_however_many_finish_it,
);

async fn a_message_has_one_holder_and_a_done_one_has_none(place: Place) -> Result<()> {
    let other = place.another()?;
    let first = claimed(&place.ledger, "m").await?;
    ensure!(first.attempt == 1);
    let Claim::Busy(until) = other.claim("photo", "m", &holder(), LONG, 5).await? else {
        bail!("two hold it");
    };
    ensure!(until > other.now().await?, "busy until the lease ends");
    // The same message is another worker's own.
    ensure!(matches!(
        other.claim("intake", "m", &holder(), LONG, 5).await?,
        Claim::Yours(_)
    ));
    let mut tx = place.ledger.begin().await?;
    tx.finish(&first).await?;
    tx.commit().await?;
    ensure!(other.claim("photo", "m", &holder(), LONG, 5).await? == Claim::Done);
    Ok(())
}

async fn of_many_who_claim_at_once_exactly_one_gets_it(place: Place) -> Result<()> {
    let ledgers = [place.ledger.clone(), place.another()?];
    for message in 0..10 {
        ensure!(
            race(&ledgers, &format!("m{message}")).await? == [1],
            "message {message}"
        );
    }
    Ok(())
}

async fn a_dead_holders_message_is_taken_over_once(place: Place) -> Result<()> {
    let ledgers = [place.ledger.clone(), place.another()?];
    for message in 0..10 {
        let message = format!("m{message}");
        let dead = claimed_for(&place.ledger, &message, Duration::ZERO).await?;
        eventually(SOON, || async {
            ensure!(place.ledger.now().await? > dead.first_seen + Duration::from_millis(2));
            Ok(())
        })
        .await?;
        ensure!(
            race(&ledgers, &message).await? == [2],
            "a second start, by one holder"
        );
    }
    Ok(())
}

/// Eight claims at once; the attempts of those who got it.
async fn race(ledgers: &[jaga_ledger::Ledger], message: &str) -> Result<Vec<i64>> {
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..8 {
        let (ledger, message) = (ledgers[n % ledgers.len()].clone(), message.to_owned());
        tasks.spawn(async move { ledger.claim("photo", &message, &holder(), LONG, 5).await });
    }
    let mut got = Vec::new();
    for outcome in tasks.join_all().await {
        match outcome? {
            Claim::Yours(claimed) => got.push(claimed.attempt),
            Claim::Busy(_) => {}
            other => bail!("a claim of a message in work answered {other:?}"),
        }
    }
    Ok(got)
}

async fn a_message_started_too_often_is_exhausted(place: Place) -> Result<()> {
    for attempt in 1..=5 {
        let claimed = claimed_for(&place.ledger, "m", Duration::ZERO).await?;
        ensure!(claimed.attempt == attempt);
    }
    eventually(SOON, || async {
        match place.ledger.claim("photo", "m", &holder(), LONG, 5).await? {
            Claim::Exhausted { attempts: 5 } => Ok(()),
            other => bail!("{other:?}"),
        }
    })
    .await?;
    // While the last holder lives, it is not given up.
    let last = holder();
    let started = place.ledger.claim("photo", "alive", &last, LONG, 1).await?;
    ensure!(matches!(started, Claim::Yours(_)));
    let other = place
        .ledger
        .claim("photo", "alive", &holder(), LONG, 1)
        .await?;
    ensure!(matches!(other, Claim::Busy(_)), "{other:?}");
    Ok(())
}

async fn a_message_given_back_was_never_started(place: Place) -> Result<()> {
    let first = claimed(&place.ledger, "m").await?;
    place.ledger.give_back(&first).await?;
    for _ in 0..10 {
        let again = claimed(&place.ledger, "m").await?;
        ensure!(again.attempt == 1 && again.first_seen == first.first_seen);
        place.ledger.give_back(&again).await?;
    }
    // A stale holder gives back what is no longer its own: nothing happens.
    claimed(&place.ledger, "m").await?;
    place.ledger.give_back(&first).await?;
    let other = place.ledger.claim("photo", "m", &holder(), LONG, 5).await?;
    ensure!(matches!(other, Claim::Busy(_)), "{other:?}");
    Ok(())
}

async fn a_lease_is_renewed_by_its_holder_alone(place: Place) -> Result<()> {
    let dead = claimed_for(&place.ledger, "m", Duration::ZERO).await?;
    let holder = claimed(&place.ledger, "m").await?;
    ensure!(
        !place.ledger.renew(&dead, LONG).await?,
        "it is no longer its own"
    );
    ensure!(place.ledger.renew(&holder, LONG * 2).await?);
    let Claim::Busy(until) = place.ledger.claim("photo", "m", "x", LONG, 5).await? else {
        bail!("two hold it");
    };
    ensure!(until > place.ledger.now().await? + LONG, "the lease grew");
    let mut tx = place.ledger.begin().await?;
    tx.finish(&holder).await?;
    tx.commit().await?;
    ensure!(
        !place.ledger.renew(&holder, LONG).await?,
        "what is done is held by nobody"
    );
    Ok(())
}

async fn a_retry_comes_back_later_and_never_early(place: Place) -> Result<()> {
    let first = claimed(&place.ledger, "m").await?;
    let after = Duration::from_millis(700);
    let before = place.ledger.now().await?;
    place
        .ledger
        .again(&first, b"the bytes", after, false)
        .await?;
    ensure!(
        place.ledger.take_due(10, LONG).await?.is_empty(),
        "not due yet"
    );
    ensure!(
        place.ledger.unsent().await? == (1, None),
        "it waits, but nothing is overdue"
    );
    let row = eventually(SOON, || async {
        match place.ledger.take_due(10, LONG).await?.pop() {
            Some(row) => Ok(row),
            None => bail!("nothing is due"),
        }
    })
    .await?;
    ensure!(place.ledger.now().await? >= before + after, "woken early");
    ensure!((row.exchange.as_str(), row.routing_key.as_str()) == ("", "photo"));
    ensure!(row.body == b"the bytes");
    ensure!(
        claimed(&place.ledger, "m").await?.attempt == 2,
        "the first attempt counts"
    );
    Ok(())
}

async fn a_wait_does_not_count_as_an_attempt(place: Place) -> Result<()> {
    for round in 1..=8 {
        let claimed = claimed(&place.ledger, "m").await?;
        ensure!(claimed.attempt == 1, "round {round}");
        place
            .ledger
            .again(&claimed, b"the bytes", Duration::ZERO, true)
            .await?;
        let rows = place.ledger.take_due(10, LONG).await?;
        ensure!(rows.len() == 1, "each round is a row of its own");
    }
    Ok(())
}

async fn a_holder_that_lost_its_message_brings_nothing_back(place: Place) -> Result<()> {
    let dead = claimed_for(&place.ledger, "m", Duration::ZERO).await?;
    let holder = claimed(&place.ledger, "m").await?;
    place
        .ledger
        .again(&dead, b"the bytes", Duration::ZERO, false)
        .await?;
    ensure!(place.ledger.unsent().await?.0 == 0);
    let mut tx = place.ledger.begin().await?;
    tx.finish(&holder).await?;
    tx.commit().await?;
    place
        .ledger
        .again(&holder, b"the bytes", Duration::ZERO, false)
        .await?;
    ensure!(
        place.ledger.unsent().await?.0 == 0,
        "what is done does not come back"
    );
    Ok(())
}

async fn a_message_has_its_effect_once_however_many_finish_it(place: Place) -> Result<()> {
    let other = place.another()?;
    let dead = claimed_for(&place.ledger, "m", Duration::ZERO).await?;
    let holder = claimed(&place.ledger, "m").await?;

    // The one that lost its lease is faster; the holder's transaction is begun meanwhile.
    let mut first = place.ledger.begin().await?;
    first
        .publish("first", &Route::Jaga("jaga.a.v1"), b"1", Duration::ZERO)
        .await?;
    first.finish(&dead).await?;
    let second = tokio::spawn(async move {
        let mut tx = other.begin().await?;
        tx.publish("second", &Route::Jaga("jaga.a.v1"), b"2", Duration::ZERO)
            .await?;
        tx.finish(&holder).await?;
        tx.commit().await
    });
    first.commit().await?;
    let second = second.await?;
    ensure!(
        matches!(second, Err(LedgerError::AlreadyDone)),
        "{second:?}"
    );

    let sent = place.ledger.take_due(10, LONG).await?;
    ensure!(
        sent.len() == 1 && sent[0].event_id == "first",
        "one effect: {sent:?}"
    );
    Ok(())
}
