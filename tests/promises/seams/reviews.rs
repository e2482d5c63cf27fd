//! Reviews: decisions and answers beside the verdict that stood, never changed, each in the trail.

use anyhow::{Context as _, Result, ensure};
use jaga_contract::EventId;
use jaga_ledger::{Ledger, NewReview, Proposed, Reviewed, VerdictRow};
use jiff::Timestamp;

use crate::ledger::{Place, at, on_both, put_ticket, ticket, ticket_row};

on_both!(
    a_decision_stands_beside_its_verdict_and_in_the_trail,
    nothing_is_written_where_a_decision_can_not_stand,
    of_two_who_decide_at_once_one_is_told,
    a_changed_or_removed_decision_is_found,
    who_reviews_sees_each_closure_once_with_its_newest_verdict,
    a_verdict_from_before_draws_were_kept_is_told_as_unknown,
);

fn closure(id: &str) -> EventId {
    EventId::new(id).unwrap()
}

fn said<'a>(decision: Option<&'a str>, words: &'a str) -> NewReview<'a> {
    NewReview {
        by: "rina",
        decision,
        words,
        revision: None,
        again: false,
    }
}

async fn judged(ledger: &Ledger, id: &str, verdict: &str, sample: Option<bool>) -> Result<u32> {
    let mut tx = ledger.begin().await?;
    tx.lock_ticket(&ticket("T1")).await?;
    tx.note_closure(&Proposed::bare(&closure(id), &ticket("T1"), at(5)))
        .await?;
    let row = VerdictRow {
        closure_id: closure(id),
        revision: 0,
        ticket_id: ticket("T1"),
        verdict: verdict.to_owned(),
        score: 40,
        signals: "[]".to_owned(),
        facts: "{}".to_owned(),
        rules: "r1".to_owned(),
        sample,
        judged_at: at(6),
    };
    let revision = tx.record_verdict(&row).await?.context("a revision")?;
    tx.commit().await?;
    Ok(revision)
}

/// A ticket with one closure that has a verdict.
async fn case(place: &Place) -> Result<&Ledger> {
    put_ticket(&place.ledger, &ticket_row("T1", false, None)).await?;
    judged(&place.ledger, "c1", "review", Some(false)).await?;
    Ok(&place.ledger)
}

async fn a_decision_stands_beside_its_verdict_and_in_the_trail(place: Place) -> Result<()> {
    let ledger = case(&place).await?;
    let before = ledger.now().await?;
    let note = "Foto bukti dari gang sebelah.";
    let Reviewed::Written(first) = ledger
        .review(&closure("c1"), &said(Some("fake"), note))
        .await?
    else {
        anyhow::bail!("it was not written");
    };
    ensure!((first.seq, first.revision, first.by.as_str()) == (1, 1, "rina"));
    ensure!((first.verdict.as_str(), first.rules.as_str()) == ("review", "r1"));
    ensure!(first.sample == Some(false) && first.words == note);
    ensure!(first.at >= before && first.at <= ledger.now().await?);

    // Another verdict follows, and the officer answers: what was said stays beside what it was said of.
    ensure!(judged(ledger, "c1", "clear", Some(true)).await? == 2);
    let answer = ledger
        .review(&closure("c1"), &said(None, "Salah unggah."))
        .await?;
    ensure!(
        matches!(&answer, Reviewed::Written(r) if r.seq == 2 && r.revision == 2
        && r.decision.is_none() && r.sample == Some(true))
    );
    let again = NewReview {
        again: true,
        ..said(Some("genuine"), "Sudah dilihat di lokasi.")
    };
    ensure!(
        matches!(ledger.review(&closure("c1"), &again).await?, Reviewed::Written(r) if r.seq == 3)
    );
    let all = ledger.reviews_of(&closure("c1")).await?;
    ensure!(all.len() == 3 && all[0] == first, "{all:?}");

    let trail = ledger.trail(&ticket("T1")).await?;
    let kinds: Vec<&str> = trail.iter().map(|row| row.kind.as_str()).collect();
    ensure!(
        kinds == ["verdict", "review", "verdict", "review", "review"],
        "{kinds:?}"
    );
    let told: String = trail.iter().map(|row| row.body.as_str()).collect();
    ensure!(told.contains("\"decision\":\"fake\"") && told.contains("rina"));
    ensure!(!told.contains("gang"), "of the words only a digest: {told}");
    let audited = ledger.verify_audit(None).await?;
    ensure!(audited.faults.is_empty(), "{:?}", audited.faults);
    Ok(())
}

async fn nothing_is_written_where_a_decision_can_not_stand(place: Place) -> Result<()> {
    let ledger = case(&place).await?;
    let fake = said(Some("fake"), "x");
    ensure!(ledger.review(&closure("c9"), &fake).await? == Reviewed::Unknown);

    let mut tx = ledger.begin().await?;
    tx.note_closure(&Proposed::bare(&closure("c2"), &ticket("T1"), at(5)))
        .await?;
    tx.commit().await?;
    ensure!(ledger.review(&closure("c2"), &fake).await? == Reviewed::Unjudged);

    ensure!(judged(ledger, "c1", "hold", Some(false)).await? == 2);
    let of = |revision| NewReview {
        revision: Some(revision),
        ..said(Some("fake"), "x")
    };
    ensure!(ledger.review(&closure("c1"), &of(1)).await? == Reviewed::Newer(2));
    ensure!(ledger.reviews_of(&closure("c1")).await?.is_empty());
    ensure!(matches!(
        ledger.review(&closure("c1"), &of(2)).await?,
        Reviewed::Written(_)
    ));
    let twice = ledger.review(&closure("c1"), &fake).await?;
    ensure!(
        matches!(&twice, Reviewed::Decided(r) if r.seq == 1 && r.by == "rina"),
        "{twice:?}"
    );
    ensure!(ledger.reviews_of(&closure("c1")).await?.len() == 1);
    Ok(())
}

