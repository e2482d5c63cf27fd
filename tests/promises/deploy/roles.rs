//! The roles of `deploy/postgres/roles.sql` on a real server with the real schema.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use jaga_contract::{EventId, PhotoId, TicketId};
use jaga_ledger::{Ledger, LedgerSettings, NewReview, Proposed, Reviewed, VerdictRow};
use jaga_tests::{project_root, site};
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::WORKERS;

/// Roles are the whole server's: two who make them at once get in each other's way.
static ROLES: Mutex<()> = Mutex::const_new(());

/// The whole of a review as the role that reviewers have: what it needs is granted, and no more.
#[tokio::test]
async fn a_reviewer_can_decide_and_change_nothing() -> Result<()> {
    let site = site().await?;
    let url = &site.database.url;
    let open = |url: &str| {
        Ledger::open(&LedgerSettings {
            url: url.to_owned(),
            connections: 2,
            deadline: Duration::from_secs(30),
        })
    };
    let owner = open(url)?;
    owner.migrate().await?;
    let (ticket, closure) = (TicketId::new("T1")?, EventId::new("c1")?);
    let at = Timestamp::from_second(1_793_600_000)?;
    let mut tx = owner.begin().await?;
    tx.lock_ticket(&ticket).await?;
    tx.note_closure(&Proposed::bare(&closure, &ticket, at))
        .await?;
    tx.record_verdict(&VerdictRow {
        closure_id: closure.clone(),
        revision: 0,
        ticket_id: ticket.clone(),
        verdict: "review".to_owned(),
        score: 40,
        signals: "[]".to_owned(),
        facts: "{}".to_owned(),
        rules: "r1".to_owned(),
        sample: Some(false),
        judged_at: at,
    })
    .await?;
    tx.commit().await?;
    let roles = project_root().join("deploy/postgres/roles.sql");
    let alone = ROLES.lock().await;
    let ran = Command::new("psql")
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f"])
        .arg(roles)
        .output()?;
    drop(alone);
    ensure!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );

    let separator = if url.contains('?') { '&' } else { '?' };
    let reviewer = open(&format!("{url}{separator}options=-c%20role%3Djaga_review"))?;
    let refused = async |statement: &str| reviewer.tamper(statement).await.is_err();
    for statement in [
        "UPDATE reviews SET decision = 'fake'",
        "DELETE FROM audit",
        "UPDATE verdicts SET verdict = 'clear'",
        "UPDATE tickets SET state = 'done'",
        "SELECT count(*) FROM outbox",
    ] {
        ensure!(refused(statement).await, "a reviewer may {statement}");
    }
    let new = NewReview {
        by: "rina",
        decision: Some("genuine"),
        words: "x",
        revision: Some(1),
        again: false,
    };
    let written = reviewer.review(&closure, &new).await?;
    ensure!(matches!(written, Reviewed::Written(_)), "{written:?}");
    // All that a list, a card and the statistics read.
    reviewer.check().await?;
    let ever = (Timestamp::MIN, Timestamp::MAX);
    ensure!(reviewer.judged(ever, true, "", 9).await?.len() == 1);
    ensure!(reviewer.verdicts_of(&closure).await?.len() == 1);
    reviewer.ticket(&ticket).await?;
    reviewer.steps(&ticket).await?;
    reviewer.photos_of(&ticket).await?;
    reviewer.photo(&PhotoId::new("p1")?).await?;
    ensure!(owner.verify_audit(None).await?.faults.is_empty());
    owner.close().await;
    reviewer.close().await;
    Ok(())
}

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
    let alone = ROLES.lock().await;
    psql(&["-f", &file])?;
    psql(&["-f", &file])?; // again: nothing to complain about
    drop(alone);

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
    for (table, what, wanted) in [
        ("reviews", "insert", true),
        ("reviews", "update", false),
        ("reviews", "delete", false),
        ("audit", "update", false),
        ("verdicts", "insert", false),
        ("verdicts", "update", false),
        ("tickets", "update", false),
        ("tickets", "insert", false),
        ("outbox", "select", false),
    ] {
        ensure!(
            may("review", table, what)? == wanted,
            "review: {what} {table}"
        );
    }
    for worker in WORKERS {
        ensure!(
            !may(worker, "reviews", "insert")?,
            "{worker} decides nothing"
        );
    }
    Ok(())
}
