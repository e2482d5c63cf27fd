//! What the CRM says of when a photo was taken, beside what its file says.

use jaga_contract::{Role, Told};
use jaga_tests::{seed, site};
use jiff::{SignedDuration, tz::Offset};

use crate::plant::Plant;
use crate::town::Town;
use crate::turn;

const SEEN: &str = "date_contradiction";

/// Of three closures' photos: printed and stated as taken; printed three days before; stated a day later, of a
/// reporter's photo, which nobody reads.
#[tokio::test(flavor = "multi_thread")]
async fn a_printed_day_that_is_not_the_photos_own_is_told_and_one_that_agrees_is_not() {
    let _turn = turn().await;
    let site = site().await.unwrap();
    let plant = Plant::new(&site.amqp.url, &site.database.url, &site.s3).await;
    let mut town = Town::new(seed(), 3, &site.s3.buckets.quarantine);
    let day = SignedDuration::from_hours(24);
    for (n, photo) in town.photos.iter_mut().enumerate() {
        let upload = &mut photo.upload;
        let on = |at| Some(Offset::constant(7).to_datetime(at).date());
        upload.told = match (n / 3, upload.role) {
            (0, Role::Evidence) => Told {
                stated_at: Some(upload.uploaded_at),
                printed_on: on(upload.uploaded_at),
                printed_at: None,
            },
            (1, Role::Evidence) => Told {
                printed_on: on(upload.uploaded_at - day * 3),
                ..Told::default()
            },
            (2, Role::Report) => Told {
                stated_at: Some(upload.uploaded_at + day),
                ..Told::default()
            },
            _ => Told::default(),
        };
    }
    let _workers = plant.work_through(&town).await;
    let verdicts = plant.told(SEEN, &[false, true, false]).await;
    assert!(verdicts[0].facts.contains("stated") && verdicts[0].facts.contains("printed"));
    assert!(!verdicts[2].facts.contains("stated"), "a reporter's photo");
}
