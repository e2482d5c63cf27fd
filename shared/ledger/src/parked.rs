//! Parked messages: put aside with their bytes and the reason, to be replayed or dropped by a person.

use std::time::Duration;

use jiff::Timestamp;

use crate::db::{instant, on};
use crate::{Claimed, Ledger, LedgerError, Route, Tx};

/// A parked message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedRow {
    /// Short and stable: the same message parks under the same id.
    pub parked_id: String,
    /// The worker that parked it.
    pub worker: String,
    /// The message, or the digest of bytes that were no message.
    pub message_id: String,
    /// A stable code.
    pub reason: String,
    /// For people.
    pub detail: String,
    /// The bytes as they came.
    pub body: Vec<u8>,
    /// How often work on it was started.
    pub attempts: i64,
    /// `parked`, `replayed` or `dropped`.
    pub state: String,
    /// When.
    pub parked_at: Timestamp,
}

/// Something that happened to a parked message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedEvent {
    /// When.
    pub at: Timestamp,
    /// `parked`, `replayed` or `dropped`.
    pub what: String,
    /// The reason given.
    pub detail: String,
}

type Row = (
    String,
    String,
    String,
    String,
    String,
    Vec<u8>,
    i64,
    String,
    i64,
);

fn row(r: Row) -> Result<ParkedRow, LedgerError> {
    let parked_at = instant("parked", r.8)?;
    Ok(ParkedRow {
        parked_id: r.0,
        worker: r.1,
        message_id: r.2,
        reason: r.3,
        detail: r.4,
        body: r.5,
        attempts: r.6,
        state: r.7,
        parked_at,
    })
}

fn parked_id(worker: &str, message_id: &str) -> String {
    let digest = blake3::hash(format!("{worker}\n{message_id}").as_bytes());
    digest.to_hex()[..12].to_owned()
}

