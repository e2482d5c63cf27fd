//! Closures as reviewers and their statistics see them: the verdict that stands, and what was said of it.

use std::collections::BTreeMap;

use jaga_contract::{EventId, IdError, TicketId};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::db::{instant, on};
use crate::{Ledger, LedgerError, ReviewRow, VerdictRow, closures, reviews};

/// A proposed closure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosureRow {
    /// The step that proposed it.
    pub closure_id: EventId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// The newest verdict's revision; 0 before the first.
    pub revision: u32,
}

/// A closure that has a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// The verdict that stands.
    pub verdict: VerdictRow,
    /// What was said of it, oldest first.
    pub reviews: Vec<ReviewRow>,
}

type Columns = (String, String, i64, i64);

fn closure_row(c: Columns) -> Result<ClosureRow, LedgerError> {
    let damaged = |e: IdError| LedgerError::Damaged {
        table: "closures",
        problem: e.to_string(),
    };
    Ok(ClosureRow {
        closure_id: EventId::new(c.0).map_err(damaged)?,
        ticket_id: TicketId::new(c.1).map_err(damaged)?,
        proposed_at: instant("closures", c.2)?,
        revision: c.3 as u32,
    })
}

impl Ledger {
    /// One closure.
    pub async fn closure(&self, id: &EventId) -> Result<Option<ClosureRow>, LedgerError> {
        let found: Option<Columns> = self
            .timed("read a closure", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT closure_id, ticket_id, proposed_at, revision FROM closures
                     WHERE closure_id = $1").bind(id.as_str()).fetch_optional(p).await)
            })
            .await?;
        found.map(closure_row).transpose()
    }

    /// A ticket's closures, oldest first.
    pub async fn closures_of(&self, ticket: &TicketId) -> Result<Vec<ClosureRow>, LedgerError> {
        let found: Vec<Columns> = self
            .timed("read a ticket's closures", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT closure_id, ticket_id, proposed_at, revision FROM closures
                     WHERE ticket_id = $1 ORDER BY proposed_at, closure_id")
                    .bind(ticket.as_str()).fetch_all(p).await)
            })
            .await?;
        found.into_iter().map(closure_row).collect()
    }

    /// A closure's verdicts, oldest first: none is ever changed.
    pub async fn verdicts_of(&self, closure: &EventId) -> Result<Vec<VerdictRow>, LedgerError> {
        let sql = format!(
            "SELECT {} FROM verdicts WHERE closure_id = $1 ORDER BY revision",
            closures::COLUMNS
        );
        let rows: Vec<closures::Row> = self
            .timed("read a closure's verdicts", async {
                on!(&self.pool, p => sqlx::query_as(self.sql_of(&sql)).bind(closure.as_str())
                    .fetch_all(p).await)
            })
            .await?;
        rows.into_iter().map(closures::row).collect()
    }

    /// Up to `limit` closures after one, by id, that were proposed from `from` until before `to`, with
    /// the verdict that stands. `to_review`: only those that a person should look at or has looked at.
    pub async fn judged(
        &self,
        (from, to): (Timestamp, Timestamp),
        to_review: bool,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Judged>, LedgerError> {
        let columns: Vec<String> = closures::COLUMNS
            .split(", ")
            .map(|column| format!("v.{column}"))
            .collect();
        let sql = format!(
            "SELECT c.proposed_at, {} FROM closures c
             JOIN verdicts v ON v.closure_id = c.closure_id AND v.revision = c.revision
             WHERE c.closure_id > $1 AND c.proposed_at >= $2 AND c.proposed_at < $3
               AND ($4 = 0 OR v.verdict <> 'clear' OR v.sample = 1
                 OR EXISTS (SELECT 1 FROM reviews r WHERE r.closure_id = c.closure_id))
             ORDER BY c.closure_id LIMIT $5",
            columns.join(", ")
        );
        let rows: Vec<JudgedColumns> = self
            .timed("read judged closures", async {
                on!(&self.pool, p => sqlx::query_as(self.sql_of(&sql)).bind(after)
                    .bind(from.as_microsecond()).bind(to.as_microsecond())
                    .bind(i64::from(to_review)).bind(i64::from(limit)).fetch_all(p).await)
            })
            .await?;
        let ids: Vec<Value> = rows.iter().map(|r| json!({"closure_id": r.1})).collect();
        let mut said = self.reviews_among(&Value::from(ids).to_string()).await?;
        rows.into_iter()
            .map(|r| {
                let (proposed_at, verdict) = split(r)?;
                Ok(Judged {
                    proposed_at,
                    reviews: said.remove(&verdict.closure_id).unwrap_or_default(),
                    verdict,
                })
            })
            .collect()
    }

    async fn reviews_among(
        &self,
        ids: &str,
    ) -> Result<BTreeMap<EventId, Vec<ReviewRow>>, LedgerError> {
        let sql = format!(
            "SELECT {} FROM {{rows: closure_id TEXT}} JOIN reviews USING (closure_id)
             ORDER BY closure_id, seq",
            reviews::COLUMNS
        );
        let rows: Vec<reviews::Columns> = self
            .timed("read reviews", async {
                on!(&self.pool, p => sqlx::query_as(self.sql_of(&sql)).bind(ids).fetch_all(p).await)
            })
            .await?;
        let mut said: BTreeMap<EventId, Vec<ReviewRow>> = BTreeMap::new();
        for row in rows {
            let row = reviews::row(row)?;
            said.entry(row.closure_id.clone()).or_default().push(row);
        }
        Ok(said)
    }
}

/// When it was proposed, and the verdict's own columns.
type JudgedColumns = (
    i64,
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

fn split(c: JudgedColumns) -> Result<(Timestamp, VerdictRow), LedgerError> {
    let verdict = closures::row((c.1, c.2, c.3, c.4, c.5, c.6, c.7, c.8, c.9, c.10))?;
    Ok((instant("closures", c.0)?, verdict))
}
