//! Which photos are compared with which, and when: evidence with its ticket's report photos, and with the
//! few photos of other tickets that it resembles most.
//!
//! Both photos of a pair may come in any order and at the same moment. So a pair is looked for twice: before
//! the commit, so that the first verdict already knows, and after it, so that of two photos that were
//! committed side by side the second sees the first. A pair is one row whoever finds it, and the same two
//! photos give the same row: repeats and kills change nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use jaga_contract::{ClosureDue, PhotoId, PhotoUploaded, Role, TicketId};
use jaga_ledger::{ComparisonRow, Ledger, Likeness, PhotoRow, SameBy, Tx};
use jaga_runner::{Decision, Runtime};
use jiff::Timestamp;

use crate::Photo;
use crate::related::unknown;
use crate::worker::SOURCE;

/// Photos of other tickets that one is compared with, the most alike first.
const NEAREST: usize = 4;
/// What all comparisons of one photo may take, by the clock on the wall: before its commit, where the rest is
/// left for after it, and after it, where the rest is recorded as unknown.
const BEFORE: Duration = Duration::from_secs(30);
const AFTER: Duration = Duration::from_mins(2);

/// Two photos to compare.
pub(crate) struct Pair {
    /// Evidence; of two of them the one that was uploaded later.
    pub(crate) photo: PhotoRow,
    /// A report's photo, or earlier evidence.
    pub(crate) other: PhotoRow,
}

impl Pair {
    /// The same, whichever of the two is looked at. Two report photos are no pair.
    fn of(a: &PhotoRow, b: &PhotoRow) -> Option<Self> {
        // As exact as the ledger keeps it, so that both sides see the same.
        let age = |row: &PhotoRow| (row.uploaded_at.as_microsecond(), row.photo_id.clone());
        let (photo, other) = match (a.role, b.role) {
            (Role::Report, Role::Report) => return None,
            (Role::Evidence, Role::Report) => (a, b),
            (Role::Evidence, Role::Evidence) if age(a) > age(b) => (a, b),
            (Role::Report | Role::Evidence, Role::Evidence) => (b, a),
        };
        Some(Self {
            photo: photo.clone(),
            other: other.clone(),
        })
    }

    /// The tickets whose closures it bears on.
    fn tickets(&self) -> impl Iterator<Item = &TicketId> {
        let both = [&self.photo, &self.other].into_iter();
        both.filter(|row| row.role == Role::Evidence)
            .map(|row| &row.ticket_id)
    }
}

/// What was compared.
#[derive(Default)]
pub(crate) struct Told {
    rows: Vec<(Pair, ComparisonRow)>,
}

impl Photo {
    /// Compares a photo that is about to be committed, whose clean copy is at hand, as far as that is done
    /// within half a minute.
    pub(crate) async fn compare_before(
        &self,
        ledger: &Ledger,
        row: &PhotoRow,
        clean: &Bytes,
        near: &[(PhotoId, Likeness)],
    ) -> Result<Told, Decision> {
        let pairs = pairs(ledger, row, near).await?;
        let mut told = Told::default();
        let own = Some((&row.photo_id, clean));
        self.compare_all(pairs, own, BEFORE, &mut told).await?;
        Ok(told)
    }

