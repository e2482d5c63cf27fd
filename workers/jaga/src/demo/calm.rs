//! Waiting until everything that was said has had its effect.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use jaga_contract::{EventId, PhotoId, TicketId};
use jaga_ledger::{Ledger, OpenWork};
use tokio::time::Instant;

const LOOK_EVERY: Duration = Duration::from_millis(4);
/// Nothing ends for so long: something is stuck.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was said and must end.
#[derive(Default)]
pub struct Said {
    pub photos: BTreeSet<PhotoId>,
    pub steps: BTreeMap<TicketId, BTreeSet<EventId>>,
}

impl Said {
    pub fn len(&self) -> usize {
        self.photos.len() + self.steps.values().map(BTreeSet::len).sum::<usize>()
    }

    /// What has no effect in the ledger yet.
    async fn missing(&self, ledger: &Ledger) -> anyhow::Result<Vec<String>> {
        let mut missing = Vec::new();
        for photo in &self.photos {
            if ledger.photo(photo).await?.is_none() {
                missing.push(format!("photo {photo}"));
            }
        }
        for (ticket, wanted) in &self.steps {
            let known: BTreeSet<EventId> = ledger
                .steps(ticket)
                .await?
                .into_iter()
                .map(|s| s.event_id)
                .collect();
            missing.extend(wanted.difference(&known).map(|id| format!("step {id}")));
        }
        Ok(missing)
    }
}

/// Waits until nothing is in work, nothing unsent, and everything said is in the ledger.
pub async fn until_calm(ledger: &Ledger, said: &Said) -> anyhow::Result<()> {
    let mut seen: Option<OpenWork> = None;
    let mut since = Instant::now();
    loop {
        let open = ledger.open_work().await?;
        if open.is_none() && said.missing(ledger).await?.is_empty() {
            return Ok(());
        }
        if seen != Some(open) {
            (seen, since) = (Some(open), Instant::now());
        }
        if since.elapsed() > PATIENCE {
            let missing = said.missing(ledger).await?;
            let names = missing
                .iter()
                .take(10)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            bail!(
                "nothing moved for {} s: {} in work, {} unsent, {} wakings unanswered, {} without \
                 effect{}{names}; see demo.log and `jaga parked list --data`",
                PATIENCE.as_secs(),
                open.in_work,
                open.unsent,
                open.on_the_bus,
                missing.len(),
                if missing.is_empty() { "" } else { ": " },
            );
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Waits until the workers have answered for every message, repeats included: only then are the
/// last originals gone from the quarantine. False: some were left.
pub async fn queues_empty(bus: &Path) -> bool {
    let since = Instant::now();
    loop {
        let left: usize = ["intake", "photo", "closure"]
            .iter()
            .map(|q| waiting(bus, q))
            .sum();
        if left == 0 {
            return true;
        }
        if since.elapsed() > PATIENCE {
            return false;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn waiting(bus: &Path, queue: &str) -> usize {
    std::fs::read_dir(bus.join(queue).join("new")).map_or(0, Iterator::count)
}
