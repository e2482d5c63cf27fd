//! What reviewers work on: an embedded ledger with judged closures.

use std::path::Path;

use anyhow::{Context as _, Result};
use jaga_contract::{EventId, Step, TicketChanged, TicketId, UnitId};
use jaga_ledger::{Ledger, Proposed, TicketRow, Tx, VerdictRow};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::report::submission;
use crate::run::{Ran, jaga};

/// An embedded ledger with closures, as workers leave it.
pub(crate) struct Office {
    root: TempDir,
    pub(crate) ledger: Ledger,
}

pub(crate) fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_793_600_000 + hours * 3600).unwrap_or_default()
}

impl Office {
    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    pub(crate) async fn new() -> Result<Self> {
        let root = tempfile::tempdir()?;
        let ledger = Ledger::embedded(&root.path().join("ledger.sqlite"), false)?;
        ledger.migrate().await?;
        Ok(Self { root, ledger })
    }

    /// A ticket of its own with a closure that has this verdict.
    pub(crate) async fn closure(
        &self,
        n: usize,
        verdict: &str,
        score: u32,
        sample: bool,
    ) -> Result<String> {
        let mut tx = self.ledger.begin().await?;
        let closure = add(&mut tx, n, verdict, (score, sample)).await?;
        tx.commit().await?;
        Ok(closure)
    }

    /// Tickets from 1 to `most` with a closure each: every tenth is clear, the others go to review.
    pub(crate) async fn closures(&self, most: usize) -> Result<()> {
        let mut tx = self.ledger.begin().await?;
        for n in 1..=most {
            let clear = n.is_multiple_of(10);
            let (verdict, score) = if clear { ("clear", 0) } else { ("review", 40) };
            add(&mut tx, n, verdict, (score, false)).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    pub(crate) async fn run(&self, args: &[&str]) -> Result<Ran> {
        let (what, rest) = args.split_first().context("what to do")?;
        let data = self.root.path().display().to_string();
        let all = ["review", what, "--data", &data];
        jaga(all.into_iter().chain(rest.iter().copied())).await
    }

    pub(crate) async fn list(&self, args: &[&str]) -> Result<Vec<Value>> {
        let args = [&["list", "--json"], args].concat();
        let listed = self.run(&args).await?.exits(0)?.json()?;
        Ok(listed.as_array().context("a list")?.clone())
    }
}

async fn add(tx: &mut Tx, n: usize, verdict: &str, (score, sample): (u32, bool)) -> Result<String> {
    let (ticket, closure) = (TicketId::new(format!("JK{n}"))?, format!("JK{n}:closed"));
    let id = EventId::new(closure.as_str())?;
    let unit = UnitId::new(if n.is_multiple_of(2) {
        "sudin-a"
    } else {
        "sudin-b"
    })?;
    let step = |event: &str, hours, step| -> Result<TicketChanged> {
        Ok(TicketChanged {
            event_id: EventId::new(event)?,
            ticket_id: ticket.clone(),
            occurred_at: at(hours),
            unit: Some(unit.clone()),
            step,
        })
    };
    let close = Step::ClosureProposed {
        evidence: Vec::new(),
        note: "Sudah ditambal.".to_owned(),
        officer: None,
    };
    let signals = match verdict {
        "clear" => json!([]),
        _ => json!([{
            "name": "near_picture", "strength": if verdict == "hold" { "hard" } else { "soft" },
            "figures": {"distance_bits": 12.0}, "photos": [],
            "text_id": "Gambar serupa. Mungkin tempat yang sama. Periksa lokasi.",
            "text_en": "A similar picture. It may be the same place. Check the place.",
        }]),
    };
    let facts = json!({
        "ticket_id": ticket, "closure": id, "proposed_at": at(10), "unit": unit,
        "category": "Jalan Rusak",
    });
    tx.lock_ticket(&ticket).await?;
    tx.add_step(&step(
        &format!("JK{n}:in"),
        0,
        Step::Submitted(submission(ticket.as_str())),
    )?)
    .await?;
    tx.add_step(&step(&closure, 10, close)?).await?;
    tx.put_ticket(&TicketRow {
        ticket_id: ticket.clone(),
        state: "awaiting_validation".to_owned(),
        submitted_at: Some(at(0)),
        channel: None,
        category: Some("Jalan Rusak".to_owned()),
        withheld: false,
        point: None,
        kelurahan: None,
        address: None,
        owner: None,
        next_at: None,
        ended_at: None,
        hops: 0,
        reopened: 0,
    })
    .await?;
    tx.note_closure(&Proposed::bare(&id, &ticket, at(10)))
        .await?;
    tx.record_verdict(&VerdictRow {
        closure_id: id,
        revision: 0,
        ticket_id: ticket,
        verdict: verdict.to_owned(),
        score,
        signals: signals.to_string(),
        facts: facts.to_string(),
        rules: "r1".to_owned(),
        sample: Some(sample),
        judged_at: at(11),
    })
    .await?;
    Ok(closure)
}
