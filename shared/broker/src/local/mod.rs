//! The directory bus, in the manner of maildir: one file per message, written aside and renamed
//! into place, removed when it is acked. Who holds what is known in memory only; after a crash
//! every file that is left is delivered again.

mod desk;
mod files;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod proofs;
mod publish;
mod session;

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use desk::Desk;
use files::Files;
pub(crate) use publish::Publisher;
pub(crate) use session::{Receipt, Subscription};

use crate::{BusError, Topology};

/// How a directory bus behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalSettings {
    /// Whether a published message is forced to the disk before it counts as sent. Only a
    /// demonstration goes without.
    pub fsync: bool,
    /// How often the directory is looked at for messages of other processes.
    pub poll: Duration,
}

impl Default for LocalSettings {
    fn default() -> Self {
        Self {
            fsync: true,
            poll: Duration::from_secs(1),
        }
    }
}

/// A bus in a directory. Clones share it: subscribers to one queue take turns.
#[derive(Debug, Clone)]
pub struct LocalBus {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    files: Files,
    poll: Duration,
    desks: HashMap<&'static str, Mutex<Desk>>,
    bells: HashMap<&'static str, Notify>,
    next_session: AtomicU64,
    /// Held while this process consumes.
    lock: Mutex<Option<File>>,
}

impl LocalBus {
    pub(crate) fn open(dir: &Path, settings: LocalSettings) -> Result<Self, BusError> {
        let files = Files::open(dir, settings.fsync)?;
        let names = || Topology::queues().iter().map(|queue| queue.name);
        Ok(Self {
            inner: Arc::new(Inner {
                files,
                poll: settings.poll,
                desks: names().map(|name| (name, Mutex::default())).collect(),
                bells: names().map(|name| (name, Notify::new())).collect(),
                next_session: AtomicU64::new(0),
                lock: Mutex::new(None),
            }),
        })
    }

    /// Makes this process the one that consumes from the directory, until the last clone is gone.
    /// The first `subscribe` does it by itself; asking at start-up gives the clear answer
    /// [`BusError::InUse`] before anything runs. Publishing needs no claim.
    pub fn claim(&self) -> Result<(), BusError> {
        let mut held = guard(&self.inner.lock);
        if held.is_some() {
            return Ok(());
        }
        let file = self.inner.files.lock_file()?;
        match file.try_lock() {
            Ok(()) => *held = Some(file),
            Err(TryLockError::WouldBlock) => return Err(BusError::InUse),
            Err(TryLockError::Error(source)) => {
                return Err(BusError::Storage {
                    operation: "lock",
                    source,
                });
            }
        }
        drop(held);
        self.inner.files.sweep();
        Ok(())
    }

    pub(crate) async fn check(&self) -> Result<(), BusError> {
        let inner = Arc::clone(&self.inner);
        blocking("check", move || inner.files.probe()).await
    }

    pub(crate) fn subscribe(&self, queue: &str, prefetch: u16) -> Result<Subscription, BusError> {
        let queue = Topology::queue(queue).ok_or(BusError::UnknownQueue)?.name;
        self.claim()?;
        self.inner.scan(queue)?;
        let session = self.inner.next_session.fetch_add(1, Ordering::Relaxed);
        Ok(Subscription::new(
            Arc::clone(&self.inner),
            queue,
            session,
            prefetch.max(1).into(),
        ))
    }

    pub(crate) fn publisher(&self) -> Publisher {
        Publisher::new(Arc::clone(&self.inner))
    }

    #[cfg(any(test, feature = "conformance"))]
    pub(crate) fn purge(&self, queue: &str) -> Result<(), BusError> {
        let queue = Topology::queue(queue).ok_or(BusError::UnknownQueue)?.name;
        self.inner.scan(queue)?;
        let mut desk = self.inner.desk(queue);
        while let Some((name, _)) = desk.take(u64::MAX, usize::MAX) {
            self.inner.files.remove(queue, &name)?;
            desk.done(&name, u64::MAX);
        }
        Ok(())
    }
}

impl Inner {
    /// One queue's book. Both maps hold every queue of the topology, and names only come from it.
    fn desk(&self, queue: &'static str) -> MutexGuard<'_, Desk> {
        guard(&self.desks[queue])
    }

    fn ring(&self, queue: &'static str) {
        self.bells[queue].notify_waiters();
    }

    /// Looks for messages that are not in the book yet.
    fn scan(&self, queue: &'static str) -> Result<(), BusError> {
        self.desk(queue).open();
        let names = self.files.list(queue)?;
        if self.desk(queue).found(names) {
            self.ring(queue);
        }
        Ok(())
    }
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change under these locks is a single step, so a panicked holder left nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs file work off the runtime's threads; it is finished even if the caller stops waiting.
async fn blocking<T: Send + 'static>(
    operation: &'static str,
    work: impl FnOnce() -> Result<T, BusError> + Send + 'static,
) -> Result<T, BusError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| BusError::Storage {
            operation,
            source: std::io::Error::other(error),
        })?
}
