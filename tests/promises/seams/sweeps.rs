//! Sweeps: each ticket one sweep's at a time, each action once, one holder of the right to sweep.

use std::time::Duration;

use anyhow::{Result, ensure};
use jaga_ledger::{ActionRow, SweepRow};
use jaga_tests::eventually;

use crate::ledger::{LONG, Place, SOON, at, on_both, put_ticket, ticket, ticket_row};

on_both!(
    a_sweep_sees_what_is_due_and_nothing_else,
    an_action_is_written_once_however_many_try,
    the_right_to_sweep_has_one_holder_and_its_term_rises,
    a_run_that_died_is_no_sweep,
);

fn action(id: &str, level: u32) -> ActionRow {
    ActionRow {
        ticket_id: ticket(id),
        target: "resolution".to_owned(),
        kind: "escalate",
        level,
        due_at: at(1),
        deadline: "v1".to_owned(),
        reason: "overdue".to_owned(),
        at: at(2),
    }
}

async fn a_sweep_sees_what_is_due_and_nothing_else(place: Place) -> Result<()> {
    for (id, next) in [
        ("late", Some(1)),
        ("now", Some(5)),
        ("later", Some(6)),
        ("never", None),
    ] {
        put_ticket(&place.ledger, &ticket_row(id, false, next.map(at))).await?;
    }
    let mut tx = place.ledger.begin().await?;
    tx.record_action(&action("now", 1)).await?;
    let due = tx.due_tickets(at(5), 10).await?;
    let names: Vec<&str> = due.iter().map(|due| due.ticket_id.as_str()).collect();
    ensure!(
        names == ["late", "now"],
        "the longest overdue first: {names:?}"
    );
    ensure!(due[0].done.is_empty());
    ensure!(due[1].done == [("resolution".to_owned(), "escalate".to_owned(), 1)]);
    tx.look_again(&ticket("late"), None).await?;
    tx.look_again(&ticket("now"), Some(at(100))).await?;
    ensure!(tx.due_tickets(at(5), 10).await?.is_empty());
    ensure!(
        tx.due_tickets(at(6), 1).await?.len() == 1,
        "no more than asked for"
    );
    tx.commit().await?;
    Ok(())
}

async fn an_action_is_written_once_however_many_try(place: Place) -> Result<()> {
    put_ticket(&place.ledger, &ticket_row("T1", false, Some(at(1)))).await?;
    let mut sweepers = tokio::task::JoinSet::new();
    for n in 0..8 {
        let ledger = if n % 2 == 0 {
            place.ledger.clone()
        } else {
            place.another()?
        };
        sweepers.spawn(async move {
            let mut written = 0;
            for level in 1..=5 {
                let mut tx = ledger.begin().await?;
                written += usize::from(tx.record_action(&action("T1", level)).await?);
                tx.commit().await?;
            }
            anyhow::Ok(written)
        });
    }
    let written = sweepers.join_all().await;
    let written: usize = written
        .into_iter()
        .collect::<Result<Vec<_>>>()?
        .iter()
        .sum();
    ensure!(written == 5, "{written} said that they wrote one of five");
    let levels: Vec<u32> = place
        .ledger
        .actions()
        .await?
        .iter()
        .map(|a| a.level)
        .collect();
    ensure!(levels == [1, 2, 3, 4, 5]);
    ensure!(place.ledger.actions().await?[0] == action("T1", 1));
    Ok(())
}

async fn the_right_to_sweep_has_one_holder_and_its_term_rises(place: Place) -> Result<()> {
    let term = async |holder: &str, length| {
        anyhow::Ok(
            place
                .ledger
                .lease("sweep", holder, length)
                .await?
                .map(|lease| lease.term),
        )
    };
    ensure!(term("a", LONG).await? == Some(1));
    ensure!(term("b", LONG).await?.is_none(), "refused while it is held");
    ensure!(
        term("a", LONG).await? == Some(1),
        "a renewal is the same term"
    );
    ensure!(
        place.ledger.lease("other", "b", LONG).await?.is_some(),
        "by name"
    );
    // It ends at once: then another may, and the first is out until that one ends.
    ensure!(term("a", Duration::ZERO).await? == Some(1));
    let next = eventually(SOON, || async {
        match term("b", LONG).await? {
            Some(term) => Ok(term),
            None => anyhow::bail!("still held"),
        }
    })
    .await?;
    ensure!(next == 2);
    ensure!(term("a", LONG).await?.is_none());

    // Of many who ask for an ended lease, one gets it.
    ensure!(term("b", Duration::ZERO).await? == Some(2));
    eventually(SOON, || async {
        let mut asking = tokio::task::JoinSet::new();
        for n in 0..8 {
            let ledger = if n % 2 == 0 {
                place.ledger.clone()
            } else {
                place.another()?
            };
            asking.spawn(async move { ledger.lease("sweep", &format!("c{n}"), LONG).await });
        }
        let terms = asking
            .join_all()
            .await
            .into_iter()
            .collect::<Result<Vec<_>, _>>()?;
        let terms: Vec<i64> = terms
            .into_iter()
            .flatten()
            .map(|lease| lease.term)
            .collect();
        ensure!(!terms.is_empty(), "the lease has not ended yet");
        // A second holder would fail on every look until the time is up.
        ensure!(terms == [3], "{terms:?}");
        Ok(())
    })
    .await
}

async fn a_run_that_died_is_no_sweep(place: Place) -> Result<()> {
    ensure!(place.ledger.last_sweep().await?.is_none());
    let started = SweepRow {
        sweep_id: "one".to_owned(),
        started_at: at(1),
        finished_at: None,
        seen: 0,
        warned: 0,
        escalated: 0,
        errors: 0,
    };
    place.ledger.put_sweep(&started).await?;
    ensure!(
        place.ledger.last_sweep().await?.is_none(),
        "it has not ended"
    );
    place
        .ledger
        .put_sweep(&SweepRow {
            finished_at: Some(at(3)),
            seen: 9,
            ..started
        })
        .await?;
    ensure!(place.ledger.last_sweep().await? == Some(at(3)));
    Ok(())
}

/// Only PostgreSQL has two sweeps at a time.
#[tokio::test]
async fn two_sweeps_at_once_take_different_tickets() -> Result<()> {
    let place = Place::postgres().await?;
    for n in 0..10 {
        put_ticket(
            &place.ledger,
            &ticket_row(&format!("T{n}"), false, Some(at(n))),
        )
        .await?;
    }
    let (mut one, mut two) = (place.ledger.begin().await?, place.another()?.begin().await?);
    let first = one.due_tickets(at(99), 4).await?;
    let second = two.due_tickets(at(99), 10).await?;
    let mut all: Vec<&str> = first
        .iter()
        .chain(&second)
        .map(|t| t.ticket_id.as_str())
        .collect();
    ensure!(
        (first.len(), second.len()) == (4, 6),
        "what one has locked is left to it"
    );
    all.sort_unstable();
    all.dedup();
    ensure!(all.len() == 10);
    drop(one);
    let rest = two.due_tickets(at(99), 10).await?;
    ensure!(rest.len() >= 6, "and nobody waits for anybody");
    Ok(())
}
