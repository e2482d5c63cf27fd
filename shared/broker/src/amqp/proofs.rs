//! RabbitMQ itself, if `JAGA_TEST_AMQP_URL` names one to play with; and what needs none.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Instant;

use super::AmqpSettings;
use crate::{Acked, Bus, BusError, Exchange, Outgoing, Published, conformance};

fn settings(url: String, timeout: Duration) -> AmqpSettings {
    AmqpSettings {
        url,
        heartbeat_s: 15,
        connection_name: "jaga-broker-tests".into(),
        timeout,
    }
}

/// The broker to test with, or a word on stderr.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests have no configuration"
)]
fn rabbitmq() -> Option<String> {
    let url = std::env::var("JAGA_TEST_AMQP_URL").ok();
    if url.is_none() {
        eprintln!("skipped: JAGA_TEST_AMQP_URL names no RabbitMQ");
    }
    url
}

/// Tests that share a broker's queues take turns.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn rabbitmq_keeps_every_promise() {
    let Some(url) = rabbitmq() else { return };
    let _turn = TURN.lock().await;
    conformance::all(&Bus::amqp(settings(url, Duration::from_secs(10)))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rabbitmq_says_why_a_letter_died() {
    let Some(url) = rabbitmq() else { return };
    let _turn = TURN.lock().await;
    let bus = Bus::amqp(settings(url, Duration::from_secs(10)));
    conformance::a_dead_letter_says_where_and_why_it_died(&bus).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_ends_a_session_once_and_its_receipts_are_lost() {
    let Some(url) = rabbitmq() else { return };
    let _turn = TURN.lock().await;
    let wire = Wire::to(&url).await;
    let direct = Bus::amqp(settings(url, Duration::from_secs(10)));
    let bus = Bus::amqp(settings(wire.url.clone(), Duration::from_secs(2)));
    direct.purge("closure").await.unwrap();
    let mut session = bus.subscribe("closure", 2).await.unwrap();
    let mut publisher = bus.publisher().await.unwrap();
    let message = |id: &str| Outgoing {
        message_id: id.into(),
        exchange: Exchange::Queue("closure".into()),
        routing_key: String::new(),
        body: Bytes::from(id.to_owned()),
    };
    assert_eq!(
        publisher.publish(&[message("a")]).await.unwrap(),
        [Published::Sent]
    );
    let held = session.next().await.unwrap().unwrap();

    wire.freeze();
    let started = Instant::now();
    let silent = publisher
        .publish(&[message("b"), message("c")])
        .await
        .unwrap();
    assert_eq!(silent, [Published::Unknown; 2]);
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
    assert!(matches!(
        publisher.publish(&[message("d")]).await,
        Err(BusError::Over)
    ));

    wire.cut();
    while let Some(last) = session.next().await {
        assert!(last.is_err());
    }
    assert!(
        session.next().await.is_none(),
        "an ended session is asked again without harm"
    );
    assert_eq!(held.receipt.ack().await.unwrap(), Acked::Lost);
    let mut again = direct.subscribe("closure", 5).await.unwrap();
    let came_back = again.next().await.unwrap().unwrap();
    assert_eq!(
        (&came_back.body[..], came_back.redelivered),
        (&b"a"[..], true)
    );
    again.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_a_missing_host_are_told_apart_from_an_outage() {
    let Some(url) = rabbitmq() else { return };
    let (_, host) = url.rsplit_once('@').unwrap();
    let wrong = format!("amqp://jaga:geheim@{host}");
    let refused = Bus::amqp(settings(wrong, Duration::from_secs(10)))
        .check()
        .await
        .unwrap_err();
    assert!(refused.needs_hands(), "{refused:?}");
    assert!(!format!("{refused:?}").contains("geheim"));
    let away = "amqp://127.0.0.1:1/".to_owned();
    let away = Bus::amqp(settings(away, Duration::from_secs(10)))
        .check()
        .await
        .unwrap_err();
    assert!(matches!(away, BusError::Unreachable { .. }), "{away:?}");
}

/// `JAGA_TEST_AMQPS_URL` names the broker's TLS side, `JAGA_TEST_AMQPS_CA` the file of its authority.
#[tokio::test(flavor = "multi_thread")]
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests have no configuration"
)]
async fn a_certificate_of_the_house_is_trusted_only_when_it_is_given() {
    let named = |name| std::env::var(name).ok();
    let (Some(url), Some(ca)) = (named("JAGA_TEST_AMQPS_URL"), named("JAGA_TEST_AMQPS_CA")) else {
        eprintln!("skipped: JAGA_TEST_AMQPS_URL and JAGA_TEST_AMQPS_CA name no broker with TLS");
        return;
    };
    let settings = settings(url, Duration::from_secs(10));
    let stranger = Bus::amqp(settings.clone()).check().await.unwrap_err();
    assert!(
        matches!(stranger, BusError::Unreachable { .. }),
        "{stranger:?}"
    );
    let pem = std::fs::read_to_string(ca).unwrap();
    Bus::amqp_with_ca(settings, pem).check().await.unwrap();
}

/// A TCP relay that can fall silent or break.
struct Wire {
    url: String,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    Frozen,
    Cut,
}

impl Wire {
    async fn to(url: &str) -> Self {
        let (login, target) = url.trim_start_matches("amqp://").rsplit_once('@').unwrap();
        let (address, host) = target.split_once('/').unwrap_or((target, ""));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("amqp://{login}@{}/{host}", listener.local_addr().unwrap());
        let (state, seen) = watch::channel(State::Open);
        let address = address.to_owned();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&address).await.unwrap();
                let (near_in, near_out) = near.into_split();
                let (far_in, far_out) = far.into_split();
                tokio::spawn(pump(near_in, far_out, seen.clone()));
                tokio::spawn(pump(far_in, near_out, seen.clone()));
            }
        });
        Self { url, state }
    }

    fn freeze(&self) {
        self.state.send_replace(State::Frozen);
    }

    fn cut(&self) {
        self.state.send_replace(State::Cut);
    }
}

async fn pump(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut state: watch::Receiver<State>,
) {
    let mut buffer = vec![0; 65536];
    loop {
        let now = *state.borrow_and_update();
        tokio::select! {
            read = from.read(&mut buffer), if now == State::Open => match read {
                Ok(n) if n > 0 && to.write_all(&buffer[..n]).await.is_ok() => {}
                _ => return,
            },
            changed = state.changed() => if changed.is_err() || *state.borrow() == State::Cut {
                return;
            },
        }
    }
}
