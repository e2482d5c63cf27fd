//! The outbox: what must be published, written with the state it tells of.

use std::time::Duration;

use jaga_contract::{Envelope, EventData, EventId};
use jiff::Timestamp;

use crate::db::on;
use crate::{Ledger, LedgerError, Tx};

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Exchange `crm`: as if the CRM had said it.
    Crm(&'static str),
    /// Exchange `jaga`: an event of ours.
    Jaga(&'static str),
    /// Straight to a worker's queue: a delayed retry or a replay.
    Queue(&'static str),
}

impl Route {
    fn parts(&self) -> (&'static str, &'static str) {
        match self {
            Self::Crm(key) => ("crm", key),
            Self::Jaga(key) => ("jaga", key),
            Self::Queue(queue) => ("", queue),
        }
    }
}

/// A message to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Identity; the same however often it is sent.
    pub event_id: String,
    /// `crm`, `jaga` or empty for the default exchange.
    pub exchange: String,
    /// Event type, or queue name for the default exchange.
    pub routing_key: String,
    /// The bytes.
    pub body: Vec<u8>,
}

/// An event of ours, ready for the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Identity; the same however often it is sent.
    pub event_id: String,
    /// Its type.
    pub kind: &'static str,
    /// The envelope as JSON.
    pub body: String,
}

impl Outgoing {
    /// Built from several ids, an event's id may outgrow the limit of one: then its digest stands for it.
    pub fn new<T: EventData>(
        id: &str,
        source: &'static str,
        time: Timestamp,
        data: T,
    ) -> Result<Self, LedgerError> {
        let damaged = |problem: String| LedgerError::Damaged {
            table: "outbox",
            problem,
        };
        let id = EventId::new(id)
            .or_else(|_| EventId::new(blake3::hash(id.as_bytes()).to_hex().to_string()))
            .map_err(|e| damaged(e.to_string()))?;
        let envelope = Envelope::new(id, source, time, data);
        let body = envelope.to_bytes().map_err(|e| damaged(e.to_string()))?;
        Ok(Self {
            event_id: envelope.id.as_str().to_owned(),
            kind: T::TYPE,
            body: String::from_utf8(body).map_err(|e| damaged(e.to_string()))?,
        })
    }
}

const TAKE: &str = "UPDATE outbox SET taken_until = {now} + $2 WHERE event_id IN (
    SELECT event_id FROM outbox WHERE sent_at IS NULL AND due_at <= {now} AND taken_until < {now}
    ORDER BY due_at LIMIT $1 {skip})
  RETURNING event_id, exchange, routing_key, body, due_at";

