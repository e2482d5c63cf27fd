//! Two workers that take the same picture at the same moment: at least one reports the other. And an
//! erased photo is in nobody's memory.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::time::Duration;

use anyhow::{Result, ensure};
use jaga_contract::{PhotoId, Role, TicketId};
use jaga_imaging::{Change, Fingerprint, Part, Pdq, Question};
use jaga_ledger::{Ledger, LedgerSettings, PhotoRow, Print, PrintKind, Tier, Transform};
use jaga_photo::Matcher;
use jaga_tests::Postgres;
use jiff::Timestamp;

const QUALITY: u8 = 90;

/// A worker as far as it matters here: its own pool, its own memory.
struct Worker {
    ledger: Ledger,
    matcher: Matcher,
}

fn worker(url: &str) -> Worker {
    let settings = LedgerSettings {
        url: url.to_owned(),
        connections: 4,
        deadline: Duration::from_secs(20),
    };
    Worker {
        ledger: Ledger::open(&settings).unwrap(),
        matcher: Matcher::new(31),
    }
}

fn id(name: &str) -> PhotoId {
    PhotoId::new(name).unwrap()
}

/// A picture, by 64 of its bits, and how many of the others are turned.
fn look(picture: u64, turned: u32) -> [u8; 32] {
    let seed = *blake3::hash(&picture.to_le_bytes()).as_bytes();
    let mut pdq = seed;
    for bit in 0..turned as usize {
        pdq[bit / 8] ^= 1 << (bit % 8);
    }
    pdq
}

fn photo(name: &str, pdq: [u8; 32]) -> PhotoRow {
    let who = (id(name), TicketId::new(name).unwrap(), Role::Report);
    let mut row = PhotoRow::bare(who, "processed", None, Timestamp::UNIX_EPOCH);
    row.upload_digest = Some(format!("upload-{name}"));
    row.pixel_digest = Some(format!("pixels-{name}"));
    row.fingerprint = Some((pdq, QUALITY));
    row
}

fn asks(pdq: [u8; 32]) -> Vec<Question> {
    vec![Question {
        part: Part::Whole,
        change: Change::None,
        print: Fingerprint {
            pdq: Pdq(pdq),
            quality: QUALITY,
        },
    }]
}

impl Worker {
    /// All of a photo's way through the ledger.
    async fn take(&self, name: &str, pdq: [u8; 32]) -> Result<()> {
        self.matcher.catch_up(&self.ledger).await?;
        let found = self.matcher.look(&asks(pdq)).await;
        self.finish(name, pdq, found).await
    }

    async fn finish(&self, name: &str, pdq: [u8; 32], found: jaga_photo::Found) -> Result<()> {
        let row = photo(name, pdq);
        let mut tx = self.ledger.begin().await?;
        ensure!(tx.record_photo(&row).await?);
        let questions = asks(pdq);
        self.matcher
            .commit(&mut tx, &row, &questions, found)
            .await?;
        Ok(tx.commit().await?)
    }

    async fn similar(&self, name: &str) -> Result<Vec<String>> {
        let found = self.ledger.similar(&id(name)).await?;
        Ok(found
            .into_iter()
            .map(|it| it.photo_id.to_string())
            .collect())
    }
}

async fn promises(url: &str) -> Result<()> {
    let (one, two) = (worker(url), worker(url));
    one.ledger.migrate().await?;
    // Both have looked before either is committed, in every round; who is first is the machine's whim.
    for round in 0..20_u64 {
        let (a, b) = (format!("a{round}"), format!("b{round}"));
        let pdq = look(round, 0);
        let near = look(round, 31);
        one.matcher.catch_up(&one.ledger).await?;
        two.matcher.catch_up(&two.ledger).await?;
        let first = one.matcher.look(&asks(pdq)).await;
        let second = two.matcher.look(&asks(near)).await;
        let both = tokio::join!(one.finish(&a, pdq, first), two.finish(&b, near, second));
        both.0?;
        both.1?;
        ensure!(one.similar(&a).await? == [b.clone()], "round {round}");
        ensure!(two.similar(&b).await? == [a], "round {round}");
    }
    the_second_to_take_a_number_sees_the_first(&one, &two).await?;
    a_photo_committed_anywhere_is_matched_everywhere_and_an_erased_one_nowhere(&one, &two, url)
        .await?;
    one.ledger.close().await;
    two.ledger.close().await;
    Ok(())
}

