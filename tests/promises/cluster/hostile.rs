//! Messages and photos that are broken or mean harm, between good ones.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::read::ZlibEncoder;
use jaga_broker::{Exchange, Outgoing};
use jaga_contract::{EventId, PhotoId, PhotoUploaded};
use jaga_tests::{eventually, seed, site};

use crate::plant::Plant;
use crate::town::{Town, outgoing};
use crate::turn;

fn raw(name: &str, queue: &str, body: &[u8]) -> Outgoing {
    Outgoing {
        message_id: name.into(),
        exchange: Exchange::Queue(queue.into()),
        routing_key: queue.into(),
        body: Bytes::copy_from_slice(body),
    }
}

/// An upload event about `town`'s first photo, changed.
fn upload(town: &Town, id: &str, change: impl FnOnce(&mut PhotoUploaded)) -> Outgoing {
    let mut upload = town.photos[0].upload.clone();
    upload.photo_id = PhotoId::new(id).unwrap();
    change(&mut upload);
    outgoing(
        EventId::new(format!("up-{id}")).unwrap(),
        upload.uploaded_at,
        &upload,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_messages_are_parked_with_a_reason_while_the_good_ones_finish() {
    let _turn = turn().await;
    let site = site().await.unwrap();
    let plant = Plant::new(&site.amqp.url, &site.database.url, &site.s3).await;
    let bucket = &plant.s3.buckets.quarantine;
    let town = Town::new(seed(), 10, bucket);
    plant.upload(&town).await;
    let _workers = plant.start().await;

    let good = town.messages(1);
    let text = String::from_utf8(good[0].body.to_vec()).unwrap();
    let version = text.replace(".v1\"", ".v7\"");
    let kind = text.replace("crm.", "qlue.");
    let mut bad = vec![
        raw("not-json", "photo", b"\xff\xfe not json"),
        raw("cut", "intake", &text.as_bytes()[..text.len() / 2]),
        raw("version", "photo", version.as_bytes()),
        raw("type", "intake", kind.as_bytes()),
        raw("empty", "closure", b""),
        raw("deep", "photo", "[".repeat(100_000).as_bytes()),
        raw("wrong-queue", "closure", text.as_bytes()),
        upload(&town, "other-bucket", |u| {
            u.object.bucket = "secrets".into();
        }),
        upload(&town, "climbing", |u| {
            u.object.key = "../../etc/passwd".into();
        }),
        upload(&town, "missing", |u| {
            u.object.key = "upload/never-stored".into();
        }),
    ];
    bad.extend(good.iter().cloned());
    plant.publish(&bad).await;
    plant.settled_beside(&town, 3, Duration::from_mins(3)).await;

    let parked = plant.ledger.parked(false).await.unwrap();
    let reasons: BTreeMap<&str, usize> = parked.iter().fold(BTreeMap::new(), |mut m, p| {
        *m.entry(p.reason.as_str()).or_default() += 1;
        m
    });
    let want = BTreeMap::from([
        ("not_json", 4),
        ("unknown_version", 1),
        ("unknown_type", 1),
        ("wrong_queue", 1),
        ("bucket_not_allowed", 1),
        ("bad_key", 1),
        ("object_missing", 1),
    ]);
    assert_eq!(reasons, want);
    for row in &parked {
        assert!(
            bad.iter().any(|m| m.body == row.body),
            "the bytes are kept as they came"
        );
        assert!(!row.detail.contains("passwd") && !row.detail.contains("never-stored"));
    }
    let good: Vec<_> = plant.ledger.photos().await.unwrap();
    let done = good.iter().filter(|p| p.outcome == "processed").count();
    assert_eq!(done, town.photos.len(), "innocents were held up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_kills_its_decoder_parks_alone_and_can_be_replayed() {
    let _turn = turn().await;
    let site = site().await.unwrap();
    let plant = Plant::new(&site.amqp.url, &site.database.url, &site.s3).await;
    let bucket = &plant.s3.buckets.quarantine;
    let town = Town::new(seed(), 8, bucket);
    plant.upload(&town).await;
    // A sound picture that may take more memory than this child has.
    let poison = interlaced_png(6000, 4000);
    plant
        .vault
        .put(bucket, "upload/poison", poison.into(), "image/png")
        .await
        .unwrap();
    let mut others: Vec<_> = ["intake", "closure", "relay"]
        .map(|w| plant.worker(w, &[]))
        .into();
    let small = [
        ("JAGA_PHOTO_CHILD_MEMORY_MIB", "128"),
        ("JAGA_SERVICE_MAX_ATTEMPTS", "2"),
    ];
    let mut photo = plant.worker("photo", &small);
    let mut messages = town.messages(1);
    let sent = upload(&town, "poison", |u| u.object.key = "upload/poison".into());
    messages.insert(messages.len() / 2, sent);
    plant.publish(&messages).await;
    plant.settled_beside(&town, 1, Duration::from_mins(3)).await;
    let parked = plant.ledger.parked(false).await.unwrap();
    assert_eq!(parked.len(), 1, "{parked:?}");
    assert_eq!(
        (parked[0].reason.as_str(), parked[0].attempts),
        ("decoder_memory", 2)
    );
    assert!(
        photo.try_wait().is_none(),
        "the worker outlives its children"
    );
    assert!(photo.metric("jaga_decoder_kills_total").await.unwrap() >= 2.0);

    // More memory, and again: it was the limit, not the photo.
    photo.sigterm();
    photo.wait(Duration::from_secs(30)).await.unwrap();
    // A build for tests is slow with a picture of this size.
    let patient = [("JAGA_PHOTO_CHILD_CPU_S", "9")];
    let _photo = plant.worker("photo", &patient);
    assert!(plant.ledger.replay(&parked[0].parked_id).await.unwrap());
    let id = PhotoId::new("poison").unwrap();
    eventually(Duration::from_mins(2), || async {
        let row = plant.ledger.photo(&id).await?;
        let outcome = row.map(|r| r.outcome);
        anyhow::ensure!(outcome.as_deref() == Some("processed"), "{outcome:?}");
        Ok(())
    })
    .await
    .unwrap();
    let (row, history) = plant
        .ledger
        .parked_one(&parked[0].parked_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.state, "replayed");
    assert_eq!(
        history.iter().map(|h| h.what.as_str()).collect::<Vec<_>>(),
        ["parked", "replayed"]
    );
    for worker in &mut others {
        assert!(worker.try_wait().is_none());
    }
}

/// A black PNG of any size in a few kilobytes, interlaced: its pixels come seven times over the whole
/// picture, so that nobody can decode it row by row in little memory.
fn interlaced_png(width: u32, height: u32) -> Vec<u8> {
    // First column, column step, first row, row step of each pass (PNG, 8.2).
    let passes = [
        (0, 8, 0, 8),
        (4, 8, 0, 8),
        (0, 4, 4, 8),
        (2, 4, 0, 4),
        (0, 2, 2, 4),
        (1, 2, 0, 2),
        (0, 1, 1, 2),
    ];
    let rows = |(x, dx, y, dy): (u32, u32, u32, u32)| {
        let (wide, high) = ((width - x).div_ceil(dx), (height - y).div_ceil(dy));
        u64::from(high) * (1 + 3 * u64::from(wide))
    };
    let zeros = std::io::repeat(0).take(passes.into_iter().map(rows).sum());
    let mut pixels = Vec::new();
    ZlibEncoder::new(zeros, Compression::fast())
        .read_to_end(&mut pixels)
        .unwrap();
    let chunk = |kind: &[u8], body: &[u8]| {
        let body = [kind, body].concat();
        let length = (body.len() as u32 - 4).to_be_bytes();
        let check = crc32fast::hash(&body).to_be_bytes();
        [&length[..], &body, &check].concat()
    };
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[&sides[..], &[8, 2, 0, 0, 1]].concat()),
        chunk(b"IDAT", &pixels),
        chunk(b"IEND", b""),
    ]
    .concat()
}
