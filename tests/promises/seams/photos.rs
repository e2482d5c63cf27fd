//! Photos: one row each, whatever becomes of them, and which of them show the same picture.

use anyhow::{Context as _, Result, ensure};
use jaga_contract::Role;
use jaga_ledger::{
    Ledger, LedgerError, Likeness, PhotoRow, Print, PrintKind, RenditionRow, SameBy, Tier, Traces,
    Transform,
};

use crate::ledger::{Place, at, on_both, photo, processed, put_ticket, ticket, ticket_row};

on_both!(
    a_photo_reads_back_as_it_was_recorded,
    the_same_photo_again_is_no_second_row,
    a_reused_id_never_mixes_two_photos,
    a_parked_photo_gets_its_real_outcome_and_a_final_one_stays,
    the_same_picture_is_found_by_bytes_and_by_pixels_and_read_both_ways,
    a_match_says_whether_its_ticket_is_withheld,
    a_layer_is_credited_once_and_for_good,
    only_tickets_known_to_be_public_are_open,
);

async fn record(ledger: &Ledger, row: &PhotoRow) -> Result<bool, LedgerError> {
    let mut tx = ledger.begin().await?;
    let new = tx.record_photo(row).await?;
    tx.commit().await?;
    Ok(new)
}

async fn a_photo_reads_back_as_it_was_recorded(place: Place) -> Result<()> {
    let mut full = processed("P1");
    full.role = Role::Evidence;
    full.format = Some("jpeg".to_owned());
    full.method = Some("lossless".to_owned());
    (full.width, full.height) = (Some(4000), Some(3000));
    full.upload_digest = Some("aa".to_owned());
    full.pixel_digest = Some("bb".to_owned());
    full.clean_digest = Some("cc".to_owned());
    full.clean_key = Some("cc.jpg".to_owned());
    full.captured = Some((at(-60), true));
    full.place_verdict = Some("inside".to_owned());
    full.place_kelurahan = Some("31.73.01.1005".to_owned());
    full.distance_m = Some(12.5);
    full.place_layer = Some("made@0123456789abcdef".to_owned());
    full.placed = Some(r#"{"verdict":"inside"}"#.to_owned());
    full.position = Some((-6.144_912, 106.763_287));
    full.marks = vec!["edited".to_owned()];
    full.traces = Some(Traces {
        accuracy_m: Some(4.7),
        times: vec![("gps".to_owned(), at(-61))],
        actions: vec!["opened".to_owned()],
        ..Traces::default()
    });
    r#"[{"carrier":"exif","bytes":9}]"#.clone_into(&mut full.removed);
    full.fingerprint = Some(([7; 32], 88));
    full.parts = vec![Print {
        kind: PrintKind::Banded,
        pdq: [9; 32],
        quality: 77,
    }];
    full.renditions = vec![
        RenditionRow {
            width: 1600,
            height: 1200,
            key: "dd.jpg".to_owned(),
        },
        RenditionRow {
            width: 320,
            height: 240,
            key: "ee.jpg".to_owned(),
        },
    ];
    ensure!(record(&place.ledger, &full).await?);
    ensure!(place.ledger.photo(&photo("P1")).await? == Some(full.clone()));

    let mut other = processed("P2");
    other.captured = Some((at(-60), false));
    ensure!(record(&place.ledger, &other).await?);
    ensure!(place.ledger.photo(&photo("P2")).await? == Some(other));
    ensure!(place.ledger.photo(&photo("P3")).await?.is_none());
    ensure!(place.ledger.photos_of(&ticket("T1")).await?.len() == 2);
    ensure!(place.ledger.photos().await?.len() == 2);
    Ok(())
}

async fn the_same_photo_again_is_no_second_row(place: Place) -> Result<()> {
    let mut row = processed("P1");
    row.upload_digest = Some("aa".to_owned());
    ensure!(record(&place.ledger, &row).await?);
    for _ in 0..3 {
        ensure!(!record(&place.ledger, &row).await?, "a repeat");
    }
    // Too large to be read twice over is the same; too large where it was read before is another.
    let unread = processed("P3");
    ensure!(record(&place.ledger, &unread).await?);
    ensure!(!record(&place.ledger, &unread).await?, "a repeat");
    row.upload_digest = None;
    let other_upload = record(&place.ledger, &row).await;
    ensure!(matches!(other_upload, Err(LedgerError::PhotoConflict(_))));

    let other = place.another()?;
    let race = processed("P2");
    let (one, two) = tokio::join!(record(&place.ledger, &race), record(&other, &race));
    ensure!(one? != two?, "of two at once one is the first");
    ensure!(place.ledger.photos().await?.len() == 3);
    Ok(())
}

async fn a_reused_id_never_mixes_two_photos(place: Place) -> Result<()> {
    let mut row = processed("P1");
    row.upload_digest = Some("aa".to_owned());
    record(&place.ledger, &row).await?;
    let mut strangers = vec![row.clone(), row.clone(), row.clone()];
    strangers[0].ticket_id = ticket("T2");
    strangers[1].role = Role::Evidence;
    strangers[2].upload_digest = Some("ff".to_owned());
    for stranger in strangers {
        let recorded = record(&place.ledger, &stranger).await;
        let conflict = matches!(&recorded, Err(LedgerError::PhotoConflict(id)) if id == "P1");
        ensure!(conflict, "{recorded:?}");
    }
    ensure!(place.ledger.photo(&photo("P1")).await? == Some(row));

    // A better file under the id of a rejected one is another upload, and is not swallowed.
    let mut rejected = processed("P3");
    "rejected".clone_into(&mut rejected.outcome);
    rejected.upload_digest = Some("aa".to_owned());
    record(&place.ledger, &rejected).await?;
    ensure!(!record(&place.ledger, &rejected).await?, "a repeat is none");
    let mut better = processed("P3");
    better.upload_digest = Some("bb".to_owned());
    ensure!(matches!(
        record(&place.ledger, &better).await,
        Err(LedgerError::PhotoConflict(_))
    ));

    // A parked row is replaced by its own photo's outcome alone.
    let mut parked = processed("P2");
    "parked".clone_into(&mut parked.outcome);
    record(&place.ledger, &parked).await?;
    let mut stranger = processed("P2");
    stranger.ticket_id = ticket("T2");
    ensure!(matches!(
        record(&place.ledger, &stranger).await,
        Err(LedgerError::PhotoConflict(_))
    ));
    Ok(())
}

async fn a_parked_photo_gets_its_real_outcome_and_a_final_one_stays(place: Place) -> Result<()> {
    let mut parked = processed("P1");
    "parked".clone_into(&mut parked.outcome);
    parked.reason = Some("child_killed".to_owned());
    ensure!(record(&place.ledger, &parked).await?);

    let mut done = processed("P1");
    done.upload_digest = Some("aa".to_owned());
    done.fingerprint = Some(([1; 32], 90));
    ensure!(
        record(&place.ledger, &done).await?,
        "replayed, it gets its outcome"
    );
    ensure!(place.ledger.photo(&photo("P1")).await? == Some(done.clone()));

    for outcome in ["parked", "rejected"] {
        let mut late = done.clone();
        late.outcome = outcome.to_owned();
        late.reason = Some("late".to_owned());
        ensure!(
            !record(&place.ledger, &late).await?,
            "processed stays processed"
        );
    }
    ensure!(place.ledger.photo(&photo("P1")).await? == Some(done));
    Ok(())
}

async fn the_same_picture_is_found_by_bytes_and_by_pixels_and_read_both_ways(
    place: Place,
) -> Result<()> {
    let photos = [
        ("bytes", "aa", "bb", "processed"),
        ("pixels", "a1", "bb", "processed"),
        ("other", "a2", "b2", "processed"),
        ("rejected", "aa", "bb", "rejected"),
    ];
    for (id, upload, pixels, outcome) in photos {
        let mut row = processed(id);
        row.upload_digest = Some(upload.to_owned());
        row.pixel_digest = Some(pixels.to_owned());
        outcome.clone_into(&mut row.outcome);
        record(&place.ledger, &row).await?;
    }
    record(&place.ledger, &processed("nothing-known")).await?;

    let mut asked = processed("asked");
    asked.upload_digest = Some("aa".to_owned());
    asked.pixel_digest = Some("bb".to_owned());
    record(&place.ledger, &asked).await?;
    let mut tx = place.ledger.begin().await?;
    let found = tx.same_exactly(&asked, 10).await?;
    let want = [
        (photo("bytes"), SameBy::Bytes),
        (photo("pixels"), SameBy::Pixels),
    ];
    ensure!(found == want, "{found:?}");
    // Two photos of which nothing is known are not the same for that.
    let unknown = processed("unknown");
    ensure!(tx.same_exactly(&unknown, 10).await?.is_empty());
    let alike = |by, distance| Likeness {
        by,
        tier: Tier::Duplicate,
        distance,
        transform: Transform::None,
        quality: 80,
    };
    let pairs = [
        (photo("pixels"), alike(SameBy::Near, 4)),
        (photo("bytes"), alike(SameBy::Bytes, 0)),
        (photo("rejected"), alike(SameBy::Bytes, 0)),
    ];
    tx.record_similar(&photo("asked"), &pairs).await?;
    // The same pair from the other side is no second pair.
    let again = [(photo("asked"), alike(SameBy::Near, 9))];
    tx.record_similar(&photo("pixels"), &again).await?;
    tx.commit().await?;
    let found = place.ledger.similar(&photo("asked")).await?;
    let found: Vec<_> = found
        .iter()
        .map(|it| (it.photo_id.clone(), it.likeness))
        .collect();
    ensure!(found == [pairs[1].clone(), pairs[0].clone()], "{found:?}");
    let back = place.ledger.similar(&photo("bytes")).await?;
    ensure!(back.len() == 1 && back[0].photo_id == photo("asked"));
    Ok(())
}

async fn a_layer_is_credited_once_and_for_good(place: Place) -> Result<()> {
    for attribution in ["Kantor Contoh", "somebody else"] {
        let mut tx = place.ledger.begin().await?;
        tx.note_layer("made@1", "CC BY 3.0 IGO", attribution)
            .await?;
        tx.commit().await?;
    }
    let layers = place.ledger.layers().await?;
    ensure!(layers.len() == 1 && layers[0].attribution == "Kantor Contoh");
    Ok(())
}

async fn only_tickets_known_to_be_public_are_open(place: Place) -> Result<()> {
    put_ticket(&place.ledger, &ticket_row("open", false, None)).await?;
    put_ticket(&place.ledger, &ticket_row("secret", true, None)).await?;
    let mut tx = place.ledger.begin().await?;
    tx.lock_ticket(&ticket("heard-of")).await?;
    tx.commit().await?;
    let open = place.ledger.open_tickets().await?;
    ensure!(open.into_iter().collect::<Vec<_>>() == [ticket("open")]);
    Ok(())
}

async fn a_match_says_whether_its_ticket_is_withheld(place: Place) -> Result<()> {
    for (id, of) in [("P1", "open"), ("P2", "secret"), ("P3", "unheard-of")] {
        let mut row = processed(id);
        row.ticket_id = ticket(of);
        row.pixel_digest = Some("bb".to_owned());
        record(&place.ledger, &row).await?;
    }
    put_ticket(&place.ledger, &ticket_row("open", false, None)).await?;
    put_ticket(&place.ledger, &ticket_row("secret", true, None)).await?;
    let exact = Likeness {
        by: SameBy::Pixels,
        tier: Tier::Duplicate,
        distance: 0,
        transform: Transform::None,
        quality: 0,
    };
    let mut tx = place.ledger.begin().await?;
    let pairs = ["P1", "P2", "P3"].map(|id| (photo(id), exact));
    tx.record_similar(&photo("asked"), &pairs).await?;
    tx.commit().await?;
    let found = place.ledger.similar(&photo("asked")).await?;
    for (id, withheld) in [("P1", false), ("P2", true), ("P3", true)] {
        let one = found
            .iter()
            .find(|s| s.photo_id == photo(id))
            .context("found")?;
        ensure!(one.withheld == withheld, "{id}");
    }
    Ok(())
}
