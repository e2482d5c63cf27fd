//! What every bus promises, on a real RabbitMQ. The directory bus is tried by its own crate.

use std::time::Duration;

use anyhow::{Context as _, Result};
use jaga_broker::{AmqpSettings, Bus, conformance};
use jaga_tests::{servers, site};

pub(crate) fn rabbit(url: &str) -> Bus {
    Bus::amqp(AmqpSettings {
        url: url.to_owned(),
        heartbeat_s: 5,
        connection_name: "a test".to_owned(),
        timeout: Duration::from_secs(10),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rabbitmq_keeps_every_promise_of_the_bus() -> Result<()> {
    let site = site().await?;
    conformance::all(&rabbit(&site.amqp.url)).await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_rabbitmq_gives_up_says_where_and_why() -> Result<()> {
    let site = site().await?;
    let Some(broker) = &servers().await?.rabbit else {
        jaga_tests::skip(
            "the policies of a broker that is already there are not the test's to set",
        );
        return Ok(());
    };
    // Production's policy but for the limit: twenty deliveries would take their time.
    let policy = r#"{"dead-letter-exchange":"dead","delivery-limit":2,
        "dead-letter-strategy":"at-least-once","overflow":"reject-publish"}"#;
    broker
        .eval(&format!(
            "ok = rabbit_policy:parse_set(<<\"{}\">>, <<\"test-closure\">>, <<\"^closure$\">>, \
             <<\"{}\">>, 99, <<\"queues\">>, <<\"test\">>)",
            site.amqp.name,
            policy.replace('\n', " ").replace('"', "\\\"")
        ))
        .await
        .context("could not set the policy")?;
    conformance::a_dead_letter_says_where_and_why_it_died(&rabbit(&site.amqp.url)).await;
    Ok(())
}
