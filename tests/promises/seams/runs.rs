//! Whole runs in one process, on both databases: fenced, told of, dated anew, listed, foreseen.

use anyhow::{Context as _, Result, ensure};
use jaga_contract::Step;
use jaga_escalation::{Ended, Foreseen, Right, foresee, full_is_due, sweep};
use jaga_ledger::LedgerError;
use jiff::{SignedDuration, Timestamp};

use crate::ledger::{LONG, Place, on_both, ticket};
use crate::sweeper::{START, calm, house, nightly, rules, say};

on_both!(
    a_sweep_whose_lease_went_to_another_writes_nothing,
    each_run_is_a_row_and_an_event,
    a_change_of_rules_dates_every_open_ticket_anew_once,
    a_second_full_run_comes_when_all_workers_have_the_new_rules_and_no_third,
    a_level_is_told_again_only_where_the_deadline_moved_on,
    a_night_has_its_lists_once_and_they_name_who_is_escalated,
    what_a_dry_run_foresees_is_what_a_sweep_writes,
    a_validated_ticket_is_never_escalated,
);

async fn a_sweep_whose_lease_went_to_another_writes_nothing(place: Place) -> Result<()> {
    let mut house = house(&place).await?;
    let rules = rules("p1", 6)?;
    let name = jaga_escalation::NAME;
    let old = place
        .ledger
        .lease(name, "old", std::time::Duration::ZERO)
        .await?;
    let new = jaga_tests::eventually(LONG, || async {
        let lease = place.ledger.lease(name, "new", LONG).await?;
        lease.context("still held")
    })
    .await?;
    house.at(7)?;
    house.right = Right {
        holder: "old".to_owned(),
        lease: old,
    };
    let ended = sweep(&house.runtime, &rules, &house.right, calm).await;
    ensure!(matches!(ended, Err(Ended::Fenced)), "{ended:?}");
    ensure!(place.ledger.actions().await?.is_empty());
    ensure!(place.ledger.trail(&ticket("T1")).await?.is_empty());
    ensure!(
        place.ledger.last_sweep().await?.is_none(),
        "a run that was stopped is no sweep"
    );
    house.right = Right {
        holder: "new".to_owned(),
        lease: Some(new),
    };
    ensure!(house.sweep(&rules).await?.escalated == 3);
    Ok(())
}

async fn each_run_is_a_row_and_an_event(place: Place) -> Result<()> {
    let house = house(&place).await?;
    let rules = rules("p1", 6)?;
    house.at(4)?;
    let swept = house.sweep(&rules).await?;
    ensure!(
        (swept.seen, swept.warned, swept.escalated) == (3, 3, 0),
        "{swept:?}"
    );
    house.at(6)?;
    let swept = house.sweep(&rules).await?;
    ensure!(
        (swept.seen, swept.warned, swept.escalated) == (3, 0, 3),
        "{swept:?}"
    );
    let told = house.events("jaga.sweep.finished.v1").await?;
    let figures: Vec<_> = told
        .iter()
        .map(|e| {
            (
                e["data"]["seen"].clone(),
                e["data"]["warned"].clone(),
                e["data"]["escalated"].clone(),
            )
        })
        .collect();
    ensure!(
        figures
            == [
                (3.into(), 3.into(), 0.into()),
                (3.into(), 0.into(), 3.into())
            ],
        "{figures:?}"
    );
    ensure!(
        house.sweep(&rules).await?.seen == 0,
        "what was told is not due"
    );
    Ok(())
}

