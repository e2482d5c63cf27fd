//! Tickets: the append-only history, and the row it amounts to.

use std::collections::BTreeSet;

use jaga_contract::{TicketChanged, TicketId};
use jiff::Timestamp;
use sqlx::Row;

use crate::db::{instant, on};
use crate::{Ledger, LedgerError, Tx};

/// What a ticket's history amounts to.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketRow {
    /// Identity.
    pub ticket_id: TicketId,
    /// The state's name.
    pub state: String,
    /// When the report was made; unknown while its later steps came first.
    pub submitted_at: Option<Timestamp>,
    /// The channel.
    pub channel: Option<String>,
    /// The category.
    pub category: Option<String>,
    /// Private or secret (or not yet known): nothing of it is published.
    pub withheld: bool,
    /// Latitude, longitude.
    pub point: Option<(f64, f64)>,
    /// The kelurahan on the ticket.
    pub kelurahan: Option<String>,
    /// The address as the reporter wrote it.
    pub address: Option<String>,
    /// The unit that holds it.
    pub owner: Option<String>,
    /// When a sweep must look again.
    pub next_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How often it was passed on.
    pub hops: u32,
    /// How often it was opened again after an end.
    pub reopened: u32,
}

fn us(t: Option<Timestamp>) -> Option<i64> {
    t.map(Timestamp::as_microsecond)
}

impl Ledger {
    /// One ticket.
    pub async fn ticket(&self, id: &TicketId) -> Result<Option<TicketRow>, LedgerError> {
        on!(&self.pool, p => {
            let row = self
                .timed("read a ticket", async {
                    sqlx::query("SELECT * FROM tickets WHERE ticket_id = $1")
                        .bind(id.as_str()).fetch_optional(p).await
                })
                .await?;
            let Some(r) = row else { return Ok(None) };
            let time = |name: &str| {
                r.get::<Option<i64>, _>(name).map(|v| instant("tickets", v)).transpose()
            };
            Ok(Some(TicketRow {
                ticket_id: id.clone(),
                state: r.get("state"),
                submitted_at: time("submitted_at")?,
                channel: r.get("channel"),
                category: r.get("category"),
                withheld: r.get::<i64, _>("withheld") != 0,
                point: r.get::<Option<f64>, _>("point_lat").zip(r.get::<Option<f64>, _>("point_lon")),
                kelurahan: r.get("kelurahan"),
                address: r.get("address"),
                owner: r.get("owner"),
                next_at: time("next_at")?,
                ended_at: time("ended_at")?,
                hops: r.get::<i64, _>("hops") as u32,
                reopened: r.get::<i64, _>("reopened") as u32,
            }))
        })
    }

    /// The tickets that are known to be public.
    pub async fn open_tickets(&self) -> Result<BTreeSet<TicketId>, LedgerError> {
        let ids: Vec<String> = self
            .timed("read the public tickets", async {
                on!(&self.pool, p => sqlx::query_scalar(
                    "SELECT ticket_id FROM tickets WHERE withheld = 0").fetch_all(p).await)
            })
            .await?;
        ids.into_iter().map(ticket_id).collect()
    }

    /// Every ticket that has not ended, in the order of their ids.
    pub async fn unfinished_tickets(&self) -> Result<Vec<TicketId>, LedgerError> {
        let ids: Vec<String> = self
            .timed("list the unfinished tickets", async {
                on!(&self.pool, p => sqlx::query_scalar(
                    "SELECT ticket_id FROM tickets WHERE ended_at IS NULL ORDER BY ticket_id").fetch_all(p).await)
            })
            .await?;
        Ok(ids
            .into_iter()
            .filter_map(|id| TicketId::new(id).ok())
            .collect())
    }

    /// How many tickets there are, by state.
    pub async fn ticket_counts(&self) -> Result<Vec<(String, i64)>, LedgerError> {
        self.timed("count tickets", async {
            on!(&self.pool, p => sqlx::query_as(
                "SELECT state, count(*) FROM tickets GROUP BY state ORDER BY state").fetch_all(p).await)
        })
        .await
    }

