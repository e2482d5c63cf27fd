//! Which photos show the same picture: fingerprints in memory, kept abreast of the ledger.
//!
//! The ledger is the truth, and numbers fingerprints in the order of their commits. Memory holds all up to
//! some number; a photo looks there first, takes its own number in the transaction that commits it, and
//! looks then through what was committed in between. Of two photos at the same moment one has the smaller
//! number, and the other one sees it: nothing is missed, whatever the interleaving.

mod answer;
mod memory;
mod merge;
mod pile;

use std::sync::{Arc, PoisonError, RwLock};

use jaga_contract::PhotoId;
use jaga_imaging::Question;
use jaga_ledger::{Fresh, Ledger, LedgerError, Likeness, Look, PhotoRow, Tier, Transform, Tx};
use tokio::sync::Mutex;
use tokio::task::{JoinError, JoinHandle};

use answer::Answer;
use memory::Memory;
pub(crate) use merge::merge_with;
pub use pile::Pile;
pub(crate) use pile::prints;

/// Fingerprints read from the ledger at a time.
const PAGE: u32 = 20_000;
/// Fingerprints taken in at once: each time, a part of what is there is written anew. 48 bytes each until then.
const BATCH: usize = 1_500_000;
/// Fingerprints of binaries from before that are numbered in one transaction.
const OLD: u32 = 200;
/// The same picture is told of so many times at most, best first: of a crowd nobody reads more.
const MOST: usize = 200;

/// Finds photos that show the same picture. Cheap to clone; one for all that a process looks at.
#[derive(Clone)]
pub struct Matcher {
    memory: Arc<RwLock<Memory>>,
    /// Who reads on; the others wait for it instead of reading the same.
    reading: Arc<Mutex<()>>,
    /// In bits.
    reach: u32,
}

/// Photos that memory knew of, and up to which number it knew all.
#[derive(Clone)]
pub struct Found {
    answer: Answer,
    last: i64,
}

impl Matcher {
    /// Knows of nothing yet; `reach` in bits, at most 31.
    pub fn new(reach: u32) -> Self {
        Self {
            memory: Arc::default(),
            reading: Arc::default(),
            reach,
        }
    }

    /// Reads on in the ledger, from the last number to the end.
    pub async fn catch_up(&self, ledger: &Ledger) -> Result<(), LedgerError> {
        let _reading = self.reading.lock().await;
        loop {
            let reached = self.read_on(ledger).await?;
            if self.last() < reached {
                // A reader that gave up had left a part of it behind, which came in meanwhile.
                continue;
            }
            // Those that are numbered now are the news of the next turn.
            if !ledger.unnumbered().await? {
                return Ok(());
            }
            self.number_old(ledger).await?;
        }
    }

    /// A million take a while to read and a while to write down: the one goes on while the other is done.
    /// Returns the number that was read up to.
    async fn read_on(&self, ledger: &Ledger) -> Result<i64, LedgerError> {
        let mut writing: Option<JoinHandle<()>> = None;
        let mut fresh = Fresh::after(self.last());
        loop {
            let before = fresh.last;
            ledger.read_on(&mut fresh, PAGE).await?;
            let is_end = fresh.last == before;
            if !is_end && fresh.prints.len() < BATCH {
                continue;
            }
            if let Some(writing) = writing.take() {
                written(writing.await)?;
            }
            if fresh.last != fresh.from {
                let next = Fresh::after(fresh.last);
                let fresh = std::mem::replace(&mut fresh, next);
                let memory = Arc::clone(&self.memory);
                writing = Some(tokio::task::spawn_blocking(move || {
                    let mut memory = memory.write().unwrap_or_else(PoisonError::into_inner);
                    memory.apply(&fresh);
                }));
            }
            if is_end {
                if let Some(writing) = writing {
                    written(writing.await)?;
                }
                return Ok(fresh.last);
            }
        }
    }

    /// Asks memory.
    pub async fn look(&self, questions: &[Question]) -> Found {
        let memory = Arc::clone(&self.memory);
        let (questions, reach) = (questions.to_vec(), self.reach);
        let looked = tokio::task::spawn_blocking(move || {
            let memory = memory.read().unwrap_or_else(PoisonError::into_inner);
            Found {
                answer: memory.ask(&questions, reach),
                last: memory.last(),
            }
        });
        // Nothing was asked then, and all of the ledger is looked through instead.
        looked.await.unwrap_or_else(|_| Found {
            answer: Answer::default(),
            last: 0,
        })
    }

