//! What became of a hand's earlier closures, kept and counted by the real closure worker whatever the order in
//! which it came to be known.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use jaga_broker::Bus;
use jaga_contract::{EventId, Step, TicketChanged, UnitId};
use jaga_ledger::{Hand, Ledger, Proposed, VerdictRow};
use jaga_runner::{InForce, Runtime};
use jaga_service::{Clock, Config, Health};
use jaga_tests::eventually;
use jaga_ticket::Rules;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::ledger::{Place, SOON, on_both, ticket, ticket_row};
use crate::report::submission;

on_both!(
    answers_are_kept_once_and_counted_of_one_hand_and_of_the_city,
    a_unit_that_people_refuse_far_more_often_is_told_of_with_figures,
    what_became_of_an_earlier_closure_may_come_late_and_counts_the_same,
);

/// Closures of the hand that is looked at, and of each of the others.
const OWN: usize = 40;
const OTHERS: usize = 12;
const EACH: usize = 30;

fn day(n: i64) -> Timestamp {
    crate::ledger::at(0) + SignedDuration::from_hours(24 * n)
}

/// A ticket with a closure on a day, in the ledger as intake leaves it; refused a day later where `refused`.
async fn closed(ledger: &Ledger, name: &str, (unit, on): (&str, i64), refused: bool) -> Result<()> {
    let step = |id: &str, days: i64, unit: &str, step| {
        anyhow::Ok(TicketChanged {
            event_id: EventId::new(format!("{id}-{name}"))?,
            ticket_id: ticket(name),
            occurred_at: day(on + days),
            unit: Some(UnitId::new(unit)?),
            step,
        })
    };
    let proposed = Step::ClosureProposed {
        evidence: Vec::new(),
        note: "Sudah".to_owned(),
        officer: None,
    };
    let submitted = Step::Submitted(submission(name));
    let mut steps = vec![
        step("s", -2, "biro", submitted)?,
        step("c", 0, unit, proposed)?,
    ];
    if refused {
        let reason = String::new();
        steps.push(step("r", 1, "biro", Step::Refused { reason })?);
    }
    let mut tx = ledger.begin().await?;
    tx.lock_ticket(&ticket(name)).await?;
    tx.put_ticket(&ticket_row(name, false, None)).await?;
    for step in &steps {
        tx.add_step(step).await?;
    }
    tx.note_closure(&Proposed {
        unit: Some(&UnitId::new(unit)?),
        ..Proposed::bare(&EventId::new(format!("c-{name}"))?, &ticket(name), day(on))
    })
    .await?;
    Ok(tx.commit().await?)
}

/// The closure worker and the relay on one machine's parts.
struct House {
    runtime: Runtime,
    tasks: Vec<JoinHandle<()>>,
    _folder: TempDir,
}

impl House {
    fn start(ledger: &Ledger) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut config = Config::default();
        config.relay.poll_ms = 20;
        // All of it is long ago: nothing is waited for.
        config.closure.evidence_wait_s = 1;
        let runtime = Runtime {
            bus: Bus::local(folder.path())?,
            ledger: ledger.clone(),
            config: Arc::new(config),
            health: Health::default(),
            stop: CancellationToken::new(),
            clock: Clock::System,
        };
        let rules = InForce::new(Rules::builtin());
        let tasks = vec![
            tokio::spawn(jaga_relay::run(runtime.clone())),
            tokio::spawn(jaga_closure::run(runtime.clone(), rules)),
        ];
        Ok(Self {
            runtime,
            tasks,
            _folder: folder,
        })
    }

    /// Has these judged, and waits until nothing is going on.
    async fn judge(&self, names: &[String], wave: &str) -> Result<()> {
        let ledger = &self.runtime.ledger;
        let mut tx = ledger.begin().await?;
        for name in names {
            let ticket_id = ticket(name);
            let due = jaga_contract::ClosureDue { ticket_id };
            tx.emit(&format!("due:{wave}:{name}"), "/test", day(0), due)
                .await?;
        }
        tx.commit().await?;
        let verdicts = |name: &String| EventId::new(format!("c-{name}"));
        eventually(SOON * 3, || async {
            for name in names {
                let found = ledger.verdicts_of(&verdicts(name)?).await?;
                ensure!(!found.is_empty(), "{name} has no verdict");
            }
            ensure!(ledger.open_work().await?.is_none(), "still at work");
            Ok(())
        })
        .await
    }

    async fn stop(self) -> Result<()> {
        self.runtime.stop.cancel();
        for task in self.tasks {
            tokio::time::timeout(SOON, task).await??;
        }
        Ok(())
    }
}

/// A city of twelve units that are refused in one of ten, and the tickets' names.
async fn city(ledger: &Ledger) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for unit in 0..OTHERS {
        for n in 0..EACH {
            let name = format!("U{unit}-{n}");
            let on = 10 + (n % 20) as i64;
            let refused = n % 10 == unit % 10;
            closed(ledger, &name, (&format!("kel-{unit}"), on), refused).await?;
            names.push(name);
        }
    }
    Ok(names)
}

/// Of the unit that is looked at half are refused.
async fn own(ledger: &Ledger, range: std::ops::Range<usize>) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for n in range {
        let name = format!("X{n}");
        closed(ledger, &name, ("kel-x", 10 + (n % 20) as i64), n % 2 == 0).await?;
        names.push(name);
    }
    Ok(names)
}

