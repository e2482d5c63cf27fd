//! The relay, on real RabbitMQ and PostgreSQL: everything is published at least once under the same
//! id, and only what the broker has taken is marked. R17, R18, R19.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jaga_broker::{Bus, Exchange, Outgoing, Published};
use jaga_ledger::{Ledger, Route};
use jaga_runner::Runtime;
use jaga_service::{Clock, Config, Health};
use jaga_tests::{Jaga, Rabbit, eventually, servers, site};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::broker::rabbit;
use crate::ledger::Place;

const KEY: &str = "jaga.photo.processed.v1";
const LOST: &str = "jaga.ticket.warned.v1";
/// A row that the broker did not take is tried again when its lease of 30 s ends.
const DRAINED: Duration = Duration::from_secs(90);

/// A relay in this process.
struct Relay {
    runtime: Runtime,
    task: JoinHandle<()>,
}

impl Relay {
    fn start(bus: Bus, ledger: Ledger) -> Self {
        let mut config = Config::default();
        config.relay.batch = 200;
        config.relay.poll_ms = 20;
        let runtime = Runtime {
            bus,
            ledger,
            config: Arc::new(config),
            health: Health::default(),
            stop: CancellationToken::new(),
            clock: Clock::System,
        };
        let task = tokio::spawn(jaga_relay::run(runtime.clone()));
        Self { runtime, task }
    }

    /// What keeps it from publishing.
    fn trouble(&self) -> Option<String> {
        self.runtime.health.troubles().pop().map(|(_, why)| why)
    }

    async fn stop(self) -> Result<()> {
        self.runtime.stop.cancel();
        Ok(tokio::time::timeout(Duration::from_secs(20), self.task).await??)
    }
}

