//! What can go wrong with the record, sorted by what a worker must do about it.

/// A failed operation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The database can't be reached, is starting, full or frozen: wait, it is nobody's fault.
    #[error("{operation}: the ledger can't be reached")]
    Unreachable {
        /// What was tried.
        operation: &'static str,
        /// Why; absent when the deadline passed.
        #[source]
        source: Option<sqlx::Error>,
    },
    /// The database answered and refused.
    #[error("{operation}: the ledger refused")]
    Refused {
        /// What was tried.
        operation: &'static str,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// The schema is not the one this binary writes.
    #[error("the ledger has schema {found}, this binary needs {needed}: run `jaga migrate`")]
    Schema {
        /// Newest migration applied, 0 for none.
        found: i64,
        /// Newest migration known here.
        needed: i64,
    },
    /// A migration failed.
    #[error("migrating the ledger failed")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// Another worker finished the same message first; this work has no effect.
    #[error("the message was finished by another worker")]
    AlreadyDone,
    /// The same photo id was used for another upload.
    #[error("photo {0} is already known with other particulars")]
    PhotoConflict(String),
    /// A row holds what it may not.
    #[error("{table}: a row can't be read: {problem}")]
    Damaged {
        /// Where.
        table: &'static str,
        /// What.
        problem: String,
    },
    /// The address is not one of a ledger.
    #[error("ledger.url: {0}")]
    BadUrl(String),
}

impl LedgerError {
    /// True where waiting helps and the work is innocent.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Schema { .. })
    }

    pub(crate) fn of(operation: &'static str, source: sqlx::Error) -> Self {
        if waits(&source) {
            Self::Unreachable {
                operation,
                source: Some(source),
            }
        } else {
            Self::Refused { operation, source }
        }
    }
}

/// Connection trouble and the server's own "not now" (classes 08, 40, 53, 57, 58 of
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>; SQLite's BUSY, LOCKED, IOERR, FULL).
fn waits(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(e) => {
            let code = e.code().unwrap_or_default();
            if e.try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                .is_some()
            {
                ["08", "40", "53", "57", "58"]
                    .iter()
                    .any(|class| code.starts_with(class))
                    || matches!(&*code, "25006" | "55P03")
            } else {
                // Extended codes keep the primary one in the low byte.
                let primary = code.parse::<i64>().map_or(0, |c| c & 0xff);
                matches!(primary, 5 | 6 | 10 | 13)
            }
        }
        _ => false,
    }
}
