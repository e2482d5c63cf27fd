//! The outbox: nothing is skipped, nothing is taken twice at once, an id is one row.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, ensure};
use jaga_ledger::{Ledger, Route};
use jaga_tests::eventually;

use crate::ledger::{LONG, Place, SOON, on_both};

on_both!(
    the_same_id_twice_is_one_row,
    nothing_of_a_dropped_transaction_is_published,
    two_relays_share_the_outbox_and_take_no_row_twice,
    no_more_is_taken_than_was_asked_for,
    a_sent_row_is_sent_and_a_freed_one_comes_again,
    a_dead_relays_rows_come_again,
    a_writer_wakes_the_relay_of_its_process,
    only_what_was_sent_long_ago_is_forgotten,
);

const KEY: Route = Route::Jaga("jaga.ticket.warned.v1");

async fn write(ledger: &Ledger, ids: &[String]) -> Result<()> {
    let mut tx = ledger.begin().await?;
    for id in ids {
        tx.publish(id, &KEY, id.as_bytes(), Duration::ZERO).await?;
    }
    Ok(tx.commit().await?)
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("event-{n:04}")).collect()
}

async fn take_ids(ledger: &Ledger, limit: u32, lease: Duration) -> Result<Vec<String>> {
    let rows = ledger.take_due(limit, lease).await?;
    ensure!(
        rows.iter()
            .all(|row| row.body == row.event_id.as_bytes() && row.exchange == "jaga")
    );
    Ok(rows.into_iter().map(|row| row.event_id).collect())
}

async fn the_same_id_twice_is_one_row(place: Place) -> Result<()> {
    write(&place.ledger, &ids(1)).await?;
    let mut tx = place.ledger.begin().await?;
    tx.publish(
        "event-0000",
        &Route::Crm("crm.other.v1"),
        b"other",
        Duration::ZERO,
    )
    .await?;
    tx.publish(
        "event-0000",
        &Route::Queue("photo"),
        b"other",
        Duration::ZERO,
    )
    .await?;
    tx.commit().await?;
    ensure!(
        take_ids(&place.ledger, 10, LONG).await? == ids(1),
        "the first stays as it is"
    );
    ensure!(place.ledger.unsent().await?.0 == 1);
    Ok(())
}

async fn nothing_of_a_dropped_transaction_is_published(place: Place) -> Result<()> {
    let mut tx = place.ledger.begin().await?;
    tx.publish("lost", &KEY, b"lost", Duration::ZERO).await?;
    drop(tx);
    write(&place.ledger, &ids(1)).await?;
    ensure!(take_ids(&place.ledger, 10, LONG).await? == ids(1));
    Ok(())
}

async fn two_relays_share_the_outbox_and_take_no_row_twice(place: Place) -> Result<()> {
    let all = ids(400);
    write(&place.ledger, &all).await?;
    let mut relays = tokio::task::JoinSet::new();
    for n in 0..4 {
        let ledger = if n % 2 == 0 {
            place.ledger.clone()
        } else {
            place.another()?
        };
        relays.spawn(async move {
            let mut taken = Vec::new();
            // A relay that finds nothing asks again: rows that another looks at are passed over.
            while ledger.unsent().await?.0 > 0 {
                let rows = take_ids(&ledger, 7, LONG).await?;
                ledger.mark_sent(&rows).await?;
                taken.extend(rows);
            }
            anyhow::Ok(taken)
        });
    }
    let taken = relays.join_all().await;
    let taken: Vec<String> = taken.into_iter().collect::<Result<Vec<_>>>()?.concat();
    ensure!(
        taken.len() == all.len(),
        "{} taken of {}",
        taken.len(),
        all.len()
    );
    ensure!(taken.into_iter().collect::<BTreeSet<_>>() == all.into_iter().collect());
    Ok(())
}

