//! Deadlines after a change of rules: all that are stale are dated anew, once, and say so.

use std::time::Duration;

use jaga_tests::{Jaga, eventually};
use jiff::SignedDuration;

use crate::shop::{Shop, policy};

const SOON: Duration = Duration::from_mins(1);

async fn full_runs(shop: &Shop, n: usize) {
    eventually(SOON, || async {
        let sql = "select count(*) from sweeps where kind = 'full' and finished_at is not null";
        let runs = shop.sql(sql).await?;
        anyhow::ensure!(runs == n.to_string(), "{runs} of {n} full runs");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_rules_dates_every_open_ticket_anew_once_and_says_why() {
    let shop = Shop::open().await;
    let start = shop.ledger.now().await.unwrap();
    let tickets = shop
        .plant((0..100).map(|n| start + SignedDuration::from_secs(86_400 + n)))
        .await;
    let mut sweeper = shop.sweeper(None);
    sweeper.ready(SOON).await.unwrap();
    full_runs(&shop, 1).await;
    let moved = "select count(*) from tickets where re_dated > 0";
    assert_eq!(
        shop.sql(moved).await.unwrap(),
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
        shop.sql(moved).await.unwrap(),
        "0",
        "a dry run writes nothing"
    );

    let mut sweepers: Vec<Jaga> = (0..2).map(|_| shop.sweeper(None)).collect();
    for sweeper in &mut sweepers {
        sweeper.ready(SOON).await.unwrap();
    }
    full_runs(&shop, 2).await;
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
    assert_eq!(shop.sql(events).await.unwrap(), tickets.len().to_string());
    let audited = shop.ledger.verify_audit(None).await.unwrap();
    assert_eq!(audited.faults, []);
    // The lists of the last night are there, once, however many sweep.
    let nights = "select count(*), count(distinct unit) from nights";
    assert_eq!(shop.sql(nights).await.unwrap(), "2|2");
}

async fn refused(sweeper: &Jaga, is: f64) {
    let sample = "jaga_rules_refused{rules=\"deadlines\"}";
    sweeper.metric_is(sample, is, SOON).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_good_rules_stay_in_force_also_over_a_restart() {
    let shop = Shop::open().await;
    let policies = shop.folder.path().join("policy.toml");
    let often = [("JAGA_ESCALATION_RELOAD_S", "1")];
    let bad = policy("test-2", "-1h", "24x7");
    let moved = "select count(*) from tickets where re_dated > 0";

    // Nothing was in force yet: there is no start, and file, line and key are told.
    let good = std::fs::read_to_string(&policies).unwrap();
    std::fs::write(&policies, &bad).unwrap();
    let mut first = shop.start("escalation", &often);
    let status = first.wait(SOON).await.unwrap();
    assert_eq!(status.code(), Some(2), "{}", first.log_tail());
    let told = |sweeper: &Jaga| {
        let said = sweeper.stderr() + &sweeper.stdout();
        let line = bad.lines().position(|l| l.starts_with("limit")).unwrap() + 1;
        let line = format!("line {line}");
        ["policy.toml", &line, "limit"]
            .iter()
            .all(|part| said.contains(part))
    };
    assert!(told(&first), "{}", first.log_tail());

    std::fs::write(&policies, &good).unwrap();
    let start = shop.ledger.now().await.unwrap();
    let tickets = shop
        .plant((0..40).map(|n| start + SignedDuration::from_secs(86_400 + n)))
        .await;
    let mut sweeper = shop.start("escalation", &often);
    sweeper.ready(SOON).await.unwrap();
    full_runs(&shop, 1).await;
    refused(&sweeper, 0.0).await;

    // Under a running worker, and over a restart of it.
    std::fs::write(&policies, &bad).unwrap();
    for _ in 0..2 {
        refused(&sweeper, 1.0).await;
        assert!(told(&sweeper), "{}", sweeper.log_tail());
        sweeper.sigterm();
        sweeper.wait(SOON).await.unwrap();
        sweeper = shop.start("escalation", &often);
        sweeper.ready(SOON).await.unwrap();
    }
    refused(&sweeper, 1.0).await;
    let last = shop.ledger.last_full_sweep().await.unwrap().unwrap();
    assert_eq!(last.rules, kept(&shop).await, "by the rules of before");
    assert_eq!(shop.sql(moved).await.unwrap(), "0");

    // What is sound is taken without a restart, and dates all; and once more, when others have it too.
    std::fs::write(&policies, policy("test-3", "1h", "24x7")).unwrap();
    refused(&sweeper, 0.0).await;
    eventually(SOON, || async {
        let now = shop.ledger.last_full_sweep().await?;
        let now = now.filter(|run| run.rules != last.rules);
        anyhow::ensure!(
            now.as_ref()
                .is_some_and(|run| run.started_at > run.rules_since),
            "{now:?}"
        );
        Ok(())
    })
    .await
    .unwrap();
    let all = shop.sql(moved).await.unwrap();
    assert_eq!(all, tickets.len().to_string());
    assert_ne!(kept(&shop).await, last.rules);
}

async fn kept(shop: &Shop) -> String {
    let kept = shop.ledger.kept_rules("deadlines").await.unwrap();
    kept.unwrap().version
}
