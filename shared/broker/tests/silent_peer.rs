//! Alone in its process, because it counts threads.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use jaga_broker::{AmqpSettings, Bus, BusError};
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep};

/// The client library's connection threads in this process.
fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm")).ok();
    tasks
        .filter_map(|t| name(t.unwrap()))
        .filter(|name| name.starts_with("lapin-io"))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_never_answers_is_given_up_at_the_deadline_and_costs_no_thread() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("amqp://{}/", silent.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = silent.accept().await {
            held.push(stream);
        }
    });
    let bus = Bus::amqp(AmqpSettings {
        url,
        heartbeat_s: 15,
        connection_name: "silent".into(),
        timeout: Duration::from_millis(200),
    });
    for _ in 0..5 {
        let started = Instant::now();
        let error = bus.subscribe("photo", 1).await.unwrap_err();
        assert!(matches!(error, BusError::Timeout { .. }), "{error:?}");
        assert!(
            started.elapsed() < Duration::from_secs(1),
            "{:?}",
            started.elapsed()
        );
        // Stopping must be as clean as failing: here the caller itself gives up waiting.
        assert!(
            tokio::time::timeout(Duration::from_millis(50), bus.publisher())
                .await
                .is_err()
        );
    }
    let deadline = Instant::now() + Duration::from_secs(5);
    while threads() > 0 {
        assert!(
            Instant::now() < deadline,
            "{} connection threads are left",
            threads()
        );
        sleep(Duration::from_millis(10)).await;
    }
}
