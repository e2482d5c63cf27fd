//! What people said of closures: decisions and officers' answers. Rows are added and never changed.

use jaga_contract::{EventId, IdError, TicketId};
use jiff::Timestamp;

use crate::audit::review_mark;
use crate::chain::AuditKind;
use crate::db::{instant, on};
use crate::{Ledger, LedgerError, Tx};

/// One decision or answer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReviewRow {
    /// The closure.
    pub closure_id: EventId,
    /// From 1, without a gap.
    pub seq: u32,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// When, by the database's clock.
    pub at: Timestamp,
    /// Who, by a name that means nothing here.
    pub by: String,
    /// `genuine`, `fake` or `unclear`, the reviewer's word; `None` of an officer's answer.
    pub decision: Option<String>,
    /// The reviewer's note, or the officer's answer.
    pub words: String,
    /// The verdict that stood then: its revision,
    pub revision: u32,
    /// its name,
    pub verdict: String,
    /// the version of its rules,
    pub rules: String,
    /// and whether chance had drawn it; `None`: not on record.
    pub sample: Option<bool>,
}

/// What somebody says of a closure.
#[derive(Debug, Clone)]
pub struct NewReview<'a> {
    /// Who.
    pub by: &'a str,
    /// `genuine`, `fake` or `unclear`; `None` for the officer's answer.
    pub decision: Option<&'a str>,
    /// The note or the answer.
    pub words: &'a str,
    /// The revision of the verdict that was looked at; `None`: whichever is the newest.
    pub revision: Option<u32>,
    /// Decide what is decided already.
    pub again: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reviewed {
    /// It is on record.
    Written(ReviewRow),
    /// There is no such closure.
    Unknown,
    /// The closure has no verdict yet.
    Unjudged,
    /// Another revision than the one that was looked at stands now: this one.
    Newer(u32),
    /// It was decided before.
    Decided(ReviewRow),
}

pub(crate) const COLUMNS: &str = "closure_id, seq, ticket_id, at, made_by, decision, words, revision, \
    verdict, rules, sample";

/// A row as the database holds it.
pub(crate) type Columns = (
    String,
    i64,
    String,
    i64,
    String,
    Option<String>,
    String,
    i64,
    String,
    String,
    Option<i64>,
);

pub(crate) fn row(c: Columns) -> Result<ReviewRow, LedgerError> {
    let damaged = |e: IdError| LedgerError::Damaged {
        table: "reviews",
        problem: e.to_string(),
    };
    Ok(ReviewRow {
        closure_id: EventId::new(c.0).map_err(damaged)?,
        seq: c.1 as u32,
        ticket_id: TicketId::new(c.2).map_err(damaged)?,
        at: instant("reviews", c.3)?,
        by: c.4,
        decision: c.5,
        words: c.6,
        revision: c.7 as u32,
        verdict: c.8,
        rules: c.9,
        sample: c.10.map(|drawn| drawn != 0),
    })
}

impl Ledger {
    /// What was said of a closure, oldest first.
    pub async fn reviews_of(&self, closure: &EventId) -> Result<Vec<ReviewRow>, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM reviews WHERE closure_id = $1 ORDER BY seq");
        let rows: Vec<Columns> = self
            .timed("read reviews", async {
                on!(&self.pool, p => sqlx::query_as(self.sql_of(&sql)).bind(closure.as_str())
                    .fetch_all(p).await)
            })
            .await?;
        rows.into_iter().map(row).collect()
    }

    /// Writes a decision or an answer beside the verdict that stands, with its row of the trail, in one
    /// transaction under the ticket's lock; or says why not, and writes nothing.
    pub async fn review(
        &self,
        closure: &EventId,
        new: &NewReview<'_>,
    ) -> Result<Reviewed, LedgerError> {
        let Some(known) = self.closure(closure).await? else {
            return Ok(Reviewed::Unknown);
        };
        let mut tx = self.begin().await?;
        // Who reviews may make no ticket, and a closure's is there.
        tx.lock_known(&known.ticket_id).await?;
        let Some(stands) = tx.newest_verdict(closure).await? else {
            return Ok(Reviewed::Unjudged);
        };
        if new.revision.is_some_and(|seen| seen != stands.revision) {
            return Ok(Reviewed::Newer(stands.revision));
        }
        let before = tx.newest_reviews(closure).await?;
        let decided = before.iter().find(|r| r.decision.is_some());
        if let Some(decided) = decided.filter(|_| new.decision.is_some() && !new.again) {
            return Ok(Reviewed::Decided(decided.clone()));
        }
        let written = ReviewRow {
            closure_id: closure.clone(),
            seq: before.first().map_or(0, |r| r.seq) + 1,
            ticket_id: known.ticket_id,
            at: tx.now().await?,
            by: new.by.to_owned(),
            decision: new.decision.map(str::to_owned),
            words: new.words.to_owned(),
            revision: stands.revision,
            verdict: stands.verdict,
            rules: stands.rules,
            sample: stands.sample,
        };
        tx.write_review(&written).await?;
        tx.commit().await?;
        Ok(Reviewed::Written(written))
    }
}

impl Tx {
    /// Newest first.
    async fn newest_reviews(&mut self, closure: &EventId) -> Result<Vec<ReviewRow>, LedgerError> {
        let ledger = self.ledger.clone();
        let sql = format!("SELECT {COLUMNS} FROM reviews WHERE closure_id = $1 ORDER BY seq DESC");
        let rows: Vec<Columns> = ledger
            .timed("read reviews", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql_of(&sql))
                    .bind(closure.as_str()).fetch_all(&mut **t).await)
            })
            .await?;
        rows.into_iter().map(row).collect()
    }

    async fn write_review(&mut self, r: &ReviewRow) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        let kind = if r.decision.is_some() {
            "decision"
        } else {
            "answer"
        };
        ledger
            .timed("write a review", async {
                on!(&mut self.inner, t => sqlx::query(
                    "INSERT INTO reviews (closure_id, seq, ticket_id, at, made_by, kind, decision,
                       words, revision, verdict, rules, sample)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
                    .bind(r.closure_id.as_str()).bind(i64::from(r.seq)).bind(r.ticket_id.as_str())
                    .bind(r.at.as_microsecond()).bind(&r.by).bind(kind).bind(&r.decision)
                    .bind(&r.words).bind(i64::from(r.revision)).bind(&r.verdict).bind(&r.rules)
                    .bind(r.sample.map(i64::from)).execute(&mut **t).await.map(drop))
            })
            .await?;
        let entry = (AuditKind::Review, review_mark(r));
        self.append_trail(&r.ticket_id, r.at, &[entry]).await
    }
}
