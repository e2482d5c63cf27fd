//! What every vault promises, over the wire on two S3 servers of different make.

use std::time::Duration;

use anyhow::Result;
use jaga_tests::{Moto, S3Access, site};
use jaga_vault::{S3Settings, Vault, conformance};

fn s3(access: &S3Access) -> Vault {
    Vault::s3(S3Settings {
        endpoint: Some(access.url.clone()),
        region: access.region.clone(),
        access_key: access.access_key.clone(),
        secret_key: access.secret_key.clone(),
        path_style: true,
        attempt_timeout: Duration::from_secs(10),
        operation_timeout: Duration::from_secs(20),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_speaks_s3_keeps_every_promise_of_the_vault() -> Result<()> {
    let site = site().await?;
    conformance::all(&s3(&site.s3)).await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_of_other_make_keeps_every_promise_of_the_vault() -> Result<()> {
    let Some(moto) = Moto::start().await? else {
        return Ok(());
    };
    conformance::all(&s3(&moto.access("conformance").await?)).await;
    Ok(())
}
