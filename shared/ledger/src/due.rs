//! Tickets to be looked at, many at a time: what is due or stale is read, and locked, in a few statements.

use std::collections::BTreeMap;

use jaga_contract::{TicketChanged, TicketId};
use jiff::Timestamp;

use crate::audit::ticket_id;
use crate::chain::Head;
use crate::db::{instant, on};
use crate::sweeps::id_list;
use crate::{Dues, LedgerError, Tx};

/// What was written about a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The deadline's key.
    pub target: String,
    /// `warn` or `escalate`.
    pub kind: String,
    /// Which warning, or which level.
    pub level: u32,
    /// The deadline's version then.
    pub deadline: String,
    /// When it was written.
    pub at: Timestamp,
}

/// How a ticket was last dated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Its deadlines; `None` before the first time.
    pub dues: Option<Dues>,
    /// Digest of the rules they were computed by.
    pub rules: Option<String>,
    /// How often they moved.
    pub re_dated: i64,
}

/// A ticket a sweep must look at, locked by its transaction.
#[derive(Debug)]
pub struct DueTicket {
    /// The ticket.
    pub ticket_id: TicketId,
    /// What was already written.
    pub told: Vec<Told>,
    /// How it was last dated.
    pub known: Known,
    /// The end of its trail.
    pub head: Head,
    /// Its history; an error where a step can't be read.
    pub steps: Result<Vec<TicketChanged>, LedgerError>,
}

type Columns = (String, Option<String>, Option<String>, i64, i64, String);
type ToldColumns = (String, String, String, i64, String, i64);

impl Tx {
    /// Locks up to `limit` tickets whose time has come; those another sweep has locked are left to it.
    pub async fn due_tickets(
        &mut self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueTicket>, LedgerError> {
        let ledger = self.ledger.clone();
        let rows: Vec<Columns> = ledger
            .timed("look for due tickets", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql(
                    "SELECT ticket_id, due, rules, re_dated, audit_seq, audit_hash FROM tickets
                     WHERE next_at IS NOT NULL AND next_at <= $1
                     ORDER BY next_at LIMIT $2 {skip}"))
                    .bind(now.as_microsecond()).bind(i64::from(limit)).fetch_all(&mut **t).await)
            })
            .await?;
        self.load(rows).await
    }

    /// Locks up to `limit` open tickets after one whose deadlines were not computed by these rules; those
    /// that another has locked are being dated by it.
    pub async fn stale_tickets(
        &mut self,
        rules: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<DueTicket>, LedgerError> {
        let ledger = self.ledger.clone();
        let rows: Vec<Columns> = ledger
            .timed("look for stale tickets", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql(
                    "SELECT ticket_id, due, rules, re_dated, audit_seq, audit_hash FROM tickets
                     WHERE ticket_id > $1 AND ended_at IS NULL AND submitted_at IS NOT NULL
                       AND (rules IS NULL OR rules <> $2)
                     ORDER BY ticket_id LIMIT $3 {skip}"))
                    .bind(after).bind(rules).bind(i64::from(limit)).fetch_all(&mut **t).await)
            })
            .await?;
        self.load(rows).await
    }

