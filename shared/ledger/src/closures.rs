//! Proposed closures and their verdicts. A verdict is never changed: a different one is a new revision.

use jaga_contract::{EventId, OfficerId, PhotoId, TicketId, UnitId};
use jiff::Timestamp;

use crate::audit::verdict_mark;
use crate::chain::AuditKind;
use crate::db::{instant, on};
use crate::{Ledger, LedgerError, Tx};

/// A closure as the history has it.
#[derive(Debug, Clone)]
pub struct Proposed<'a> {
    /// The step that proposed it.
    pub closure_id: &'a EventId,
    /// The ticket.
    pub ticket_id: &'a TicketId,
    /// When.
    pub proposed_at: Timestamp,
    /// Who closed it, if known.
    pub unit: Option<&'a UnitId>,
    /// The officer's handle, if the CRM gave one.
    pub officer: Option<&'a OfficerId>,
    /// Digest of the note as far as notes are compared; `None` where nothing was written.
    pub note: Option<String>,
    /// The photos offered as proof.
    pub evidence: &'a [PhotoId],
}

/// A verdict on a closure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictRow {
    /// The step that proposed the closure.
    pub closure_id: EventId,
    /// From 1.
    pub revision: u32,
    /// The ticket.
    pub ticket_id: TicketId,
    /// `clear`, `review` or `hold`.
    pub verdict: String,
    /// 0 to 100.
    pub score: u32,
    /// JSON list of signals.
    pub signals: String,
    /// JSON of the facts it was judged on.
    pub facts: String,
    /// The rules' version.
    pub rules: String,
    /// Clear, and drawn by chance for a review; `None` of verdicts from before this was kept.
    pub sample: Option<bool>,
    /// When.
    pub judged_at: Timestamp,
}

impl<'a> Proposed<'a> {
    /// A closure of which no more is known, without photos.
    pub fn bare(closure_id: &'a EventId, ticket_id: &'a TicketId, proposed_at: Timestamp) -> Self {
        Self {
            closure_id,
            ticket_id,
            proposed_at,
            unit: None,
            officer: None,
            note: None,
            evidence: &[],
        }
    }
}

pub(crate) const COLUMNS: &str =
    "closure_id, revision, ticket_id, verdict, score, signals, facts, rules, judged_at, sample";

pub(crate) type Row = (
    String,
    i64,
    String,
    String,
    i64,
    String,
    String,
    String,
    i64,
    Option<i64>,
);

pub(crate) fn row(r: Row) -> Result<VerdictRow, LedgerError> {
    let damaged = |e: jaga_contract::IdError| LedgerError::Damaged {
        table: "verdicts",
        problem: e.to_string(),
    };
    Ok(VerdictRow {
        closure_id: EventId::new(r.0).map_err(damaged)?,
        revision: r.1 as u32,
        ticket_id: TicketId::new(r.2).map_err(damaged)?,
        verdict: r.3,
        score: r.4 as u32,
        signals: r.5,
        facts: r.6,
        rules: r.7,
        judged_at: instant("verdicts", r.8)?,
        sample: r.9.map(|drawn| drawn != 0),
    })
}

impl Ledger {
    /// The newest verdict of every closure, by ticket.
    pub async fn verdicts(&self) -> Result<Vec<VerdictRow>, LedgerError> {
        let rows: Vec<Row> = self
            .timed("read verdicts", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT v.closure_id, v.revision, v.ticket_id, v.verdict, v.score, v.signals, v.facts,
                       v.rules, v.judged_at, v.sample
                     FROM verdicts v JOIN closures c
                       ON c.closure_id = v.closure_id AND c.revision = v.revision
                     ORDER BY v.ticket_id, v.closure_id").fetch_all(p).await)
            })
            .await?;
        rows.into_iter().map(row).collect()
    }

    /// Tickets with a closure proposed before `before` that has no verdict yet: an evidence photo never came.
    pub async fn unjudged(
        &self,
        before: Timestamp,
    ) -> Result<Vec<(TicketId, EventId)>, LedgerError> {
        let rows: Vec<(String, String)> = self
            .timed("look for unjudged closures", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT ticket_id, closure_id FROM closures
                     WHERE revision = 0 AND proposed_at < $1 ORDER BY proposed_at LIMIT 1000")
                    .bind(before.as_microsecond()).fetch_all(p).await)
            })
            .await?;
        let damaged = |e: jaga_contract::IdError| LedgerError::Damaged {
            table: "closures",
            problem: e.to_string(),
        };
        rows.into_iter()
            .map(|(t, c)| {
                Ok((
                    TicketId::new(t).map_err(damaged)?,
                    EventId::new(c).map_err(damaged)?,
                ))
            })
            .collect()
    }
}

