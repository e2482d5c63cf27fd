//! Deadlines after a change of rules: all that are stale are dated anew, once, and say so.

use std::time::Duration;

use jaga_tests::{Jaga, Postgres, eventually};
use jiff::SignedDuration;

use crate::shop::{Shop, policy};

const SOON: Duration = Duration::from_mins(1);

async fn full_runs(postgres: &Postgres, n: usize) {
    eventually(SOON, || async {
        let sql = "select count(*) from sweeps where kind = 'full' and finished_at is not null";
        let runs = postgres.sql("t0", sql).await?;
        anyhow::ensure!(runs == n.to_string(), "{runs} of {n} full runs");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_rules_dates_every_open_ticket_anew_once_and_says_why() {
    let postgres = Postgres::start().await.unwrap();
    let database = postgres.database().await.unwrap();
    assert!(database.url.ends_with("/t0"), "{}", database.url);
    let shop = Shop::new(&database.url).await;
    let start = shop.ledger.now().await.unwrap();
    let tickets = shop
        .plant((0..100).map(|n| start + SignedDuration::from_secs(86_400 + n)))
        .await;
    let mut sweeper = shop.sweeper(None);
    sweeper.ready(SOON).await.unwrap();
    full_runs(&postgres, 1).await;
    let moved = "select count(*) from tickets where re_dated > 0";
    assert_eq!(
        postgres.sql("t0", moved).await.unwrap(),
        "0",
        "dated for the first time is not moved"
    );
    sweeper.sigterm();
    sweeper.wait(SOON).await.unwrap();

    // What a sweep by the new rules would do, said before anything is done.
    std::fs::write(
        shop.folder.path().join("policy.toml"),
        policy("test-2", "1h", "24x7"),
    )
    .unwrap();
    let mut dry = shop.start_with("sweep", &["--dry-run", "--json"]);
    assert!(
        dry.wait(SOON).await.unwrap().success(),
        "{}",
        dry.log_tail()
    );
    let said = dry.stdout();
    assert_eq!(
        said.matches("\"kind\":\"re_date\"").count(),
        tickets.len(),
        "{}",
        dry.log_tail()
    );
    assert_eq!(
        postgres.sql("t0", moved).await.unwrap(),
        "0",
        "a dry run writes nothing"
    );

    let mut sweepers: Vec<Jaga> = (0..2).map(|_| shop.sweeper(None)).collect();
    for sweeper in &mut sweepers {
        sweeper.ready(SOON).await.unwrap();
    }
    full_runs(&postgres, 2).await;
    for ticket in &tickets {
        let trail = shop.ledger.trail(&ticket.id).await.unwrap();
        let dated: Vec<_> = trail.iter().filter(|row| row.kind == "re_date").collect();
        assert_eq!(dated.len(), 1, "{trail:?}");
        let body: serde_json::Value = serde_json::from_str(&dated[0].body).unwrap();
        assert_eq!(body["by"], "rules");
        let moved = &body["moved"][0];
        assert_eq!(moved["from"], ticket.due_at.to_string());
        let to = ticket.due_at - SignedDuration::from_hours(5);
        assert_eq!(moved["to"], to.to_string());
        assert!(
            moved["reason"].as_str().unwrap().contains("test-2"),
            "{moved}"
        );
    }
    let events = "select count(*) from outbox where routing_key = 'jaga.ticket.redated.v1'";
    assert_eq!(
        postgres.sql("t0", events).await.unwrap(),
        tickets.len().to_string()
    );
    let audited = shop.ledger.verify_audit(None).await.unwrap();
    assert_eq!(audited.faults, []);
    // The lists of the last night are there, once, however many sweep.
    let nights = "select count(*), count(distinct unit) from nights";
    assert_eq!(postgres.sql("t0", nights).await.unwrap(), "2|2");
}
