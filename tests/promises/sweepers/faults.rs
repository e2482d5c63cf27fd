//! What goes wrong around sweepers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jaga_contract::Step;
use jaga_tests::{Jaga, eventually, seed, skip};
use jiff::{SignedDuration, Timestamp};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use crate::shop::{LEVELS, Planted, Shop, wrong_clock};

/// All is well again for so long at most before nothing may be missing.
const HEALED: Duration = Duration::from_mins(1);

fn level_at(due: Timestamp, level: usize) -> Timestamp {
    due + SignedDuration::from_secs(LEVELS[level - 1])
}

/// Each level of each ticket once, none before its time by the database's clock, and every level whose
/// time lies before `until` there.
async fn told_once_in_time(
    shop: &Shop,
    tickets: &[Planted],
    until: Timestamp,
) -> anyhow::Result<()> {
    let due: BTreeMap<_, _> = tickets.iter().map(|t| (t.id.clone(), t.due_at)).collect();
    let mut seen: BTreeSet<(String, u32)> = BTreeSet::new();
    for action in shop.ledger.actions().await? {
        let level = action.level as usize;
        let at = level_at(due[&action.ticket_id], level);
        // What is early stays early: this is no matter of waiting.
        assert!(
            action.at >= at,
            "{} level {level} at {}: early, {at}",
            action.ticket_id,
            action.at
        );
        assert_eq!(action.due_at, due[&action.ticket_id]);
        let new = seen.insert((action.ticket_id.to_string(), action.level));
        assert!(new, "{} level {level} twice", action.ticket_id);
    }
    let missing: Vec<_> = tickets
        .iter()
        .flat_map(|t| (1..=LEVELS.len()).map(move |level| (t, level)))
        .filter(|(t, level)| level_at(t.due_at, *level) <= until)
        .filter(|(t, level)| !seen.contains(&(t.id.to_string(), *level as u32)))
        .map(|(t, level)| (t.id.clone(), level))
        .collect();
    anyhow::ensure!(
        missing.is_empty(),
        "{} missing: {:?}",
        missing.len(),
        missing.first()
    );
    Ok(())
}

/// The events in the outbox are the actions, one each; and the trail is whole.
async fn events_and_trail_agree(shop: &Shop) {
    let actions = shop.ledger.actions().await.unwrap();
    let mut events = 0;
    loop {
        let rows = shop
            .ledger
            .take_due(5000, Duration::from_mins(10))
            .await
            .unwrap();
        if rows.is_empty() {
            break;
        }
        let of = |row: &&jaga_ledger::OutboxRow| row.routing_key == "jaga.ticket.escalated.v1";
        events += rows.iter().filter(of).count();
    }
    assert_eq!(events, actions.len(), "an event for each action");
    let audited = shop.ledger.verify_audit(None).await.unwrap();
    assert_eq!(audited.faults, [], "{} faults", audited.found);
    assert!(audited.rows >= actions.len() as u64);
}

