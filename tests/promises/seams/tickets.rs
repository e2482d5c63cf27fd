//! Tickets: an append-only history, one writer at a time; verdicts that are never changed.

use anyhow::{Result, ensure};
use jaga_contract::EventId;
use jaga_ledger::{Proposed, VerdictRow};

use crate::ledger::{Place, at, on_both, put_ticket, step, ticket, ticket_row};

on_both!(
    a_ticket_has_one_writer_at_a_time,
    a_step_is_kept_as_it_first_came,
    a_ticket_reads_back_as_it_was_written,
    a_new_ticket_is_withheld_until_it_is_known,
    a_verdict_is_revised_and_never_changed,
);

/// Each writer sees the steps of all before it, or its own place in the order would be taken twice.
async fn a_ticket_has_one_writer_at_a_time(place: Place) -> Result<()> {
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..16 {
        let ledger = if n % 2 == 0 {
            place.ledger.clone()
        } else {
            place.another()?
        };
        writers.spawn(async move {
            let mut tx = ledger.begin().await?;
            tx.lock_ticket(&ticket("T1")).await?;
            let seen = tx.steps(&ticket("T1")).await?.len();
            ensure!(tx.add_step(&step(&format!("step-{n}"), "T1")).await?);
            tx.commit().await?;
            Ok(seen)
        });
    }
    let seen = writers.join_all().await;
    let mut seen = seen.into_iter().collect::<Result<Vec<usize>>>()?;
    seen.sort_unstable();
    ensure!(seen == (0..16).collect::<Vec<_>>(), "{seen:?}");
    Ok(())
}

async fn a_step_is_kept_as_it_first_came(place: Place) -> Result<()> {
    let first = step("step-1", "T1");
    let mut tx = place.ledger.begin().await?;
    ensure!(tx.add_step(&first).await?);
    let mut other = step("step-1", "T1");
    other.occurred_at = at(99);
    ensure!(!tx.add_step(&other).await?, "the same step again");
    ensure!(
        tx.steps(&ticket("T1")).await? == [first.clone()],
        "in the same transaction"
    );
    tx.commit().await?;
    ensure!(place.ledger.steps(&ticket("T1")).await? == [first]);
    ensure!(place.ledger.steps(&ticket("T2")).await?.is_empty());
    Ok(())
}

async fn a_ticket_reads_back_as_it_was_written(place: Place) -> Result<()> {
    let mut full = ticket_row("T1", false, Some(at(5)));
    full.ended_at = Some(at(9));
    put_ticket(&place.ledger, &full).await?;
    ensure!(place.ledger.ticket(&ticket("T1")).await? == Some(full));

    let mut bare = ticket_row("T2", true, None);
    (bare.submitted_at, bare.channel, bare.category) = (None, None, None);
    (bare.point, bare.kelurahan, bare.owner) = (None, None, None);
    put_ticket(&place.ledger, &bare).await?;
    ensure!(place.ledger.ticket(&ticket("T2")).await? == Some(bare));
    ensure!(place.ledger.ticket(&ticket("T3")).await?.is_none());
    ensure!(place.ledger.ticket_counts().await? == [("submitted".to_owned(), 2)]);
    Ok(())
}

async fn a_new_ticket_is_withheld_until_it_is_known(place: Place) -> Result<()> {
    let mut tx = place.ledger.begin().await?;
    tx.lock_ticket(&ticket("T1")).await?;
    tx.commit().await?;
    let row = place.ledger.ticket(&ticket("T1")).await?;
    ensure!(row.is_some_and(|row| row.withheld && row.submitted_at.is_none()));
    Ok(())
}

async fn a_verdict_is_revised_and_never_changed(place: Place) -> Result<()> {
    let closure = EventId::new("step-7").unwrap();
    let verdict = |name: &str, second| VerdictRow {
        closure_id: closure.clone(),
        revision: 0,
        ticket_id: ticket("T1"),
        verdict: name.to_owned(),
        score: 40,
        signals: "[]".to_owned(),
        facts: "{}".to_owned(),
        rules: "1".to_owned(),
        sample: Some(false),
        judged_at: at(second),
    };
    let mut tx = place.ledger.begin().await?;
    tx.note_closure(&Proposed::bare(&closure, &ticket("T1"), at(0)))
        .await?;
    tx.note_closure(&Proposed::bare(&closure, &ticket("T1"), at(50)))
        .await?;
    tx.commit().await?;
    let waiting = [(ticket("T1"), closure.clone())];
    ensure!(
        place.ledger.unjudged(at(0)).await?.is_empty(),
        "proposed then, not before"
    );
    ensure!(
        place.ledger.unjudged(at(1)).await? == waiting,
        "noted again changes nothing"
    );

    let mut revisions = Vec::new();
    for (name, second) in [("review", 1), ("review", 2), ("hold", 3), ("review", 4)] {
        let mut tx = place.ledger.begin().await?;
        tx.lock_ticket(&ticket("T1")).await?;
        revisions.push(tx.record_verdict(&verdict(name, second)).await?);
        tx.commit().await?;
    }
    ensure!(
        revisions == [Some(1), None, Some(2), Some(3)],
        "{revisions:?}"
    );
    ensure!(place.ledger.unjudged(at(99)).await?.is_empty());
    let newest = VerdictRow {
        revision: 3,
        ..verdict("review", 4)
    };
    ensure!(place.ledger.verdicts().await? == [newest]);
    Ok(())
}
