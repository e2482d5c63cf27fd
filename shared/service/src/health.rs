//! Is it alive, is it ready, and if not, why.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

/// Liveness looks at the supervisors only: a dead dependency must not restart pods.
const TICK: Duration = Duration::from_mins(1);

/// Shared by the loops that report and the endpoint that tells.
#[derive(Debug, Clone, Default)]
pub struct Health {
    parts: Arc<Mutex<BTreeMap<String, State>>>,
}

#[derive(Debug, Clone)]
struct State {
    ticked: Instant,
    trouble: Option<String>,
}

/// One loop's handle.
#[derive(Debug, Clone)]
pub struct Part {
    name: String,
    health: Health,
}

impl Health {
    /// Adds a loop, not ready yet.
    pub fn part(&self, name: &str) -> Part {
        let part = Part {
            name: name.to_owned(),
            health: self.clone(),
        };
        part.set(Some("starting".into()));
        part
    }

    /// The parts whose loop stood still for a minute; empty = alive.
    pub fn stuck(&self) -> Vec<String> {
        let now = Instant::now();
        let late = |s: &State| now.duration_since(s.ticked) > TICK;
        self.read(|parts| {
            parts
                .iter()
                .filter(|(_, s)| late(s))
                .map(|(n, _)| n.clone())
                .collect()
        })
    }

    /// What keeps it from being ready, by part; empty = ready.
    pub fn troubles(&self) -> Vec<(String, String)> {
        self.read(|parts| {
            parts
                .iter()
                .filter_map(|(n, s)| Some((n.clone(), s.trouble.clone()?)))
                .collect()
        })
    }

    fn read<T>(&self, f: impl FnOnce(&BTreeMap<String, State>) -> T) -> T {
        f(&self
            .parts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl Part {
    /// The loop is going round.
    pub fn tick(&self) {
        let mut parts = self.lock();
        if let Some(state) = parts.get_mut(&self.name) {
            state.ticked = Instant::now();
        }
    }

    /// Everything it needs is there.
    pub fn ready(&self) {
        self.set(None);
    }

    /// Something it needs is not.
    pub fn not_ready(&self, why: impl Into<String>) {
        self.set(Some(why.into()));
    }

    /// The loop has ended on purpose.
    pub fn gone(&self) {
        self.lock().remove(&self.name);
    }

    fn set(&self, trouble: Option<String>) {
        self.lock().insert(
            self.name.clone(),
            State {
                ticked: Instant::now(),
                trouble,
            },
        );
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, State>> {
        self.health
            .parts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_dead_dependency_is_not_ready_but_alive_and_a_stuck_loop_is_dead() {
        let health = Health::default();
        let part = health.part("photo");
        part.ready();
        assert!(health.troubles().is_empty() && health.stuck().is_empty());
        part.not_ready("the ledger can't be reached");
        assert_eq!(health.troubles().len(), 1);
        assert!(health.stuck().is_empty());
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(health.stuck(), ["photo"]);
        part.tick();
        assert!(health.stuck().is_empty());
    }
}
