//! The error is the decision: what becomes of a message that was not done.

use std::time::Duration;

use jaga_ledger::LedgerError;
use jaga_vault::VaultError;

/// What to do with a message instead of calling it done.
#[derive(Debug)]
pub enum Decision {
    /// It may work later: again after a growing delay, parked when all attempts are used.
    Retry {
        /// A stable code.
        code: &'static str,
        /// For people, without a reporter's data.
        why: String,
    },
    /// It only has to wait for something else: again after a delay; the attempt does not count.
    Wait {
        /// How long.
        after: Duration,
        /// For people.
        why: &'static str,
    },
    /// It will never work: put aside at once.
    Park {
        /// A stable code.
        code: &'static str,
        /// For people.
        why: String,
    },
    /// Nothing would work now: stop taking messages until what is missing is back.
    Pause {
        /// What is missing.
        why: String,
    },
    /// Another worker was faster; this work has no effect.
    AlreadyDone,
}

impl From<LedgerError> for Decision {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::AlreadyDone => Self::AlreadyDone,
            LedgerError::PhotoConflict(_) => Self::Park {
                code: "photo_id_reused",
                why: error.to_string(),
            },
            e if e.is_unreachable() => Self::Pause { why: chain(&e) },
            e => Self::Retry {
                code: "ledger",
                why: chain(&e),
            },
        }
    }
}

impl From<VaultError> for Decision {
    fn from(error: VaultError) -> Self {
        if error.is_transient() || error.needs_hands() {
            Self::Pause { why: chain(&error) }
        } else {
            Self::Retry {
                code: "vault",
                why: chain(&error),
            }
        }
    }
}

/// An error with its causes on one line.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
