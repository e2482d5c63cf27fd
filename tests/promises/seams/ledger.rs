//! A ledger of one test's own, on either database.

use std::time::Duration;

use anyhow::{Context as _, Result};
use jaga_contract::{EventId, PhotoId, Role, Step, TicketChanged, TicketId};
use jaga_ledger::{Claim, Claimed, Ledger, LedgerSettings, PhotoRow, TicketRow};
use jaga_tests::{Database, eventually, servers, site};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::report::submission;

/// Longer than anything here takes when it works.
pub(crate) const SOON: Duration = Duration::from_secs(20);
/// A lease that nobody outlives in a test.
pub(crate) const LONG: Duration = Duration::from_mins(10);

/// A migrated ledger, and the way to open it once more as another process would.
pub(crate) struct Place {
    pub(crate) ledger: Ledger,
    url: String,
    /// Kept for their end: they remove what they stand for.
    _held: (Option<TempDir>, Option<Database>),
}

impl Place {
    /// Not migrated yet.
    pub(crate) fn empty_sqlite() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite:{}", folder.path().join("ledger.sqlite").display());
        Ok(Self {
            ledger: open(&url, SOON)?,
            url,
            _held: (Some(folder), None),
        })
    }

    /// Not migrated yet.
    pub(crate) async fn empty_postgres() -> Result<Self> {
        let database = match &servers().await?.postgres {
            Some(postgres) => postgres.database().await?,
            None => site().await?.database,
        };
        let url = database.url.clone();
        Ok(Self {
            ledger: open(&url, SOON)?,
            url,
            _held: (None, Some(database)),
        })
    }

    pub(crate) async fn sqlite() -> Result<Self> {
        Self::empty_sqlite()?.migrated().await
    }

    pub(crate) async fn postgres() -> Result<Self> {
        Self::empty_postgres().await?.migrated().await
    }

    async fn migrated(self) -> Result<Self> {
        self.ledger.migrate().await?;
        Ok(self)
    }

    /// Its address, for a process of its own.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The same database through a pool of its own, as another process has it.
    pub(crate) fn another(&self) -> Result<Ledger> {
        open(&self.url, SOON)
    }
}

pub(crate) fn open(url: &str, deadline: Duration) -> Result<Ledger> {
    let settings = LedgerSettings {
        url: url.to_owned(),
        connections: 4,
        deadline,
    };
    Ok(Ledger::open(&settings)?)
}

/// Makes a test of each promise on both databases: `sqlite::…` and `postgres::…`.
macro_rules! on_both {
    ($($promise:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() -> anyhow::Result<()> {
                super::$promise(crate::ledger::Place::sqlite().await?).await
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() -> anyhow::Result<()> {
                super::$promise(crate::ledger::Place::postgres().await?).await
            })+
        }
    };
}
pub(crate) use on_both;

/// Claims with a lease that nobody outlives, and expects to get it.
pub(crate) async fn claimed(ledger: &Ledger, message: &str) -> Result<Claimed> {
    claimed_for(ledger, message, LONG).await
}

/// Claims as a fresh holder; waits while an ended lease is not yet past on the database's clock.
pub(crate) async fn claimed_for(
    ledger: &Ledger,
    message: &str,
    lease: Duration,
) -> Result<Claimed> {
    let holder = holder();
    eventually(SOON, || async {
        match ledger.claim("photo", message, &holder, lease, 5).await? {
            Claim::Yours(claimed) => Ok(claimed),
            other => anyhow::bail!("{message} is not to be had: {other:?}"),
        }
    })
    .await
    .context("claiming")
}

/// A holder that differs from every other.
pub(crate) fn holder() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("holder-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn ticket(id: &str) -> TicketId {
    TicketId::new(id).unwrap()
}

pub(crate) fn photo(id: &str) -> PhotoId {
    PhotoId::new(id).unwrap()
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_793_600_000 + second).unwrap()
}

/// A processed report photo of ticket `T1` of which nothing else is known.
pub(crate) fn processed(id: &str) -> PhotoRow {
    PhotoRow::bare(
        (photo(id), ticket("T1"), Role::Report),
        "processed",
        None,
        at(0),
    )
}

pub(crate) fn step(event: &str, of: &str) -> TicketChanged {
    TicketChanged {
        event_id: EventId::new(event).unwrap(),
        ticket_id: ticket(of),
        occurred_at: at(0),
        unit: None,
        step: Step::Submitted(submission(of)),
    }
}

pub(crate) fn ticket_row(id: &str, withheld: bool, next_at: Option<Timestamp>) -> TicketRow {
    TicketRow {
        ticket_id: ticket(id),
        state: "submitted".to_owned(),
        submitted_at: Some(at(0)),
        channel: Some("jaki".to_owned()),
        category: Some("Jalan Rusak".to_owned()),
        withheld,
        point: Some((-6.2, 106.8)),
        kelurahan: Some("31.73.01.1005".to_owned()),
        address: Some("Jl. Kapuk Raya, Kel. Kapuk".to_owned()),
        owner: Some("bina-marga".to_owned()),
        next_at,
        ended_at: None,
        hops: 1,
        reopened: 0,
    }
}

/// Writes a ticket's row.
pub(crate) async fn put_ticket(ledger: &Ledger, row: &TicketRow) -> Result<()> {
    let mut tx = ledger.begin().await?;
    tx.lock_ticket(&row.ticket_id).await?;
    tx.put_ticket(row).await?;
    Ok(tx.commit().await?)
}
