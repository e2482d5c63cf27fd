//! The only source of the time of day in the whole tree: everything else takes it as a parameter.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// The clock of the wall, or one that is moved by hand (demo and tests).
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// Microseconds since 1970 UTC, moved by [`Clock::set`].
    Simulated(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still until moved.
    pub fn simulated(start: Timestamp) -> Self {
        Self::Simulated(Arc::new(AtomicI64::new(start.as_microsecond())))
    }

    /// Now.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Simulated(us) => Timestamp::from_microsecond(us.load(Ordering::SeqCst))
                .unwrap_or(Timestamp::UNIX_EPOCH),
        }
    }

    /// Moves a simulated clock; the system's is left alone.
    pub fn set(&self, to: Timestamp) {
        if let Self::Simulated(us) = self {
            us.store(to.as_microsecond(), Ordering::SeqCst);
        }
    }

    /// True for a clock moved by hand.
    pub fn is_simulated(&self) -> bool {
        matches!(self, Self::Simulated(_))
    }
}
