//! Comparisons of photos: one row a pair, read from both sides, and gone with either photo.

use anyhow::{Result, ensure};
use jaga_contract::Role;
use jaga_ledger::{ComparisonRow, Ledger, PhotoRow};

use crate::ledger::{Place, on_both, photo, processed, ticket};

on_both!(
    a_pair_is_kept_once_and_read_from_both_sides,
    two_that_record_one_pair_at_once_leave_one_row,
    an_erased_photo_leaves_no_comparison_and_gets_none,
    what_is_not_processed_is_not_compared,
);

fn evidence(id: &str) -> PhotoRow {
    PhotoRow {
        role: Role::Evidence,
        ..processed(id)
    }
}

fn edited(evidence: &str, report: &str) -> ComparisonRow {
    ComparisonRow {
        photo_id: photo(evidence),
        other_id: photo(report),
        relation: "edited_copy".to_owned(),
        reason: None,
        confidence: 0.9,
        aligned: Some(0.75),
        aligned_other: Some(0.5),
        changed: Some(0.125),
        found: Some(r#"{"relation":"edited_copy"}"#.to_owned()),
        method: "test/1".to_owned(),
    }
}

async fn put(ledger: &Ledger, rows: &[PhotoRow]) -> Result<()> {
    let mut tx = ledger.begin().await?;
    for row in rows {
        ensure!(tx.record_photo(row).await?);
    }
    Ok(tx.commit().await?)
}

async fn record(ledger: &Ledger, row: &ComparisonRow) -> Result<bool> {
    let mut tx = ledger.begin().await?;
    let new = tx.record_comparison(row).await?;
    tx.commit().await?;
    Ok(new)
}

async fn a_pair_is_kept_once_and_read_from_both_sides(place: Place) -> Result<()> {
    let ledger = &place.ledger;
    put(ledger, &[evidence("E1"), processed("R1")]).await?;
    let row = edited("E1", "R1");
    ensure!(record(ledger, &row).await?);
    ensure!(!record(ledger, &row).await?, "a repeat");
    ensure!(
        !record(ledger, &edited("R1", "E1")).await?,
        "the other way round"
    );

    let of = ledger.comparisons(&photo("E1")).await?;
    ensure!(of.len() == 1 && of[0].photo_id == photo("R1") && of[0].role == Role::Report);
    ensure!(
        of[0].ticket_id == ticket("T1") && of[0].withheld,
        "no ticket is known"
    );
    ensure!((of[0].aligned, of[0].changed) == (Some(0.75), Some(0.125)));
    let of = ledger.comparisons(&photo("R1")).await?;
    ensure!(of.len() == 1 && of[0].photo_id == photo("E1") && of[0].role == Role::Evidence);
    ensure!((of[0].aligned, of[0].changed) == (Some(0.5), None));
    ensure!(ledger.comparison(&photo("E1"), &photo("R1")).await? == Some(row));
    ensure!(
        ledger
            .comparison(&photo("R1"), &photo("E1"))
            .await?
            .is_none()
    );
    Ok(())
}

async fn two_that_record_one_pair_at_once_leave_one_row(place: Place) -> Result<()> {
    let other = place.another()?;
    for round in 0..8 {
        let (e, r) = (format!("E{round}"), format!("R{round}"));
        put(&place.ledger, &[evidence(&e), processed(&r)]).await?;
        let row = edited(&e, &r);
        let (one, two) = tokio::join!(record(&place.ledger, &row), record(&other, &row));
        ensure!(one? != two?, "of two at once one is the first");
        ensure!(place.ledger.comparisons(&photo(&e)).await?.len() == 1);
    }
    other.close().await;
    Ok(())
}

async fn an_erased_photo_leaves_no_comparison_and_gets_none(place: Place) -> Result<()> {
    let ledger = &place.ledger;
    put(ledger, &[evidence("E1"), processed("R1"), processed("R2")]).await?;
    ensure!(record(ledger, &edited("E1", "R1")).await?);
    ensure!(record(ledger, &edited("E1", "R2")).await?);
    ledger.erase_photo(&photo("R1")).await?;
    let left = ledger.comparisons(&photo("E1")).await?;
    ensure!(left.len() == 1 && left[0].photo_id == photo("R2"));
    ensure!(
        ledger
            .comparison(&photo("E1"), &photo("R1"))
            .await?
            .is_none()
    );
    ensure!(
        !record(ledger, &edited("E1", "R1")).await?,
        "it came too late"
    );

    // One is just being recorded when its photo is erased: whoever is first, nothing is left.
    let other = place.another()?;
    for round in 0..8 {
        let (e, r) = (format!("E-{round}"), format!("R-{round}"));
        put(ledger, &[evidence(&e), processed(&r)]).await?;
        let (row, gone) = (edited(&e, &r), photo(&r));
        let (recorded, erased) = tokio::join!(record(ledger, &row), other.erase_photo(&gone));
        recorded?;
        ensure!(erased?.is_some());
        ensure!(
            ledger.comparison(&photo(&e), &gone).await?.is_none(),
            "round {round}"
        );
    }
    other.close().await;
    Ok(())
}

async fn what_is_not_processed_is_not_compared(place: Place) -> Result<()> {
    let ledger = &place.ledger;
    let mut rejected = processed("R1");
    "rejected".clone_into(&mut rejected.outcome);
    put(ledger, &[evidence("E1"), rejected]).await?;
    ensure!(!record(ledger, &edited("E1", "R1")).await?);
    ensure!(!record(ledger, &edited("E1", "nobody")).await?);
    ensure!(ledger.comparisons(&photo("E1")).await?.is_empty());
    Ok(())
}