async fn a_second_full_run_comes_when_all_workers_have_the_new_rules_and_no_third(
    place: Place,
) -> Result<()> {
    let house = house(&place).await?;
    let (old, new) = (rules("p1", 6)?, rules("p2", 8)?);
    let looks = SignedDuration::from_secs(3 * 60);
    // Old rules that come back are new ones too.
    for (hour, rules) in [(0, &old), (1, &new), (2, &old)] {
        house.at(hour)?;
        ensure!(full_is_due(&house.runtime, rules, &nightly()?).await?);
        house.full(rules).await?;
        for (later, due) in [(SignedDuration::ZERO, false), (looks, true)] {
            house.runtime.clock.set(house.runtime.clock.now() + later);
            ensure!(
                full_is_due(&house.runtime, rules, &nightly()?).await? == due,
                "{later} after the run of hour {hour}"
            );
        }
        house.full(rules).await?;
        for _ in 0..2 {
            let again = full_is_due(&house.runtime, rules, &nightly()?).await?;
            ensure!(!again, "after the second run of hour {hour}");
            house.runtime.clock.set(house.runtime.clock.now() + looks);
        }
    }
    Ok(())
}

async fn a_change_of_rules_dates_every_open_ticket_anew_once(place: Place) -> Result<()> {
    let house = house(&place).await?;
    let (old, new) = (rules("p1", 6)?, rules("p2", 8)?);
    ensure!(full_is_due(&house.runtime, &old, &nightly()?).await?);
    ensure!(
        house.full(&old).await?.re_dated == 0,
        "the first date is no other date"
    );
    ensure!(!full_is_due(&house.runtime, &old, &nightly()?).await?);
    ensure!(
        full_is_due(&house.runtime, &new, &nightly()?).await?,
        "other rules do not wait for the night"
    );
    house.at(1)?;
    let swept = house.full(&new).await?;
    ensure!((swept.seen, swept.re_dated) == (3, 3), "{swept:?}");
    ensure!(
        house.full(&new).await?.seen == 0,
        "nothing is stale any more"
    );
    for id in ["T1", "T2", "T3"] {
        let trail = place.ledger.trail(&ticket(id)).await?;
        let [row] = trail.as_slice() else {
            anyhow::bail!("{trail:?}")
        };
        ensure!(row.kind == "re_date");
        let body: serde_json::Value = serde_json::from_str(&row.body)?;
        let moved = &body["moved"][0];
        ensure!(
            moved["from"] == "2026-11-16T07:00:00Z" && moved["to"] == "2026-11-16T09:00:00Z",
            "{body}"
        );
        ensure!(
            moved["reason"].as_str().is_some_and(|r| r.contains("p2")),
            "{body}"
        );
    }
    ensure!(house.events("jaga.ticket.redated.v1").await?.len() == 3);
    ensure!(place.ledger.verify_audit(None).await?.found == 0);
    // By the old date they would be due; by the new one they are not.
    house.at(7)?;
    ensure!(house.sweep(&new).await?.escalated == 0);
    house.at(8)?;
    ensure!(house.sweep(&new).await?.escalated == 3);
    Ok(())
}

async fn a_level_is_told_again_only_where_the_deadline_moved_on(place: Place) -> Result<()> {
    let house = house(&place).await?;
    house.at(7)?;
    ensure!(house.sweep(&rules("p1", 6)?).await?.escalated == 3);
    // Earlier, and later but still before it was told: nothing of it is told again.
    for hours in [3, 7] {
        let rules = rules(&format!("p-{hours}"), hours)?;
        let swept = house.full(&rules).await?;
        ensure!(
            (swept.re_dated, swept.escalated) == (3, 0),
            "{hours}: {swept:?}"
        );
    }
    // Later than it was told: then it was early, and is told when its time comes.
    let later = rules("p-9", 9)?;
    ensure!(house.full(&later).await?.escalated == 0);
    house.at(9)?;
    ensure!(house.sweep(&later).await?.escalated == 3);
    let levels = place.ledger.actions().await?;
    ensure!(
        levels
            .iter()
            .filter(|a| a.kind == "escalate" && a.level == 1)
            .count()
            == 6
    );
    ensure!(place.ledger.verify_audit(None).await?.found == 0);
    Ok(())
}

