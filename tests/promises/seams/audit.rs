//! The trail: every warning, escalation, re-dating and verdict has its row, and no row can be changed,
//! left out, moved or cut off without being found.

use anyhow::{Context as _, Result, ensure};
use jaga_contract::{EventId, Moved, MovedBy};
use jaga_ledger::{AuditFault, Dating, Dues, Ledger, Mark, Outgoing, ReDating, VerdictRow};

use crate::ledger::{Place, at, on_both, put_ticket, ticket, ticket_row};
use crate::sweeps::{action, told};

on_both!(
    everything_done_about_a_ticket_is_in_its_trail,
    no_row_is_changed_left_out_moved_or_cut_off_unseen,
    what_was_done_before_the_trail_is_taken_in_once,
);

fn verdict(id: &str) -> Result<VerdictRow> {
    Ok(VerdictRow {
        closure_id: EventId::new(format!("closure-{id}"))?,
        revision: 0,
        ticket_id: ticket(id),
        verdict: "review".to_owned(),
        score: 40,
        signals: "[{\"name\":\"far\"}]".to_owned(),
        facts: "{\"lat\":-6.2}".to_owned(),
        rules: "r1".to_owned(),
        sample: Some(false),
        judged_at: at(3),
    })
}

/// A ticket with two escalations, a re-dating and a verdict.
async fn ticket_with_a_trail(ledger: &Ledger, id: &str) -> Result<()> {
    put_ticket(ledger, &ticket_row(id, false, Some(at(1)))).await?;
    let mut tx = ledger.begin().await?;
    told(&mut tx, vec![action(id, 1), action(id, 2)], 1).await?;
    let re_dating = ReDating {
        number: 1,
        by: MovedBy::Rules,
        moved: vec![Moved {
            target: "resolution".to_owned(),
            from: at(1),
            to: at(9),
            policy: "p1".to_owned(),
            reason: "the rules changed".to_owned(),
        }],
    };
    let event = Outgoing {
        event_id: format!("redated:{id}:1"),
        kind: "jaga.ticket.redated.v1",
        body: "{}".to_owned(),
    };
    let dating = Dating {
        dues: Dues::from([("resolution".to_owned(), Mark(9, "v2".to_owned(), true))]),
        rules: "r2".to_owned(),
    };
    tx.date(&ticket(id), at(2), &dating, Some(&(re_dating, event)))
        .await?;
    ensure!(tx.record_verdict(&verdict(id)?).await? == Some(1));
    ensure!(
        tx.record_verdict(&verdict(id)?).await?.is_none(),
        "the same is no revision"
    );
    Ok(tx.commit().await?)
}

async fn everything_done_about_a_ticket_is_in_its_trail(place: Place) -> Result<()> {
    ticket_with_a_trail(&place.ledger, "T1").await?;
    let trail = place.ledger.trail(&ticket("T1")).await?;
    let kinds: Vec<&str> = trail.iter().map(|row| row.kind.as_str()).collect();
    ensure!(
        kinds == ["escalate", "escalate", "re_date", "verdict"],
        "{kinds:?}"
    );
    ensure!(trail.iter().map(|row| row.seq).eq(1..=4));
    ensure!(trail.windows(2).all(|two| two[1].previous == two[0].hash));
    let all: String = trail.iter().map(|row| row.body.as_str()).collect();
    ensure!(
        all.contains("\"level\":2") && all.contains("the rules changed"),
        "{all}"
    );
    ensure!(
        !all.contains("-6.2") && !all.contains("far"),
        "no facts, no figures: {all}"
    );
    let audited = place.ledger.verify_audit(None).await?;
    ensure!(audited.faults.is_empty(), "{:?}", audited.faults);
    ensure!((audited.tickets, audited.rows) == (1, 4));
    Ok(())
}

async fn faults(place: &Place) -> Result<Vec<AuditFault>> {
    Ok(place.ledger.verify_audit(None).await?.faults)
}

