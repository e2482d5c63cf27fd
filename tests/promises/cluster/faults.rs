//! What happens when a part dies, breaks off or is away.

use std::time::Duration;

use jaga_ledger::Ledger;
use jaga_tests::skip;
use jaga_tests::{Jaga, Postgres, Rabbit, S3, eventually, http_get, seed, servers, site};

use crate::plant::Plant;
use crate::town::Town;
use crate::{invariants, turn};

const LONG: Duration = Duration::from_mins(4);

/// Servers of one's own, to kill.
struct Own {
    rabbit: Rabbit,
    postgres: Postgres,
    s3: S3,
}

impl Own {
    async fn start() -> (Self, Plant, String) {
        let (rabbit, postgres, s3) =
            tokio::try_join!(Rabbit::start(), Postgres::start(), S3::start()).unwrap();
        let vhost = rabbit.vhost().await.unwrap();
        let database = postgres.database().await.unwrap();
        let access = s3.access().unwrap();
        let plant = Plant::new(&vhost.url, &database.url, &access).await;
        (
            Self {
                rabbit,
                postgres,
                s3,
            },
            plant,
            vhost.name,
        )
    }
}

/// Waits until at least `n` photos have their row: the run is in its middle.
async fn at_least(ledger: &Ledger, n: usize) {
    eventually(LONG, || async {
        let rows = ledger.photos().await?.len();
        anyhow::ensure!(rows >= n, "{rows} of {n} photos");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_broker_database_or_store_loses_nothing_and_doubles_nothing() {
    let _turn = turn().await;
    let (own, plant, _) = Own::start().await;
    let town = Town::new(seed(), 100, &plant.s3.buckets.quarantine);
    plant.upload(&town).await;
    let mut workers = plant.start().await;
    plant.publish(&town.messages(2)).await;
    let photos = town.photos.len();

    at_least(&plant.ledger, photos / 10).await;
    workers[1].kill9();
    workers[1] = plant.worker("photo", &[]);

    at_least(&plant.ledger, photos * 3 / 10).await;
    own.rabbit.kill9();
    own.rabbit.restart().await.unwrap();

    at_least(&plant.ledger, photos * 5 / 10).await;
    own.postgres.kill9();
    own.postgres.restart().await.unwrap();

    at_least(&plant.ledger, photos * 7 / 10).await;
    own.s3.kill();
    own.s3.restart().await.unwrap();

    plant.settled(&town, LONG).await;
    // A publish whose confirm was lost is said again under its id; everything else is as ever.
    invariants::hold(&plant, &town, false).await;
    for worker in workers.iter_mut().skip(2) {
        assert!(
            worker.try_wait().is_none(),
            "a worker ended: {}",
            worker.log_tail()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_seam_loses_and_doubles_nothing() {
    let _turn = turn().await;
    let site = site().await.unwrap();
    // One message may be in hand at all nine crashes: more starts than a poisoned one is allowed.
    let patient = [
        ("SERVICE_MAX_ATTEMPTS", "12"),
        ("BROKER_DELIVERY_LIMIT", "40"),
    ];
    let plant = Plant::with(&site.amqp.url, &site.database.url, &site.s3, &patient).await;
    let seams = [
        "claimed",
        "fetched",
        "analysed",
        "compared",
        "stored",
        "written",
        "committed",
        "settled",
        "acked",
    ];
    let town = Town::new(seed(), seams.len(), &plant.s3.buckets.quarantine);
    plant.upload(&town).await;
    let mut others: Vec<Jaga> = ["intake", "closure", "relay"]
        .iter()
        .map(|w| plant.worker(w, &[]))
        .collect();
    for worker in &mut others {
        worker.ready(Duration::from_mins(1)).await.unwrap();
    }
    let (steps, photos): (Vec<_>, Vec<_>) = town
        .messages(1)
        .into_iter()
        .partition(|m| m.routing_key == "crm.ticket.changed.v1");
    plant.publish(&steps).await;
    plant.publish(&photos).await;
    for seam in seams {
        let mut doomed = plant.worker("photo", &[("JAGA_CRASH_AT", seam)]);
        let status = doomed.wait(Duration::from_mins(1)).await.unwrap();
        assert!(
            !status.success(),
            "{seam} was never reached: {}",
            doomed.log_tail()
        );
    }
    let _photo = plant.worker("photo", &[]);
    plant.settled(&town, LONG).await;
    invariants::hold(&plant, &town, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_session_starts_from_nothing() {
    let _turn = turn().await;
    let Some(rabbit) = &servers().await.unwrap().rabbit else {
        return skip("closes every connection of the broker, which must be the test's own");
    };
    let site = site().await.unwrap();
    let plant = Plant::new(&site.amqp.url, &site.database.url, &site.s3).await;
    let town = Town::new(seed(), 20, &plant.s3.buckets.quarantine);
    plant.upload(&town).await;
    let mut workers = plant.start().await;
    for round in 0..20 {
        rabbit.close_connections().await.unwrap();
        for worker in &mut workers {
            worker.ready(Duration::from_secs(30)).await.unwrap();
        }
        if round == 10 {
            plant.publish(&town.messages(2)).await;
        }
    }
    // Two photos at a time and one waiting, in both photo workers; never "unlimited".
    let vhost = [
        "list_consumers",
        "-p",
        &site.amqp.name,
        "queue_name",
        "prefetch_count",
    ];
    let consumers = eventually(Duration::from_secs(30), || async {
        let listed = rabbit.ctl(&vhost).await?;
        let photo: Vec<String> = listed
            .lines()
            .filter_map(|l| l.split_once('\t'))
            .filter(|(queue, _)| *queue == "photo")
            .map(|(_, prefetch)| prefetch.trim().to_owned())
            .collect();
        anyhow::ensure!(photo.len() == 2, "{listed}");
        Ok(photo)
    });
    assert_eq!(consumers.await.unwrap(), ["3", "3"]);
    plant.settled(&town, LONG).await;
    invariants::hold(&plant, &town, false).await;
    for worker in &mut workers {
        assert!(
            worker.try_wait().is_none(),
            "a worker ended: {}",
            worker.log_tail()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_starts_before_its_broker_waits_and_then_serves() {
    let _turn = turn().await;
    let (own, plant, _) = Own::start().await;
    let town = Town::new(seed(), 2, &plant.s3.buckets.quarantine);
    plant.upload(&town).await;
    own.rabbit.kill9();
    let mut workers: Vec<Jaga> = ["intake", "photo", "closure", "relay"]
        .iter()
        .map(|w| plant.worker(w, &[]))
        .collect();
    for worker in &mut workers {
        let port = worker.port();
        let answer = eventually(Duration::from_secs(30), || async {
            let answer = http_get(port, "/ready").await?;
            anyhow::ensure!(!answer.body.contains("starting"), "{}", answer.body);
            Ok(answer)
        });
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(
            answer.body.contains("broker"),
            "says what is missing: {}",
            answer.body
        );
        assert_eq!(http_get(port, "/live").await.unwrap().status, 200);
    }
    let pids: Vec<u32> = workers.iter().map(Jaga::pid).collect();
    own.rabbit.restart().await.unwrap();
    for worker in &mut workers {
        worker.ready(Duration::from_mins(1)).await.unwrap();
    }
    assert_eq!(pids, workers.iter().map(Jaga::pid).collect::<Vec<_>>());
    plant.publish(&town.messages(1)).await;
    plant.settled(&town, LONG).await;
    invariants::hold(&plant, &town, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_dependency_pauses_the_workers_and_burns_no_attempt() {
    let _turn = turn().await;
    let (own, plant, _) = Own::start().await;
    let town = Town::new(seed(), 20, &plant.s3.buckets.quarantine);
    plant.upload(&town).await;
    let mut workers = plant.start().await;
    own.s3.kill();
    plant.publish(&town.messages(1)).await;
    // The photo workers notice, say so, and stop taking.
    for worker in &workers[1..3] {
        let port = worker.port();
        eventually(Duration::from_mins(1), || async {
            let answer = http_get(port, "/ready").await?;
            anyhow::ensure!(
                answer.status == 503 && answer.body.contains("store"),
                "{}",
                answer.body
            );
            Ok(())
        })
        .await
        .unwrap();
    }
    own.postgres.kill9();
    for worker in &workers {
        let port = worker.port();
        eventually(Duration::from_mins(1), || async {
            let answer = http_get(port, "/ready").await?;
            anyhow::ensure!(answer.status == 503, "{} {}", answer.status, answer.body);
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(http_get(port, "/live").await.unwrap().status, 200);
    }
    own.postgres.restart().await.unwrap();
    own.s3.restart().await.unwrap();
    plant.settled(&town, LONG).await;
    invariants::hold(&plant, &town, false).await;
    let attempts = plant.attempts("photo").await;
    assert!(
        attempts.iter().all(|n| *n == 1),
        "an outage is not a failed attempt: {attempts:?}"
    );
    for worker in &mut workers {
        assert!(
            worker.try_wait().is_none(),
            "a worker ended: {}",
            worker.log_tail()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polite_stop_ends_well_and_returns_the_rest() {
    let _turn = turn().await;
    let site = site().await.unwrap();
    let plant = Plant::new(&site.amqp.url, &site.database.url, &site.s3).await;
    let town = Town::new(seed(), 40, &plant.s3.buckets.quarantine);
    plant.upload(&town).await;
    let mut workers = plant.start().await;
    plant.publish(&town.messages(1)).await;
    let photos = town.photos.len();
    for round in 1..=8 {
        at_least(&plant.ledger, photos * round / 10).await;
        let stopped = 1 + round % 2;
        let mut old = std::mem::replace(&mut workers[stopped], plant.worker("photo", &[]));
        old.sigterm();
        let status = old.wait(Duration::from_secs(30)).await.unwrap();
        assert!(status.success(), "exit {status}: {}", old.log_tail());
    }
    plant.settled(&town, LONG).await;
    invariants::hold(&plant, &town, true).await;
    let again = plant.attempts("photo").await;
    assert!(
        again.iter().all(|n| *n == 1),
        "a stop is not a failed attempt: {again:?}"
    );
}