impl Ledger {
    /// Takes up to `limit` due rows, oldest first; other relays leave them alone for `lease`.
    pub async fn take_due(
        &self,
        limit: u32,
        lease: Duration,
    ) -> Result<Vec<OutboxRow>, LedgerError> {
        let lease = lease.as_micros() as i64;
        let mut rows: Vec<(String, String, String, Vec<u8>, i64)> = self
            .timed("take from the outbox", async {
                on!(&self.writer, p => sqlx::query_as(self.sql(TAKE))
                    .bind(i64::from(limit)).bind(lease).fetch_all(p).await)
            })
            .await?;
        rows.sort_by(|a, b| (a.4, &a.0).cmp(&(b.4, &b.0)));
        let row = |(event_id, exchange, routing_key, body, _)| OutboxRow {
            event_id,
            exchange,
            routing_key,
            body,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Marks rows sent: only those the bus has confirmed.
    pub async fn mark_sent(&self, event_ids: &[String]) -> Result<(), LedgerError> {
        self.mark(
            event_ids,
            "UPDATE outbox SET sent_at = {now} WHERE event_id = $1",
        )
        .await
    }

    /// Frees rows that were taken and not sent.
    pub async fn free(&self, event_ids: &[String]) -> Result<(), LedgerError> {
        self.mark(
            event_ids,
            "UPDATE outbox SET taken_until = 0 WHERE event_id = $1",
        )
        .await
    }

    async fn mark(&self, event_ids: &[String], sql: &'static str) -> Result<(), LedgerError> {
        if event_ids.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        self.timed("mark the outbox", async {
            for id in event_ids {
                on!(&mut tx.inner, t =>
                    sqlx::query(self.sql(sql)).bind(id).execute(&mut **t).await.map(drop))?;
            }
            Ok(())
        })
        .await?;
        tx.commit().await
    }

    /// How many rows wait to be sent, and since when the oldest that is due waits.
    pub async fn unsent(&self) -> Result<(i64, Option<Timestamp>), LedgerError> {
        let (count, oldest): (i64, Option<i64>) = self
            .timed("count the outbox", async {
                on!(&self.pool, p => sqlx::query_as(self.sql(
                    "SELECT count(*), min(CASE WHEN due_at <= {now} THEN due_at END)
                     FROM outbox WHERE sent_at IS NULL")).fetch_one(p).await)
            })
            .await?;
        let oldest = oldest
            .map(|us| crate::db::instant("outbox", us))
            .transpose()?;
        Ok((count, oldest))
    }

    /// Forgets rows sent longer ago than `keep`; returns how many.
    pub async fn prune_outbox(&self, keep: Duration) -> Result<u64, LedgerError> {
        let keep = keep.as_micros() as i64;
        self.timed("prune the outbox", async {
            on!(&self.writer, p => sqlx::query(self.sql(
                "DELETE FROM outbox WHERE sent_at IS NOT NULL AND sent_at < {now} - $1"))
                .bind(keep).execute(p).await.map(|r| r.rows_affected()))
        })
        .await
    }
}

impl Tx {
    /// Puts bytes in the outbox; the same id again is a no-op.
    pub async fn publish(
        &mut self,
        event_id: &str,
        route: &Route,
        body: &[u8],
        after: Duration,
    ) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        let (exchange, key) = route.parts();
        ledger
            .timed("write to the outbox", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(
                    "INSERT INTO outbox
                       (event_id, exchange, routing_key, body, created_at, due_at, taken_until)
                     VALUES ($1, $2, $3, $4, {now}, {now} + $5, 0) ON CONFLICT (event_id) DO NOTHING"))
                    .bind(event_id).bind(exchange).bind(key).bind(body)
                    .bind(after.as_micros() as i64).execute(&mut **t).await.map(drop))
            })
            .await?;
        self.filled = true;
        Ok(())
    }

    /// Puts an event of ours in the outbox.
    pub async fn emit<T: EventData>(
        &mut self,
        id: &str,
        source: &'static str,
        time: Timestamp,
        data: T,
    ) -> Result<(), LedgerError> {
        let event = Outgoing::new(id, source, time, data)?;
        let route = Route::Jaga(event.kind);
        self.publish(
            &event.event_id,
            &route,
            event.body.as_bytes(),
            Duration::ZERO,
        )
        .await
    }

    /// Puts many events of ours in the outbox in one statement; ids that are there are left alone.
    pub async fn emit_all(&mut self, events: &[Outgoing]) -> Result<(), LedgerError> {
        if events.is_empty() {
            return Ok(());
        }
        let list: Vec<_> = events
            .iter()
            .map(|e| serde_json::json!({"event_id": e.event_id, "kind": e.kind, "body": e.body}))
            .collect();
        let list = serde_json::Value::from(list).to_string();
        let ledger = self.ledger.clone();
        ledger
            .timed("write to the outbox", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(
                    "INSERT INTO outbox
                       (event_id, exchange, routing_key, body, created_at, due_at, taken_until)
                     SELECT r.event_id, 'jaga', r.kind, {bytes: r.body}, c.at, c.at, 0
                     FROM {rows: event_id TEXT, kind TEXT, body TEXT}, (SELECT {now} AS at) AS c
                     WHERE true ON CONFLICT (event_id) DO NOTHING"))
                    .bind(&list).execute(&mut **t).await.map(drop))
            })
            .await?;
        self.filled = true;
        Ok(())
    }
}
