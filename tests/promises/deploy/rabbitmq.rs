//! `deploy/rabbitmq/definitions.json` is the topology of the code, and its users can do no more than
//! they must: tried on a real node.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jaga_broker::{AmqpSettings, Bus, Exchange, Outgoing, Published, Topology};
use jaga_tests::{Rabbit, home, project_root};
use serde_json::Value;

use crate::files;

fn names(list: &Value) -> BTreeSet<String> {
    let names = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["name"].as_str());
    names.map(str::to_owned).collect()
}

#[test]
fn the_definitions_are_the_topology_of_the_code() -> Result<()> {
    let definitions = files::json("rabbitmq/definitions.json")?;
    let exchanges: BTreeSet<String> = Topology::EXCHANGES.map(str::to_owned).into();
    ensure!(names(&definitions["exchanges"]) == exchanges);
    for exchange in definitions["exchanges"]
        .as_array()
        .context("no exchanges")?
    {
        ensure!(
            exchange["type"] == "topic" && exchange["durable"] == true,
            "{exchange}"
        );
    }

    // The CRM's dead letters are the CRM's: the workers know nothing of them.
    let mut queues: BTreeSet<String> = Topology::queues()
        .iter()
        .map(|queue| queue.name.to_owned())
        .collect();
    queues.insert("crm.dead".to_owned());
    ensure!(names(&definitions["queues"]) == queues);
    for queue in definitions["queues"].as_array().context("no queues")? {
        ensure!(queue["arguments"]["x-queue-type"] == "quorum", "{queue}");
        ensure!(
            queue["arguments"].as_object().is_some_and(|a| a.len() == 1),
            "{queue}"
        );
    }

    let mut wanted = BTreeSet::from([("dead", "crm.dead", "crm")]);
    for queue in Topology::queues() {
        wanted.extend(
            queue
                .bindings
                .iter()
                .map(|b| (b.exchange, queue.name, b.pattern)),
        );
    }
    let bindings = definitions["bindings"].as_array().context("no bindings")?;
    let word = |binding: &'_ Value, key: &str| binding[key].as_str().unwrap_or("").to_owned();
    let found: BTreeSet<_> = bindings
        .iter()
        .map(|each| {
            (
                word(each, "source"),
                word(each, "destination"),
                word(each, "routing_key"),
            )
        })
        .collect();
    let wanted = wanted
        .into_iter()
        .map(|(e, q, p)| (e.to_owned(), q.to_owned(), p.to_owned()));
    ensure!(found == wanted.collect());
    Ok(())
}

fn bus(rabbit: &Rabbit, user: &str) -> Bus {
    Bus::amqp(AmqpSettings {
        url: format!(
            "amqp://{user}:secret-{user}@127.0.0.1:{}/jaga",
            rabbit.port()
        ),
        heartbeat_s: 15,
        connection_name: user.to_owned(),
        timeout: Duration::from_secs(10),
    })
}

/// Whether this user gets a message through. A refusal closes the channel: `Unknown` or an error.
async fn publishes(bus: &Bus, exchange: Exchange, routing_key: &str) -> Result<bool> {
    let mut publisher = bus.publisher().await?;
    let message = Outgoing {
        message_id: "1".to_owned(),
        exchange,
        routing_key: routing_key.to_owned(),
        body: "{}".into(),
    };
    let outcome = publisher.publish(&[message]).await;
    Ok(matches!(outcome.as_deref(), Ok([Published::Sent])))
}

#[tokio::test]
async fn each_worker_reads_its_own_queue_and_only_relay_publishes() -> Result<()> {
    let rabbit = Rabbit::start().await?;
    let file = project_root().join("deploy/rabbitmq/definitions.json");
    rabbit
        .ctl(&["import_definitions", &file.to_string_lossy()])
        .await?;

    let users = [
        "intake",
        "photo",
        "closure",
        "escalation",
        "relay",
        "crm",
        "operator",
    ];
    ensure!(
        bus(&rabbit, "photo").check().await.is_err(),
        "without a password nobody gets in"
    );
    let passwords = home()?.folder("passwords")?.join("users");
    let lines: Vec<String> = users
        .iter()
        .map(|user| format!("{user} secret-{user}\n"))
        .collect();
    std::fs::write(&passwords, lines.concat())?;
    let mut script = Command::new(project_root().join("deploy/rabbitmq/set-passwords.sh"));
    script.arg(&passwords);
    rabbit.run(script).await?;

    for worker in ["intake", "photo", "closure"] {
        let bus = bus(&rabbit, worker);
        for queue in ["intake", "photo", "closure"] {
            let own = queue == worker;
            let subscribed = bus.subscribe(queue, 1).await;
            ensure!(
                subscribed.is_ok() == own,
                "{worker} reads {queue}: {subscribed:?}"
            );
            let dead = bus.subscribe(&format!("{queue}.dead"), 1).await;
            ensure!(
                dead.is_ok() == own,
                "{worker} reads the dead letters of {queue}"
            );
        }
        ensure!(
            !publishes(&bus, Exchange::Jaga, "jaga.photo.processed.v1").await?,
            "{worker}"
        );
        ensure!(
            !publishes(&bus, Exchange::Crm, "crm.photo.uploaded.v1").await?,
            "{worker}"
        );
        ensure!(
            !publishes(&bus, Exchange::Queue("photo".into()), "photo").await?,
            "{worker}"
        );
    }
    let relay = bus(&rabbit, "relay");
    ensure!(publishes(&relay, Exchange::Jaga, "jaga.photo.processed.v1").await?);
    ensure!(publishes(&relay, Exchange::Queue("photo".into()), "photo").await?);
    ensure!(
        !publishes(&relay, Exchange::Crm, "crm.photo.uploaded.v1").await?,
        "it is not the CRM"
    );
    ensure!(
        relay.subscribe("photo", 1).await.is_err(),
        "relay reads nothing"
    );
    let operator = bus(&rabbit, "operator");
    ensure!(
        publishes(&operator, Exchange::Crm, "crm.photo.uploaded.v1").await?,
        "jaga publish"
    );
    Ok(())
}