    /// Compares what the photo's commit could not know of: pairs that have no row yet.
    pub(crate) async fn compare_after(
        &self,
        runtime: &Runtime,
        upload: &PhotoUploaded,
    ) -> Result<(), Decision> {
        let ledger = &runtime.ledger;
        let row = ledger.photo(&upload.photo_id).await?;
        let Some(row) = row.filter(|it| it.outcome == "processed" && it.role == upload.role) else {
            return Ok(());
        };
        let similar = ledger.similar(&row.photo_id).await?;
        let near: Vec<_> = similar
            .into_iter()
            .map(|it| (it.photo_id, it.likeness))
            .collect();
        let mut pairs = pairs(ledger, &row, &near).await?;
        let known = ledger.comparisons(&row.photo_id).await?;
        let known: BTreeSet<PhotoId> = known.into_iter().map(|it| it.photo_id).collect();
        pairs.retain(|it| {
            !known.contains(&it.photo.photo_id) && !known.contains(&it.other.photo_id)
        });
        if pairs.is_empty() {
            return Ok(());
        }
        let mut told = Told::default();
        let late = self.compare_all(pairs, None, AFTER, &mut told).await?;
        for pair in late {
            let row = unknown(&pair, "took_too_long");
            told.rows.push((pair, row));
        }
        let mut tx = ledger.begin().await?;
        let woken = told.record(&mut tx).await?;
        wake(&mut tx, woken, runtime.clock.now()).await?;
        Ok(tx.commit().await?)
    }

    /// Compares one pair after the other. What is left when the time is over is given back.
    async fn compare_all(
        &self,
        pairs: Vec<Pair>,
        own: Option<(&PhotoId, &Bytes)>,
        time: Duration,
        told: &mut Told,
    ) -> Result<Vec<Pair>, Decision> {
        let mut left = pairs.into_iter();
        let mut current: Option<Pair> = None;
        let work = async {
            for pair in left.by_ref() {
                let pair = current.insert(pair);
                let row = self.compare(pair, own).await?;
                told.rows.extend(current.take().map(|pair| (pair, row)));
            }
            Ok::<(), Decision>(())
        };
        // On the deadline the child goes with the future that waits for it.
        tokio::time::timeout(time, work).await.unwrap_or(Ok(()))?;
        Ok(current.into_iter().chain(left).collect())
    }
}

/// All pairs that a photo is part of.
async fn pairs(
    ledger: &Ledger,
    row: &PhotoRow,
    near: &[(PhotoId, Likeness)],
) -> Result<Vec<Pair>, Decision> {
    let mut pairs = Vec::new();
    // Evidence beside evidence of one ticket is a second photo, or a retry.
    let across = match row.role {
        Role::Report => Role::Evidence,
        Role::Evidence => Role::Report,
    };
    for other in ledger.processed_of(&row.ticket_id, across).await? {
        pairs.extend(Pair::of(row, &other));
    }
    let mut most = NEAREST;
    for (id, likeness) in near {
        // What is the same to the byte or the pixel needs no look.
        if most == 0 || likeness.by != SameBy::Near {
            continue;
        }
        let other = ledger.photo(id).await?;
        let elsewhere =
            other.filter(|it| it.outcome == "processed" && it.ticket_id != row.ticket_id);
        if let Some(pair) = elsewhere.and_then(|other| Pair::of(row, &other)) {
            pairs.push(pair);
            most -= 1;
        }
    }
    Ok(pairs)
}

impl Told {
    /// Writes the rows. Returns the tickets whose closures have something new to go by.
    pub(crate) async fn record(self, tx: &mut Tx) -> Result<Woken, Decision> {
        let mut woken = Woken::new();
        for (pair, row) in self.rows {
            if tx.record_comparison(&row).await? {
                let name = format!("{}:{}", row.photo_id, row.other_id);
                for ticket in pair.tickets() {
                    woken.entry(ticket.clone()).or_insert_with(|| name.clone());
                }
                let relation = row.relation;
                metrics::counter!("jaga_comparisons_total", "relation" => relation).increment(1);
            }
        }
        Ok(woken)
    }
}

/// Tickets, each with the name of a pair that is new: a pair is new once, and so each name wakes once.
pub(crate) type Woken = BTreeMap<TicketId, String>;

/// Wakes closures that are judged by what was just compared.
pub(crate) async fn wake(tx: &mut Tx, woken: Woken, now: Timestamp) -> Result<(), Decision> {
    for (ticket_id, pair) in woken {
        let id = format!("due:compared:{pair}:{ticket_id}");
        tx.emit(&id, SOURCE, now, ClosureDue { ticket_id }).await?;
    }
    Ok(())
}
