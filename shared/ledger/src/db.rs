//! The two databases, and every place where their SQL differs.

use std::future::Future;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use tokio::sync::Notify;

use crate::LedgerError;

/// Runs one body for whichever database it is; the body is compiled for both.
macro_rules! on {
    ($db:expr, $conn:ident => $body:expr) => {
        match $db {
            $crate::db::Either::Sqlite($conn) => $body,
            $crate::db::Either::Postgres($conn) => $body,
        }
    };
}
pub(crate) use on;

#[derive(Debug, Clone)]
pub(crate) enum Either<S, P> {
    Sqlite(S),
    Postgres(P),
}

/// How to reach the record.
#[derive(Clone)]
pub struct LedgerSettings {
    /// `sqlite:PATH` or `postgres://…`; holds a password, so it is never printed.
    pub url: String,
    /// Connections at most.
    pub connections: u32,
    /// The longest any operation may take.
    pub deadline: Duration,
}

/// The record. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    /// For reading.
    pub(crate) pool: Either<SqlitePool, PgPool>,
    /// For writing. SQLite has one writer at a time: queueing for a single connection is fair, and
    /// a transaction that also reads through `pool` can't be starved by those that wait for it.
    pub(crate) writer: Either<SqlitePool, PgPool>,
    pub(crate) deadline: Duration,
    pub(crate) outbox_filled: Arc<Notify>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.pool {
            Either::Sqlite(_) => "Ledger(sqlite)",
            Either::Postgres(_) => "Ledger(postgres)",
        })
    }
}

/// One transaction. Dropped without [`Tx::commit`], nothing of it happened.
pub struct Tx {
    pub(crate) inner: Either<Transaction<'static, Sqlite>, Transaction<'static, Postgres>>,
    pub(crate) ledger: Ledger,
    pub(crate) filled: bool,
}

impl Ledger {
    /// Prepares a pool; connects when first used, so that a database that is down at start-up is no crash.
    pub fn open(settings: &LedgerSettings) -> Result<Self, LedgerError> {
        let url = settings.url.as_str();
        let (pool, writer) = if let Some(path) = url.strip_prefix("sqlite:") {
            let path = Path::new(path.trim_end_matches("?fast"));
            (
                Either::Sqlite(sqlite(path, settings, settings.connections)),
                Either::Sqlite(sqlite(path, settings, 1)),
            )
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = postgres(url, settings)?;
            (Either::Postgres(pool.clone()), Either::Postgres(pool))
        } else {
            return Err(LedgerError::BadUrl(
                "expected sqlite:PATH or postgres://…".into(),
            ));
        };
        Ok(Self {
            pool,
            writer,
            deadline: settings.deadline,
            outbox_filled: Arc::new(Notify::new()),
        })
    }

    /// The embedded record in one file. `durable`: every commit survives a power cut; without, only
    /// a crash of the process (for demonstrations).
    pub fn embedded(path: &Path, durable: bool) -> Result<Self, LedgerError> {
        let url = format!(
            "sqlite:{}{}",
            path.display(),
            if durable { "" } else { "?fast" }
        );
        Self::open(&LedgerSettings {
            url,
            connections: 4,
            deadline: Duration::from_secs(30),
        })
    }

