//! What both buses promise, as functions that any bus can be handed to. Not part of the API: it is
//! compiled for tests only, and its assertions panic.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "these are tests; the functions' names say what each promises"
)]

use std::collections::HashSet;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::timeout;

use crate::{
    Acked, Bus, BusError, Delivery, Exchange, Outgoing, Published, Receipt, Subscription, Topology,
};

/// Longer than anything here takes when it works.
const SOON: Duration = Duration::from_secs(20);
/// Long enough that a message which comes against the promise is seen.
const WHILE: Duration = Duration::from_millis(300);

/// Every promise, one after the other. The bus must be nobody else's meanwhile.
pub async fn all(bus: &Bus) {
    bus.check().await.unwrap();
    an_event_reaches_the_worker_it_is_for_and_no_other(bus).await;
    an_acked_message_is_gone(bus).await;
    an_unanswered_message_returns_when_its_session_ends(bus).await;
    a_closed_session_gives_everything_back_at_once(bus).await;
    a_message_given_back_comes_again(bus).await;
    a_session_holds_no_more_than_its_bound(bus).await;
    a_stopped_session_finishes_what_it_has_and_takes_no_more(bus).await;
    two_sessions_share_a_queue(bus).await;
    a_wait_given_up_loses_no_message(bus).await;
    a_batch_arrives_whole_once_and_in_order(bus).await;
    a_polite_end_forgets_no_ack(bus).await;
    an_unroutable_message_is_blamed_and_no_other(bus).await;
    a_queue_outside_the_topology_is_refused(bus).await;
}

pub async fn an_event_reaches_the_worker_it_is_for_and_no_other(bus: &Bus) {
    clear(bus).await;
    let cases = [
        (Exchange::Crm, "crm.photo.uploaded.v1", "photo"),
        (Exchange::Crm, "crm.ticket.changed.v1", "intake"),
        (Exchange::Jaga, "jaga.closure.due.v1", "closure"),
        (Exchange::Jaga, "jaga.closure.judged.v1", "crm"),
        (Exchange::Jaga, "jaga.ticket.escalated.v1", "crm"),
        (Exchange::Queue("photo.dead".into()), "", "photo.dead"),
    ];
    let message = |(exchange, key, _): &(Exchange, &str, &str)| Outgoing {
        message_id: format!("id of {key}"),
        exchange: exchange.clone(),
        routing_key: (*key).into(),
        body: Bytes::from(format!("body of {key}")),
    };
    send(bus, &cases.iter().map(message).collect::<Vec<_>>()).await;
    for queue in Topology::queues() {
        let mut session = bus.subscribe(queue.name, 10).await.unwrap();
        for (_, key, _) in cases.iter().filter(|(_, _, to)| *to == queue.name) {
            let got = next(&mut session).await;
            assert_eq!(got.body, format!("body of {key}"));
            assert!(got.dead.is_none());
            assert_eq!(got.receipt.ack().await.unwrap(), Acked::Yes);
        }
        nothing_more(bus, session, queue.name).await;
    }
}

pub async fn an_acked_message_is_gone(bus: &Bus) {
    clear(bus).await;
    send(bus, &to("closure", ["a", "b"])).await;
    let mut session = bus.subscribe("closure", 1).await.unwrap();
    for body in ["a", "b"] {
        let got = next(&mut session).await;
        assert_eq!(got.body, body);
        assert_eq!(got.receipt.ack().await.unwrap(), Acked::Yes);
    }
    session.close().await;
    nothing_more(bus, bus.subscribe("closure", 5).await.unwrap(), "closure").await;
}

pub async fn an_unanswered_message_returns_when_its_session_ends(bus: &Bus) {
    clear(bus).await;
    let mut session = bus.subscribe("closure", 5).await.unwrap();
    send(bus, &to("closure", ["a"])).await;
    let first = next(&mut session).await;
    assert!(!first.redelivered, "nobody saw it before");
    drop(session);
    let mut session = bus.subscribe("closure", 5).await.unwrap();
    let second = next(&mut session).await;
    assert_eq!(second.body, "a");
    assert!(second.redelivered);
    assert_eq!(
        first.receipt.ack().await.unwrap(),
        Acked::Lost,
        "its session is over"
    );
    assert_eq!(second.receipt.ack().await.unwrap(), Acked::Yes);
    nothing_more(bus, session, "closure").await;
}

pub async fn a_closed_session_gives_everything_back_at_once(bus: &Bus) {
    clear(bus).await;
    send(bus, &to("closure", ["a", "b", "c"])).await;
    let mut session = bus.subscribe("closure", 2).await.unwrap();
    let held = [next(&mut session).await, next(&mut session).await];
    session.close().await;
    let mut session = bus.subscribe("closure", 5).await.unwrap();
    assert_eq!(bodies(&mut session, 3).await, set(["a", "b", "c"]));
    for delivery in held {
        assert_eq!(delivery.receipt.give_back().await.unwrap(), Acked::Lost);
    }
    nothing_more(bus, session, "closure").await;
}