    /// A ticket's steps, in no particular order.
    pub async fn steps(&self, id: &TicketId) -> Result<Vec<TicketChanged>, LedgerError> {
        let bodies: Vec<String> = self
            .timed("read a history", async {
                on!(&self.pool, p => sqlx::query_scalar(STEPS).bind(id.as_str()).fetch_all(p).await)
            })
            .await?;
        parse(&bodies)
    }
}

fn ticket_id(id: String) -> Result<TicketId, LedgerError> {
    TicketId::new(id).map_err(|e| LedgerError::Damaged {
        table: "tickets",
        problem: e.to_string(),
    })
}

const STEPS: &str = "SELECT body FROM ticket_steps WHERE ticket_id = $1";

pub(crate) fn parse(bodies: &[String]) -> Result<Vec<TicketChanged>, LedgerError> {
    bodies
        .iter()
        .map(|b| {
            serde_json::from_str(b).map_err(|e| LedgerError::Damaged {
                table: "ticket_steps",
                problem: e.to_string(),
            })
        })
        .collect()
}

impl Tx {
    /// Adds a step. False: it was there.
    pub async fn add_step(&mut self, step: &TicketChanged) -> Result<bool, LedgerError> {
        let ledger = self.ledger.clone();
        let body = serde_json::to_string(step).map_err(|e| LedgerError::Damaged {
            table: "ticket_steps",
            problem: e.to_string(),
        })?;
        ledger
            .timed("add a step", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(
                    "INSERT INTO ticket_steps (event_id, ticket_id, occurred_at, body, received_at)
                     VALUES ($1, $2, $3, $4, {now}) ON CONFLICT (event_id) DO NOTHING"))
                    .bind(step.event_id.as_str()).bind(step.ticket_id.as_str())
                    .bind(step.occurred_at.as_microsecond()).bind(&body)
                    .execute(&mut **t).await.map(|r| r.rows_affected() == 1))
            })
            .await
    }

    /// Makes this transaction the only writer of a ticket until it ends; makes the row if it is new.
    pub async fn lock_ticket(&mut self, id: &TicketId) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("make a ticket", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(
                    "INSERT INTO tickets (ticket_id, state, withheld, updated_at)
                     VALUES ($1, 'unsubmitted', 1, {now}) ON CONFLICT (ticket_id) DO NOTHING"))
                    .bind(id.as_str()).execute(&mut **t).await.map(drop))
            })
            .await?;
        self.lock_known(id).await
    }

    /// The same, and makes none: without a row there is nothing to lock.
    pub(crate) async fn lock_known(&mut self, id: &TicketId) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("lock a ticket", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(
                    "SELECT ticket_id FROM tickets WHERE ticket_id = $1 {lock}"))
                    .bind(id.as_str()).fetch_optional(&mut **t).await.map(drop))
            })
            .await
    }

    /// A ticket's steps as this transaction sees them.
    pub async fn steps(&mut self, id: &TicketId) -> Result<Vec<TicketChanged>, LedgerError> {
        let ledger = self.ledger.clone();
        let bodies: Vec<String> = ledger
            .timed("read a history", async {
                on!(&mut self.inner, t =>
                    sqlx::query_scalar(STEPS).bind(id.as_str()).fetch_all(&mut **t).await)
            })
            .await?;
        parse(&bodies)
    }

    /// Writes what the history amounts to. The ticket must be locked.
    pub async fn put_ticket(&mut self, row: &TicketRow) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("write a ticket", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(
                    "UPDATE tickets SET state = $2, submitted_at = $3, channel = $4, category = $5,
                       withheld = $6, point_lat = $7, point_lon = $8, kelurahan = $9, owner = $10,
                       next_at = $11, ended_at = $12, address = $13, hops = $14,
                       reopened = $15, updated_at = {now} WHERE ticket_id = $1"))
                    .bind(row.ticket_id.as_str()).bind(&row.state).bind(us(row.submitted_at))
                    .bind(&row.channel).bind(&row.category).bind(i64::from(row.withheld))
                    .bind(row.point.map(|p| p.0)).bind(row.point.map(|p| p.1)).bind(&row.kelurahan)
                    .bind(&row.owner).bind(us(row.next_at)).bind(us(row.ended_at))
                    .bind(&row.address).bind(i64::from(row.hops)).bind(i64::from(row.reopened))
                    .execute(&mut **t).await.map(drop))
            })
            .await
    }
}