    /// `sqlite` or `postgres`.
    pub fn dialect(&self) -> &'static str {
        match self.pool {
            Either::Sqlite(_) => "sqlite",
            Either::Postgres(_) => "postgres",
        }
    }

    /// The database's own clock: leases and sweeps trust no pod's.
    pub async fn now(&self) -> Result<Timestamp, LedgerError> {
        self.timed("read the ledger's clock", async {
            let us: i64 = on!(&self.pool, p =>
                sqlx::query_scalar(self.sql("SELECT {now}")).fetch_one(p).await)?;
            Ok(us)
        })
        .await
        .and_then(|us| instant("clock", us))
    }

    /// Starts a transaction that means to write.
    pub async fn begin(&self) -> Result<Tx, LedgerError> {
        let inner = self
            .timed("begin a transaction", async {
                Ok(match &self.writer {
                    // IMMEDIATE: take the write lock at once, a later upgrade could fail half-way.
                    Either::Sqlite(p) => Either::Sqlite(p.begin_with("BEGIN IMMEDIATE").await?),
                    Either::Postgres(p) => Either::Postgres(p.begin().await?),
                })
            })
            .await?;
        Ok(Tx {
            inner,
            ledger: self.clone(),
            filled: false,
        })
    }

    /// Resolves when this process has written to the outbox; others' writes are seen by polling.
    pub async fn outbox_filled(&self) {
        self.outbox_filled.notified().await;
    }

    /// Fills the dialect's gaps: `{now}` microseconds by the database's clock, `{skip}`, `{lock}` and `{share}`
    /// row locks, and those of [`crate::rows`].
    pub(crate) fn sql(&self, template: &'static str) -> AssertSqlSafe<String> {
        self.sql_of(template)
    }

    /// The same for a text put together from constants.
    pub(crate) fn sql_of(&self, template: &str) -> AssertSqlSafe<String> {
        let (now, skip, lock, share) = match self.pool {
            Either::Sqlite(_) => ("CAST(unixepoch('subsec') * 1000000 AS INTEGER)", "", "", ""),
            Either::Postgres(_) => (
                "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
                "FOR UPDATE SKIP LOCKED",
                "FOR UPDATE",
                "FOR SHARE",
            ),
        };
        let postgres = matches!(self.pool, Either::Postgres(_));
        let text = crate::rows::expand(template, postgres)
            .replace("{now}", now)
            .replace("{skip}", skip)
            .replace("{lock}", lock)
            .replace("{share}", share);
        AssertSqlSafe(text)
    }

    /// Puts a deadline on an operation and sorts its error.
    pub(crate) async fn timed<T>(
        &self,
        operation: &'static str,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, LedgerError> {
        match tokio::time::timeout(self.deadline, work).await {
            Ok(done) => done.map_err(|e| LedgerError::of(operation, e)),
            Err(_) => Err(LedgerError::Unreachable {
                operation,
                source: None,
            }),
        }
    }

    /// Closes every connection.
    pub async fn close(&self) {
        on!(&self.pool, p => p.close().await);
        on!(&self.writer, p => p.close().await);
    }
}

impl Tx {
    /// Makes it all happen.
    pub async fn commit(self) -> Result<(), LedgerError> {
        let Self {
            inner,
            ledger,
            filled,
        } = self;
        ledger
            .timed("commit", async { on!(inner, t => t.commit().await) })
            .await?;
        if filled {
            ledger.outbox_filled.notify_one();
        }
        Ok(())
    }

    /// The database's clock.
    pub async fn now(&mut self) -> Result<Timestamp, LedgerError> {
        let ledger = self.ledger.clone();
        let us: i64 = ledger
            .timed("read the ledger's clock", async {
                on!(&mut self.inner, t =>
                    sqlx::query_scalar(ledger.sql("SELECT {now}")).fetch_one(&mut **t).await)
            })
            .await?;
        instant("clock", us)
    }
}

pub(crate) fn instant(table: &'static str, us: i64) -> Result<Timestamp, LedgerError> {
    Timestamp::from_microsecond(us).map_err(|e| LedgerError::Damaged {
        table,
        problem: e.to_string(),
    })
}

fn sqlite(path: &Path, settings: &LedgerSettings, connections: u32) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: an acked message must survive a power cut, and 190 commits a second are plenty for one machine.
        .synchronous(if settings.url.contains("?fast") {
            SqliteSynchronous::Normal
        } else {
            SqliteSynchronous::Full
        })
        .busy_timeout(settings.deadline / 2);
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(settings.deadline)
        .connect_lazy_with(options)
}

fn postgres(url: &str, settings: &LedgerSettings) -> Result<PgPool, LedgerError> {
    let ms = settings.deadline.as_millis().to_string();
    // A parse error may quote the URL, and with it the password.
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| LedgerError::BadUrl("is not a valid postgres:// address".into()))?
        .application_name("jaga")
        .options([
            ("statement_timeout", ms.as_str()),
            ("lock_timeout", ms.as_str()),
            ("idle_in_transaction_session_timeout", ms.as_str()),
        ]);
    Ok(PgPoolOptions::new()
        .max_connections(settings.connections)
        .acquire_timeout(settings.deadline.min(Duration::from_secs(10)))
        .connect_lazy_with(options))
}
