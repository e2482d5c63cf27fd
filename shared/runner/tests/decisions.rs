//! What becomes of a message, for each way in which its work can end.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::sync::atomic::Ordering;

use jaga_ledger::Claim;

use support::House;

/// The inbox's name of an upload.
fn id(name: &str) -> String {
    format!("/crm#{name}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_has_its_effect_once_and_is_settled_whenever_it_comes_again() {
    let mut house = House::new().await;
    house.open();
    house.upload(&["good-1", "good-2", "good-1"]).await;
    house.ended(2).await;
    // The third delivery has no row of its own; what follows it in the queue does.
    house.upload(&["good-3"]).await;
    house.ended(3).await;
    house.close().await;
    assert_eq!(house.count("started good-1"), 1);
    assert_eq!(
        house.count("settled good-1"),
        2,
        "a crash before it would have lost it"
    );
    assert_eq!(house.count("started good-2"), 1);
    assert!(house.parked().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_message_for_this_worker_parks_alone_with_its_bytes() {
    let mut house = House::new().await;
    house.open();
    house.upload(&["good-1"]).await;
    house
        .send("photo", "x", b"\xff\x00 no message".to_vec())
        .await;
    let future = String::from_utf8(support::upload("good-9")).unwrap();
    let future = future.replace("crm.photo.uploaded.v1", "crm.photo.uploaded.v9");
    house.send("photo", "y", future.into_bytes()).await;
    let stray = include_bytes!("../../contract/examples/crm.ticket.changed.v1-submitted.json");
    house.send("photo", "z", stray.to_vec()).await;
    house.upload(&["good-2"]).await;
    house.ended(2).await;
    house
        .until("three are parked", async || house.parked().await.len() == 3)
        .await;
    house.close().await;

    let rows = house.runtime.ledger.parked(false).await.unwrap();
    let mut reasons: Vec<&str> = rows.iter().map(|row| row.reason.as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["not_json", "unknown_version", "wrong_queue"]);
    assert!(rows.iter().any(|row| row.body == b"\xff\x00 no message"));
    assert!(
        rows.iter().all(|row| row.attempts == 0),
        "nothing was started"
    );
    assert_eq!(
        house.count("settled good-1") + house.count("settled good-2"),
        2
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_or_a_hang_is_a_failed_attempt_and_hurts_nobody_else() {
    let mut house = House::new().await;
    house.deadline(1);
    house.open();
    house
        .upload(&["panics-1", "hangs-1", "good-1", "good-2", "good-3"])
        .await;
    house.ended(5).await;
    house.close().await;
    let parked = house.parked().await;
    assert_eq!(parked[&id("panics-1")], ("panic".to_owned(), 3));
    assert_eq!(parked[&id("hangs-1")], ("job_deadline".to_owned(), 3));
    assert_eq!(parked.len(), 2, "no innocents");
    assert_eq!(house.count("started panics-1"), 3, "as often as allowed");
    assert_eq!(
        house.count("parked panics-1 panic"),
        1,
        "the worker is told"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_is_tried_again_and_parks_when_all_attempts_are_used() {
    let mut house = House::new().await;
    house.open();
    house.upload(&["retry-1", "fails-1", "bad-1"]).await;
    house.ended(3).await;
    house.close().await;
    assert_eq!(
        house.count("started retry-1"),
        3,
        "the third time it worked"
    );
    assert_eq!(house.count("settled retry-1"), 1);
    let parked = house.parked().await;
    assert_eq!(parked[&id("fails-1")], ("flaky".to_owned(), 3));
    assert_eq!(
        parked[&id("bad-1")],
        ("bad".to_owned(), 1),
        "hopeless at once"
    );
    assert_eq!(house.count("started bad-1"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_for_something_else_uses_up_no_attempt() {
    let mut house = House::new().await;
    house.open();
    house.upload(&["wait-1"]).await;
    house.ended(1).await;
    house.close().await;
    assert_eq!(
        house.count("started wait-1"),
        8,
        "more often than a message may fail"
    );
    assert_eq!(house.runtime.ledger.attempts("photo").await.unwrap(), [1]);
    assert!(house.parked().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_something_is_away_the_worker_pauses_and_no_message_is_blamed() {
    let mut house = House::new().await;
    house.open();
    house
        .until("ready", async || house.runtime.health.troubles().is_empty())
        .await;
    house.healthy.store(false, Ordering::SeqCst);
    let names = ["needy-1", "needy-2", "needy-3", "needy-4"];
    house.upload(&names).await;
    house
        .until("paused", async || {
            let troubles = house.runtime.health.troubles();
            troubles
                .iter()
                .any(|(part, why)| part == "photo" && why.contains("it is away"))
        })
        .await;
    let started = house
        .lines()
        .iter()
        .filter(|line| line.starts_with("started"))
        .count();
    assert!(
        started <= 2,
        "no more than were in hand: {:?}",
        house.lines()
    );
    house.healthy.store(true, Ordering::SeqCst);
    house.ended(4).await;
    house.close().await;
    assert_eq!(
        house.runtime.ledger.attempts("photo").await.unwrap(),
        [1, 1, 1, 1]
    );
    assert!(house.parked().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_pauses_while_all_is_well_is_blamed_itself() {
    let mut house = House::new().await;
    house.open();
    house.upload(&["alone-1", "good-1", "good-2"]).await;
    house.ended(3).await;
    house.close().await;
    assert_eq!(
        house.parked().await[&id("alone-1")],
        ("unreachable".to_owned(), 3)
    );
    assert_eq!(
        house.count("settled good-1") + house.count("settled good-2"),
        2
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_polite_stop_finishes_what_is_in_hand_and_returns_the_rest_untouched() {
    let mut house = House::new().await;
    house.open();
    house
        .upload(&["slow-1", "slow-2", "good-1", "good-2"])
        .await;
    house
        .until("both in hand", async || {
            house.count("started slow-1") + house.count("started slow-2") == 2
        })
        .await;
    house.runtime.stop.cancel();
    house.finish.cancel();
    house.close().await;
    assert_eq!(
        house.count("settled slow-1") + house.count("settled slow-2"),
        2
    );
    assert_eq!(
        house.count("started good-1") + house.count("started good-2"),
        0
    );
    assert_eq!(house.runtime.ledger.open_work().await.unwrap().ended, 2);

    house.open();
    house.ended(4).await;
    house.close().await;
    assert_eq!(
        house.runtime.ledger.attempts("photo").await.unwrap(),
        [1, 1, 1, 1]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_does_not_end_is_given_back_by_a_stop_and_is_no_failure() {
    let mut house = House::new().await;
    house.deadline(2);
    house.open();
    house.upload(&["slow-1"]).await;
    house
        .until("in hand", async || house.count("started slow-1") == 1)
        .await;
    house.close().await;
    assert_eq!(house.count("settled slow-1"), 0, "it was ended");
    house.finish.cancel();
    house.open();
    house.ended(1).await;
    house.close().await;
    assert_eq!(house.count("settled slow-1"), 1);
    // Its own deadline may have fired first: then that attempt counts, and never more.
    let attempts = house.runtime.ledger.attempts("photo").await.unwrap();
    assert!(attempts[0] <= 2, "{attempts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_killed_its_worker_too_often_parks_without_another_start() {
    let mut house = House::new().await;
    let ledger = house.runtime.ledger.clone();
    // Three holders that died: their lease is over, and nothing was given back.
    for n in 0..3 {
        house
            .until("claimed", async || {
                let lease = std::time::Duration::ZERO;
                let holder = format!("dead-{n}");
                let claim = ledger
                    .claim("photo", &id("good-1"), &holder, lease, 3)
                    .await
                    .unwrap();
                matches!(claim, Claim::Yours(_))
            })
            .await;
    }
    house.open();
    house.upload(&["good-1", "good-2"]).await;
    house.ended(2).await;
    house.close().await;
    assert_eq!(
        house.parked().await.keys().collect::<Vec<_>>(),
        [&id("good-1")]
    );
    assert_eq!(house.parked().await[&id("good-1")].0, "too_many_attempts");
    assert_eq!(house.count("started good-1"), 0);
    assert_eq!(house.count("settled good-2"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_broker_gave_up_is_parked_unless_it_had_its_effect() {
    let mut house = House::new().await;
    house.open();
    house.upload(&["good-1"]).await;
    house.ended(1).await;
    house
        .send("photo.dead", "a", support::upload("good-1"))
        .await;
    house
        .send("photo.dead", "b", support::upload("good-2"))
        .await;
    house.send("photo.dead", "c", b"no message".to_vec()).await;
    house
        .until("two are parked", async || house.parked().await.len() == 2)
        .await;
    house.close().await;
    let parked = house.parked().await;
    assert_eq!(parked[&id("good-2")].0, "dead_lettered");
    assert!(!parked.contains_key(&id("good-1")), "it is done");
    assert_eq!(house.count("parked good-2 dead_lettered"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_settled_holds_up_no_other_and_is_settled_later() {
    let mut house = House::new().await;
    house.open();
    let names: Vec<String> = (0..30).map(|n| format!("good-{n}")).collect();
    house.upload(&["unsettled-1"]).await;
    house
        .upload(&names.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    let ended = async || house.runtime.ledger.open_work().await.unwrap().ended == 31;
    house.until("all done", ended).await;
    assert!(
        house.runtime.health.troubles().is_empty(),
        "it goes on working"
    );
    assert_eq!(house.count("settled unsettled-1"), 0);
    house.finish.cancel();
    house
        .until("settled", async || house.count("settled unsettled-1") > 0)
        .await;
    house.ended(31).await;
    house.close().await;
    assert_eq!(
        house.count("started unsettled-1"),
        1,
        "its effect stays one"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_was_lost_is_settled_all_the_same() {
    let mut house = House::new().await;
    house.open();
    house.upload(&["unanswered-1", "good-1"]).await;
    house.ended(2).await;
    house
        .until("it is settled", async || {
            house.count("settled unanswered-1") == 1
        })
        .await;
    house.close().await;
    assert_eq!(house.count("started unanswered-1"), 1);
    assert!(house.parked().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_parked_keeps_its_original_when_it_comes_again() {
    let mut house = House::new().await;
    house.open();
    house.upload(&["bad-1", "bad-1", "good-1"]).await;
    house.ended(2).await;
    house.upload(&["good-2"]).await;
    house.ended(3).await;
    house.close().await;
    assert_eq!(house.count("started bad-1"), 1);
    assert_eq!(
        house.count("settled bad-1"),
        0,
        "the original is there to be replayed"
    );
}
