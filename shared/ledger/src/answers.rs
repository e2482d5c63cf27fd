//! What became of closures, by the people who answer them: refusals and disputes, of one hand and of the
//! city. Closures from before this was kept are not counted: what is not on record is unknown.

use jaga_contract::{EventId, TicketId};
use jiff::Timestamp;

use crate::db::{instant, on};
use crate::{Hand, Ledger, LedgerError, Tx};

/// A closure of a hand, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredRow {
    /// The step that proposed it.
    pub closure_id: EventId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// When.
    pub proposed_at: Timestamp,
    /// The ticket's category; empty where it is not known.
    pub category: String,
    /// When it was first refused.
    pub refused_at: Option<Timestamp>,
    /// When the reporter first had it opened again.
    pub disputed_at: Option<Timestamp>,
}

/// How many of a unit's closures in a category were refused and disputed in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredSum {
    /// The unit; empty where it is not known.
    pub unit: String,
    /// The category; empty where it is not known.
    pub category: String,
    /// Closures.
    pub of: u32,
    /// Of them refused.
    pub refused: u32,
    /// Of them disputed.
    pub disputed: u32,
}

type Row = (String, String, i64, String, Option<i64>, Option<i64>);

fn row(r: Row) -> Result<AnsweredRow, LedgerError> {
    let damaged = |e: jaga_contract::IdError| LedgerError::Damaged {
        table: "closures",
        problem: e.to_string(),
    };
    let at = |us| instant("closures", us);
    Ok(AnsweredRow {
        closure_id: EventId::new(r.0).map_err(damaged)?,
        ticket_id: TicketId::new(r.1).map_err(damaged)?,
        proposed_at: at(r.2)?,
        category: r.3,
        refused_at: r.4.map(at).transpose()?,
        disputed_at: r.5.map(at).transpose()?,
    })
}

impl Ledger {
    /// A hand's closures proposed from `from` until before `to`, newest first, a thousand at most: over
    /// more of them a rate is no surer than anybody needs.
    pub async fn answered_by(
        &self,
        hand: Hand<'_>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<AnsweredRow>, LedgerError> {
        let (unit, officer) = hand.values();
        let rows: Vec<Row> = self
            .timed("read what became of a hand's closures", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT c.closure_id, c.ticket_id, c.proposed_at, COALESCE(t.category, ''),
                       c.refused_at, c.disputed_at
                     FROM closures c LEFT JOIN tickets t ON t.ticket_id = c.ticket_id
                     WHERE (c.unit = $1 OR c.officer = $2) AND c.followed = 1
                       AND c.proposed_at >= $3 AND c.proposed_at < $4
                     ORDER BY c.proposed_at DESC, c.closure_id LIMIT 1000")
                    .bind(&unit).bind(&officer).bind(from.as_microsecond()).bind(to.as_microsecond())
                    .fetch_all(p).await)
            })
            .await?;
        rows.into_iter().map(row).collect()
    }

    /// All closures proposed from `from` until before `to`, counted by unit and category; an answer counts
    /// that came within `follow_s` seconds of the closure.
    pub async fn answered_in_city(
        &self,
        from: Timestamp,
        to: Timestamp,
        follow_s: u32,
    ) -> Result<Vec<AnsweredSum>, LedgerError> {
        type Sum = (String, String, i64, i64, i64);
        let rows: Vec<Sum> = self
            .timed("count what became of the city's closures", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT COALESCE(c.unit, ''), COALESCE(t.category, ''), COUNT(*),
                       SUM(CASE WHEN c.refused_at - c.proposed_at <= $3 THEN 1 ELSE 0 END),
                       SUM(CASE WHEN c.disputed_at - c.proposed_at <= $3 THEN 1 ELSE 0 END)
                     FROM closures c LEFT JOIN tickets t ON t.ticket_id = c.ticket_id
                     WHERE c.followed = 1 AND c.proposed_at >= $1 AND c.proposed_at < $2
                     GROUP BY 1, 2 ORDER BY 1, 2")
                    .bind(from.as_microsecond()).bind(to.as_microsecond())
                    .bind(i64::from(follow_s) * 1_000_000).fetch_all(p).await)
            })
            .await?;
        let count = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        let sums = rows.into_iter().map(|r| AnsweredSum {
            unit: r.0,
            category: r.1,
            of: count(r.2),
            refused: count(r.3),
            disputed: count(r.4),
        });
        Ok(sums.collect())
    }
}

impl Tx {
    /// Keeps what became of a closure; true if that is news. The ticket must be locked.
    pub async fn note_answer(
        &mut self,
        closure: &EventId,
        refused_at: Option<Timestamp>,
        disputed_at: Option<Timestamp>,
    ) -> Result<bool, LedgerError> {
        let ledger = self.ledger.clone();
        let us = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
        ledger
            .timed("note what became of a closure", async {
                on!(&mut self.inner, t => sqlx::query(
                    "UPDATE closures SET refused_at = $2, disputed_at = $3, followed = 1
                     WHERE closure_id = $1 AND (followed IS NULL OR refused_at IS DISTINCT FROM $2
                       OR disputed_at IS DISTINCT FROM $3)")
                    .bind(closure.as_str()).bind(us(refused_at)).bind(us(disputed_at))
                    .execute(&mut **t).await.map(|done| done.rows_affected() > 0))
            })
            .await
    }
}
