//! What may go wrong on the bus. The address is never repeated: it holds the password.

use std::time::Duration;

/// Why the bus did not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BusError {
    /// The address is no `amqp://` or `amqps://` URL.
    #[error("the broker's address is no amqp:// or amqps:// url")]
    Address,
    /// The broker could not be reached, or the connection broke.
    #[error("{operation}: the broker is not reachable")]
    Unreachable {
        /// What was tried.
        operation: &'static str,
        /// What the client library saw.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No answer in time.
    #[error("{operation}: no answer from the broker within {} s", within.as_secs_f64())]
    Timeout {
        /// What was tried.
        operation: &'static str,
        /// The deadline.
        within: Duration,
    },
    /// The broker refuses us: login, rights, or a virtual host that is not there.
    #[error("{operation}: the broker refuses access")]
    Denied {
        /// What was tried.
        operation: &'static str,
        /// What the broker said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An exchange or queue exists with other properties than [`crate::Topology`] says.
    #[error("{operation}: the broker holds this exchange or queue with other properties")]
    Mismatch {
        /// What was tried.
        operation: &'static str,
        /// What the broker said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// This session or publisher broke before; open a new one.
    #[error("the session with the broker is over")]
    Over,
    /// No queue of that name in [`crate::Topology`].
    #[error("there is no queue of this name")]
    UnknownQueue,
    /// Another process consumes from this directory.
    #[error("another process works on this bus directory")]
    InUse,
    /// The directory bus met the file system's refusal.
    #[error("{operation}: the bus directory can't be used")]
    Storage {
        /// What was tried.
        operation: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl BusError {
    /// Whether waiting can't help: someone must change the configuration first. Callers still keep
    /// trying, slowly, because that change may come from outside.
    pub fn needs_hands(&self) -> bool {
        matches!(
            self,
            Self::Address
                | Self::Denied { .. }
                | Self::Mismatch { .. }
                | Self::UnknownQueue
                | Self::InUse
        )
    }
}
