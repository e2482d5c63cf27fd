//! A database that is gone or frozen is nobody's fault, is noticed within the deadline, and is used
//! again when it is back. R9, R14.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use jaga_ledger::{Ledger, LedgerError};
use jaga_tests::{Postgres, Proxy, eventually};
use tokio::time::Instant;

use crate::ledger::{SOON, claimed, open};

const DEADLINE: Duration = Duration::from_secs(2);
/// What a deadline may be late by on a busy machine.
const SLACK: Duration = Duration::from_secs(2);

/// Expects that an operation is refused as unreachable, in time.
async fn unreachable<T>(
    what: &str,
    work: impl Future<Output = Result<T, LedgerError>>,
) -> Result<()> {
    let start = Instant::now();
    let outcome = work.await;
    let took = start.elapsed();
    ensure!(took < DEADLINE + SLACK, "{what} took {took:?}");
    match outcome {
        Err(error) if error.is_unreachable() => Ok(()),
        Err(error) => bail!("{what}: {error:?}"),
        Ok(_) => bail!("{what} worked"),
    }
}

/// Works again with the same handle.
async fn works_again(ledger: &Ledger, message: &str) -> Result<()> {
    eventually(SOON, || async { Ok(ledger.check().await?) }).await?;
    claimed(ledger, message).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_database_is_waited_for_and_used_again_without_reopening() -> Result<()> {
    let postgres = Postgres::start().await?;
    let ledger = open(&postgres.database().await?.url, DEADLINE)?;
    ledger.migrate().await?;
    let held = claimed(&ledger, "m").await?;
    let mut begun = ledger.begin().await?;
    begun.finish(&held).await?;

    postgres.kill9();
    eventually(SOON, || unreachable("check", ledger.check())).await?;
    unreachable("claim", ledger.claim("photo", "m2", "x", SOON, 5)).await?;
    Box::pin(unreachable("begin", ledger.begin())).await?;
    unreachable("commit", begun.commit()).await?;

    postgres.restart().await?;
    works_again(&ledger, "m3").await?;
    ensure!(
        ledger.open_work().await?.ended == 0,
        "what was not committed did not happen"
    );
    ensure!(ledger.renew(&held, SOON).await?, "what was committed did");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_database_is_unreachable_within_the_deadline_and_used_again() -> Result<()> {
    let postgres = Postgres::start().await?;
    let url = postgres.database().await?.url.clone();
    let ledger = open(&url, DEADLINE)?;
    ledger.migrate().await?;

    postgres.freeze();
    // A frozen server takes no new connection; what its kernel answers is not an answer.
    let fresh = open(&url, DEADLINE)?;
    let refused = unreachable("check", fresh.check()).await;
    postgres.thaw();
    refused?;
    works_again(&fresh, "m1").await?;
    works_again(&ledger, "m2").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_partition_holds_nothing_longer_than_the_deadline() -> Result<()> {
    let postgres = Postgres::start().await?;
    let direct = postgres.database().await?.url.clone();
    let proxy = Proxy::start(postgres.port()).await?;
    let through = direct.replace(
        &format!(":{}", postgres.port()),
        &format!(":{}", proxy.port()),
    );
    let ledger = open(&through, DEADLINE)?;
    ledger.migrate().await?;
    let held = claimed(&ledger, "m").await?;
    let mut begun = ledger.begin().await?;
    begun.finish(&held).await?;

    proxy.stall();
    unreachable("commit", begun.commit()).await?;
    // More than the pool has connections, one after the other and at once.
    for _ in 0..3 {
        unreachable("check", ledger.check()).await?;
    }
    let mut many = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let ledger = ledger.clone();
        many.spawn(async move { unreachable("unsent", ledger.unsent()).await });
    }
    many.join_all().await.into_iter().collect::<Result<()>>()?;

    proxy.heal();
    works_again(&ledger, "m2").await?;

    proxy.cut().await;
    works_again(&ledger, "m3").await
}
