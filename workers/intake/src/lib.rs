#![doc = include_str!("../README.md")]

use std::sync::Arc;

use jaga_contract::{ClosureDue, Incoming, Step, TicketChanged};
use jaga_ledger::{Proposed, TicketRow, Tx};
use jaga_runner::{
    Committed, DeadlineRules, Decision, Handler, InForce, Job, Runtime, consume, date, re_dated,
};
use jaga_ticket::closure::note_digest;
use jaga_ticket::{History, NoPolicy, Ticket, fold, next_at};
use jiff::{SignedDuration, Timestamp};

/// The worker.
pub struct Intake {
    rules: InForce<DeadlineRules>,
}

const SOURCE: &str = "/jaga/intake";

/// Runs it until told to stop. Steps are tiny: what limits it is the ledger, and one ticket's steps
/// wait for each other anyway.
pub async fn run(runtime: Runtime, rules: InForce<DeadlineRules>) {
    consume(runtime, Arc::new(Intake { rules }), 4).await;
}

impl Handler for Intake {
    const NAME: &'static str = "intake";
    type Message = TicketChanged;

    fn accept(&self, incoming: Incoming) -> Option<TicketChanged> {
        match incoming {
            Incoming::TicketChanged(event) => Some(event.data),
            _ => None,
        }
    }

    async fn handle(&self, job: &Job<'_>, step: &TicketChanged) -> Result<Committed, Decision> {
        let mut tx = job.runtime.ledger.begin().await?;
        tx.lock_ticket(&step.ticket_id).await?;
        let new = tx.add_step(step).await?;
        let steps = tx.steps(&step.ticket_id).await?;
        if !new && !steps.contains(step) {
            // Dropping it would lose a step; taking it would let one id mean two things.
            let why = "the step's event_id was used before, for another step".into();
            return Err(Decision::Park {
                code: "step_id_reused",
                why,
            });
        }
        let history = History::from_steps(steps);
        let ticket = fold(&step.ticket_id, &history);
        let next = self.next_look(&mut tx, &ticket, step, job).await?;
        tx.put_ticket(&row(&ticket, next)).await?;
        Self::wake_closure(&mut tx, &ticket, step, job.now).await?;
        reported_again(&mut tx, job, &ticket, step).await?;
        job.commit(tx).await
    }
}

impl Intake {
    /// When a sweep must look at the ticket; its deadlines are kept, and told where they moved. A ticket
    /// that no policy covers is looked at, and reported, by every sweep: it may not end in silence.
    async fn next_look(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        step: &TicketChanged,
        job: &Job<'_>,
    ) -> Result<Option<Timestamp>, Decision> {
        let (told, known) = tx.dated(&ticket.id).await?;
        // The database's time, as in every row of the trail; the demo's clock is moved by hand.
        let now = job.runtime.now_in(tx).await?;
        let rules = self.rules.get();
        match date(ticket, &rules, &known, &told, Some(step.step.kind())) {
            Ok(dated) => {
                let moved = match dated.moved {
                    Some(moved) => {
                        let event = re_dated(ticket, &moved, SOURCE, now)?;
                        Some((moved, event))
                    }
                    None => None,
                };
                // Before its submission there is nothing to keep.
                if ticket.submission.is_some() {
                    tx.date(&ticket.id, now, &dated.dating, moved.as_ref())
                        .await?;
                }
                Ok(next_at(&dated.deadlines, &dated.done))
            }
            Err(why) => {
                alarm(ticket, &why);
                Ok(Some(now))
            }
        }
    }

    /// Every step of a ticket with a proposed closure may change what is thought of it.
    async fn wake_closure(
        tx: &mut Tx,
        ticket: &Ticket,
        step: &TicketChanged,
        now: Timestamp,
    ) -> Result<(), Decision> {
        for closure in &ticket.closures {
            tx.note_closure(&Proposed {
                closure_id: &closure.event_id,
                ticket_id: &ticket.id,
                proposed_at: closure.proposed_at,
                unit: closure.unit.as_ref(),
                officer: closure.officer.as_ref(),
                note: note_digest(&closure.note),
                evidence: &closure.evidence,
            })
            .await?;
        }
        if !ticket.closures.is_empty() {
            let due = ClosureDue {
                ticket_id: ticket.id.clone(),
            };
            tx.emit(&format!("due:{}", step.event_id), SOURCE, now, due)
                .await?;
        }
        Ok(())
    }
}

/// So long after a closure a new report of the same kind close by may bear on it: more than any rule asks.
const AGAIN: SignedDuration = SignedDuration::from_hours(60 * 24);

/// A new public report may show that what was closed is not done: its verdict is looked at again. Of a
/// private one nobody is told, not even so.
async fn reported_again(
    tx: &mut Tx,
    job: &Job<'_>,
    ticket: &Ticket,
    step: &TicketChanged,
) -> Result<(), Decision> {
    let (Step::Submitted(report), Some(at)) = (&step.step, ticket.submitted_at) else {
        return Ok(());
    };
    let Some(point) = report.point.filter(|_| !report.is_withheld()) else {
        return Ok(());
    };
    let span = (at.saturating_sub(AGAIN).unwrap_or(at), at);
    let ledger = &job.runtime.ledger;
    let point = (point.lat, point.lon);
    let closed = ledger.closed_near(&report.category, point, span);
    for ticket_id in closed.await? {
        if ticket_id != ticket.id {
            let id = format!("due:again:{}:{ticket_id}", ticket.id);
            tx.emit(&id, SOURCE, job.now, ClosureDue { ticket_id })
                .await?;
        }
    }
    Ok(())
}

fn alarm(ticket: &Ticket, why: &NoPolicy) {
    tracing::error!(ticket = %ticket.id, %why, "no policy covers this ticket: it has no deadline");
}

fn row(ticket: &Ticket, next_at: Option<Timestamp>) -> TicketRow {
    let submission = ticket.submission.as_ref();
    TicketRow {
        ticket_id: ticket.id.clone(),
        state: ticket.state.as_str().to_owned(),
        submitted_at: ticket.submitted_at,
        channel: submission.map(|s| s.channel.0.clone()),
        category: submission.map(|s| s.category.clone()),
        // Until it is known to be public, it is private.
        withheld: submission.is_none_or(jaga_contract::Submission::is_withheld),
        point: submission.and_then(|s| s.point).map(|p| (p.lat, p.lon)),
        kelurahan: submission
            .and_then(|s| s.kelurahan.as_ref())
            .map(ToString::to_string),
        address: submission.and_then(|s| s.address.clone()),
        owner: ticket.owner.as_ref().map(ToString::to_string),
        next_at,
        ended_at: ticket.ended_at,
        hops: ticket.hops,
        reopened: ticket.reopened,
    }
}