    /// Up to `limit` tickets after one that a sweep at `now` would look at, or that are stale. Nothing is
    /// locked: for a look that writes nothing.
    pub async fn due_or_stale(
        &mut self,
        rules: &str,
        now: Timestamp,
        after: &str,
        limit: u32,
    ) -> Result<Vec<DueTicket>, LedgerError> {
        let ledger = self.ledger.clone();
        let rows: Vec<Columns> = ledger
            .timed("look for due and stale tickets", async {
                on!(&mut self.inner, t => sqlx::query_as(
                    "SELECT ticket_id, due, rules, re_dated, audit_seq, audit_hash FROM tickets
                     WHERE ticket_id > $1 AND (next_at <= $2 OR (ended_at IS NULL
                       AND submitted_at IS NOT NULL AND (rules IS NULL OR rules <> $3)))
                     ORDER BY ticket_id LIMIT $4")
                    .bind(after).bind(now.as_microsecond()).bind(rules).bind(i64::from(limit))
                    .fetch_all(&mut **t).await)
            })
            .await?;
        self.load(rows).await
    }

    async fn load(&mut self, rows: Vec<Columns>) -> Result<Vec<DueTicket>, LedgerError> {
        let mut due = Vec::with_capacity(rows.len());
        let mut ids = Vec::with_capacity(rows.len());
        for (id, dues, rules, re_dated, seq, hash) in rows {
            let id = ticket_id("tickets", id)?;
            ids.push(id.clone());
            due.push(DueTicket {
                ticket_id: id,
                told: Vec::new(),
                known: known(dues, rules, re_dated),
                head: Head { seq, hash },
                steps: Ok(Vec::new()),
            });
        }
        if ids.is_empty() {
            return Ok(due);
        }
        let mut told = self.told_of(&ids).await?;
        let mut steps = self.bodies_of(&ids).await?;
        for ticket in &mut due {
            let id = ticket.ticket_id.as_str();
            ticket.told = told.remove(id).unwrap_or_default();
            ticket.steps = crate::tickets::parse(&steps.remove(id).unwrap_or_default());
        }
        Ok(due)
    }

    pub(crate) async fn told_of(
        &mut self,
        ids: &[TicketId],
    ) -> Result<BTreeMap<String, Vec<Told>>, LedgerError> {
        let list = id_list(ids);
        let ledger = self.ledger.clone();
        let rows: Vec<ToldColumns> = ledger
            .timed("read what was told", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql(
                    "SELECT a.ticket_id, a.target, a.kind, a.level, a.deadline, a.at
                     FROM {rows: ticket_id TEXT} JOIN actions a ON a.ticket_id = r.ticket_id"))
                    .bind(&list).fetch_all(&mut **t).await)
            })
            .await?;
        let mut told: BTreeMap<String, Vec<Told>> = BTreeMap::new();
        for (id, target, kind, level, deadline, at) in rows {
            told.entry(id).or_default().push(Told {
                target,
                kind,
                level: level as u32,
                deadline,
                at: instant("actions", at)?,
            });
        }
        Ok(told)
    }

    pub(crate) async fn bodies_of(
        &mut self,
        ids: &[TicketId],
    ) -> Result<BTreeMap<String, Vec<String>>, LedgerError> {
        let list = id_list(ids);
        let ledger = self.ledger.clone();
        let rows: Vec<(String, String)> = ledger
            .timed("read histories", async {
                on!(&mut self.inner, t => sqlx::query_as(ledger.sql(
                    "SELECT s.ticket_id, s.body
                     FROM {rows: ticket_id TEXT} JOIN ticket_steps s ON s.ticket_id = r.ticket_id"))
                    .bind(&list).fetch_all(&mut **t).await)
            })
            .await?;
        let mut bodies: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (id, body) in rows {
            bodies.entry(id).or_default().push(body);
        }
        Ok(bodies)
    }

    /// What was already written about a ticket, and how it was last dated.
    pub async fn dated(&mut self, id: &TicketId) -> Result<(Vec<Told>, Known), LedgerError> {
        let ledger = self.ledger.clone();
        let (dues, rules, re_dated): (Option<String>, Option<String>, i64) = ledger
            .timed("read a ticket's deadlines", async {
                on!(&mut self.inner, t => sqlx::query_as(
                    "SELECT due, rules, re_dated FROM tickets WHERE ticket_id = $1")
                    .bind(id.as_str()).fetch_one(&mut **t).await)
            })
            .await?;
        let mut told = self.told_of(std::slice::from_ref(id)).await?;
        let told = told.remove(id.as_str()).unwrap_or_default();
        Ok((told, known(dues, rules, re_dated)))
    }
}

fn known(dues: Option<String>, rules: Option<String>, re_dated: i64) -> Known {
    Known {
        // One that can't be read was written by a newer binary: then it is dated as if anew.
        dues: dues.and_then(|text| serde_json::from_str(&text).ok()),
        rules,
        re_dated,
    }
}
