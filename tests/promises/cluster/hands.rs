//! What one officer's other closures say, counted by the real workers whatever the order in which they
//! hear of them.

use std::time::Duration;

use jaga_contract::{OfficerId, Role, Step, UnitId};
use jaga_ledger::VerdictRow;
use jaga_scene::Gps;
use jaga_tests::{eventually, seed, site};
use jiff::SignedDuration;
use serde_json::Value;

use crate::plant::Plant;
use crate::town::{self, Town};
use crate::turn;

/// Photos in a row from which the built-in rules speak of it.
const ROW: usize = 8;

/// A town in which one officer closes every ticket, each photo with the same claimed accuracy but the
/// last, half a day after each other and the photos always 3 m off the pin.
fn one_officer(bucket: &str) -> Town {
    let mut town = Town::new(seed(), ROW + 2, bucket);
    let (unit, officer) = (UnitId::new("kel-gambir"), OfficerId::new("petugas-7"));
    let (unit, officer) = (unit.unwrap(), officer.unwrap());
    for n in 0..ROW + 2 {
        let later = SignedDuration::from_hours(12 * n as i64);
        let accuracy = if n == ROW + 1 { 6.25 } else { 4.0 };
        for step in town.steps.iter_mut().skip(n * 3 + 2).take(1) {
            step.unit = Some(unit.clone());
            step.occurred_at += later;
            if let Step::ClosureProposed { officer: by, .. } = &mut step.step {
                *by = Some(officer.clone());
            }
        }
        let photo = &mut town.photos[n * 3 + 2];
        assert_eq!(photo.upload.role, Role::Evidence);
        let upload = photo.upload.clone();
        let gps = Gps {
            accuracy_m: Some(accuracy),
            ..Gps::at(town::LAT + 0.00003, town::LON)
        };
        let taken = upload.uploaded_at - SignedDuration::from_mins(1) + later;
        let (ticket, seed) = (&upload.ticket_id, seed() ^ (n as u64 + 77));
        *photo = town::photo_of((ticket, 2, upload.role), (taken, Some(gps)), seed, bucket);
    }
    town
}

#[tokio::test(flavor = "multi_thread")]
async fn one_accuracy_in_a_row_is_told_whatever_the_order_in_which_the_photos_came() {
    let _turn = turn().await;
    let site = site().await.unwrap();
    let plant = Plant::new(&site.amqp.url, &site.database.url, &site.s3).await;
    let town = one_officer(&site.s3.buckets.quarantine);
    let _workers = plant.work_through(&town).await;

    let within = Duration::from_mins(1);
    let counted = eventually(within, || async {
        let verdicts = plant.ledger.verdicts().await?;
        let mut rows = Vec::new();
        for verdict in &verdicts {
            let facts: Value = serde_json::from_str(&verdict.facts)?;
            let row = facts["evidence"][0]["same_accuracy"].as_u64();
            let told = verdict.signals.contains("constant_accuracy");
            // Below the rule's limit a verdict does not change with the count, and keeps its facts.
            rows.push(told.then_some(row.unwrap_or(0) as usize));
        }
        let mut expected = vec![None; ROW - 1];
        expected.extend([Some(ROW), Some(ROW + 1), None]);
        anyhow::ensure!(rows == expected, "{rows:?}");
        Ok(())
    });
    counted.await.unwrap();

    // Who counted the whole row knew the photo before it too, and the way from there is no reason: half a
    // day lies between. (The last one's verdict never changes, so it keeps the facts it was first judged by.)
    let verdicts = plant.ledger.verdicts().await.unwrap();
    let facts: Value = serde_json::from_str(&verdicts[ROW].facts).unwrap();
    let previous = &facts["evidence"][0]["previous"];
    assert_eq!(previous["by_capture"], true, "{facts}");
    let told = |v: &VerdictRow| v.signals.contains("impossible_travel");
    assert!(!verdicts.iter().any(told));
}