async fn of_two_who_decide_at_once_one_is_told(place: Place) -> Result<()> {
    let ledger = case(&place).await?;
    let mut reviewers = tokio::task::JoinSet::new();
    for n in 0..8 {
        let ledger = if n % 2 == 0 {
            ledger.clone()
        } else {
            place.another()?
        };
        reviewers.spawn(async move {
            let by = format!("reviewer-{n}");
            let new = NewReview {
                by: &by,
                ..said(Some("fake"), "x")
            };
            ledger.review(&closure("c1"), &new).await
        });
    }
    let mut written = 0;
    for outcome in reviewers.join_all().await {
        match outcome? {
            Reviewed::Written(_) => written += 1,
            Reviewed::Decided(_) => {}
            other => anyhow::bail!("{other:?}"),
        }
    }
    ensure!(written == 1, "{written} decisions");
    ensure!(ledger.verify_audit(None).await?.faults.is_empty());
    Ok(())
}

async fn a_changed_or_removed_decision_is_found(place: Place) -> Result<()> {
    let ledger = case(&place).await?;
    ledger
        .review(&closure("c1"), &said(Some("fake"), "note"))
        .await?;
    for (statement, back, wanted) in [
        (
            "UPDATE reviews SET decision = 'genuine'",
            "UPDATE reviews SET decision = 'fake'",
            "not_told",
        ),
        (
            "UPDATE reviews SET words = 'other'",
            "UPDATE reviews SET words = 'note'",
            "not_told",
        ),
        (
            "UPDATE reviews SET made_by = 'budi'",
            "UPDATE reviews SET made_by = 'rina'",
            "not_told",
        ),
        (
            "UPDATE verdicts SET sample = 1",
            "UPDATE verdicts SET sample = 0",
            "not_told",
        ),
        ("DELETE FROM reviews", "", "not_done"),
    ] {
        ensure!(
            ledger.verify_audit(None).await?.found == 0,
            "whole before {statement}"
        );
        ledger.tamper(statement).await?;
        let found = ledger.verify_audit(None).await?.faults;
        let names: Vec<&str> = found.iter().map(|f| f.fault).collect();
        ensure!(names.contains(&wanted), "{statement}: {names:?}");
        if !back.is_empty() {
            ledger.tamper(back).await?;
        }
    }
    Ok(())
}

async fn who_reviews_sees_each_closure_once_with_its_newest_verdict(place: Place) -> Result<()> {
    let ledger = case(&place).await?;
    judged(ledger, "c1", "hold", Some(false)).await?;
    judged(ledger, "c2", "clear", Some(true)).await?;
    judged(ledger, "c3", "clear", Some(false)).await?;
    judged(ledger, "c4", "clear", Some(false)).await?;
    ledger
        .review(&closure("c4"), &said(Some("fake"), "warga melapor"))
        .await?;
    let ever = (Timestamp::MIN, Timestamp::MAX);
    let names = async |window, to_review, after: &str, limit| -> Result<Vec<String>> {
        let found = ledger.judged(window, to_review, after, limit).await?;
        Ok(found
            .iter()
            .map(|j| format!("{}:{}", j.verdict.closure_id, j.reviews.len()))
            .collect())
    };
    ensure!(names(ever, false, "", 10).await? == ["c1:0", "c2:0", "c3:0", "c4:1"]);
    ensure!(names(ever, true, "", 10).await? == ["c1:0", "c2:0", "c4:1"]);
    ensure!(
        names(ever, false, "c1", 2).await? == ["c2:0", "c3:0"],
        "a page"
    );
    ensure!(names((at(5), at(6)), false, "", 10).await?.len() == 4);
    ensure!(names((at(6), at(9)), false, "", 10).await?.is_empty());
    ensure!(names((at(0), at(5)), false, "", 10).await?.is_empty());
    let first = &ledger.judged(ever, false, "", 1).await?[0];
    ensure!((first.verdict.revision, first.verdict.verdict.as_str()) == (2, "hold"));
    ensure!(first.proposed_at == at(5));
    let history = ledger.verdicts_of(&closure("c1")).await?;
    ensure!(
        history
            .iter()
            .map(|v| v.verdict.as_str())
            .eq(["review", "hold"])
    );
    ensure!(ledger.closures_of(&ticket("T1")).await?.len() == 4);
    Ok(())
}

async fn a_verdict_from_before_draws_were_kept_is_told_as_unknown(place: Place) -> Result<()> {
    put_ticket(&place.ledger, &ticket_row("T1", false, None)).await?;
    judged(&place.ledger, "c1", "clear", None).await?;
    ensure!(place.ledger.verdicts().await?[0].sample.is_none());
    ensure!(place.ledger.verify_audit(None).await?.faults.is_empty());
    let written = place
        .ledger
        .review(&closure("c1"), &said(Some("genuine"), "x"))
        .await?;
    ensure!(matches!(written, Reviewed::Written(r) if r.sample.is_none()));
    Ok(())
}