async fn a_night_has_its_lists_once_and_they_name_who_is_escalated(place: Place) -> Result<()> {
    let house = house(&place).await?;
    let rules = rules("p1", 6)?;
    // One of them is closed by its unit in time: it stands at no level.
    let start: Timestamp = START.parse()?;
    let done = Step::ClosureProposed {
        evidence: Vec::new(),
        note: String::new(),
        officer: None,
    };
    let closed = start + SignedDuration::from_hours(5);
    say(&place, "T3", "closed", closed, done).await?;
    house.at(13)?;
    house.sweep(&rules).await?;
    // 22:00 in Jakarta is fourteen hours after.
    house.at(14)?;
    for _ in 0..2 {
        let run = house.full(&rules).await?;
        ensure!(run.seen == 0, "dated by the sweep: {run:?}");
    }
    let lists = place.ledger.night("2026-11-16").await?;
    let units: Vec<&str> = lists.iter().map(|(unit, _)| unit.as_str()).collect();
    ensure!(units == ["*", "bina-marga"], "{units:?}");
    let unit: serde_json::Value = serde_json::from_str(&lists[1].1)?;
    ensure!(unit["open"] == 3 && unit["more"] == 0, "{unit}");
    let listed = &unit["escalated"];
    let first = &listed[0];
    ensure!(
        first["ticket_id"] == "T1" && first["level"] == 1 && listed[2].is_null(),
        "{unit}"
    );
    ensure!(
        unit["by_level"] == serde_json::json!([{"level": 1, "tickets": 2}]),
        "{unit}"
    );
    ensure!(house.events("jaga.night.unit.v1").await?.len() == 1);
    ensure!(house.events("jaga.night.city.v1").await?.len() == 1);
    Ok(())
}

async fn what_a_dry_run_foresees_is_what_a_sweep_writes(place: Place) -> Result<()> {
    let house = house(&place).await?;
    let rules = rules("p1", 6)?;
    house.at(31)?;
    let now = house.runtime.clock.now();
    let mut foreseen: Vec<Foreseen> = Vec::new();
    let seen = foresee(&place.ledger, &rules, now, 2, |item| {
        foreseen.push(item);
        Ok::<_, LedgerError>(())
    })
    .await?;
    ensure!(
        seen == 3 && place.ledger.actions().await?.is_empty(),
        "it wrote something"
    );
    ensure!(
        place.ledger.take_due(10, LONG).await?.is_empty(),
        "it told something"
    );
    house.sweep(&rules).await?;
    let written: Vec<_> = place
        .ledger
        .actions()
        .await?
        .into_iter()
        .map(|a| {
            (
                a.ticket_id.to_string(),
                a.kind,
                a.target,
                Some(a.level),
                a.reason,
            )
        })
        .collect();
    let mut wanted: Vec<_> = foreseen
        .into_iter()
        .map(|f| (f.ticket, f.kind, f.target, f.level, f.reason))
        .collect();
    wanted.sort();
    ensure!(
        written == wanted && written.len() == 6,
        "{written:?}\n{wanted:?}"
    );
    Ok(())
}

async fn a_validated_ticket_is_never_escalated(place: Place) -> Result<()> {
    let house = house(&place).await?;
    let rules = rules("p1", 6)?;
    // Its row still says that it is due: the step came, and the sweep finds it under the lock.
    let start: Timestamp = START.parse()?;
    say(
        &place,
        "T2",
        "validated",
        start + SignedDuration::from_hours(5),
        Step::Validated,
    )
    .await?;
    house.at(48)?;
    house.sweep(&rules).await?;
    let told: Vec<_> = place
        .ledger
        .actions()
        .await?
        .into_iter()
        .map(|a| a.ticket_id)
        .collect();
    ensure!(
        !told.contains(&ticket("T2")) && told.contains(&ticket("T1")),
        "{told:?}"
    );
    Ok(())
}