async fn no_more_is_taken_than_was_asked_for(place: Place) -> Result<()> {
    let all = ids(90);
    write(&place.ledger, &all).await?;
    let mut taken = Vec::new();
    for limit in [1, 2, 7, 30] {
        let some = take_ids(&place.ledger, limit, LONG).await?;
        ensure!(some.len() == limit as usize, "{} of {limit}", some.len());
        taken.extend(some);
    }
    taken.extend(take_ids(&place.ledger, 1000, LONG).await?);
    ensure!(taken.into_iter().collect::<BTreeSet<_>>() == all.into_iter().collect());
    Ok(())
}

async fn a_sent_row_is_sent_and_a_freed_one_comes_again(place: Place) -> Result<()> {
    write(&place.ledger, &ids(3)).await?;
    let taken = take_ids(&place.ledger, 10, LONG).await?;
    ensure!(taken.len() == 3 && take_ids(&place.ledger, 10, LONG).await?.is_empty());
    place.ledger.mark_sent(&taken[..1]).await?;
    place.ledger.free(&taken[1..2]).await?;
    let again = eventually(SOON, || async {
        let again = take_ids(&place.ledger, 10, LONG).await?;
        ensure!(!again.is_empty());
        Ok(again)
    })
    .await?;
    ensure!(again == taken[1..2], "the freed one alone: {again:?}");
    let (count, oldest) = place.ledger.unsent().await?;
    ensure!(count == 2 && oldest.is_some_and(|oldest| oldest.as_second() > 0));
    // Freeing what was sent meanwhile sends nothing twice.
    place.ledger.free(&taken[..1]).await?;
    ensure!(take_ids(&place.ledger, 10, LONG).await?.is_empty());
    Ok(())
}

async fn a_dead_relays_rows_come_again(place: Place) -> Result<()> {
    write(&place.ledger, &ids(5)).await?;
    let taken = take_ids(&place.ledger, 10, Duration::from_millis(50)).await?;
    let again = eventually(SOON, || async {
        let again = take_ids(&place.another()?, 10, LONG).await?;
        ensure!(!again.is_empty());
        Ok(again)
    })
    .await?;
    ensure!(again == taken, "all of them, in the same order");
    Ok(())
}

async fn a_writer_wakes_the_relay_of_its_process(place: Place) -> Result<()> {
    let writer = place.ledger.clone();
    let woken = tokio::spawn(async move { writer.outbox_filled().await });
    write(&place.ledger, &ids(1)).await?;
    tokio::time::timeout(SOON, woken).await??;
    Ok(())
}

async fn only_what_was_sent_long_ago_is_forgotten(place: Place) -> Result<()> {
    write(&place.ledger, &ids(4)).await?;
    let taken = take_ids(&place.ledger, 2, LONG).await?;
    place.ledger.mark_sent(&taken).await?;
    ensure!(place.ledger.prune_outbox(LONG).await? == 0, "sent just now");
    let pruned = std::sync::atomic::AtomicU64::new(0);
    eventually(SOON, || async {
        // The two are marked one after the other; by the clock of SQLite that may be a tick apart.
        let now = place.ledger.prune_outbox(Duration::ZERO).await?;
        let sum = pruned.fetch_add(now, std::sync::atomic::Ordering::Relaxed) + now;
        ensure!(sum == 2, "{sum} are forgotten");
        Ok(())
    })
    .await?;
    ensure!(
        place.ledger.unsent().await?.0 == 2,
        "what is not sent stays"
    );
    Ok(())
}

/// Only PostgreSQL has two writers at a time. R20.
#[tokio::test]
async fn a_row_committed_late_by_an_older_transaction_is_not_skipped() -> Result<()> {
    let place = Place::postgres().await?;
    let mut older = place.ledger.begin().await?;
    older
        .publish("older", &KEY, b"older", Duration::ZERO)
        .await?;
    write(&place.ledger, &ids(1)).await?;
    let taken = take_ids(&place.ledger, 10, LONG).await?;
    ensure!(taken == ids(1));
    place.ledger.mark_sent(&taken).await?;
    older.commit().await?;
    ensure!(take_ids(&place.ledger, 10, LONG).await? == ["older"]);
    Ok(())
}
