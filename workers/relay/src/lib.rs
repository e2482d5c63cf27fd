#![doc = include_str!("../README.md")]

use std::time::Duration;

use jaga_broker::{Exchange, Outgoing, Published, Publisher};
use jaga_ledger::{Ledger, OutboxRow};
use jaga_runner::{Runtime, Trouble, supervise};
use jaga_service::Part;
use tokio::time::Instant;

/// Folder, crate, subcommand, Deployment and metric label.
pub const NAME: &str = "relay";

/// A relay that dies leaves its rows to the others after this long.
const LEASE: Duration = Duration::from_secs(30);
const CHECK_EVERY: Duration = Duration::from_secs(10);
const PRUNE_EVERY: Duration = Duration::from_hours(1);

/// Runs it until told to stop. Any number of relays may run: they share the outbox by taking rows.
pub async fn run(runtime: Runtime) {
    supervise(NAME, runtime.clone(), move |part| {
        session(runtime.clone(), part)
    })
    .await;
}

async fn session(runtime: Runtime, part: Part) -> Result<(), Trouble> {
    let ledger = &runtime.ledger;
    ledger.check().await.map_err(paused)?;
    let mut publisher = runtime.bus.publisher().await?;
    part.ready();
    tracing::info!(worker = NAME, "publishing");
    let poll = Duration::from_millis(runtime.config.relay.poll_ms);
    let keep = Duration::from_secs(runtime.config.relay.keep_days * 86_400);
    let mut pruned = Instant::now();
    let mut checked = Instant::now();
    while !runtime.stop.is_cancelled() {
        part.tick();
        let batch = ledger
            .take_due(runtime.config.relay.batch, LEASE)
            .await
            .map_err(paused)?;
        if batch.is_empty() {
            gauge(ledger).await?;
            if pruned.elapsed() > PRUNE_EVERY {
                ledger.prune_outbox(keep).await.map_err(paused)?;
                pruned = Instant::now();
            }
            if checked.elapsed() > CHECK_EVERY {
                // An idle relay must notice that the bus is gone, or it would call itself ready.
                runtime.bus.check().await?;
                checked = Instant::now();
            }
            idle(&runtime, poll).await;
        } else {
            send(ledger, &mut publisher, batch).await?;
        }
    }
    publisher.close().await;
    Ok(())
}

/// Publishes a batch and marks exactly the rows that the bus has confirmed.
async fn send(
    ledger: &Ledger,
    publisher: &mut Publisher,
    batch: Vec<OutboxRow>,
) -> Result<(), Trouble> {
    let ids: Vec<String> = batch.iter().map(|r| r.event_id.clone()).collect();
    let outgoing: Vec<Outgoing> = batch.into_iter().map(outgoing).collect();
    let outcomes = match publisher.publish(&outgoing).await {
        Ok(outcomes) => outcomes,
        Err(error) => {
            // Nothing was tried: free the rows, unless the ledger is away too (then the lease frees them).
            drop(ledger.free(&ids).await);
            return Err(error.into());
        }
    };
    let with = |wanted: Published| -> Vec<String> {
        let pairs = ids.iter().zip(&outcomes);
        pairs
            .filter(|(_, o)| **o == wanted)
            .map(|(id, _)| id.clone())
            .collect()
    };
    ledger
        .mark_sent(&with(Published::Sent))
        .await
        .map_err(paused)?;
    for (outcome, name) in [
        (Published::Sent, "sent"),
        (Published::Unroutable, "unroutable"),
        (Published::Refused, "refused"),
        (Published::Unknown, "unknown"),
    ] {
        let n = with(outcome).len();
        if n > 0 {
            metrics::counter!("jaga_published_total", "outcome" => name).increment(n as u64);
        }
        // These stay taken until the lease ends: tried again, but not in a tight loop.
        if n > 0 && matches!(outcome, Published::Unroutable | Published::Refused) {
            tracing::error!(
                worker = NAME,
                n,
                name,
                "the bus did not take events; they stay in the outbox"
            );
        }
    }
    let unknown = with(Published::Unknown);
    if unknown.is_empty() {
        return Ok(());
    }
    // Perhaps published, perhaps not: again under the same id, by a new session.
    ledger.free(&unknown).await.map_err(paused)?;
    Err(Trouble::Paused(format!(
        "{} publishes were not confirmed",
        unknown.len()
    )))
}

fn outgoing(row: OutboxRow) -> Outgoing {
    let exchange = match row.exchange.as_str() {
        "crm" => Exchange::Crm,
        "" => Exchange::Queue(row.routing_key.clone()),
        _ => Exchange::Jaga,
    };
    Outgoing {
        message_id: row.event_id,
        exchange,
        routing_key: row.routing_key,
        body: row.body.into(),
    }
}

async fn gauge(ledger: &Ledger) -> Result<(), Trouble> {
    let (count, oldest) = ledger.unsent().await.map_err(paused)?;
    metrics::gauge!("jaga_outbox_unsent").set(count as f64);
    let age = match oldest {
        Some(oldest) => ledger
            .now()
            .await
            .map_err(paused)?
            .duration_since(oldest)
            .as_secs_f64(),
        None => 0.0,
    };
    metrics::gauge!("jaga_outbox_oldest_seconds").set(age);
    Ok(())
}

async fn idle(runtime: &Runtime, poll: Duration) {
    tokio::select! {
        () = runtime.stop.cancelled() => {}
        () = runtime.ledger.outbox_filled() => {}
        () = tokio::time::sleep(poll) => {}
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn paused(error: jaga_ledger::LedgerError) -> Trouble {
    Trouble::Paused(error.to_string())
}
