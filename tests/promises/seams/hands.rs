//! What else one hand closed, and reports of one kind around a point.

use anyhow::{Result, ensure};
use jaga_contract::{ClosureDue, EventId, OfficerId, PhotoId, Role, UnitId};
use jaga_ledger::{Hand, Proposed, Traces};
use jiff::Timestamp;

use crate::ledger::{Place, at, on_both, processed, put_ticket, ticket, ticket_row};

on_both!(
    a_hands_closures_and_evidence_are_found_and_nobody_elses,
    reports_of_a_kind_are_found_near_a_point_and_private_ones_are_not_told_of,
    an_erased_photo_leaves_no_traces,
);

/// A closure of `ticket` by a unit, and by an officer where one is named.
async fn close(
    place: &Place,
    name: &str,
    when: Timestamp,
    (unit, officer): (&str, Option<&str>),
    evidence: &[PhotoId],
) -> Result<()> {
    let officer = officer.map(OfficerId::new).transpose()?;
    let mut tx = place.ledger.begin().await?;
    tx.note_closure(&Proposed {
        closure_id: &EventId::new(format!("close-{name}"))?,
        ticket_id: &ticket(name),
        proposed_at: when,
        unit: Some(&UnitId::new(unit)?),
        officer: officer.as_ref(),
        note: Some("one note".to_owned()),
        evidence,
    })
    .await?;
    Ok(tx.commit().await?)
}

async fn a_hands_closures_and_evidence_are_found_and_nobody_elses(place: Place) -> Result<()> {
    let mut photo = processed("P1");
    photo.role = Role::Evidence;
    photo.captured = Some((at(5), true));
    photo.traces = Some(Traces {
        accuracy_m: Some(4.125),
        traits: vec!["stripped".to_owned()],
        ..Traces::default()
    });
    let mut tx = place.ledger.begin().await?;
    tx.record_photo(&photo).await?;
    tx.commit().await?;

    let evidence = [photo.photo_id.clone()];
    close(&place, "T1", at(10), ("kel-a", Some("o-1")), &evidence).await?;
    close(&place, "T1", at(10), ("kel-a", Some("o-1")), &evidence).await?;
    close(&place, "T2", at(20), ("kel-a", None), &[]).await?;
    close(&place, "T3", at(30), ("kel-b", Some("o-2")), &[]).await?;
    close(&place, "T4", at(900), ("kel-a", Some("o-1")), &[]).await?;

    let (unit, officer) = (UnitId::new("kel-a")?, OfficerId::new("o-1")?);
    let span = (at(0), at(100));
    let by = async |hand| place.ledger.closures_by(hand, span.0, span.1).await;
    let of_unit = by(Hand::Unit(&unit)).await?;
    let names: Vec<_> = of_unit.iter().map(|b| b.ticket_id.as_str()).collect();
    ensure!(names == ["T2", "T1"], "newest first: {names:?}");
    ensure!(of_unit[1].captured == Some((at(5), at(5))) && of_unit[0].captured.is_none());
    let of_officer = by(Hand::Officer(&officer)).await?;
    ensure!(of_officer.len() == 1 && of_officer[0].ticket_id == ticket("T1"));

    let saying = place
        .ledger
        .closures_saying("one note", &unit, span.0, span.1)
        .await?;
    ensure!(saying == of_unit);
    ensure!(
        place
            .ledger
            .closures_saying("another", &unit, span.0, span.1)
            .await?
            .is_empty()
    );

    let found = place
        .ledger
        .evidence_by(Hand::Officer(&officer), span.0, span.1)
        .await?;
    ensure!(found.len() == 1 && found[0].photo_id == photo.photo_id);
    ensure!(found[0].traces == photo.traces, "{:?}", found[0].traces);
    Ok(())
}

async fn reports_of_a_kind_are_found_near_a_point_and_private_ones_are_not_told_of(
    place: Place,
) -> Result<()> {
    let (lat, lon) = (-6.2, 106.8);
    for (name, category, north, withheld) in [
        ("T1", "Jalan Rusak", 0.0, false),
        ("T2", "Jalan Rusak", 0.0009, false),
        ("T3", "Jalan Rusak", 0.0009, true),
        ("T4", "Parkir Liar", 0.0, false),
        ("T5", "Jalan Rusak", 0.02, false),
    ] {
        let mut row = ticket_row(name, withheld, None);
        row.category = Some(category.to_owned());
        row.point = Some((lat + north, lon));
        row.submitted_at = Some(at(50));
        put_ticket(&place.ledger, &row).await?;
    }
    let near = |span| place.ledger.reports_near("Jalan Rusak", (lat, lon), span);
    let found = near((at(0), at(100))).await?;
    let names: Vec<_> = found.iter().map(|r| r.ticket_id.as_str()).collect();
    ensure!(names == ["T1", "T2"], "{names:?}");
    ensure!(near((at(51), at(100))).await?.is_empty());

    close(&place, "T2", at(60), ("kel-a", None), &[]).await?;
    let closed = |span| place.ledger.closed_near("Jalan Rusak", (lat, lon), span);
    ensure!(closed((at(0), at(100))).await? == [ticket("T2")]);
    ensure!(closed((at(61), at(100))).await?.is_empty());
    Ok(())
}

async fn an_erased_photo_leaves_no_traces(place: Place) -> Result<()> {
    let mut photo = processed("P1");
    photo.role = Role::Evidence;
    photo.traces = Some(Traces {
        camera: Some(true),
        ..Traces::default()
    });
    let told = || async {
        let mut tx = place.ledger.begin().await?;
        let ticket_id = photo.ticket_id.clone();
        tx.emit("photo:P1", "/jaga/photo", at(1), ClosureDue { ticket_id })
            .await?;
        tx.commit().await?;
        anyhow::Ok(place.ledger.unsent().await?.0)
    };
    let mut tx = place.ledger.begin().await?;
    tx.record_photo(&photo).await?;
    tx.commit().await?;
    ensure!(told().await? == 1);
    place.ledger.mark_sent(&["photo:P1".to_owned()]).await?;
    ensure!(told().await? == 0, "it is on record, and not told twice");
    place.ledger.erase_photo(&photo.photo_id).await?;
    let row = place.ledger.photo(&photo.photo_id).await?;
    ensure!(row.is_some_and(|row| row.traces.is_none()));
    ensure!(told().await? == 1, "nor is what was told of it on record");
    place.ledger.erase_photo(&photo.photo_id).await?;
    let waiting = place.ledger.unsent().await?.0;
    ensure!(waiting == 1, "what the CRM was not told yet it is told");
    Ok(())
}
