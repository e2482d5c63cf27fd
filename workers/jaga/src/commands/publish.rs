//! `jaga publish`: events onto the bus, as the CRM would.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use bytes::Bytes;
use jaga_broker::{Exchange, Outgoing, Published};
use jaga_contract::decode;

use crate::cli::PublishArgs;
use crate::output::{Outcome, say, say_json};
use crate::place::{self, Place};

pub async fn run(args: &PublishArgs) -> anyhow::Result<Outcome> {
    let config = place::configuration(args.place.config.as_deref())?;
    let mut batch = Vec::new();
    for file in &args.files {
        let bytes = read(file)?;
        match &args.unchecked {
            Some(queue) => batch.push(raw(queue, bytes, batch.len())),
            None => events(&bytes, file, &mut batch)?,
        }
    }
    let bus = match place::choose(&args.place, &config)? {
        Place::Embedded(dir) => place::embedded(&dir, true)?.bus,
        Place::Cluster => place::bus(&config, "publish")?,
    };
    let mut publisher = bus.publisher().await?;
    let mut sent = 0;
    let mut failed = Vec::new();
    for chunk in batch.chunks(200) {
        let outcomes = publisher.publish(chunk).await?;
        for (message, outcome) in chunk.iter().zip(outcomes) {
            match outcome {
                Published::Sent => sent += 1,
                other => failed.push((message.message_id.clone(), format!("{other:?}"))),
            }
        }
    }
    publisher.close().await;
    if args.json {
        say_json(&serde_json::json!({"sent": sent, "failed": failed}))?;
    } else {
        say(&format!("{sent} sent, {} not", failed.len()));
        for (id, outcome) in &failed {
            say(&format!("{id}: {outcome}"));
        }
    }
    Ok(Outcome::yes_if(failed.is_empty()))
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .context("can't read standard input")?;
        return Ok(bytes);
    }
    std::fs::read(file).with_context(|| format!("can't read {}", file.display()))
}

fn raw(queue: &str, bytes: Vec<u8>, n: usize) -> Outgoing {
    Outgoing {
        message_id: format!("unchecked-{n}"),
        exchange: Exchange::Queue(queue.to_owned()),
        routing_key: queue.to_owned(),
        body: bytes.into(),
    }
}

/// One event, a list of events, or one a line. Everything is checked before anything is sent.
fn events(bytes: &[u8], file: &Path, batch: &mut Vec<Outgoing>) -> anyhow::Result<()> {
    let values: Vec<serde_json::Value> = match serde_json::from_slice(bytes) {
        Ok(serde_json::Value::Array(list)) => list,
        Ok(one) => vec![one],
        Err(_) => serde_json::Deserializer::from_slice(bytes)
            .into_iter()
            .collect::<Result<_, _>>()
            .with_context(|| format!("{}: not JSON", file.display()))?,
    };
    for (n, value) in values.iter().enumerate() {
        let body = serde_json::to_vec(value)?;
        let place = || format!("{}, event {}", file.display(), n + 1);
        let event = decode(&body).with_context(place)?;
        let kind = value
            .get("type")
            .and_then(|k| k.as_str())
            .unwrap_or_default();
        if !kind.starts_with("crm.") {
            bail!("{}: {kind} is Jaga's own to say", place());
        }
        batch.push(Outgoing {
            message_id: format!("{}/{}", batch.len(), event.message_id()),
            exchange: Exchange::Crm,
            routing_key: kind.to_owned(),
            body: Bytes::from(body),
        });
    }
    Ok(())
}
