//! Migrations: applied by `jaga migrate` (or at start-up of the embedded default), checked by every worker.

use sqlx::SqlStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::db::{Either, on};
use crate::{Ledger, LedgerError};

/// Every migration, oldest first. A released one is never edited: expand, then contract in a later one.
const MIGRATIONS: [(i64, &str, &str); 9] = [
    (
        1,
        "the record",
        include_str!("../migrations/0001_the_record.sql"),
    ),
    (2, "places", include_str!("../migrations/0002_places.sql")),
    (
        3,
        "likeness",
        include_str!("../migrations/0003_likeness.sql"),
    ),
    (
        4,
        "the trail",
        include_str!("../migrations/0004_the_trail.sql"),
    ),
    (
        5,
        "comparisons",
        include_str!("../migrations/0005_comparisons.sql"),
    ),
    (6, "hands", include_str!("../migrations/0006_hands.sql")),
    (7, "reviews", include_str!("../migrations/0007_reviews.sql")),
    (
        8,
        "rules kept",
        include_str!("../migrations/0008_rules_kept.sql"),
    ),
    (9, "answers", include_str!("../migrations/0009_answers.sql")),
];

/// The migration that brought the trail: what was done before it is taken in after it.
const TRAIL: i64 = 4;

/// PostgreSQL calls its bytes BYTEA; the domain lets one text serve both databases.
const POSTGRES_FIRST: &str = "DO $$ BEGIN CREATE DOMAIN blob AS bytea; \
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";

impl Ledger {
    /// Applies what is missing; safe from several processes at once: on PostgreSQL sqlx holds an
    /// advisory lock, on SQLite everything happens in one writing transaction.
    pub async fn migrate(&self) -> Result<(), LedgerError> {
        self.migrate_to(i64::MAX).await
    }

    /// Applies the migrations up to this one; for proofs of what a later one keeps.
    #[doc(hidden)]
    pub async fn migrate_to(&self, newest: i64) -> Result<(), LedgerError> {
        let list = MIGRATIONS.iter().filter(|(version, ..)| *version <= newest);
        let list = list.map(|(version, name, sql)| {
            let sql = SqlStr::from_static(sql);
            Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
        });
        let migrator = Migrator::with_migrations(list.collect());
        if let Either::Postgres(p) = &self.pool {
            self.timed("prepare the migration", async {
                sqlx::query(POSTGRES_FIRST).execute(p).await.map(drop)
            })
            .await?;
        }
        match &self.writer {
            Either::Postgres(p) => migrator.run(p).await.map_err(LedgerError::Migration)?,
            Either::Sqlite(_) => {
                let mut tx = self.begin().await?;
                if let Either::Sqlite(t) = &mut tx.inner {
                    // What `run` does once it has a connection; by `run` the compiler can't prove
                    // that the future is `Send`.
                    let applied = migrator.run_direct(None, &mut **t, false).await;
                    applied.map_err(LedgerError::Migration)?;
                }
                tx.commit().await?;
            }
        }
        if newest >= TRAIL {
            self.genesis().await?;
        }
        Ok(())
    }

    /// Is it there, and has it the schema this binary writes? A newer schema is fine: migrations only add.
    pub async fn check(&self) -> Result<(), LedgerError> {
        let needed = MIGRATIONS.last().map_or(0, |m| m.0);
        let found: Result<Option<i64>, LedgerError> = self
            .timed("check the schema", async {
                on!(&self.pool, p =>
                    sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success = true")
                        .fetch_one(p).await)
            })
            .await;
        match found {
            Ok(found) if found.unwrap_or(0) >= needed => Ok(()),
            Ok(found) => Err(LedgerError::Schema {
                found: found.unwrap_or(0),
                needed,
            }),
            // The table itself is missing: nothing was ever migrated.
            Err(LedgerError::Refused { source, .. }) if is_missing_table(&source) => {
                Err(LedgerError::Schema { found: 0, needed })
            }
            Err(e) => Err(e),
        }
    }
}

/// A wrong password or a database that does not exist is refused too, and no migration helps.
fn is_missing_table(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|e| {
        e.code().is_some_and(|code| code == "42P01") || e.message().starts_with("no such table")
    })
}
