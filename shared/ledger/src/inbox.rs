//! The inbox: who works on which message, how often it was started, and that it has effect once.

use std::time::Duration;

use jiff::Timestamp;

use crate::db::{instant, on};
use crate::{Ledger, LedgerError, Route, Tx};

/// The right to work on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The worker's name.
    pub worker: &'static str,
    /// The message.
    pub message_id: String,
    /// Random per claim.
    pub holder: String,
    /// This start included, from 1.
    pub attempt: i64,
    /// When the message was first seen, by the database's clock.
    pub first_seen: Timestamp,
}

/// The answer to "may I work on this?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Yes.
    Yours(Claimed),
    /// Another holder is alive and at it until then, or longer.
    Busy(Timestamp),
    /// It had its effect.
    Done,
    /// It was put aside.
    Parked,
    /// It was started as often as allowed and never finished.
    Exhausted {
        /// How often it was started.
        attempts: i64,
    },
}

const CLAIM: &str = "INSERT INTO inbox
    (worker, message_id, state, attempts, first_seen, started_at, holder, lease_until)
  VALUES ($1, $2, 'claimed', 1, {now}, {now}, $3, {now} + $4)
  ON CONFLICT (worker, message_id) DO UPDATE SET
    state = 'claimed', attempts = inbox.attempts + 1, started_at = {now}, holder = $3,
    lease_until = {now} + $4
  WHERE inbox.state IN ('claimed', 'waiting') AND inbox.lease_until < {now} AND inbox.attempts < $5
  RETURNING attempts, first_seen";

impl Ledger {
    /// Asks for a message. Commits the start before the dangerous step.
    pub async fn claim(
        &self,
        worker: &'static str,
        message_id: &str,
        holder: &str,
        lease: Duration,
        max_attempts: u32,
    ) -> Result<Claim, LedgerError> {
        let lease = lease.as_micros() as i64;
        let taken: Option<(i64, i64)> = self
            .timed("claim a message", async {
                on!(&self.writer, p => sqlx::query_as(self.sql(CLAIM))
                    .bind(worker).bind(message_id).bind(holder).bind(lease)
                    .bind(i64::from(max_attempts)).fetch_optional(p).await)
            })
            .await?;
        if let Some((attempt, first_seen)) = taken {
            return Ok(Claim::Yours(Claimed {
                worker,
                message_id: message_id.to_owned(),
                holder: holder.to_owned(),
                attempt,
                first_seen: instant("inbox", first_seen)?,
            }));
        }
        self.why_not(worker, message_id, max_attempts).await
    }

    pub(crate) async fn why_not(
        &self,
        worker: &str,
        message_id: &str,
        max_attempts: u32,
    ) -> Result<Claim, LedgerError> {
        let row: Option<(String, i64, i64, i64)> = self
            .timed("look at a claimed message", async {
                on!(&self.pool, p => sqlx::query_as(self.sql(
                    "SELECT state, attempts, lease_until, {now} FROM inbox
                     WHERE worker = $1 AND message_id = $2"))
                    .bind(worker).bind(message_id).fetch_optional(p).await)
            })
            .await?;
        Ok(match row {
            Some((state, ..)) if state == "done" => Claim::Done,
            Some((state, ..)) if state == "parked" => Claim::Parked,
            Some((_, attempts, until, now))
                if until < now && attempts >= i64::from(max_attempts) =>
            {
                Claim::Exhausted { attempts }
            }
            // Held, or come free between the two statements: then the next question gets it.
            Some((_, _, until, _)) => Claim::Busy(instant("inbox", until)?),
            // Pruned between the two statements: as good as busy for a moment.
            None => Claim::Busy(Timestamp::UNIX_EPOCH),
        })
    }

    /// Says that the holder is alive. False: the claim is not (any longer) this holder's.
    pub async fn renew(&self, claimed: &Claimed, lease: Duration) -> Result<bool, LedgerError> {
        let lease = lease.as_micros() as i64;
        self.timed("renew a lease", async {
            let rows = on!(&self.writer, p => sqlx::query(self.sql(
                "UPDATE inbox SET lease_until = {now} + $4
                 WHERE worker = $1 AND message_id = $2 AND holder = $3 AND state = 'claimed'"))
                .bind(claimed.worker).bind(&claimed.message_id).bind(&claimed.holder).bind(lease)
                .execute(p).await?.rows_affected());
            Ok(rows == 1)
        })
        .await
    }

    /// Gives a message back as if it had never been started: a shutdown or a dead dependency is not
    /// the message's fault.
    pub async fn give_back(&self, claimed: &Claimed) -> Result<(), LedgerError> {
        self.timed("give a message back", async {
            on!(&self.writer, p => sqlx::query(
                "UPDATE inbox SET state = 'waiting', attempts = attempts - 1, lease_until = 0
                 WHERE worker = $1 AND message_id = $2 AND holder = $3 AND state = 'claimed'")
                .bind(claimed.worker).bind(&claimed.message_id).bind(&claimed.holder)
                .execute(p).await.map(drop))
        })
        .await
    }

    /// Ends an attempt and brings the same bytes back after a delay, through the outbox.
    /// `innocent`: the attempt does not count (it only had to wait for something). False: the claim is
    /// no longer this holder's (it is done, or another's), and nothing was written.
    pub async fn again(
        &self,
        claimed: &Claimed,
        body: &[u8],
        after: Duration,
        innocent: bool,
    ) -> Result<bool, LedgerError> {
        let mut tx = self.begin().await?;
        let refund = i64::from(innocent);
        let rows = self
            .timed("end an attempt", async {
                on!(&mut tx.inner, t => sqlx::query(
                    "UPDATE inbox SET state = 'waiting', attempts = attempts - $4, lease_until = 0
                     WHERE worker = $1 AND message_id = $2 AND holder = $3 AND state = 'claimed'")
                    .bind(claimed.worker).bind(&claimed.message_id).bind(&claimed.holder)
                    .bind(refund).execute(&mut **t).await.map(|r| r.rows_affected()))
            })
            .await?;
        if rows == 0 {
            return Ok(false);
        }
        let id = format!("again:{}:{}", claimed.worker, claimed.holder);
        tx.publish(&id, &Route::Queue(claimed.worker), body, after)
            .await?;
        tx.commit().await.map(|()| true)
    }
}

impl Tx {
    /// Marks a message done, in the transaction that carries its effect.
    /// [`LedgerError::AlreadyDone`] if it had its effect before: drop the transaction.
    pub async fn finish(&mut self, claimed: &Claimed) -> Result<(), LedgerError> {
        self.end(claimed, "done").await
    }

    pub(crate) async fn end(
        &mut self,
        claimed: &Claimed,
        state: &'static str,
    ) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        let rows = ledger
            .timed("finish a message", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(
                    "UPDATE inbox SET state = $3, finished_at = {now}, lease_until = 0
                     WHERE worker = $1 AND message_id = $2 AND state NOT IN ('done', 'parked')"))
                    .bind(claimed.worker).bind(&claimed.message_id).bind(state)
                    .execute(&mut **t).await.map(|r| r.rows_affected()))
            })
            .await?;
        if rows == 1 {
            Ok(())
        } else {
            Err(LedgerError::AlreadyDone)
        }
    }
}