pub async fn a_message_given_back_comes_again(bus: &Bus) {
    clear(bus).await;
    send(bus, &to("closure", ["a"])).await;
    let mut session = bus.subscribe("closure", 1).await.unwrap();
    let first = next(&mut session).await;
    assert_eq!(first.receipt.give_back().await.unwrap(), Acked::Yes);
    let second = next(&mut session).await;
    assert_eq!((&second.body[..], second.redelivered), (&b"a"[..], true));
    second.receipt.ack().await.unwrap();
    nothing_more(bus, session, "closure").await;
}

pub async fn a_session_holds_no_more_than_its_bound(bus: &Bus) {
    clear(bus).await;
    send(bus, &to("closure", ["a", "b", "c", "d"])).await;
    let mut session = bus.subscribe("closure", 2).await.unwrap();
    let first = next(&mut session).await;
    let _second = next(&mut session).await;
    assert!(
        timeout(WHILE, session.next()).await.is_err(),
        "two are held already"
    );
    first.receipt.ack().await.unwrap();
    let third = next(&mut session).await;
    assert_eq!(third.body, "c");
    assert!(
        timeout(WHILE, session.next()).await.is_err(),
        "two are held again"
    );
    session.close().await;
}

pub async fn a_stopped_session_finishes_what_it_has_and_takes_no_more(bus: &Bus) {
    clear(bus).await;
    send(bus, &to("closure", ["a", "b", "c"])).await;
    let mut session = bus.subscribe("closure", 3).await.unwrap();
    let first = next(&mut session).await;
    session.stop().await.unwrap();
    assert!(session.next().await.is_none());
    assert!(session.next().await.is_none(), "and it stays so");
    // The rest is free while the first is still in hand.
    let mut other = bus.subscribe("closure", 3).await.unwrap();
    assert_eq!(bodies(&mut other, 2).await, set(["b", "c"]));
    assert_eq!(first.receipt.ack().await.unwrap(), Acked::Yes);
    session.close().await;
    nothing_more(bus, other, "closure").await;
}

pub async fn two_sessions_share_a_queue(bus: &Bus) {
    clear(bus).await;
    let (mut one, mut two) = (
        bus.subscribe("closure", 1).await.unwrap(),
        bus.subscribe("closure", 1).await.unwrap(),
    );
    let names: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    send(bus, &to("closure", names.iter().map(String::as_str))).await;
    let held = (next(&mut one).await, next(&mut two).await);
    assert_ne!(held.0.body, held.1.body, "each message is one session's");
    let mut seen: Vec<Bytes> = vec![held.0.body.clone(), held.1.body.clone()];
    held.0.receipt.ack().await.unwrap();
    held.1.receipt.ack().await.unwrap();
    while seen.len() < names.len() {
        let got = tokio::select! {
            got = next(&mut one) => got,
            got = next(&mut two) => got,
        };
        seen.push(got.body.clone());
        got.receipt.ack().await.unwrap();
    }
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), names.len());
    two.close().await;
    nothing_more(bus, one, "closure").await;
}

pub async fn a_wait_given_up_loses_no_message(bus: &Bus) {
    clear(bus).await;
    let mut session = bus.subscribe("closure", 3).await.unwrap();
    let mut publisher = bus.publisher().await.unwrap();
    let mut seen = 0;
    for n in 0..100_u64 {
        let sent = publisher
            .publish(&to("closure", [n.to_string().as_str()]))
            .await
            .unwrap();
        assert_eq!(sent, [Published::Sent]);
        // Deadlines from hopeless to comfortable, so that some fall in the middle of a receipt.
        if let Ok(got) = timeout(Duration::from_micros(n * 20), session.next()).await {
            assert_eq!(
                got.unwrap().unwrap().receipt.ack().await.unwrap(),
                Acked::Yes
            );
            seen += 1;
        }
    }
    while seen < 100 {
        next(&mut session).await.receipt.ack().await.unwrap();
        seen += 1;
    }
    nothing_more(bus, session, "closure").await;
}

pub async fn a_batch_arrives_whole_once_and_in_order(bus: &Bus) {
    clear(bus).await;
    let names: Vec<String> = (0..300).map(|n| format!("{n:04}")).collect();
    send(bus, &to("closure", names.iter().map(String::as_str))).await;
    let mut session = bus.subscribe("closure", 50).await.unwrap();
    for name in &names {
        let got = next(&mut session).await;
        assert_eq!(&got.body, name);
        got.receipt.ack().await.unwrap();
    }
    nothing_more(bus, session, "closure").await;
}

/// With few messages in hand, as workers have: RabbitMQ gathers a quorum queue's acks when many are
/// under way, and forgets what it gathered when the session ends.
pub async fn a_polite_end_forgets_no_ack(bus: &Bus) {
    clear(bus).await;
    let names: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    for _ in 0..5 {
        send(bus, &to("closure", names.iter().map(String::as_str))).await;
        let mut session = bus.subscribe("closure", 10).await.unwrap();
        assert_eq!(bodies(&mut session, names.len()).await.len(), names.len());
        session.close().await;
        nothing_more(bus, bus.subscribe("closure", 5).await.unwrap(), "closure").await;
    }
}