async fn write(
    ledger: &Ledger,
    ids: impl IntoIterator<Item = (String, &'static str)>,
) -> Result<()> {
    let mut tx = ledger.begin().await?;
    for (id, key) in ids {
        tx.publish(&id, &Route::Jaga(key), id.as_bytes(), Duration::ZERO)
            .await?;
    }
    Ok(tx.commit().await?)
}

async fn drained(ledger: &Ledger) -> Result<()> {
    eventually(DRAINED, || async {
        let (unsent, _) = ledger.unsent().await?;
        ensure!(unsent == 0, "{unsent} rows are not sent");
        Ok(())
    })
    .await
}

/// Everything that lies in the CRM's mailbox, and how often.
async fn mailbox(bus: &Bus) -> Result<BTreeMap<String, usize>> {
    let mut publisher = bus.publisher().await?;
    let last = Outgoing {
        message_id: "the last".to_owned(),
        exchange: Exchange::Queue("crm".to_owned()),
        routing_key: "crm".to_owned(),
        body: "the last".into(),
    };
    ensure!(publisher.publish(&[last]).await? == [Published::Sent]);
    // Few at a time: RabbitMQ may forget acks that it gathers when a channel closes.
    let mut session = bus.subscribe("crm", 10).await?;
    let mut seen = BTreeMap::new();
    loop {
        let next = tokio::time::timeout(Duration::from_secs(20), session.next());
        let delivery = next.await?.context("the mailbox was closed")??;
        let body = String::from_utf8(delivery.body.to_vec())?;
        delivery.receipt.ack().await?;
        if body == "the last" {
            session.close().await;
            return Ok(seen);
        }
        *seen.entry(body).or_default() += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_dies_between_publish_and_mark_sends_the_same_ids_again() -> Result<()> {
    let site = site().await?;
    let place = Place::postgres().await?;
    let bus = rabbit(&site.amqp.url);
    let ids: Vec<String> = (0..50).map(|n| format!("event-{n}")).collect();
    write(&place.ledger, ids.iter().map(|id| (id.clone(), KEY))).await?;

    // What a relay does up to the moment of its death: taken, published, confirmed, never marked.
    let taken = place
        .ledger
        .take_due(20, Duration::from_millis(100))
        .await?;
    let published: Vec<Outgoing> = taken
        .into_iter()
        .map(|row| Outgoing {
            message_id: row.event_id,
            exchange: Exchange::Jaga,
            routing_key: row.routing_key,
            body: row.body.into(),
        })
        .collect();
    let outcomes = bus.publisher().await?.publish(&published).await?;
    ensure!(outcomes == [Published::Sent; 20]);

    // Two take its place, and share what is left.
    let relays = [
        Relay::start(bus.clone(), place.ledger.clone()),
        Relay::start(bus.clone(), place.another()?),
    ];
    drained(&place.ledger).await?;
    for relay in relays {
        relay.stop().await?;
    }
    let seen = mailbox(&bus).await?;
    ensure!(
        seen.keys().eq(ids.iter().collect::<BTreeSet<_>>()),
        "the same ids and no other"
    );
    let twice = seen.values().filter(|count| **count == 2).count();
    ensure!(
        twice == 20 && seen.values().all(|count| *count <= 2),
        "{twice} came twice"
    );
    Ok(())
}

/// As the process it is in production: killed in the middle, with another to take its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_relay_loses_no_event_and_repeats_at_most_a_batch() -> Result<()> {
    let site = site().await?;
    let place = Place::postgres().await?;
    let bus = rabbit(&site.amqp.url);
    let relay = || {
        Jaga::command("relay")?
            .env("JAGA_BROKER_URL", &site.amqp.url)
            .env("JAGA_LEDGER_URL", place.url())
            .env("JAGA_RELAY_BATCH", "50")
            .start()
    };
    let mut first = relay()?;
    first.ready(DRAINED).await?;
    let ids: BTreeSet<String> = (0..2000).map(|n| format!("event-{n}")).collect();
    write(&place.ledger, ids.iter().map(|id| (id.clone(), KEY))).await?;
    let seen = eventually(DRAINED, || async {
        let (unsent, _) = place.ledger.unsent().await?;
        ensure!(unsent < 2000, "nothing is sent yet");
        Ok(unsent)
    })
    .await;
    first.kill9();
    let unsent = seen.with_context(|| first.log_tail())?;
    ensure!(unsent > 0, "too late to kill it");

    let mut second = relay()?;
    drained(&place.ledger)
        .await
        .with_context(|| second.log_tail())?;
    second.sigterm();
    ensure!(second.wait(DRAINED).await?.success());
    let seen = mailbox(&bus).await?;
    ensure!(
        seen.keys().eq(ids.iter()),
        "{} of {} ids came",
        seen.len(),
        ids.len()
    );
    let again: usize = seen.values().map(|count| count - 1).sum();
    ensure!(again <= 50, "{again} came twice");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unroutable_events_stay_and_the_others_among_them_are_sent() -> Result<()> {
    let site = site().await?;
    let Some(broker) = &servers().await?.rabbit else {
        jaga_tests::skip(
            "the bindings of a broker that is already there are not the test's to cut",
        );
        return Ok(());
    };
    let place = Place::postgres().await?;
    let bus = rabbit(&site.amqp.url);
    let relay = Relay::start(bus.clone(), place.ledger.clone());
    write(&place.ledger, [("before".to_owned(), LOST)]).await?;
    drained(&place.ledger).await?;
    let v = &site.amqp.name;
    let cut = format!(
        "rabbit_binding:remove({{binding, {{resource, <<\"{v}\">>, exchange, <<\"jaga\">>}}, \
         <<\"jaga.ticket.*.v1\">>, {{resource, <<\"{v}\">>, queue, <<\"crm\">>}}, []}}, \
         fun(_X, _Q) -> ok end, <<\"test\">>)"
    );
    let answer = broker.eval(&cut).await?;
    ensure!(answer == "ok", "{answer}");

    // Ten batches of 200 in flight; every third row is for nobody.
    let row = |n: usize| {
        (
            format!("event-{n}"),
            if n.is_multiple_of(3) { LOST } else { KEY },
        )
    };
    write(&place.ledger, (0..2000).map(row)).await?;
    let lost = (0..2000).filter(|n| n % 3 == 0).count();
    eventually(DRAINED, || async {
        let (unsent, _) = place.ledger.unsent().await?;
        ensure!(
            unsent == lost as i64,
            "{unsent} rows are not sent, {lost} can't be"
        );
        Ok(())
    })
    .await?;
    let mut seen = mailbox(&bus).await?;
    ensure!(seen.remove("before") == Some(1));
    let good: BTreeSet<String> = (0..2000)
        .map(row)
        .filter(|r| r.1 == KEY)
        .map(|r| r.0)
        .collect();
    ensure!(
        seen.keys().eq(good.iter()),
        "exactly what could be routed was marked"
    );

    // Looking into the mailbox has declared what was missing: the rest goes its way.
    drained(&place.ledger).await?;
    relay.stop().await?;
    let late: BTreeSet<String> = mailbox(&bus).await?.into_keys().collect();
    let lost: BTreeSet<String> = (0..2000)
        .map(row)
        .filter(|r| r.1 == LOST)
        .map(|r| r.0)
        .collect();
    let missing = lost.difference(&late).count();
    let strange: Vec<&String> = late.difference(&lost).take(5).collect();
    ensure!(
        missing == 0 && strange.is_empty(),
        "{missing} are missing, and came: {strange:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publish_that_nobody_confirms_is_tried_again_under_the_same_id() -> Result<()> {
    let broker = Rabbit::start().await?;
    let place = Place::postgres().await?;
    let bus = Bus::amqp(jaga_broker::AmqpSettings {
        url: broker.vhost().await?.url,
        heartbeat_s: 5,
        connection_name: "a test".to_owned(),
        timeout: Duration::from_secs(5),
    });
    let relay = Relay::start(bus.clone(), place.ledger.clone());
    write(&place.ledger, [("before".to_owned(), KEY)]).await?;
    drained(&place.ledger).await?;

    broker.memory_alarm(true).await?;
    let ids: Vec<String> = (0..30).map(|n| format!("event-{n}")).collect();
    write(&place.ledger, ids.iter().map(|id| (id.clone(), KEY))).await?;
    // The relay must give up at least once; how it says so is in its readiness.
    let gave_up = eventually(DRAINED, || async {
        relay.trouble().context("it still waits for the confirms")
    })
    .await;
    let unsent = place.ledger.unsent().await?.0;
    broker.memory_alarm(false).await?;
    gave_up?;
    ensure!(
        unsent == 30,
        "nothing is marked that was not confirmed: {unsent}"
    );

    drained(&place.ledger).await?;
    relay.stop().await?;
    let mut seen = mailbox(&bus).await?;
    ensure!(seen.remove("before") == Some(1));
    ensure!(
        seen.keys().eq(ids.iter().collect::<BTreeSet<_>>()),
        "none lost, none invented"
    );
    Ok(())
}
