//! What must hold once everything is healed and drained, by consuming, never by counters.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jaga_contract::{PhotoProcessed, Role};
use jaga_tests::eventually;
use jaga_vault::content_digest;

use crate::plant::Plant;
use crate::town::Town;

/// Checks I1 to I5 of the design's list; `exactly` also demands that no event came twice.
pub async fn hold(plant: &Plant, town: &Town, exactly: bool) {
    one_outcome_each(plant, town).await;
    rows_have_objects(plant).await;
    nothing_leaks(plant, town).await;
    originals_are_settled(plant, town).await;
    levels_are_in_order(plant).await;
    mailbox(plant, town, exactly).await;
    assert_eq!(
        plant.ledger.parked(true).await.unwrap(),
        [],
        "innocents were parked"
    );
}

/// I1, I2: every photo processed, once, with one attempt's worth of rows.
async fn one_outcome_each(plant: &Plant, town: &Town) {
    let rows = plant.ledger.photos().await.unwrap();
    let got: BTreeSet<_> = rows
        .iter()
        .map(|r| (r.photo_id.clone(), r.outcome.clone()))
        .collect();
    let want: BTreeSet<_> = town
        .photos
        .iter()
        .map(|p| (p.upload.photo_id.clone(), "processed".to_owned()))
        .collect();
    // Only what differs, and why: three hundred equal lines tell nobody anything.
    let odd: Vec<_> = rows
        .iter()
        .filter(|r| r.outcome != "processed")
        .map(|r| (&r.photo_id, &r.outcome, &r.reason))
        .collect();
    let missing: Vec<_> = want.difference(&got).map(|(id, _)| id).collect();
    assert!(
        odd.is_empty() && got == want,
        "{odd:?}, missing {missing:?}"
    );
    let verdicts = plant.ledger.verdicts().await.unwrap();
    assert_eq!(verdicts.len(), town.closures());
}

/// I3: every row's object exists and hashes to its key.
async fn rows_have_objects(plant: &Plant) {
    let listed = plant.vault.list(&plant.s3.buckets.clean, "").await.unwrap();
    let listed: BTreeSet<String> = listed.into_iter().collect();
    for row in plant.ledger.photos().await.unwrap() {
        let full = plant.ledger.photo(&row.photo_id).await.unwrap().unwrap();
        let clean = full.clean_key.clone().unwrap();
        let digest = content_digest(&clean).unwrap().to_hex().to_string();
        assert_eq!(Some(digest), full.clean_digest);
        assert!(!full.renditions.is_empty());
        for key in full.renditions.iter().map(|r| r.key.clone()).chain([clean]) {
            assert!(listed.contains(&key), "no object for {key}");
            plant
                .vault
                .get_content(&plant.s3.buckets.clean, &key, 1 << 25)
                .await
                .unwrap();
        }
    }
}

/// I4: no secret of any photo in any published object.
async fn nothing_leaks(plant: &Plant, town: &Town) {
    let bucket = &plant.s3.buckets.clean;
    let marker = jaga_scene::MARKER.as_bytes();
    let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|w| w == what);
    // The check can fail: the originals do carry it.
    assert!(
        town.photos
            .iter()
            .all(|p| has(&p.jpeg, marker) && !p.secrets.is_empty())
    );
    for key in plant.vault.list(bucket, "").await.unwrap() {
        let bytes = plant.vault.get(bucket, &key, 1 << 25).await.unwrap();
        assert!(!has(&bytes, marker), "{key} carries a secret");
        assert!(!has(&bytes, b"Exif") || bytes.len() < 1 << 25);
    }
}

/// Report originals are gone, evidence originals are sealed, byte for byte.
async fn originals_are_settled(plant: &Plant, town: &Town) {
    let b = &plant.s3.buckets;
    // The delete follows the commit and comes before the ack: it may still be on its way.
    eventually(Duration::from_mins(1), || async {
        let left = plant.vault.list(&b.quarantine, "").await?;
        anyhow::ensure!(left.is_empty(), "{} originals in quarantine", left.len());
        Ok(())
    })
    .await
    .unwrap();
    for photo in town
        .photos
        .iter()
        .filter(|p| p.upload.role == Role::Evidence)
    {
        let key = jaga_vault::content_key(&blake3::hash(&photo.jpeg), "bin");
        let sealed = plant
            .vault
            .get_content(&b.sealed, &key, 1 << 25)
            .await
            .unwrap();
        assert_eq!(sealed, photo.jpeg);
    }
    let reports = town
        .photos
        .iter()
        .filter(|p| p.upload.role == Role::Report)
        .count();
    let sealed = plant.vault.list(&b.sealed, "").await.unwrap().len();
    assert_eq!(sealed, town.photos.len() - reports);
}

/// I5: levels are 1..n without gap or repeat, and none before its deadline.
async fn levels_are_in_order(plant: &Plant) {
    let mut levels: BTreeMap<_, Vec<u32>> = BTreeMap::new();
    for a in plant.ledger.actions().await.unwrap() {
        if a.kind == "escalate" {
            assert!(a.at >= a.due_at, "{} was escalated early", a.ticket_id);
            levels
                .entry((a.ticket_id, a.target))
                .or_default()
                .push(a.level);
        }
    }
    for (of, levels) in levels {
        let want: Vec<u32> = (1..=levels.len() as u32).collect();
        assert_eq!(levels, want, "{of:?}");
    }
}

/// The CRM's mailbox: each photo's result event, under one id, and nothing private in any.
async fn mailbox(plant: &Plant, town: &Town, exactly: bool) {
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    let mut photos: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut queue = plant.bus.subscribe("crm", 200).await.unwrap();
    while let Ok(Some(delivery)) = tokio::time::timeout(Duration::from_secs(2), queue.next()).await
    {
        let delivery = delivery.unwrap();
        let text = String::from_utf8(delivery.body.to_vec()).unwrap();
        assert!(
            !text.contains(jaga_scene::MARKER) && !text.contains("upload/"),
            "{text}"
        );
        assert!(
            !text.contains("\"lat\"") && !text.contains("-6.17"),
            "{text}"
        );
        let event: serde_json::Value = serde_json::from_str(&text).unwrap();
        let id = event["id"].as_str().unwrap().to_owned();
        *ids.entry(id.clone()).or_default() += 1;
        if event["type"] == "jaga.photo.processed.v1" {
            let data: PhotoProcessed = serde_json::from_value(event["data"].clone()).unwrap();
            let private = data.ticket_id.as_str()[2..].parse::<usize>().unwrap() % 2 == 1;
            let hidden = private && data.role == Role::Report;
            assert_eq!(data.published.is_none(), hidden, "{text}");
            photos
                .entry(data.photo_id.to_string())
                .or_default()
                .insert(id);
        }
        delivery.receipt.ack().await.unwrap();
    }
    queue.close().await;
    assert_eq!(
        photos.len(),
        town.photos.len(),
        "a photo without a result event"
    );
    assert!(
        photos.values().all(|ids| ids.len() == 1),
        "two result events for one photo"
    );
    if exactly {
        let twice: Vec<_> = ids.iter().filter(|(_, n)| **n > 1).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}
