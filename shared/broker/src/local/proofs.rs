//! What only the directory bus promises; the shared promises are in `conformance`.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;

use super::LocalSettings;
use crate::{Acked, Bus, BusError, Exchange, Outgoing, Published, conformance};

fn open(dir: &Path) -> Bus {
    let settings = LocalSettings {
        fsync: false,
        poll: Duration::from_millis(20),
    };
    Bus::local_with(dir, settings).unwrap()
}

fn message(body: &str) -> Outgoing {
    Outgoing {
        message_id: body.into(),
        exchange: Exchange::Crm,
        routing_key: "crm.photo.uploaded.v1".into(),
        body: Bytes::from(body.to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_keeps_every_promise() {
    let dir = tempfile::tempdir().unwrap();
    conformance::all(&open(dir.path())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_keeps_every_promise_when_it_forces_each_message_to_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    conformance::all(&Bus::local(dir.path()).unwrap()).await;
}

#[tokio::test]
async fn what_was_not_acked_before_a_crash_comes_again_and_what_was_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let bus = open(dir.path());
    let mut session = bus.subscribe("photo", 5).await.unwrap();
    let batch = [message("done"), message("begun"), message("waiting")];
    assert_eq!(
        bus.publisher()
            .await
            .unwrap()
            .publish(&batch)
            .await
            .unwrap(),
        [Published::Sent; 3]
    );
    let done = session.next().await.unwrap().unwrap();
    let begun = session.next().await.unwrap().unwrap();
    assert_eq!(done.receipt.ack().await.unwrap(), Acked::Yes);
    // A crash runs no destructor.
    std::mem::forget((begun, session));
    let stuck = bus;
    let Bus::Local(local) = &stuck else {
        unreachable!()
    };
    super::guard(&local.inner.lock).take();

    let bus = open(dir.path());
    let mut session = bus.subscribe("photo", 5).await.unwrap();
    for body in ["begun", "waiting"] {
        let again = session.next().await.unwrap().unwrap();
        assert_eq!(again.body, body);
        assert!(
            again.redelivered,
            "nobody can know that it was not handed out"
        );
        assert_eq!(again.receipt.ack().await.unwrap(), Acked::Yes);
    }
    assert_eq!(
        std::fs::read_dir(dir.path().join("photo/new"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test]
async fn a_second_worker_on_the_directory_is_refused_and_a_second_publisher_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let bus = open(dir.path());
    let mut session = bus.subscribe("photo", 1).await.unwrap();

    let other = open(dir.path());
    let Bus::Local(local) = &other else {
        unreachable!()
    };
    assert!(matches!(local.claim(), Err(BusError::InUse)));
    assert!(matches!(
        other.subscribe("photo", 1).await,
        Err(BusError::InUse)
    ));
    // The other's message is found by looking, without a bell.
    let sent = other
        .publisher()
        .await
        .unwrap()
        .publish(&[message("from outside")])
        .await
        .unwrap();
    assert_eq!(sent, [Published::Sent]);
    let got = session.next().await.unwrap().unwrap();
    assert_eq!(
        (&got.body[..], got.redelivered),
        (&b"from outside"[..], false)
    );
    got.receipt.ack().await.unwrap();

    drop((session, bus));
    local.claim().unwrap();
}

#[tokio::test]
async fn half_written_hidden_and_foreign_files_are_not_delivered() {
    let dir = tempfile::tempdir().unwrap();
    let bus = open(dir.path());
    let new = dir.path().join("photo/new");
    for name in ["x.tmp", ".x.json", "README"] {
        std::fs::write(new.join(name), "no message").unwrap();
    }
    std::fs::write(dir.path().join("photo/tmp/0-0-0.json"), "half").unwrap();
    std::fs::write(new.join("0-by-hand.json"), "by hand").unwrap();
    let mut session = bus.subscribe("photo", 9).await.unwrap();
    assert_eq!(session.next().await.unwrap().unwrap().body, "by hand");
    let more = tokio::time::timeout(Duration::from_millis(100), session.next()).await;
    assert!(more.is_err(), "{more:?}");
}

#[tokio::test]
async fn a_message_taken_away_by_hand_is_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let bus = open(dir.path());
    let mut publisher = bus.publisher().await.unwrap();
    publisher.publish(&[message("a")]).await.unwrap();
    let mut session = bus.subscribe("photo", 1).await.unwrap();
    for entry in std::fs::read_dir(dir.path().join("photo/new")).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    publisher.publish(&[message("b")]).await.unwrap();
    assert_eq!(session.next().await.unwrap().unwrap().body, "b");
}

#[tokio::test]
async fn messages_are_readable_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let bus = open(dir.path());
    bus.publisher()
        .await
        .unwrap()
        .publish(&[message("a")])
        .await
        .unwrap();
    let new = dir.path().join("photo/new");
    let file = std::fs::read_dir(&new)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    for (path, want) in [(new, 0o700), (file, 0o600)] {
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            want
        );
    }
}

/// Each delivery brings the next message, as a flow that never ends would.
#[tokio::test]
async fn what_another_process_sends_is_seen_though_the_own_flow_never_pauses() {
    let dir = tempfile::tempdir().unwrap();
    let (here, there) = (open(dir.path()), open(dir.path()));
    let mut session = here.subscribe("photo", 5).await.unwrap();
    let mut own = here.publisher().await.unwrap();
    own.publish(&[message("own")]).await.unwrap();
    let mut other = there.publisher().await.unwrap();
    other.publish(&[message("other")]).await.unwrap();
    let seen = async {
        loop {
            let delivery = session.next().await.unwrap().unwrap();
            if delivery.body == "other" {
                return;
            }
            own.publish(&[message("own")]).await.unwrap();
            delivery.receipt.ack().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen)
        .await
        .unwrap();
}
