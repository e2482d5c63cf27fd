//! Sweeps: each ticket one sweep's at a time, each action once, one holder of the right to sweep.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jaga_ledger::{ActionRow, Outcome, Outgoing, SweepRow, Telling, Tx};
use jaga_tests::eventually;

use crate::ledger::{LONG, Place, SOON, at, on_both, put_ticket, ticket, ticket_row};

on_both!(
    a_sweep_sees_what_is_due_and_nothing_else,
    an_action_is_written_once_however_many_try,
    the_right_to_sweep_has_one_holder_and_its_term_rises,
    a_run_that_died_is_no_sweep,
    a_holder_that_was_followed_no_longer_holds,
);

pub(crate) fn action(id: &str, level: u32) -> ActionRow {
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

/// Looks at a ticket that is due, and writes these actions about it.
pub(crate) async fn told(tx: &mut Tx, rows: Vec<ActionRow>, next: i64) -> Result<(u64, u64)> {
    let id = rows.first().context("no action")?.ticket_id.clone();
    let due = tx.due_tickets(at(1_000_000), 100).await?;
    let due = due.into_iter().find(|d| d.ticket_id == id);
    let look = Outcome {
        head: due.context("it is not due, or another has it")?.head,
        ticket_id: id,
        at: at(2),
        next_at: Some(at(next)),
        dating: None,
        re_dating: None,
        tellings: rows.into_iter().map(telling).collect(),
        hops: None,
    };
    Ok(tx.write_looks(vec![look]).await?)
}

fn telling(row: ActionRow) -> Telling {
    let id = format!(
        "{}:{}:{}:{}",
        row.kind, row.ticket_id, row.level, row.deadline
    );
    Telling {
        role: Some("camat".to_owned()),
        unit: None,
        event: Outgoing {
            body: format!("{{\"id\":\"{id}\"}}"),
            event_id: id,
            kind: "jaga.ticket.escalated.v1",
        },
        row,
    }
}

fn look_again(due: jaga_ledger::DueTicket, next: Option<i64>) -> Outcome {
    Outcome {
        ticket_id: due.ticket_id,
        head: due.head,
        at: at(2),
        next_at: next.map(at),
        dating: None,
        re_dating: None,
        tellings: Vec::new(),
        hops: None,
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
    ensure!(told(&mut tx, vec![action("now", 1)], 5).await? == (0, 1));
    let mut due = tx.due_tickets(at(5), 10).await?;
    let names: Vec<&str> = due.iter().map(|due| due.ticket_id.as_str()).collect();
    ensure!(
        names == ["late", "now"],
        "the longest overdue first: {names:?}"
    );
    ensure!(due[0].told.is_empty());
    let seen = &due[1].told[0];
    ensure!((seen.target.as_str(), seen.level, seen.at) == ("resolution", 1, at(2)));
    ensure!(due[1].head.seq == 1, "the trail goes on where it ended");
    let (now, late) = (due.remove(1), due.remove(0));
    tx.write_looks(vec![look_again(late, None), look_again(now, Some(100))])
        .await?;
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
                // Whoever finds it locked leaves it, and comes again.
                written += eventually(SOON, || async {
                    let mut tx = ledger.begin().await?;
                    let (_, new) = told(&mut tx, vec![action("T1", level)], 1).await?;
                    tx.commit().await?;
                    Ok(new)
                })
                .await?;
            }
            anyhow::Ok(written)
        });
    }
    let written = sweepers.join_all().await;
    let written: u64 = written
        .into_iter()
        .collect::<Result<Vec<_>>>()?
        .iter()
        .sum();
    ensure!(written == 5, "{written} said that they wrote one of five");
    let mut levels: Vec<u32> = place
        .ledger
        .actions()
        .await?
        .iter()
        .map(|a| a.level)
        .collect();
    levels.sort_unstable();
    ensure!(levels == [1, 2, 3, 4, 5]);
    ensure!(place.ledger.actions().await?[0] == action("T1", 1));
    // Told once: as an event, and in the trail.
    ensure!(place.ledger.take_due(100, LONG).await?.len() == 5);
    ensure!(place.ledger.trail(&ticket("T1")).await?.len() == 5);
    // Of another version of the deadline it is another action.
    let mut moved = action("T1", 1);
    "v2".clone_into(&mut moved.deadline);
    let mut tx = place.ledger.begin().await?;
    ensure!(told(&mut tx, vec![moved, action("T1", 1)], 9).await? == (0, 1));
    tx.commit().await?;
    Ok(())
}

async fn a_holder_that_was_followed_no_longer_holds(place: Place) -> Result<()> {
    let lease = |holder: &'static str, length| place.ledger.lease("sweep", holder, length);
    let first = lease("a", Duration::ZERO).await?.context("free")?;
    // Over, and nobody followed: it was slow, no more.
    let mut tx = place.ledger.begin().await?;
    ensure!(tx.still_holds("sweep", "a", first).await?);
    drop(tx);
    let second = eventually(SOON, || async {
        let lease = lease("b", LONG).await?;
        lease.context("still held")
    })
    .await?;
    let mut tx = place.ledger.begin().await?;
    ensure!(!tx.still_holds("sweep", "a", first).await?);
    ensure!(!tx.still_holds("sweep", "a", second).await?);
    ensure!(tx.still_holds("sweep", "b", second).await?);
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
        kind: "due",
        rules: "r1".to_owned(),
        started_at: at(1),
        finished_at: None,
        seen: 0,
        warned: 0,
        escalated: 0,
        re_dated: 0,
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
