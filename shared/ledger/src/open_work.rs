//! Is anything still going on? For operators who drain, for the demo and for tests.

use crate::db::on;
use crate::{Ledger, LedgerError};

/// Counts of what is not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenWork {
    /// Messages taken and neither done nor parked.
    pub in_work: i64,
    /// Outbox rows that are not sent, delayed ones included.
    pub unsent: i64,
    /// Wakings of `closure` that were sent and are not answered.
    pub on_the_bus: i64,
    /// Messages done or parked, all workers together.
    pub ended: i64,
}

impl OpenWork {
    /// Nothing is going on, as far as the ledger knows. What lies in a queue untouched it can't know:
    /// compare `ended` with what was published.
    pub fn is_none(&self) -> bool {
        self.in_work == 0 && self.unsent == 0 && self.on_the_bus == 0
    }
}

impl Ledger {
    /// How often each of a worker's messages was started (what was given back not counted).
    pub async fn attempts(&self, worker: &str) -> Result<Vec<i64>, LedgerError> {
        self.timed("read attempts", async {
            on!(&self.pool, p => sqlx::query_scalar(
                "SELECT attempts FROM inbox WHERE worker = $1 ORDER BY message_id")
                .bind(worker).fetch_all(p).await)
        })
        .await
    }

    /// Counts in one snapshot.
    pub async fn open_work(&self) -> Result<OpenWork, LedgerError> {
        // Wakings are identified by their event's source and id, as the inbox does.
        let (in_work, ended, unsent, due_sent, due_ended): (i64, i64, i64, i64, i64) = self
            .timed("count open work", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT
                       (SELECT count(*) FROM inbox WHERE state IN ('claimed', 'waiting')),
                       (SELECT count(*) FROM inbox WHERE state IN ('done', 'parked')),
                       (SELECT count(*) FROM outbox WHERE sent_at IS NULL),
                       (SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL
                          AND routing_key = 'jaga.closure.due.v1'),
                       (SELECT count(*) FROM inbox WHERE worker = 'closure'
                          AND state IN ('done', 'parked'))").fetch_one(p).await)
            })
            .await?;
        Ok(OpenWork {
            in_work,
            unsent,
            on_the_bus: (due_sent - due_ended).max(0),
            ended,
        })
    }
}
