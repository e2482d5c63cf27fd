//! `jaga up`: every worker in one process.

use std::time::Duration;

use anyhow::Context;
use jaga_service::{Clock, init_logs, init_metrics, on_signal, serve};

use crate::cli::UpArgs;
use crate::embedded::{Embedded, Options};
use crate::inbox::Inbox;
use crate::output::{Outcome, note};
use crate::place;

pub async fn run(args: UpArgs) -> anyhow::Result<Outcome> {
    let config = place::configuration(args.config.as_deref())?;
    init_logs(config.service.log_format, &config.service.log).map_err(anyhow::Error::msg)?;
    init_metrics();
    let signalled = on_signal().context("can't listen for signals")?;
    let listen = config.service.listen.parse()?;
    let options = Options {
        data: &args.data,
        durable: true,
        clock: Clock::System,
        sweeps: true,
    };
    let embedded = Embedded::start(config, options).await?;
    let address = serve(listen, embedded.runtime.health.clone(), signalled.clone()).await?;
    note(&format!(
        "jaga is up: data in {}, http://{address}/ready",
        args.data.display()
    ));
    let inbox = args
        .inbox
        .map(|dir| Inbox::new(dir, embedded.runtime.clone(), embedded.vault.clone()));
    let result = match inbox.transpose()? {
        None => {
            signalled.cancelled().await;
            Ok(Outcome::Done)
        }
        Some(inbox) => tokio::select! {
            () = signalled.cancelled() => Ok(Outcome::Done),
            done = watch(inbox, &embedded, args.once) => done,
        },
    };
    embedded.stop().await;
    result
}

/// Looks again and again; with `once`, until every file has its outcome.
async fn watch(mut inbox: Inbox, embedded: &Embedded, once: bool) -> anyhow::Result<Outcome> {
    loop {
        let settled = match inbox.look().await {
            Ok(settled) => settled,
            Err(error) if once => return Err(error),
            // The workers go on; the inbox is looked at again.
            Err(error) => {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "the inbox could not be taken in"
                );
                false
            }
        };
        if once && settled && finished(&inbox, embedded).await? {
            return Ok(Outcome::Done);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn finished(inbox: &Inbox, embedded: &Embedded) -> anyhow::Result<bool> {
    let ledger = &embedded.runtime.ledger;
    for photo in &inbox.photos {
        if ledger.photo(photo).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(ledger.open_work().await?.is_none())
}
