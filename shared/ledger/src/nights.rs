//! Open tickets as a night's lists see them, a page at a time, and the lists, once per night.

use jaga_contract::TicketId;

use crate::audit::ticket_id;
use crate::db::on;
use crate::{Dues, Ledger, LedgerError, Told, Tx};

/// An open ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTicket {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The unit that holds it.
    pub owner: Option<String>,
    /// How often it was passed on.
    pub hops: u32,
    /// How often it was opened again after an end.
    pub reopened: u32,
    /// Its deadlines as they were last computed; empty where they never were.
    pub dues: Dues,
    /// What was told of it.
    pub told: Vec<Told>,
}

impl Ledger {
    /// Whether a night's lists were written.
    pub async fn has_night(&self, night: &str) -> Result<bool, LedgerError> {
        let found: i64 = self
            .timed("look for a night's lists", async {
                on!(&self.pool, p => sqlx::query_scalar(
                    "SELECT count(*) FROM nights WHERE night = $1 AND unit = '*'")
                    .bind(night).fetch_one(p).await)
            })
            .await?;
        Ok(found > 0)
    }

    /// A night's lists: unit (`*` the city, empty for tickets nobody holds) and payload as JSON.
    pub async fn night(&self, night: &str) -> Result<Vec<(String, String)>, LedgerError> {
        self.timed("read a night's lists", async {
            on!(&self.pool, p => sqlx::query_as(
                "SELECT unit, body FROM nights WHERE night = $1 ORDER BY unit")
                .bind(night).fetch_all(p).await)
        })
        .await
    }
}

type Columns = (String, Option<String>, i64, i64, Option<String>);

impl Tx {
    /// Up to `limit` open tickets after one, by their id. Nothing is locked.
    pub async fn open_after(
        &mut self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<OpenTicket>, LedgerError> {
        let ledger = self.ledger.clone();
        let rows: Vec<Columns> = ledger
            .timed("read open tickets", async {
                on!(&mut self.inner, t => sqlx::query_as(
                    "SELECT ticket_id, owner, hops, reopened, due FROM tickets
                     WHERE ticket_id > $1 AND ended_at IS NULL AND submitted_at IS NOT NULL
                     ORDER BY ticket_id LIMIT $2")
                    .bind(after).bind(i64::from(limit)).fetch_all(&mut **t).await)
            })
            .await?;
        let mut open = Vec::with_capacity(rows.len());
        let mut ids = Vec::with_capacity(rows.len());
        for (id, owner, hops, reopened, due) in rows {
            let id = ticket_id("tickets", id)?;
            ids.push(id.clone());
            open.push(OpenTicket {
                ticket_id: id,
                owner,
                hops: hops as u32,
                reopened: reopened as u32,
                dues: due
                    .and_then(|text| serde_json::from_str(&text).ok())
                    .unwrap_or_default(),
                told: Vec::new(),
            });
        }
        if ids.is_empty() {
            return Ok(open);
        }
        let mut told = self.told_of(&ids).await?;
        for ticket in &mut open {
            ticket.told = told.remove(ticket.ticket_id.as_str()).unwrap_or_default();
        }
        Ok(open)
    }

    /// Writes one list of a night. False: it was there.
    pub async fn put_night(
        &mut self,
        night: &str,
        unit: &str,
        body: &str,
    ) -> Result<bool, LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("write a night's list", async {
                on!(&mut self.inner, t => sqlx::query(
                    "INSERT INTO nights (night, unit, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                    .bind(night).bind(unit).bind(body)
                    .execute(&mut **t).await.map(|r| r.rows_affected() == 1))
            })
            .await
    }
}
