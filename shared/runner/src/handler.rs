//! What a worker is: a name, the messages it takes, and what it does with one.

use std::future::Future;
use std::sync::Arc;

use jaga_broker::Bus;
use jaga_contract::Incoming;
use jaga_ledger::{Claimed, Ledger, LedgerError, Tx};
use jaga_service::{Clock, Config, Health};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::Decision;

/// What every worker runs on. Cheap to clone.
#[derive(Clone)]
pub struct Runtime {
    /// The bus.
    pub bus: Bus,
    /// The record.
    pub ledger: Ledger,
    /// The effective configuration.
    pub config: Arc<Config>,
    /// Where the loops report.
    pub health: Health,
    /// Cancelled to stop politely.
    pub stop: CancellationToken,
    /// The time of day.
    pub clock: Clock,
}

impl Runtime {
    /// The time that deadlines and trails go by: the database's, so that no pod's wrong clock decides; the
    /// demo's clock is moved by hand.
    pub async fn now(&self) -> Result<Timestamp, LedgerError> {
        if self.clock.is_simulated() {
            Ok(self.clock.now())
        } else {
            self.ledger.now().await
        }
    }

    /// The same, asked in a transaction: under the locks that it holds.
    pub async fn now_in(&self, tx: &mut Tx) -> Result<Timestamp, LedgerError> {
        if self.clock.is_simulated() {
            Ok(self.clock.now())
        } else {
            tx.now().await
        }
    }
}

/// One start of work on one message.
pub struct Job<'a> {
    /// The runtime.
    pub runtime: &'a Runtime,
    /// The claim.
    pub claimed: &'a Claimed,
    /// The time of day when it started.
    pub now: Timestamp,
}

/// Proof that a message's effect and its end were committed in one transaction. Only
/// [`Job::commit`] makes one, so a handler can't call a message done without it.
#[derive(Debug)]
pub struct Committed(());

impl Job<'_> {
    /// Ends the message in the transaction that carries its effect, and commits both.
    pub async fn commit(&self, mut tx: Tx) -> Result<Committed, Decision> {
        tx.finish(self.claimed).await?;
        tx.commit().await?;
        Ok(Committed(()))
    }

    /// A name for events that follow from this message: the same however often it is handled.
    pub fn cause(&self) -> String {
        let digest = blake3::hash(self.claimed.message_id.as_bytes());
        digest.to_hex()[..16].to_owned()
    }
}

/// A consuming worker.
pub trait Handler: Send + Sync + 'static {
    /// Folder, crate, subcommand, queue, Deployment and metric label.
    const NAME: &'static str;

    /// What it handles.
    type Message: Send + Sync + Clone + 'static;

    /// Takes what is for this worker; None parks it as sent to the wrong queue.
    fn accept(&self, incoming: Incoming) -> Option<Self::Message>;

    /// Does the work and commits it.
    fn handle(
        &self,
        job: &Job<'_>,
        message: &Self::Message,
    ) -> impl Future<Output = Result<Committed, Decision>> + Send;

    /// What must follow the commit before the ack; repeated whenever a done message comes again, so
    /// that a crash in between loses nothing.
    fn settle(
        &self,
        runtime: &Runtime,
        message: &Self::Message,
    ) -> impl Future<Output = Result<(), Decision>> + Send {
        let _ = (runtime, message);
        async { Ok(()) }
    }

    /// What a parked message leaves behind, in the transaction that parks it.
    fn parked(
        &self,
        tx: &mut Tx,
        message: &Self::Message,
        now: Timestamp,
        code: &str,
    ) -> impl Future<Output = Result<(), Decision>> + Send {
        let _ = (tx, message, now, code);
        async { Ok(()) }
    }

    /// Is everything there that handling needs, besides bus and ledger?
    fn probe(&self) -> impl Future<Output = Result<(), Decision>> + Send {
        async { Ok(()) }
    }
}
