//! Sweeps: what is due, what was done about it (once), who sweeps, and how each run went.

use std::time::Duration;

use jaga_contract::TicketId;
use jiff::Timestamp;

use crate::db::{instant, on};
use crate::{Ledger, LedgerError, Tx};

/// A ticket a sweep must look at, locked by its transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTicket {
    /// The ticket.
    pub ticket_id: TicketId,
    /// (target, `warn` or `escalate`, level) already written.
    pub done: Vec<(String, String, u32)>,
}

/// A warning or an escalation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionRow {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Which deadline.
    pub target: String,
    /// `warn` or `escalate`.
    pub kind: &'static str,
    /// Which warning, or which level.
    pub level: u32,
    /// The deadline.
    pub due_at: Timestamp,
    /// The deadline's version.
    pub deadline: String,
    /// Why, for people.
    pub reason: String,
    /// When it was decided.
    pub at: Timestamp,
}

/// How a run went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepRow {
    /// Identity.
    pub sweep_id: String,
    /// Start.
    pub started_at: Timestamp,
    /// End; absent while it runs, or if it died.
    pub finished_at: Option<Timestamp>,
    /// Tickets looked at.
    pub seen: u64,
    /// Warnings written.
    pub warned: u64,
    /// Escalations written.
    pub escalated: u64,
    /// Tickets that could not be judged.
    pub errors: u64,
}

/// The right to sweep for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Rises with each change of holder.
    pub term: i64,
}

const LEASE: &str = "INSERT INTO leases (name, holder, term, held_until)
    VALUES ($1, $2, 1, {now} + $3)
  ON CONFLICT (name) DO UPDATE SET
    term = leases.term + CASE WHEN leases.holder = $2 THEN 0 ELSE 1 END,
    holder = $2, held_until = {now} + $3
  WHERE leases.holder = $2 OR leases.held_until < {now}
  RETURNING term";

impl Ledger {
    /// Takes or renews a lease by the database's clock. None: another holds it.
    pub async fn lease(
        &self,
        name: &str,
        holder: &str,
        length: Duration,
    ) -> Result<Option<Lease>, LedgerError> {
        let term: Option<i64> = self
            .timed("take a lease", async {
                on!(&self.writer, p => sqlx::query_scalar(self.sql(LEASE)).bind(name).bind(holder)
                    .bind(length.as_micros() as i64).fetch_optional(p).await)
            })
            .await?;
        Ok(term.map(|term| Lease { term }))
    }

    /// Writes a run's row, first at its start and again at its end.
    pub async fn put_sweep(&self, row: &SweepRow) -> Result<(), LedgerError> {
        self.timed("record a sweep", async {
            on!(&self.writer, p => sqlx::query(
                "INSERT INTO sweeps (sweep_id, started_at, finished_at, seen, warned, escalated, errors)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (sweep_id) DO UPDATE SET
                 finished_at = $3, seen = $4, warned = $5, escalated = $6, errors = $7")
                .bind(&row.sweep_id).bind(row.started_at.as_microsecond())
                .bind(row.finished_at.map(Timestamp::as_microsecond)).bind(row.seen as i64)
                .bind(row.warned as i64).bind(row.escalated as i64).bind(row.errors as i64)
                .execute(p).await.map(drop))
        })
        .await
    }

    /// When the last complete sweep ended.
    pub async fn last_sweep(&self) -> Result<Option<Timestamp>, LedgerError> {
        let last: Option<i64> = self
            .timed("look for the last sweep", async {
                on!(&self.pool, p =>
                    sqlx::query_scalar("SELECT max(finished_at) FROM sweeps").fetch_one(p).await)
            })
            .await?;
        last.map(|us| instant("sweeps", us)).transpose()
    }

    /// All actions, by ticket, target and level.
    pub async fn actions(&self) -> Result<Vec<ActionRow>, LedgerError> {
        type Row = (String, String, String, i64, i64, String, String, i64);
        let rows: Vec<Row> = self
            .timed("read actions", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT ticket_id, target, kind, level, due_at, deadline, reason, at FROM actions
                     ORDER BY ticket_id, target, kind, level").fetch_all(p).await)
            })
            .await?;
        rows.into_iter()
            .map(|r| {
                Ok(ActionRow {
                    ticket_id: ticket_id(r.0)?,
                    target: r.1,
                    kind: if r.2 == "warn" { "warn" } else { "escalate" },
                    level: r.3 as u32,
                    due_at: instant("actions", r.4)?,
                    deadline: r.5,
                    reason: r.6,
                    at: instant("actions", r.7)?,
                })
            })
            .collect()
    }
}

fn ticket_id(text: String) -> Result<TicketId, LedgerError> {
    TicketId::new(text).map_err(|e| LedgerError::Damaged {
        table: "tickets",
        problem: e.to_string(),
    })
}

impl Tx {
    /// Locks up to `limit` tickets whose time has come; those another sweep has locked are left to it.
    pub async fn due_tickets(
        &mut self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueTicket>, LedgerError> {
        let ledger = self.ledger.clone();
        let ids: Vec<String> = ledger
            .timed("look for due tickets", async {
                on!(&mut self.inner, t => sqlx::query_scalar(ledger.sql(
                    "SELECT ticket_id FROM tickets WHERE next_at IS NOT NULL AND next_at <= $1
                     ORDER BY next_at, ticket_id LIMIT $2 {skip}"))
                    .bind(now.as_microsecond()).bind(i64::from(limit)).fetch_all(&mut **t).await)
            })
            .await?;
        let mut due = Vec::with_capacity(ids.len());
        for id in ids {
            let id = ticket_id(id)?;
            let done = self.done_actions(&id).await?;
            due.push(DueTicket {
                ticket_id: id,
                done,
            });
        }
        Ok(due)
    }

    /// What was already written about a ticket.
    pub async fn done_actions(
        &mut self,
        id: &TicketId,
    ) -> Result<Vec<(String, String, u32)>, LedgerError> {
        let ledger = self.ledger.clone();
        let rows: Vec<(String, String, i64)> = ledger
            .timed("read a ticket's actions", async {
                on!(&mut self.inner, t => sqlx::query_as(
                    "SELECT target, kind, level FROM actions WHERE ticket_id = $1")
                    .bind(id.as_str()).fetch_all(&mut **t).await)
            })
            .await?;
        Ok(rows.into_iter().map(|(t, k, l)| (t, k, l as u32)).collect())
    }

    /// Writes an action. False: it was written before, and must not be told again.
    pub async fn record_action(&mut self, a: &ActionRow) -> Result<bool, LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("record an action", async {
                on!(&mut self.inner, t => sqlx::query(
                    "INSERT INTO actions (ticket_id, target, kind, level, due_at, deadline, reason, at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING")
                    .bind(a.ticket_id.as_str()).bind(&a.target).bind(a.kind).bind(i64::from(a.level))
                    .bind(a.due_at.as_microsecond()).bind(&a.deadline).bind(&a.reason)
                    .bind(a.at.as_microsecond())
                    .execute(&mut **t).await.map(|r| r.rows_affected() == 1))
            })
            .await
    }

    /// Says when a ticket must be looked at again.
    pub async fn look_again(
        &mut self,
        id: &TicketId,
        at: Option<Timestamp>,
    ) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("set a ticket's next look", async {
                on!(&mut self.inner, t => sqlx::query("UPDATE tickets SET next_at = $2 WHERE ticket_id = $1")
                    .bind(id.as_str()).bind(at.map(Timestamp::as_microsecond))
                    .execute(&mut **t).await.map(drop))
            })
            .await
    }
}
