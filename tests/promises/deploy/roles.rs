//! The roles of `deploy/postgres/roles.sql` on a real server with the real schema.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use jaga_ledger::{Ledger, LedgerSettings};
use jaga_tests::{project_root, site};

use crate::WORKERS;

#[tokio::test]
async fn each_worker_may_touch_its_own_tables_and_no_other() -> Result<()> {
    let site = site().await?;
    let url = &site.database.url;
    let settings = LedgerSettings {
        url: url.clone(),
        connections: 2,
        deadline: Duration::from_secs(30),
    };
    let ledger = Ledger::open(&settings)?;
    ledger.migrate().await?;
    ledger.close().await;

    let roles = project_root().join("deploy/postgres/roles.sql");
    let psql = |args: &[&str]| -> Result<String> {
        let output = Command::new("psql")
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url])
            .args(args)
            .output()?;
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let file = roles.to_string_lossy().into_owned();
    psql(&["-f", &file])?;
    psql(&["-f", &file])?; // again: nothing to complain about

    let may = |worker: &str, table: &str, what: &str| -> Result<bool> {
        let question = format!("select has_table_privilege('jaga_{worker}', '{table}', '{what}')");
        Ok(psql(&["-c", &question])? == "t")
    };
    for worker in WORKERS {
        ensure!(
            may(worker, "_sqlx_migrations", "select")?,
            "{worker} waits for the migration"
        );
        ensure!(may(worker, "outbox", "select")?, "{worker}");
        ensure!(
            !may(worker, "ticket_steps", "update")?,
            "{worker}: history is append-only"
        );
        ensure!(
            !may(worker, "ticket_steps", "delete")?,
            "{worker}: history is append-only"
        );
        ensure!(
            may(worker, "verdicts", "insert")? == (worker == "closure"),
            "{worker}: verdicts"
        );
        ensure!(
            may(worker, "actions", "insert")? == (worker == "escalation"),
            "{worker}: actions"
        );
        ensure!(
            may(worker, "outbox", "delete")? == (worker == "relay"),
            "{worker}: outbox"
        );
    }
    ensure!(
        !may("escalation", "photos", "select")?,
        "escalation sees no photo"
    );
    ensure!(
        !may("photo", "ticket_steps", "select")?,
        "photo sees no history"
    );
    ensure!(!may("relay", "tickets", "select")?, "relay sees no ticket");
    Ok(())
}
