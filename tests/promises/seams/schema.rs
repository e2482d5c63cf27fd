//! The schema: told apart when it is missing, applied once however many apply it.

use anyhow::{Result, ensure};
use jaga_ledger::LedgerError;

use crate::ledger::{Place, SOON, claimed, open};

async fn is_told_apart_and_applied_once(place: Place) -> Result<()> {
    let missing = place.ledger.check().await;
    let told = matches!(missing, Err(LedgerError::Schema { found: 0, needed }) if needed > 0);
    ensure!(told, "{missing:?}");
    ensure!(
        missing.is_err_and(|e| e.is_unreachable()),
        "workers wait for the migration"
    );

    // As several processes do at a rollout, and then once more each.
    for _ in 0..2 {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let ledger = place.another()?;
            tasks.spawn(async move { ledger.migrate().await });
        }
        for migrated in tasks.join_all().await {
            migrated?;
        }
    }
    place.ledger.check().await?;
    claimed(&place.ledger, "m").await?;
    place.ledger.migrate().await?;
    ensure!(
        place.ledger.open_work().await?.in_work == 1,
        "migrating again loses nothing"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schema_of_sqlite_is_told_apart_and_applied_once() -> Result<()> {
    is_told_apart_and_applied_once(Place::empty_sqlite()?).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schema_of_postgres_is_told_apart_and_applied_once() -> Result<()> {
    is_told_apart_and_applied_once(Place::empty_postgres().await?).await
}

/// "Run `jaga migrate`" would send the operator the wrong way.
#[tokio::test]
async fn a_database_that_is_not_there_is_no_missing_schema() -> Result<()> {
    let Some(postgres) = &jaga_tests::servers().await?.postgres else {
        return Ok(());
    };
    let ledger = open(&postgres.url("nowhere"), SOON)?;
    let refused = ledger.check().await;
    ensure!(
        !matches!(refused, Ok(()) | Err(LedgerError::Schema { .. })),
        "{refused:?}"
    );
    Ok(())
}