/// 4,000 messages, 200 in flight, every tenth to nobody.
pub async fn an_unroutable_message_is_blamed_and_no_other(bus: &Bus) {
    clear(bus).await;
    let mut publisher = bus.publisher().await.unwrap();
    let mut good = HashSet::new();
    for round in 0..20 {
        let lost = |n: usize| n % 10 == round % 10;
        let batch: Vec<Outgoing> = (0..200)
            .map(|n| Outgoing {
                message_id: format!("{round}/{n}"),
                exchange: Exchange::Jaga,
                routing_key: if lost(n) {
                    "jaga.nobody.v1"
                } else {
                    "jaga.closure.due.v1"
                }
                .into(),
                body: Bytes::from(format!("{round}/{n}")),
            })
            .collect();
        let outcomes = publisher.publish(&batch).await.unwrap();
        for (n, outcome) in outcomes.iter().enumerate() {
            let want = if lost(n) {
                Published::Unroutable
            } else {
                Published::Sent
            };
            assert_eq!(*outcome, want, "message {n} of round {round}");
        }
        good.extend(
            batch
                .iter()
                .enumerate()
                .filter(|(n, _)| !lost(*n))
                .map(|(_, m)| m.body.clone()),
        );
    }
    publisher.close().await;
    let mut session = bus.subscribe("closure", 200).await.unwrap();
    assert_eq!(bodies(&mut session, good.len()).await, good);
    nothing_more(bus, session, "closure").await;
}

pub async fn a_queue_outside_the_topology_is_refused(bus: &Bus) {
    assert!(matches!(
        bus.subscribe("nobody", 1).await,
        Err(BusError::UnknownQueue)
    ));
    let mut lost = to("nobody", ["a"]);
    lost[0].exchange = Exchange::Queue("nobody".into());
    let outcomes = bus.publisher().await.unwrap().publish(&lost).await.unwrap();
    assert_eq!(outcomes, [Published::Unroutable]);
}

/// For RabbitMQ with a policy on `closure`: dead-letter exchange `dead`, a low delivery limit.
pub async fn a_dead_letter_says_where_and_why_it_died(bus: &Bus) {
    clear(bus).await;
    send(bus, &to("closure", ["poison"])).await;
    let mut session = bus.subscribe("closure", 1).await.unwrap();
    let mut dead = bus.subscribe("closure.dead", 1).await.unwrap();
    let got = loop {
        tokio::select! {
            // A message that comes as often as the limit allows, and one session that drops it.
            got = session.next() => {
                drop(got.unwrap().unwrap());
                session.close().await;
                session = bus.subscribe("closure", 1).await.unwrap();
            }
            got = next(&mut dead) => break got,
        }
    };
    let info = got.dead.as_ref().unwrap();
    assert_eq!(
        (info.queue.as_str(), info.reason.as_str()),
        ("closure", "delivery_limit")
    );
    assert_eq!((&got.body[..], info.count), (&b"poison"[..], 1));
    got.receipt.ack().await.unwrap();
    nothing_more(bus, dead, "closure.dead").await;
}

async fn clear(bus: &Bus) {
    for queue in Topology::queues() {
        bus.purge(queue.name).await.unwrap();
    }
}

/// Messages straight to a queue, named by their bodies.
fn to<'a>(queue: &str, bodies: impl IntoIterator<Item = &'a str>) -> Vec<Outgoing> {
    let message = |body: &str| Outgoing {
        message_id: body.into(),
        exchange: Exchange::Queue(queue.into()),
        routing_key: String::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
    };
    bodies.into_iter().map(message).collect()
}

async fn send(bus: &Bus, batch: &[Outgoing]) {
    let mut publisher = bus.publisher().await.unwrap();
    let outcomes = publisher.publish(batch).await.unwrap();
    assert_eq!(outcomes, vec![Published::Sent; batch.len()]);
    publisher.close().await;
}

async fn next(session: &mut Subscription) -> Delivery {
    timeout(SOON, session.next())
        .await
        .unwrap()
        .unwrap()
        .unwrap()
}

async fn bodies(session: &mut Subscription, count: usize) -> HashSet<Bytes> {
    let mut seen = HashSet::new();
    for _ in 0..count {
        let Delivery { body, receipt, .. } = next(session).await;
        ack(receipt).await;
        assert!(seen.insert(body), "a message came twice");
    }
    seen
}

async fn ack(receipt: Receipt) {
    assert_eq!(receipt.ack().await.unwrap(), Acked::Yes);
}

fn set<const N: usize>(bodies: [&'static str; N]) -> HashSet<Bytes> {
    bodies.into_iter().map(Bytes::from).collect()
}

/// Proves that a queue is empty by what comes next, not by waiting.
async fn nothing_more(bus: &Bus, mut session: Subscription, queue: &str) {
    send(bus, &to(queue, ["the last"])).await;
    let got = next(&mut session).await;
    assert_eq!(got.body, "the last");
    ack(got.receipt).await;
    session.close().await;
}