async fn no_row_is_changed_left_out_moved_or_cut_off_unseen(place: Place) -> Result<()> {
    let tamperings: &[(&str, &str, &[&str])] = &[
        (
            "UPDATE audit SET body = replace(body, '\"level\":2', '\"level\":3')
               WHERE ticket_id = '{}' AND seq = 2",
            "changed",
            &[],
        ),
        ("UPDATE audit SET at = at + 1 WHERE ticket_id = '{}' AND seq = 3", "changed", &[]),
        ("DELETE FROM audit WHERE ticket_id = '{}' AND seq = 2", "missing", &[]),
        (
            "UPDATE audit SET seq = CASE seq WHEN 2 THEN 3 ELSE 2 END
               WHERE ticket_id = '{}' AND seq IN (2, 3)",
            "changed",
            // Both databases would meet the key half-way.
            &[
                "UPDATE audit SET seq = 90 WHERE ticket_id = '{}' AND seq = 2",
                "UPDATE audit SET seq = 2 WHERE ticket_id = '{}' AND seq = 3",
                "UPDATE audit SET seq = 3 WHERE ticket_id = '{}' AND seq = 90",
            ],
        ),
        ("DELETE FROM audit WHERE ticket_id = '{}' AND seq = 4", "not_told", &[]),
        // The end cut off, and the ticket's head made to fit.
        (
            "",
            "re_dated",
            &[
                "DELETE FROM verdicts WHERE ticket_id = '{}'",
                "DELETE FROM audit WHERE ticket_id = '{}' AND seq >= 3",
                "UPDATE tickets SET audit_seq = 2, audit_hash =
                   (SELECT hash FROM audit a WHERE a.ticket_id = '{}' AND seq = 2) WHERE ticket_id = '{}'",
            ],
        ),
        ("DELETE FROM audit WHERE ticket_id = '{}'", "head", &[]),
        ("DELETE FROM actions WHERE ticket_id = '{}' AND level = 1", "not_done", &[]),
        ("UPDATE actions SET reason = 'other' WHERE ticket_id = '{}' AND level = 1", "not_told", &[]),
        ("UPDATE verdicts SET verdict = 'clear' WHERE ticket_id = '{}'", "not_told", &[]),
        ("UPDATE verdicts SET facts = '{{}}' WHERE ticket_id = '{}'", "not_told", &[]),
        ("DELETE FROM tickets WHERE ticket_id = '{}'", "no_ticket", &[]),
    ];
    for (n, (sql, wanted, many)) in tamperings.iter().enumerate() {
        let id = format!("T{n}");
        ticket_with_a_trail(&place.ledger, &id).await?;
        ensure!(
            faults(&place)
                .await?
                .iter()
                .all(|f| f.ticket_id != ticket(&id)),
            "{n}: whole before"
        );
        let statements = if many.is_empty() {
            std::slice::from_ref(sql)
        } else {
            many
        };
        for statement in statements {
            place.ledger.tamper(&statement.replace("{}", &id)).await?;
        }
        let found = faults(&place).await?;
        let found: Vec<&str> = found
            .iter()
            .filter(|f| f.ticket_id == ticket(&id))
            .map(|f| f.fault)
            .collect();
        ensure!(
            found.contains(wanted),
            "{n}: {wanted} is not among {found:?} after {statements:?}"
        );
        let one = place.ledger.verify_audit(Some(&ticket(&id))).await?;
        ensure!(one.found == found.len() as u64 && one.tickets == 1);
    }
    Ok(())
}

async fn what_was_done_before_the_trail_is_taken_in_once(place: Place) -> Result<()> {
    // As an older binary left it: an action and a verdict without rows of their own.
    ticket_with_a_trail(&place.ledger, "T1").await?;
    for statement in [
        "DELETE FROM audit",
        "DELETE FROM marks",
        "UPDATE tickets SET audit_seq = 0, audit_hash = '', re_dated = 0",
    ] {
        place.ledger.tamper(statement).await?;
    }
    ensure!(!faults(&place).await?.is_empty());
    place.ledger.migrate().await?;
    let trail = place.ledger.trail(&ticket("T1")).await?;
    let first = trail.first().context("no row")?;
    ensure!(trail.len() == 1 && first.kind == "genesis", "{trail:?}");
    ensure!(faults(&place).await?.is_empty());
    // Only what was there then: a later one without its row is a fault, and stays one.
    place
        .ledger
        .tamper("UPDATE actions SET level = 7 WHERE level = 1")
        .await?;
    place.ledger.migrate().await?;
    ensure!(!faults(&place).await?.is_empty());
    Ok(())
}