/// Waits until the lease has another term: somebody else sweeps.
async fn followed(shop: &Shop, term: &str) -> String {
    eventually(Duration::from_secs(40), || async {
        let now = shop.sql("select term from leases").await?;
        anyhow::ensure!(now != term && !now.is_empty(), "still term {now}");
        Ok(now)
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_level_is_told_once_whatever_befalls_three_sweepers() {
    if wrong_clock().is_none() {
        skip("libfaketime is not installed (deploy/setup/test-deps.sh): the clocks are right here");
    }
    let mut chance = ChaCha8Rng::seed_from_u64(seed());
    let shop = Shop::open().await;
    let start = shop.ledger.now().await.unwrap();
    // Levels come due in every second of the next two minutes, some at once.
    let tickets = shop
        .plant((0..240).map(|n| start + SignedDuration::from_millis(400 * n - 10_000)))
        .await;
    let clocks = [None, Some("+1h"), Some("-1h")];
    let mut sweepers: Vec<Jaga> = clocks.iter().map(|c| shop.sweeper(*c)).collect();
    for sweeper in &mut sweepers {
        sweeper.ready(Duration::from_mins(1)).await.unwrap();
    }
    let mut fenced_or_frozen = 0;
    for round in 0..9 {
        let which = chance.next_u32() as usize % sweepers.len();
        match round % 3 {
            0 => {
                sweepers[which].kill9();
                sweepers[which] = shop.sweeper(clocks[which]);
            }
            1 => {
                // All but one are frozen past the lease, whoever holds it among them or next.
                let term = shop.sql("select term from leases").await.unwrap();
                for n in (0..sweepers.len()).filter(|n| *n != which) {
                    sweepers[n].freeze();
                }
                let holder = shop.sql("select holder from leases").await.unwrap();
                let other = eventually(Duration::from_secs(8), || async {
                    let now = shop.sql("select holder from leases").await?;
                    anyhow::ensure!(now != holder, "still the same");
                    Ok(())
                });
                if other.await.is_ok() {
                    fenced_or_frozen += 1;
                    assert_ne!(shop.sql("select term from leases").await.unwrap(), term);
                }
                for sweeper in &mut sweepers {
                    sweeper.thaw();
                }
            }
            _ => {
                shop.postgres.kill9();
                shop.postgres.restart().await.unwrap();
            }
        }
        // On to the next fault when a second has been swept in full since this one.
        let since = eventually(HEALED, || async { Ok(shop.ledger.now().await?) })
            .await
            .unwrap();
        eventually(HEALED, || told_once_in_time(&shop, &tickets, since))
            .await
            .unwrap();
    }
    let last = tickets
        .iter()
        .map(|t| level_at(t.due_at, LEVELS.len()))
        .max()
        .unwrap();
    eventually(Duration::from_mins(4), || async {
        let now = shop.ledger.now().await?;
        anyhow::ensure!(now >= last, "levels come until {last}");
        Ok(())
    })
    .await
    .unwrap();
    eventually(HEALED, || told_once_in_time(&shop, &tickets, last))
        .await
        .unwrap();
    assert_eq!(
        shop.ledger.actions().await.unwrap().len(),
        tickets.len() * LEVELS.len()
    );
    events_and_trail_agree(&shop).await;
    eprintln_line(&format!(
        "{fenced_or_frozen} of 3 freezes ended in another holder"
    ));
    for sweeper in &mut sweepers {
        assert!(
            sweeper.try_wait().is_none(),
            "a sweeper ended: {}",
            sweeper.log_tail()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_slept_past_its_lease_wakes_and_does_no_harm() {
    let shop = Shop::open().await;
    let mut old = shop.sweeper(None);
    old.ready(Duration::from_mins(1)).await.unwrap();
    let term = followed(&shop, "").await;
    let start = shop.ledger.now().await.unwrap();
    // Enough that the freeze finds it in the middle of its work.
    let tickets = shop
        .plant((0..1500).map(|n| start - SignedDuration::from_secs(3600 + n)))
        .await;
    eventually(Duration::from_secs(30), || async {
        let told = shop.ledger.actions().await?.len();
        anyhow::ensure!(told > 0, "nothing told yet");
        Ok(())
    })
    .await
    .unwrap();
    old.freeze();
    let told = shop.ledger.actions().await.unwrap().len();
    assert!(
        told < tickets.len() * LEVELS.len(),
        "frozen too late to prove anything: {told}"
    );
    let mut new = shop.sweeper(None);
    new.ready(Duration::from_mins(1)).await.unwrap();
    followed(&shop, &term).await;
    // One ticket is validated while the old leader sleeps.
    let spared = tickets.iter().max_by_key(|t| t.due_at).unwrap();
    let before: Vec<_> = shop.ledger.actions().await.unwrap();
    let was_told = before.iter().any(|a| a.ticket_id == spared.id);
    if !was_told {
        shop.say(
            &spared.id,
            "validated",
            shop.ledger.now().await.unwrap(),
            Step::Validated,
        )
        .await;
    }
    let rest: Vec<_> = tickets
        .iter()
        .filter(|t| t.id != spared.id)
        .cloned()
        .collect();
    eventually(HEALED, || {
        told_once_in_time_but(&shop, &tickets, &rest, start)
    })
    .await
    .unwrap();
    let told = shop.ledger.actions().await.unwrap();
    old.thaw();
    old.ready(Duration::from_secs(40)).await.unwrap();
    // The sleeper has looked around at least once since: its health is only told by a loop that runs.
    new.kill9();
    followed(&shop, &shop.sql("select term from leases").await.unwrap()).await;
    assert_eq!(
        shop.ledger.actions().await.unwrap(),
        told,
        "the sleeper wrote something"
    );
    if !was_told {
        assert!(
            told.iter().all(|a| a.ticket_id != spared.id),
            "a validated ticket was escalated"
        );
    }
    events_and_trail_agree(&shop).await;
}

/// The same for `rest`, while `all` are known.
async fn told_once_in_time_but(
    shop: &Shop,
    all: &[Planted],
    rest: &[Planted],
    until: Timestamp,
) -> anyhow::Result<()> {
    told_once_in_time(shop, all, Timestamp::UNIX_EPOCH).await?;
    let told: BTreeSet<_> = shop
        .ledger
        .actions()
        .await?
        .into_iter()
        .map(|a| (a.ticket_id, a.level))
        .collect();
    let missing = rest.iter().filter(|t| {
        (1..=LEVELS.len()).any(|level| {
            level_at(t.due_at, level) <= until && !told.contains(&(t.id.clone(), level as u32))
        })
    });
    let missing = missing.count();
    anyhow::ensure!(missing == 0, "{missing} tickets wait");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_downtime_ends_in_one_catch_up() {
    let shop = Shop::open().await;
    let start = shop.ledger.now().await.unwrap();
    let tickets = shop
        .plant((1..=2000).map(|n| start - SignedDuration::from_secs(40 * n + 60)))
        .await;
    let mut sweepers: Vec<Jaga> = (0..3).map(|_| shop.sweeper(None)).collect();
    for sweeper in &mut sweepers {
        sweeper.ready(Duration::from_mins(1)).await.unwrap();
    }
    eventually(HEALED, || told_once_in_time(&shop, &tickets, start))
        .await
        .unwrap();
    // One run saw them all, in batches of twenty, and told every level of each at once.
    let runs = eventually(HEALED, || async {
        let sql =
            "select seen, escalated from sweeps where finished_at is not null and escalated > 0";
        let runs = shop.sql(sql).await?;
        anyhow::ensure!(!runs.is_empty(), "the run has not ended");
        Ok(runs)
    })
    .await
    .unwrap();
    assert_eq!(
        runs,
        format!("{}|{}", tickets.len(), tickets.len() * LEVELS.len())
    );
    events_and_trail_agree(&shop).await;
}

/// One line to standard error.
fn eprintln_line(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{line}");
}
