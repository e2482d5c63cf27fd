//! Three tickets, rules of one target, and a sweeper in this process whose clock is moved by hand.

use std::sync::Arc;

use anyhow::{Result, ensure};
use jaga_broker::Bus;
use jaga_contract::{EventId, Step, TicketChanged, UnitId};
use jaga_escalation::{Right, Schedule, Swept, full, sweep};
use jaga_ledger::LedgerError;
use jaga_runner::{DeadlineRules, Runtime};
use jaga_service::{Clock, Config, Health};
use jaga_ticket::{Calendars, Policies};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::ledger::{Place, SOON, put_ticket, ticket, ticket_row};
use crate::report::submission;

pub(crate) const START: &str = "2026-11-16T01:00:00Z";

pub(crate) fn rules(version: &str, hours: i64) -> Result<DeadlineRules> {
    let calendars = Calendars::builtin();
    let policy = format!(
        r#"zone = "Asia/Jakarta"
[[policy]]
version = "{version}"
effective_from = 2017-01-01
[policy.ladder]
clock = "24x7"
levels = [{{ level = 1, role = "owner", after = "0h" }}, {{ level = 2, role = "camat", after = "24h" }}]
[[policy.target]]
name = "resolution"
title_id = "penyelesaian"
title_en = "resolution"
clock = "24x7"
limit = "{hours}h"
from = ["submitted"]
until = ["closure_proposed"]
warn = {{ shares = [50] }}
source = "test"
confidence = "high"
"#
    );
    Ok(DeadlineRules {
        policies: Arc::new(Policies::parse(&policy, &calendars)?),
        calendars: Arc::new(calendars),
        version: version.to_owned(),
    })
}

pub(crate) struct House {
    pub(crate) runtime: Runtime,
    pub(crate) right: Right,
    _folder: TempDir,
}

/// Three tickets of one unit, due as the rules say.
pub(crate) async fn house(place: &Place) -> Result<House> {
    let folder = tempfile::tempdir()?;
    let mut config = Config::default();
    config.escalation.batch = 2;
    let start: Timestamp = START.parse()?;
    let runtime = Runtime {
        bus: Bus::local(folder.path())?,
        ledger: place.ledger.clone(),
        config: Arc::new(config),
        health: Health::default(),
        stop: tokio_util::sync::CancellationToken::new(),
        clock: Clock::simulated(start),
    };
    for n in 1..=3 {
        let id = format!("T{n}");
        let mut row = ticket_row(&id, false, Some(start));
        row.submitted_at = Some(start);
        put_ticket(&place.ledger, &row).await?;
        say(place, &id, "submitted", start, submitted(&id)).await?;
    }
    Ok(House {
        runtime,
        right: Right {
            holder: "test".to_owned(),
            lease: None,
        },
        _folder: folder,
    })
}

fn submitted(id: &str) -> Step {
    Step::Submitted(submission(id))
}

pub(crate) async fn say(
    place: &Place,
    id: &str,
    name: &str,
    at: Timestamp,
    step: Step,
) -> Result<()> {
    let mut tx = place.ledger.begin().await?;
    let step = TicketChanged {
        event_id: EventId::new(format!("{id}-{name}"))?,
        ticket_id: ticket(id),
        occurred_at: at,
        unit: Some(UnitId::new("bina-marga")?),
        step,
    };
    ensure!(tx.add_step(&step).await?);
    Ok(tx.commit().await?)
}

pub(crate) async fn calm() -> Result<(), LedgerError> {
    Ok(())
}

impl House {
    pub(crate) fn at(&self, hours: i64) -> Result<()> {
        let start: Timestamp = START.parse()?;
        self.runtime
            .clock
            .set(start + SignedDuration::from_hours(hours));
        Ok(())
    }

    pub(crate) async fn sweep(&self, rules: &DeadlineRules) -> Result<Swept> {
        Ok(sweep(&self.runtime, rules, &self.right, calm).await?)
    }

    pub(crate) async fn full(&self, rules: &DeadlineRules) -> Result<Swept> {
        Ok(full(&self.runtime, rules, &self.right, &nightly()?, calm).await?)
    }

    pub(crate) async fn events(&self, kind: &str) -> Result<Vec<serde_json::Value>> {
        let ledger = &self.runtime.ledger;
        // A row that was taken a moment ago is due again at once; on SQLite that is the next millisecond.
        let rows = jaga_tests::eventually(SOON, || async {
            let rows = ledger.take_due(1000, std::time::Duration::ZERO).await?;
            let all = ledger.unsent().await?.0;
            ensure!(i64::try_from(rows.len())? == all, "{} of {all}", rows.len());
            Ok(rows)
        })
        .await?;
        let of_kind = rows.iter().filter(|row| row.routing_key == kind);
        of_kind
            .map(|row| Ok(serde_json::from_slice(&row.body)?))
            .collect()
    }
}

pub(crate) fn nightly() -> Result<Schedule> {
    Ok(Schedule::new("0 0 22 * * *")?)
}
