//! Sweeps: what was done (once), who sweeps, and how each run went.

use std::time::Duration;

use jaga_contract::TicketId;
use jiff::Timestamp;

use serde_json::json;

use crate::audit::ticket_id;
use crate::db::{instant, on};
use crate::{Ledger, LedgerError, Tx};

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
    /// `due` or `full`.
    pub kind: &'static str,
    /// Digest of the policies and calendars that it judged by.
    pub rules: String,
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
    /// Tickets whose deadlines moved.
    pub re_dated: u64,
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

/// The last full run that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullRun {
    /// When it started.
    pub started_at: Timestamp,
    /// By which rules it judged.
    pub rules: String,
    /// When the first full run by these rules started, since others were in force.
    pub rules_since: Timestamp,
}

const LAST_FULL: &str = "WITH full_runs AS
    (SELECT started_at, rules FROM sweeps WHERE kind = 'full' AND finished_at IS NOT NULL)
  SELECT l.started_at, l.rules,
    (SELECT min(f.started_at) FROM full_runs f WHERE f.started_at > COALESCE(
      (SELECT max(o.started_at) FROM full_runs o WHERE COALESCE(o.rules, '') <> COALESCE(l.rules, '')), 0))
  FROM full_runs l ORDER BY l.started_at DESC LIMIT 1";

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
        let mut tx = self.begin().await?;
        tx.put_sweep(row).await?;
        tx.commit().await
    }

    /// The last full run that ended.
    pub async fn last_full_sweep(&self) -> Result<Option<FullRun>, LedgerError> {
        let last: Option<(i64, Option<String>, i64)> = self
            .timed("look for the last full sweep", async {
                on!(&self.pool, p => sqlx::query_as(LAST_FULL).fetch_optional(p).await)
            })
            .await?;
        last.map(|(started, rules, since)| {
            Ok(FullRun {
                started_at: instant("sweeps", started)?,
                rules: rules.unwrap_or_default(),
                rules_since: instant("sweeps", since)?,
            })
        })
        .transpose()
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
        let rows: Vec<ActionColumns> = self
            .timed("read actions", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT ticket_id, target, kind, level, due_at, deadline, reason, at FROM actions
                     ORDER BY ticket_id, target, kind, level, at").fetch_all(p).await)
            })
            .await?;
        rows.into_iter().map(action_row).collect()
    }
}

pub(crate) type ActionColumns = (String, String, String, i64, i64, String, String, i64);

pub(crate) const ACTION_COLUMNS: &str =
    "ticket_id, target, kind, level, due_at, deadline, reason, at";

pub(crate) fn action_row(r: ActionColumns) -> Result<ActionRow, LedgerError> {
    Ok(ActionRow {
        ticket_id: ticket_id("actions", r.0)?,
        target: r.1,
        kind: if r.2 == "warn" { "warn" } else { "escalate" },
        level: r.3 as u32,
        due_at: instant("actions", r.4)?,
        deadline: r.5,
        reason: r.6,
        at: instant("actions", r.7)?,
    })
}

/// Tickets as the JSON list that `{rows: ticket_id TEXT}` reads.
pub(crate) fn id_list(ids: &[TicketId]) -> String {
    let list: Vec<_> = ids.iter().map(|id| json!({"ticket_id": id})).collect();
    serde_json::Value::from(list).to_string()
}

impl Tx {
    /// Writes a run's row; at its end in one transaction with the event that tells of it.
    pub async fn put_sweep(&mut self, row: &SweepRow) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("record a sweep", async {
                on!(&mut self.inner, t => sqlx::query(
                    "INSERT INTO sweeps (sweep_id, started_at, finished_at, seen, warned, escalated, errors,
                       kind, re_dated, rules)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (sweep_id) DO UPDATE SET
                     finished_at = $3, seen = $4, warned = $5, escalated = $6, errors = $7, re_dated = $9")
                    .bind(&row.sweep_id).bind(row.started_at.as_microsecond())
                    .bind(row.finished_at.map(Timestamp::as_microsecond)).bind(row.seen as i64)
                    .bind(row.warned as i64).bind(row.escalated as i64).bind(row.errors as i64)
                    .bind(row.kind).bind(row.re_dated as i64).bind(&row.rules)
                    .execute(&mut **t).await.map(drop))
            })
            .await
    }

    /// Whether the lease is still this holder's, under this term. Asked in the transaction that writes: a
    /// holder that slept until another took over writes nothing more. One that merely was slow, and whom
    /// nobody followed, may go on.
    pub async fn still_holds(
        &mut self,
        name: &str,
        holder: &str,
        lease: Lease,
    ) -> Result<bool, LedgerError> {
        let ledger = self.ledger.clone();
        let held: i64 = ledger
            .timed("look at a lease", async {
                on!(&mut self.inner, t => sqlx::query_scalar(ledger.sql(
                    "SELECT count(*) FROM leases
                     WHERE name = $1 AND holder = $2 AND term = $3"))
                    .bind(name).bind(holder).bind(lease.term).fetch_one(&mut **t).await)
            })
            .await?;
        Ok(held == 1)
    }
}