impl Ledger {
    /// Everything parked (or, with `all`, ever parked), oldest first.
    pub async fn parked(&self, all: bool) -> Result<Vec<ParkedRow>, LedgerError> {
        let rows: Vec<Row> = self
            .timed("list what is parked", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT parked_id, worker, message_id, reason, detail, body, attempts, state, parked_at
                     FROM parked WHERE state = 'parked' OR $1 = 1 ORDER BY parked_at, parked_id")
                    .bind(i64::from(all)).fetch_all(p).await)
            })
            .await?;
        rows.into_iter().map(row).collect()
    }

    /// One parked message and what happened to it.
    pub async fn parked_one(
        &self,
        id: &str,
    ) -> Result<Option<(ParkedRow, Vec<ParkedEvent>)>, LedgerError> {
        let found: Option<Row> = self
            .timed("read a parked message", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT parked_id, worker, message_id, reason, detail, body, attempts, state, parked_at
                     FROM parked WHERE parked_id = $1").bind(id).fetch_optional(p).await)
            })
            .await?;
        let found = found.map(row).transpose()?;
        let Some(found) = found else { return Ok(None) };
        let events: Vec<(i64, String, String)> = self
            .timed("read a parked message's history", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT at, what, detail FROM parked_history WHERE parked_id = $1 ORDER BY at")
                    .bind(id).fetch_all(p).await)
            })
            .await?;
        let event = |(at, what, detail)| {
            Ok(ParkedEvent {
                at: instant("parked_history", at)?,
                what,
                detail,
            })
        };
        let events: Result<_, LedgerError> = events.into_iter().map(event).collect();
        Ok(Some((found, events?)))
    }

    /// Sends a parked message to its worker again, with a clean count. False: nothing parked has that id.
    pub async fn replay(&self, id: &str) -> Result<bool, LedgerError> {
        let Some((found, history)) = self.parked_one(id).await? else {
            return Ok(false);
        };
        let Some(queue) = WORKERS.iter().find(|w| **w == found.worker) else {
            return Err(LedgerError::Damaged {
                table: "parked",
                problem: "no worker has that name".into(),
            });
        };
        let mut tx = self.begin().await?;
        if !tx.resolve(id, "replayed", "").await? {
            return Ok(false);
        }
        self.timed("reset a message", async {
            on!(&mut tx.inner, t => sqlx::query(
                "UPDATE inbox SET state = 'waiting', attempts = 0, lease_until = 0, finished_at = NULL
                 WHERE worker = $1 AND message_id = $2 AND state = 'parked'")
                .bind(&found.worker).bind(&found.message_id).execute(&mut **t).await.map(drop))
        })
        .await?;
        let event_id = format!("replay:{id}:{}", history.len());
        tx.publish(&event_id, &Route::Queue(queue), &found.body, Duration::ZERO)
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Gives a parked message up, for a reason that stays on record. False: nothing parked has that id.
    pub async fn drop_parked(&self, id: &str, why: &str) -> Result<bool, LedgerError> {
        let mut tx = self.begin().await?;
        let done = tx.resolve(id, "dropped", why).await?;
        tx.commit().await?;
        Ok(done)
    }
}

/// The queues a message can be sent back to.
const WORKERS: [&str; 3] = ["intake", "photo", "closure"];

impl Tx {
    /// Parks a message: with its claim, or without one where the bytes were no message (then `message_id`
    /// is a digest of them). Parking the same message again only adds to its history.
    pub async fn park(
        &mut self,
        worker: &str,
        message_id: &str,
        claimed: Option<&Claimed>,
        (reason, detail): (&str, &str),
        body: &[u8],
    ) -> Result<String, LedgerError> {
        match claimed {
            Some(claimed) => self.end(claimed, "parked").await?,
            None => self.end_unclaimed(worker, message_id).await?,
        }
        let id = parked_id(worker, message_id);
        let attempts = claimed.map_or(0, |c| c.attempt);
        let ledger = self.ledger.clone();
        let rows = ledger
            .timed("park a message", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(
                    "INSERT INTO parked (parked_id, worker, message_id, reason, detail, body, attempts,
                       state, parked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'parked', {now})
                     ON CONFLICT (parked_id) DO UPDATE SET reason = $4, detail = $5, attempts = $7,
                       state = 'parked', parked_at = {now} WHERE parked.state <> 'parked'"))
                    .bind(&id).bind(worker).bind(message_id).bind(reason).bind(detail).bind(body)
                    .bind(attempts).execute(&mut **t).await.map(|r| r.rows_affected()))
            })
            .await?;
        if rows == 1 {
            self.note(&id, "parked", &format!("{reason}: {detail}"))
                .await?;
        }
        Ok(id)
    }

    /// Ends a message nobody holds (its attempts are used up, or the broker gave it up).
    /// [`LedgerError::AlreadyDone`] if it had its effect; unknown messages are fine.
    async fn end_unclaimed(&mut self, worker: &str, message_id: &str) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        let state: Option<String> = ledger
            .timed("end a message", async {
                on!(&mut self.inner, t => {
                    sqlx::query(ledger.sql(
                        "UPDATE inbox SET state = 'parked', finished_at = {now}, lease_until = 0
                         WHERE worker = $1 AND message_id = $2 AND state IN ('claimed', 'waiting')"))
                        .bind(worker).bind(message_id).execute(&mut **t).await?;
                    sqlx::query_scalar("SELECT state FROM inbox WHERE worker = $1 AND message_id = $2")
                        .bind(worker).bind(message_id).fetch_optional(&mut **t).await
                })
            })
            .await?;
        if state.as_deref() == Some("done") {
            Err(LedgerError::AlreadyDone)
        } else {
            Ok(())
        }
    }

    async fn resolve(&mut self, id: &str, to: &str, why: &str) -> Result<bool, LedgerError> {
        let ledger = self.ledger.clone();
        let rows = ledger
            .timed("resolve a parked message", async {
                on!(&mut self.inner, t => sqlx::query(
                    "UPDATE parked SET state = $2 WHERE parked_id = $1 AND state = 'parked'")
                    .bind(id).bind(to).execute(&mut **t).await.map(|r| r.rows_affected()))
            })
            .await?;
        if rows == 1 {
            self.note(id, to, why).await?;
        }
        Ok(rows == 1)
    }

    async fn note(&mut self, id: &str, what: &str, detail: &str) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("note a parked message's history", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(
                    "INSERT INTO parked_history (parked_id, at, what, detail)
                     VALUES ($1, {now}, $2, $3)"))
                    .bind(id).bind(what).bind(detail).execute(&mut **t).await.map(drop))
            })
            .await
    }
}