    /// Numbers a photo that this transaction has just recorded, and records which others show the same
    /// picture; `found` is what memory knew of. To be called last: from here to the commit no other photo
    /// can be committed.
    pub async fn commit(
        &self,
        tx: &mut Tx,
        photo: &PhotoRow,
        questions: &[Question],
        found: Found,
    ) -> Result<(), LedgerError> {
        if photo.fingerprint.is_none() {
            return Ok(());
        }
        let own = tx.number_look(&photo.photo_id).await?;
        let likenesses = self.likenesses(tx, photo, questions, found, own).await?;
        tx.record_similar(&photo.photo_id, &likenesses).await
    }

    async fn likenesses(
        &self,
        tx: &mut Tx,
        photo: &PhotoRow,
        questions: &[Question],
        found: Found,
        own: i64,
    ) -> Result<Vec<(PhotoId, Likeness)>, LedgerError> {
        let Found {
            mut answer,
            mut last,
        } = found;
        loop {
            let news = tx.looks_after(last, PAGE).await?;
            if news.last == last {
                break;
            }
            answer.compare(&news.looks, questions, self.reach);
            answer.forget(&news.gone);
            last = news.last;
        }
        answer.forget(&[own]);
        let best = answer.best(MOST);
        let seqs: Vec<i64> = best.iter().map(|it| it.0).collect();
        let photos = tx.photos_of_looks(&seqs).await?;
        let mut found: Vec<_> = best
            .into_iter()
            .filter_map(|(seq, mut likeness)| {
                let (_, id, quality) = photos.iter().find(|it| it.0 == seq)?;
                likeness.quality = likeness.quality.min(*quality);
                Some((id.clone(), likeness))
            })
            .collect();
        for (id, by) in tx.same_exactly(photo, MOST as u32).await? {
            let exact = Likeness {
                by,
                tier: Tier::Duplicate,
                distance: 0,
                transform: Transform::None,
                quality: photo.fingerprint.map_or(0, |it| it.1),
            };
            match found.iter_mut().find(|it| it.0 == id) {
                Some(known) => known.1 = Likeness { by, ..exact },
                None => found.push((id, exact)),
            }
        }
        found.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        found.truncate(MOST);
        Ok(found)
    }

    /// Photos in the ledger that show a picture that is not in it, best first.
    pub async fn similar(
        &self,
        ledger: &Ledger,
        photo: &PhotoRow,
        questions: &[Question],
    ) -> Result<Vec<(PhotoId, Likeness)>, LedgerError> {
        self.catch_up(ledger).await?;
        let found = self.look(questions).await;
        self.alike(ledger, photo, questions, found).await
    }

    /// The same where memory was asked just now: `found`, and what was committed since.
    pub async fn alike(
        &self,
        ledger: &Ledger,
        photo: &PhotoRow,
        questions: &[Question],
        found: Found,
    ) -> Result<Vec<(PhotoId, Likeness)>, LedgerError> {
        // Never committed: it reads in one transaction, and takes no number.
        let mut tx = ledger.begin().await?;
        self.likenesses(&mut tx, photo, questions, found, 0).await
    }

    fn last(&self) -> i64 {
        self.memory
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .last()
    }

    /// Photos of a binary from before have one fingerprint and no number yet; their pairs are found now.
    async fn number_old(&self, ledger: &Ledger) -> Result<(), LedgerError> {
        let mut tx = ledger.begin().await?;
        for look in tx.number_old_looks(OLD).await? {
            let questions = asked_by(&look);
            let found = self.look(&questions).await;
            let Some(photo) = ledger.photo(&look.photo_id).await? else {
                continue;
            };
            if photo.outcome != "processed" {
                continue;
            }
            let same = self
                .likenesses(&mut tx, &photo, &questions, found, look.seq)
                .await?;
            tx.record_similar(&look.photo_id, &same).await?;
        }
        tx.commit().await
    }
}

fn written(done: Result<(), JoinError>) -> Result<(), LedgerError> {
    done.map_err(|_| LedgerError::Damaged {
        table: "fingerprints",
        problem: "memory could not take them in".into(),
    })
}

/// What kept fingerprints can be asked with: each for its own kind.
fn asked_by(look: &Look) -> Vec<Question> {
    look.prints.iter().map(answer::question).collect()
}
