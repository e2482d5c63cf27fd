//! Where an officer was when a ticket came, by the photo before: asked by the real workers, whatever the order
//! in which they hear of it.

use jaga_contract::{OfficerId, Point, Step, UnitId};
use jaga_scene::Gps;
use jaga_tests::{seed, site};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::plant::Plant;
use crate::town::{self, Town};
use crate::turn;

const TOLD: &str = "too_fast_for_distance";
/// Twenty kilometres north.
const FAR: f64 = town::LAT + 0.18;

/// When a ticket was given to the unit and closed, and its proof: when taken, and at which latitude.
struct Case {
    lat: f64,
    assigned: SignedDuration,
    closed: SignedDuration,
    proof: (SignedDuration, Option<f64>),
}

fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

/// One officer closes them all. Of two pairs each, the second ticket comes a minute after the photo of the
/// first and is closed six minutes later: once twenty kilometres off, once around the corner. The last comes
/// when nobody knows where the officer is.
fn cases() -> [Case; 5] {
    let of = |lat, assigned, closed, proof| Case {
        lat,
        assigned: minutes(assigned),
        closed: minutes(closed),
        proof,
    };
    let day = 24 * 60;
    [
        of(FAR, 120, 205, (minutes(200), Some(FAR + 0.0001))),
        of(town::LAT, 201, 207, (minutes(206), None)),
        of(
            town::LAT,
            day,
            day + 205,
            (minutes(day + 200), Some(town::LAT + 0.002)),
        ),
        of(town::LAT, day + 201, day + 207, (minutes(day + 206), None)),
        of(
            town::LAT,
            2 * day,
            2 * day + 7,
            (minutes(2 * day + 6), None),
        ),
    ]
}

fn town(bucket: &str) -> Town {
    let cases = cases();
    let mut town = Town::new(seed(), cases.len(), bucket);
    let unit = UnitId::new("sudin-a").unwrap();
    let start: Timestamp = town.steps[0].occurred_at;
    for (n, case) in cases.iter().enumerate() {
        let [submitted, assigned, closed] = &mut town.steps[n * 3..n * 3 + 3] else {
            unreachable!("three steps a ticket")
        };
        if let Step::Submitted(report) = &mut submitted.step {
            let lon = town::LON;
            report.point = Some(Point { lat: case.lat, lon });
        }
        assigned.step = Step::Dispositioned { to: unit.clone() };
        assigned.occurred_at = start + case.assigned;
        closed.occurred_at = start + case.closed;
        closed.unit = Some(unit.clone());
        if let Step::ClosureProposed { officer, .. } = &mut closed.step {
            *officer = Some(OfficerId::new("petugas-9").unwrap());
        }
        let photo = &mut town.photos[n * 3 + 2];
        let (ticket, role) = (photo.upload.ticket_id.clone(), photo.upload.role);
        let (taken, lat) = (start + case.proof.0, case.proof.1);
        let gps = lat.map(|lat| Gps::at(lat, town::LON));
        *photo = town::photo_of(
            (&ticket, 2, role),
            (taken, gps),
            seed() ^ (n as u64 + 99),
            bucket,
        );
    }
    town
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_sooner_than_the_way_from_the_officers_photo_is_told_and_one_around_the_corner_is_not()
 {
    let _turn = turn().await;
    let site = site().await.unwrap();
    let plant = Plant::new(&site.amqp.url, &site.database.url, &site.s3).await;
    let town = town(&site.s3.buckets.quarantine);
    let _workers = plant.work_through(&town).await;
    let expected = [false, true, false, false, false];
    let verdicts = plant.told(TOLD, &expected).await;
    let facts: Value = serde_json::from_str(&verdicts[1].facts).unwrap();
    let metres = facts["travel_m"].as_f64().unwrap_or_default();
    assert!((19_000.0..21_000.0).contains(&metres), "{facts}");
    assert_eq!(facts["travel_s"], 60);
    assert_eq!(facts["travel_from"], "JK000000-2");
    let signals: Value = serde_json::from_str(&verdicts[1].signals).unwrap();
    let mut all = signals.as_array().unwrap().iter();
    let signal = all.find(|s| s["name"] == TOLD).unwrap();
    assert_eq!(signal["photos"], serde_json::json!(["JK000000-2"]));
    assert_eq!(signal["strength"], "soft");
    // A day later nobody knows where the officer was: unknown is no reason.
    let facts: Value = serde_json::from_str(&verdicts[4].facts).unwrap();
    assert!(facts["travel_m"].is_null(), "{facts}");
}