impl Tx {
    /// Notes a proposed closure and its photos; again is a no-op, but for what a binary from before left out.
    pub async fn note_closure(&mut self, closure: &Proposed<'_>) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        let id = closure.closure_id.as_str();
        ledger
            .timed("note a closure", async {
                on!(&mut self.inner, t => {
                    let noted = sqlx::query(
                        "INSERT INTO closures
                           (closure_id, ticket_id, proposed_at, revision, unit, officer, note)
                         VALUES ($1, $2, $3, 0, $4, $5, $6)
                         ON CONFLICT (closure_id) DO UPDATE SET unit = $4, officer = $5, note = $6
                         WHERE closures.unit IS NULL")
                        .bind(id).bind(closure.ticket_id.as_str())
                        .bind(closure.proposed_at.as_microsecond())
                        .bind(closure.unit.map(UnitId::as_str))
                        .bind(closure.officer.map(OfficerId::as_str)).bind(closure.note.as_deref())
                        .execute(&mut **t).await?;
                    // Every step of a ticket notes its closures again: their photos are there by then.
                    let photos = if noted.rows_affected() == 0 { &[] } else { closure.evidence };
                    for photo in photos {
                        sqlx::query("INSERT INTO closure_photos (closure_id, photo_id) VALUES ($1, $2)
                                     ON CONFLICT DO NOTHING")
                            .bind(id).bind(photo.as_str()).execute(&mut **t).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// The verdict that stands on a closure.
    pub(crate) async fn newest_verdict(
        &mut self,
        closure: &EventId,
    ) -> Result<Option<VerdictRow>, LedgerError> {
        let ledger = self.ledger.clone();
        let sql = format!(
            "SELECT {COLUMNS} FROM verdicts WHERE closure_id = $1 ORDER BY revision DESC LIMIT 1"
        );
        let newest: Option<Row> = ledger
            .timed("read the newest verdict", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql_of(&sql))
                    .bind(closure.as_str()).fetch_optional(&mut **t).await)
            })
            .await?;
        newest.map(row).transpose()
    }

    /// Writes a verdict as the next revision, unless the newest says the same.
    /// Returns the revision written. The ticket must be locked.
    pub async fn record_verdict(&mut self, v: &VerdictRow) -> Result<Option<u32>, LedgerError> {
        let ledger = self.ledger.clone();
        let last = match self.newest_verdict(&v.closure_id).await? {
            Some(newest)
                if (&newest.verdict, &newest.signals, &newest.rules)
                    == (&v.verdict, &v.signals, &v.rules) =>
            {
                return Ok(None);
            }
            Some(newest) => newest.revision,
            None => 0,
        };
        ledger
            .timed("record a verdict", async {
                on!(&mut self.inner, t => {
                    sqlx::query("INSERT INTO verdicts (closure_id, revision, ticket_id, verdict, score,
                                   signals, facts, rules, judged_at, sample)
                                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
                        .bind(v.closure_id.as_str()).bind(i64::from(last) + 1).bind(v.ticket_id.as_str())
                        .bind(&v.verdict).bind(i64::from(v.score)).bind(&v.signals).bind(&v.facts)
                        .bind(&v.rules).bind(v.judged_at.as_microsecond())
                        .bind(v.sample.map(i64::from)).execute(&mut **t).await?;
                    sqlx::query("UPDATE closures SET revision = $2 WHERE closure_id = $1")
                        .bind(v.closure_id.as_str()).bind(i64::from(last) + 1).execute(&mut **t).await.map(drop)
                })
            })
            .await?;
        let written = VerdictRow {
            revision: last + 1,
            ..v.clone()
        };
        let entry = (AuditKind::Verdict, verdict_mark(&written));
        self.append_trail(&v.ticket_id, v.judged_at, &[entry])
            .await?;
        Ok(Some(written.revision))
    }
}