/// The first has its number and is not committed when the second has already looked.
async fn the_second_to_take_a_number_sees_the_first(one: &Worker, two: &Worker) -> Result<()> {
    let pdq = look(1000, 0);
    one.matcher.catch_up(&one.ledger).await?;
    let found = one.matcher.look(&asks(pdq)).await;
    let row = photo("first", pdq);
    let mut tx = one.ledger.begin().await?;
    tx.record_photo(&row).await?;
    one.matcher.commit(&mut tx, &row, &asks(pdq), found).await?;
    two.matcher.catch_up(&two.ledger).await?;
    let seen = two.matcher.look(&asks(pdq)).await;
    tx.commit().await?;
    two.finish("second", pdq, seen).await?;
    ensure!(two.similar("second").await? == ["first"]);
    ensure!(one.similar("first").await? == ["second"]);
    Ok(())
}

async fn a_photo_committed_anywhere_is_matched_everywhere_and_an_erased_one_nowhere(
    one: &Worker,
    two: &Worker,
    url: &str,
) -> Result<()> {
    let pdq = look(2000, 0);
    one.take("kept", pdq).await?;
    two.take("gone", look(2000, 5)).await?;
    let found = two.ledger.similar(&id("gone")).await?;
    ensure!(found.len() == 1 && found[0].likeness.distance == 5);
    ensure!(found[0].likeness.tier == Tier::Duplicate);
    ensure!(found[0].likeness.transform == Transform::None);
    // Everybody has both in memory.
    one.matcher.catch_up(&one.ledger).await?;
    two.matcher.catch_up(&two.ledger).await?;
    let erased = two.ledger.erase_photo(&id("gone")).await?;
    ensure!(erased.is_some());
    two.ledger.forget_keys(&id("gone")).await?;
    ensure!(one.similar("kept").await?.is_empty());
    let left = two.ledger.photo(&id("gone")).await?.unwrap();
    ensure!(left.outcome == "erased" && left.fingerprint.is_none());
    ensure!(left.upload_digest.is_none() && left.pixel_digest.is_none());
    let late = worker(url);
    for (name, worker) in [("third", one), ("fourth", two), ("fifth", &late)] {
        worker.take(name, look(2000, 2)).await?;
        let found = worker.similar(name).await?;
        ensure!(!found.contains(&"gone".to_owned()) && found.contains(&"kept".to_owned()));
    }
    late.ledger.close().await;
    Ok(())
}

/// A binary from before writes fingerprints without a number; they are found all the same.
async fn old_photos_are_taken_in(url: &str) -> Result<()> {
    let old = worker(url);
    old.ledger.migrate().await?;
    for (name, turned) in [("old1", 0), ("old2", 7)] {
        let mut row = photo(name, look(7, turned));
        row.parts = vec![Print {
            kind: PrintKind::Banded,
            pdq: look(8, turned),
            quality: QUALITY,
        }];
        let mut tx = old.ledger.begin().await?;
        tx.record_photo(&row).await?;
        tx.commit().await?;
    }
    let new = worker(url);
    new.take("new", look(7, 3)).await?;
    let mut found = new.similar("new").await?;
    found.sort();
    ensure!(found == ["old1", "old2"], "{found:?}");
    ensure!(new.similar("old1").await?.contains(&"old2".to_owned()));
    ensure!(!new.ledger.unnumbered().await?);
    old.ledger.close().await;
    new.ledger.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_at_once_one_reports_the_other_on_sqlite() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let url = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    Box::pin(promises(&url("a.sqlite"))).await?;
    old_photos_are_taken_in(&url("b.sqlite")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_at_once_one_reports_the_other_on_postgresql() -> Result<()> {
    let server = Postgres::start().await?;
    let (a, b) = (server.database().await?, server.database().await?);
    Box::pin(promises(&a.url)).await?;
    old_photos_are_taken_in(&b.url).await
}
