//! The supervisor: one session after the other, for ever, with a growing delay while they fail.

use std::future::Future;
use std::time::Duration;

use jaga_broker::BusError;
use jaga_service::{Backoff, Part};
use tokio::time::Instant;
use tracing::{info, warn};

use crate::Runtime;
use crate::decision::chain;

const FIRST: Duration = Duration::from_millis(250);
const CAP: Duration = Duration::from_secs(10);
/// A session that lived this long starts the delays anew.
const HEALTHY: Duration = Duration::from_secs(30);

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The bus.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The broker ended the subscription (a queue was deleted, a node stepped down).
    #[error("the subscription ended")]
    Ended,
    /// Something that work needs is missing.
    #[error("paused: {0}")]
    Paused(String),
}

/// Runs sessions until told to stop. Logs when the state changes, not at every attempt.
pub async fn supervise<F, S>(name: &'static str, runtime: Runtime, mut session: F)
where
    F: FnMut(Part) -> S,
    S: Future<Output = Result<(), Trouble>>,
{
    let part = runtime.health.part(name);
    let mut backoff = Backoff::new(FIRST, CAP);
    let mut last = String::new();
    while !runtime.stop.is_cancelled() {
        part.tick();
        let started = Instant::now();
        let Err(trouble) = session(part.clone()).await else {
            break;
        };
        if started.elapsed() > HEALTHY {
            backoff.reset();
            last.clear();
        }
        let why = chain(&trouble);
        metrics::counter!("jaga_sessions_ended_total", "worker" => name).increment(1);
        if why != last {
            warn!(
                worker = name,
                why, "the session ended, trying again until it works"
            );
            last.clone_from(&why);
        }
        part.not_ready(why);
        wait(&runtime, &part, backoff.next_random()).await;
    }
    part.gone();
    info!(worker = name, "stopped");
}

async fn wait(runtime: &Runtime, part: &Part, delay: Duration) {
    part.tick();
    tokio::select! {
        () = runtime.stop.cancelled() => {}
        () = tokio::time::sleep(delay) => {}
    }
}
