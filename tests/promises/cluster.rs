//! The main job on real RabbitMQ, PostgreSQL and S3, with the workers as processes, and what happens
//! when any of them dies.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "cluster/faults.rs"]
mod faults;
#[path = "cluster/hands.rs"]
mod hands;
#[path = "cluster/hostile.rs"]
mod hostile;
#[path = "cluster/invariants.rs"]
mod invariants;
#[path = "cluster/layers.rs"]
mod layers;
#[path = "cluster/plant.rs"]
mod plant;
#[path = "report.rs"]
mod report;
#[path = "cluster/told.rs"]
mod told;
#[path = "cluster/town.rs"]
mod town;
#[path = "cluster/whereabouts.rs"]
mod whereabouts;

use std::time::Duration;

use jaga_tests::{seed, site};
use plant::Plant;
use town::Town;

/// Each of these tests wants the machine for itself.
async fn turn() -> tokio::sync::MutexGuard<'static, ()> {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    TURN.lock().await
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_photos_said_twice_and_out_of_order_take_effect_once() {
    let _turn = turn().await;
    let site = site().await.unwrap();
    let plant = Plant::new(&site.amqp.url, &site.database.url, &site.s3).await;
    let town = Town::new(seed(), 100, &site.s3.buckets.quarantine);
    plant.upload(&town).await;
    let workers = plant.start().await;
    let mut messages = town.messages(2);
    // A few of them five times, side by side.
    let hot: Vec<_> = messages.iter().take(60).cloned().collect();
    messages.splice(
        0..0,
        (0..3).flat_map(|n| {
            hot.iter().cloned().map(move |mut m| {
                m.message_id = format!("{}/again/{n}", m.message_id);
                m
            })
        }),
    );
    plant.publish(&messages).await;
    plant.settled(&town, Duration::from_mins(4)).await;
    invariants::hold(&plant, &town, true).await;
    drop(workers);
}