async fn newest(ledger: &Ledger, name: &str) -> Result<VerdictRow> {
    let closure = EventId::new(format!("c-{name}"))?;
    let verdicts = ledger.verdicts_of(&closure).await?;
    verdicts.last().cloned().context("a verdict")
}

fn outlier(verdict: &VerdictRow) -> Result<Option<Value>> {
    let signals: Vec<Value> = serde_json::from_str(&verdict.signals)?;
    Ok(signals.into_iter().find(|s| s["name"] == "outlier_unit"))
}

async fn answers_are_kept_once_and_counted_of_one_hand_and_of_the_city(place: Place) -> Result<()> {
    let ledger = &place.ledger;
    for (name, unit) in [
        ("T1", "kel-a"),
        ("T2", "kel-a"),
        ("T3", "kel-b"),
        ("T4", "kel-a"),
    ] {
        closed(ledger, name, (unit, 10), false).await?;
    }
    let note = async |name: &str, refused, disputed| {
        let mut tx = ledger.begin().await?;
        let news = tx
            .note_answer(&EventId::new(format!("c-{name}"))?, refused, disputed)
            .await?;
        tx.commit().await?;
        anyhow::Ok(news)
    };
    ensure!(note("T1", None, None).await?, "known for the first time");
    ensure!(!note("T1", None, None).await?, "no news");
    ensure!(note("T1", Some(day(12)), None).await?, "refused is news");
    ensure!(!note("T1", Some(day(12)), None).await?, "no news");
    note("T2", None, Some(day(30))).await?;
    note("T3", None, Some(day(11))).await?;
    // T4 was never followed, as closures of before: it is not counted.
    let unit = UnitId::new("kel-a")?;
    let of = |from, to| ledger.answered_by(Hand::Unit(&unit), day(from), day(to));
    let rows = of(0, 20).await?;
    let told: Vec<_> = rows
        .iter()
        .map(|r| (r.ticket_id.as_str(), r.refused_at, r.disputed_at))
        .collect();
    ensure!(
        told == [("T1", Some(day(12)), None), ("T2", None, Some(day(30)))],
        "{told:?}"
    );
    ensure!(rows[0].category == "Jalan Rusak", "{rows:?}");
    ensure!(
        of(11, 20).await?.is_empty() && of(0, 10).await?.is_empty(),
        "until before"
    );

    let sums = ledger
        .answered_in_city(day(0), day(20), 14 * 24 * 3600)
        .await?;
    let told: Vec<_> = sums
        .iter()
        .map(|s| (s.unit.as_str(), s.of, s.refused, s.disputed))
        .collect();
    // The dispute after twenty days came too late to count.
    ensure!(told == [("kel-a", 2, 1, 0), ("kel-b", 1, 0, 1)], "{told:?}");
    Ok(())
}

async fn a_unit_that_people_refuse_far_more_often_is_told_of_with_figures(
    place: Place,
) -> Result<()> {
    let ledger = &place.ledger;
    let mut before = city(ledger).await?;
    before.extend(own(ledger, 0..OWN).await?);
    let house = House::start(ledger)?;
    house.judge(&before, "before").await?;
    for (name, unit, on) in [("X", "kel-x", 60), ("Y", "kel-3", 60), ("Z", "kel-x", 20)] {
        closed(ledger, name, (unit, on), false).await?;
    }
    house
        .judge(&["X", "Y", "Z"].map(str::to_owned), "then")
        .await?;
    let told = outlier(&newest(ledger, "X").await?)?.context("the unit stands out")?;
    let figures = &told["figures"];
    ensure!(
        figures["closures"] == 41.0 && figures["refused"] == 20.0,
        "{told}"
    );
    // Thirty-six of 360, and twenty of the unit's forty, or of forty-one with Z, whichever of X and Z was
    // judged first.
    let city = figures["city_rate"].as_f64().context("a rate")?;
    ensure!((0.1395..=0.14).contains(&city), "{told}");
    ensure!(
        outlier(&newest(ledger, "Y").await?)?.is_none(),
        "an ordinary unit"
    );
    ensure!(
        outlier(&newest(ledger, "Z").await?)?.is_none(),
        "nothing was known for long enough"
    );
    let facts: Value = serde_json::from_str(&newest(ledger, "X").await?.facts)?;
    ensure!(
        facts["officer_rates"].is_null(),
        "no officer, no rate of one"
    );
    house.stop().await
}

/// Half of the past becomes known after the closure was judged: it is judged again, once, and the end is that of
/// the usual order, but for the city's rate, which is counted every ten minutes.
async fn what_became_of_an_earlier_closure_may_come_late_and_counts_the_same(
    place: Place,
) -> Result<()> {
    let ledger = &place.ledger;
    let mut before = city(ledger).await?;
    before.extend(own(ledger, 0..OWN / 2).await?);
    closed(ledger, "X", ("kel-x", 60), false).await?;
    let house = House::start(ledger)?;
    house.judge(&before, "before").await?;
    house.judge(&["X".to_owned()], "then").await?;
    ensure!(
        outlier(&newest(ledger, "X").await?)?.is_none(),
        "twenty are too few"
    );
    let late = own(ledger, OWN / 2..OWN).await?;
    house.judge(&late, "late").await?;
    let told = outlier(&newest(ledger, "X").await?)?.context("it was judged again")?;
    let figures = &told["figures"];
    ensure!(
        figures["closures"] == 40.0 && figures["refused"] == 20.0,
        "{told}"
    );
    house.stop().await
}
