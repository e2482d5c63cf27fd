//! The month, put into the ledger through its own functions.

use std::time::Duration;

use anyhow::{Context as _, Result};
use jaga_contract::{
    ClosureDue, EventId, OfficerId, PhotoId, Role, TicketChanged, TicketId, UnitId,
};
use jaga_eval_closures::measure::{self, Measured};
use jaga_eval_closures::month::Month;
use jaga_eval_closures::world::Closure;
use jaga_ledger::{Ledger, Proposed, TicketRow, Tx};
use jaga_ticket::closure::note_digest;
use jiff::{SignedDuration, Timestamp};

use crate::rows;

/// Closures that go into one transaction.
const BATCH: usize = 100;
/// So many closures at most are known and not judged yet.
const AHEAD: usize = 100;

/// Puts in a month, its archive's photos among it. Gives the closures, earliest first, and a time after all of
/// it.
pub async fn fill(ledger: &Ledger, seed: u64) -> Result<(Vec<Told>, Timestamp)> {
    let month = Month::new(seed);
    let measured = measure::month(&month, seed);
    let mut tx = ledger.begin().await?;
    for (n, closure) in month.archive.iter().enumerate() {
        archived(&mut tx, n, closure).await?;
    }
    tx.commit().await?;
    let (mut closures, mut last) = (Vec::new(), Timestamp::MIN);
    for batch in measured.chunks(BATCH) {
        let mut tx = ledger.begin().await?;
        for (n, measured) in batch {
            closures.push(put(&mut tx, measured, &month.closures[*n]).await?);
            last = last.max(measured.facts.proposed_at);
        }
        tx.commit().await?;
    }
    // As autovacuum does on a server that is not filled in one go.
    ledger.tamper("ANALYZE").await?;
    Ok((closures, last + SignedDuration::from_hours(24 * 30)))
}

/// A closure that intake has still to tell of.
pub struct Told {
    pub ticket: TicketId,
    steps: Vec<TicketChanged>,
    closure: EventId,
    proposed_at: Timestamp,
    unit: Option<UnitId>,
    officer: Option<OfficerId>,
    note: Option<String>,
    evidence: Vec<PhotoId>,
}

/// Tells of every closure in the order in which they were proposed, as intake does, and never far ahead of the
/// worker: a month does not come on one day.
pub async fn tell(ledger: &Ledger, closures: &[Told], at: Timestamp) -> Result<()> {
    for batch in closures.chunks(AHEAD / 2) {
        while ledger.unjudged(Timestamp::MAX).await?.len() > AHEAD / 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let mut tx = ledger.begin().await?;
        for told in batch {
            // The history comes with the closure, in one transaction: what others wake before it is
            // proposed has nothing to judge yet.
            tx.lock_ticket(&told.ticket).await?;
            for step in &told.steps {
                tx.add_step(step).await?;
            }
            tx.note_closure(&Proposed {
                closure_id: &told.closure,
                ticket_id: &told.ticket,
                proposed_at: told.proposed_at,
                unit: told.unit.as_ref(),
                officer: told.officer.as_ref(),
                note: told.note.clone(),
                evidence: &told.evidence,
            })
            .await?;
            let ticket_id = told.ticket.clone();
            tx.emit(
                &format!("due:{ticket_id}"),
                "/bench",
                at,
                ClosureDue { ticket_id },
            )
            .await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Evidence of the month before: there to be found again.
async fn archived(tx: &mut Tx, n: usize, closure: &Closure) -> Result<()> {
    let ticket = TicketId::new(format!("JK{n}"))?;
    for k in 0..closure.photos.len() {
        let photo = measure::photo_id(n, k).context("an id")?;
        let at = measure::at(closure.proposed);
        let row = rows::processed(&photo, &ticket, Role::Evidence, at);
        tx.record_photo(&row).await?;
    }
    Ok(())
}

async fn put(tx: &mut Tx, measured: &Measured, world: &Closure) -> Result<Told> {
    let facts = &measured.facts;
    let (ticket, submitted_at) = (&facts.ticket_id, facts.submitted_at);
    tx.lock_ticket(ticket).await?;
    tx.put_ticket(&TicketRow {
        ticket_id: ticket.clone(),
        state: "done".to_owned(),
        submitted_at,
        channel: Some("jaki".to_owned()),
        category: Some(facts.category.clone()),
        withheld: false,
        point: Some(rows::on_globe(world.ticket.pin)),
        kelurahan: None,
        address: None,
        owner: facts.unit.as_ref().map(ToString::to_string),
        next_at: None,
        ended_at: None,
        hops: 1,
        reopened: 0,
    })
    .await?;
    let of_report = facts.evidence.iter().flat_map(|e| &e.scenes);
    let report = of_report.clone().find(|s| s.role == Role::Report);
    if let Some(report) = report {
        let at = submitted_at.unwrap_or(facts.proposed_at);
        let row = rows::processed(&report.photo, ticket, Role::Report, at);
        tx.record_photo(&row).await?;
    }
    for (photo, shot) in facts.evidence.iter().zip(&world.photos) {
        let Some(row) = rows::evidence(facts, photo, shot.from) else {
            continue;
        };
        tx.record_photo(&row).await?;
        let others: Vec<_> = photo.matches.iter().map(rows::likeness).collect();
        tx.record_similar(&photo.photo, &others).await?;
        for scene in &photo.scenes {
            tx.record_comparison(&rows::comparison(&photo.photo, scene)?)
                .await?;
        }
    }
    Ok(Told {
        ticket: ticket.clone(),
        steps: rows::steps(facts, world)?,
        closure: facts.closure.clone(),
        proposed_at: facts.proposed_at,
        unit: facts.unit.clone(),
        officer: rows::officer(world)?,
        note: note_digest(&facts.note),
        evidence: facts.evidence.iter().map(|e| e.photo.clone()).collect(),
    })
}
