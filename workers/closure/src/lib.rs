#![doc = include_str!("../README.md")]

mod around;
mod facts;
mod line;
mod past;
mod whereabouts;

use std::sync::Arc;
use std::time::Duration;

use jaga_contract::{ClosureDue, ClosureJudged, Incoming, Step, TicketChanged, TicketId};
use jaga_ledger::{Tx, VerdictRow};
use jaga_runner::{Committed, Decision, Handler, InForce, Job, Runtime, consume};
use jaga_ticket::closure::{Rules, judge};
use jaga_ticket::{Closure, History, Ticket, fold};
use jiff::Timestamp;

use crate::around::Around;
use crate::past::{Cities, Past};

/// The worker.
pub struct ClosureWorker {
    rules: InForce<Rules>,
    cities: Cities,
}

impl ClosureWorker {
    /// One that judges by these rules.
    pub fn new(rules: InForce<Rules>) -> Self {
        Self {
            rules,
            cities: Cities::default(),
        }
    }
}

/// Runs it until told to stop.
pub async fn run(runtime: Runtime, rules: InForce<Rules>) {
    let concurrency = runtime.config.closure.concurrency;
    consume(runtime, Arc::new(ClosureWorker::new(rules)), concurrency).await;
}

impl Handler for ClosureWorker {
    const NAME: &'static str = "closure";
    type Message = ClosureDue;

    fn accept(&self, incoming: Incoming) -> Option<ClosureDue> {
        match incoming {
            Incoming::ClosureDue(event) => Some(event.data),
            _ => None,
        }
    }

    async fn handle(&self, job: &Job<'_>, due: &ClosureDue) -> Result<Committed, Decision> {
        let ledger = &job.runtime.ledger;
        // The clock that the sweep goes by, so that both agree on what is overdue.
        let now = job.runtime.now().await?;
        let mut tx = ledger.begin().await?;
        // Under the lock: a verdict on older facts must not follow one on newer.
        tx.lock_ticket(&due.ticket_id).await?;
        let steps = tx.steps(&due.ticket_id).await?;
        let disputes = disputes(&steps);
        let history = History::from_steps(steps);
        let ticket = fold(&due.ticket_id, &history);
        let photos = facts::Photos::load(ledger, &ticket);
        let photos = photos.await?;
        let rules = self.rules.get();
        let case = (&ticket, &history);
        let late = past::note((ledger, &mut tx), &self.cities, case, &rules, job.now);
        let late = late.await?;
        wake(&mut tx, &late, job).await?;
        for closure in &ticket.closures {
            let waits = photos.missing(closure) && !given_up(job, now, closure);
            if !waits {
                let around =
                    Around::load(ledger, (&ticket, photos.own()), closure, &disputes, &rules);
                let mut around = around.await?;
                let past = Past::load(ledger, &self.cities, closure, &rules, job.now);
                around.past = past.await?;
                wake(&mut tx, &around.wakes, job).await?;
                let by = (&photos, around, rules.as_ref());
                verdict(&mut tx, job, &ticket, closure, by).await?;
            }
        }
        for (pair, ticket_id) in photos.twins(&ticket.id) {
            // The other closure may have been judged before this photo was known: once per pair, so
            // that two tickets do not wake each other for ever.
            let due = ClosureDue { ticket_id };
            tx.emit(&format!("due:twin:{pair}"), "/jaga/closure", job.now, due)
                .await?;
        }
        job.commit(tx).await
    }
}

/// Closures that were judged before this one was known: once for each thing that may have changed.
async fn wake(
    tx: &mut Tx,
    wakes: impl IntoIterator<Item = &(String, TicketId)>,
    job: &Job<'_>,
) -> Result<(), Decision> {
    for (what, ticket_id) in wakes {
        let id = format!("due:{what}:{ticket_id}");
        let ticket_id = ticket_id.clone();
        tx.emit(&id, "/jaga/closure", job.now, ClosureDue { ticket_id })
            .await?;
    }
    Ok(())
}

async fn verdict(
    tx: &mut Tx,
    job: &Job<'_>,
    ticket: &Ticket,
    closure: &Closure,
    (photos, around, rules): (&facts::Photos, Around, &Rules),
) -> Result<(), Decision> {
    let facts = photos.facts(ticket, closure, around, rules);
    let judgement = judge(&facts, rules);
    let row = VerdictRow {
        closure_id: closure.event_id.clone(),
        revision: 0,
        ticket_id: ticket.id.clone(),
        verdict: judgement.verdict.as_str().to_owned(),
        score: judgement.score,
        signals: json(&judgement.signals)?,
        facts: json(&facts)?,
        rules: judgement.rules.clone(),
        sample: Some(judgement.sample),
        judged_at: job.now,
    };
    let Some(revision) = tx.record_verdict(&row).await? else {
        return Ok(());
    };
    let event = ClosureJudged {
        ticket_id: ticket.id.clone(),
        closure: closure.event_id.clone(),
        verdict: judgement.verdict,
        score: judgement.score,
        signals: photos.tellable(judgement.signals, ticket),
        rules: judgement.rules,
        sample: judgement.sample,
        judged_at: job.now,
    };
    metrics(event.verdict.as_str());
    let id = format!("judged:{}:{revision}", closure.event_id);
    Ok(tx.emit(&id, "/jaga/closure", job.now, event).await?)
}

/// Evidence that was announced and never came is waited for, but not for ever: then its absence is
/// what the verdict says.
fn given_up(job: &Job<'_>, now: Timestamp, closure: &Closure) -> bool {
    let wait = Duration::from_secs(job.runtime.config.closure.evidence_wait_s);
    let waited = now.duration_since(closure.proposed_at);
    !waited.is_negative() && waited.unsigned_abs() >= wait
}

/// When the reporter had it opened again: no unit acted.
fn disputes(steps: &[TicketChanged]) -> Vec<Timestamp> {
    let by_reporter =
        |s: &&TicketChanged| s.unit.is_none() && matches!(s.step, Step::Reopened { .. });
    let mut at: Vec<_> = steps
        .iter()
        .filter(by_reporter)
        .map(|s| s.occurred_at)
        .collect();
    at.sort_unstable();
    at
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Decision> {
    serde_json::to_string(value).map_err(|e| Decision::Park {
        code: "unwritable",
        why: e.to_string(),
    })
}

fn metrics(verdict: &'static str) {
    metrics::counter!("jaga_closures_judged_total", "verdict" => verdict).increment(1);
}
