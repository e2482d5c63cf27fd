//! What photos look like: fingerprints of several kinds, numbered in the order of their commits, and what
//! was erased. Whoever keeps them in memory reads on from the last number it has seen.

use jaga_contract::PhotoId;

use crate::db::on;
use crate::{Ledger, LedgerError, Tx};

/// What a fingerprint is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrintKind {
    /// The whole picture.
    Whole,
    /// Without the bands at its top and bottom, where dates are printed.
    Banded,
    /// Its middle, which is left when an edge is cut off.
    Centre,
    /// What lies between bars, as in a screenshot.
    Framed,
}

impl PrintKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Whole, Self::Banded, Self::Centre, Self::Framed];

    /// Its number, in the ledger and wherever it must be small.
    pub const fn number(self) -> u8 {
        match self {
            Self::Whole => 0,
            Self::Banded => 1,
            Self::Centre => 2,
            Self::Framed => 3,
        }
    }

    fn of(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.number() == number)
    }
}

/// One fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Print {
    /// What it is of.
    pub kind: PrintKind,
    /// PDQ.
    pub pdq: [u8; 32],
    /// 0 to 100.
    pub quality: u8,
}

/// A photo's fingerprints, under their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// From 1, in the order of commits.
    pub seq: i64,
    /// The photo.
    pub photo_id: PhotoId,
    /// At most one of each kind, but several of what lies between bars.
    pub prints: Vec<Print>,
}

/// What happened to fingerprints since some number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// New ones, by number.
    pub looks: Vec<Look>,
    /// Numbers that are gone.
    pub gone: Vec<i64>,
    /// The number to go on from.
    pub last: i64,
}

type Row = (
    i64,
    Option<String>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<Vec<u8>>,
    Option<i64>,
);

type Old = (String, Vec<u8>, i64, Option<Vec<u8>>);

/// One statement, and so one moment: of two, what was committed in between might be passed over.
const NEWS: &str =
    "SELECT seq, photo_id, pdq, quality, more, NULL AS gone FROM fingerprints WHERE seq > $1
  UNION ALL SELECT seq, NULL, NULL, NULL, NULL, gone FROM erasures WHERE seq > $1
  ORDER BY seq LIMIT $2";

impl Ledger {
    /// Whether fingerprints wait for a number: a binary from before wrote them.
    pub async fn unnumbered(&self) -> Result<bool, LedgerError> {
        let one: Option<i64> = self
            .timed("look for fingerprints without a number", async {
                on!(&self.pool, p => sqlx::query_scalar(
                    "SELECT 1 FROM fingerprints WHERE seq IS NULL LIMIT 1")
                    .fetch_optional(p).await.map(|it: Option<i32>| it.map(i64::from)))
            })
            .await?;
        Ok(one.is_some())
    }
}

impl Tx {
    /// Gives a photo's fingerprints, just recorded, their number. From here to the commit nobody else gets
    /// one: what is read now is all that will ever have a smaller number.
    pub async fn number_look(&mut self, photo: &PhotoId) -> Result<i64, LedgerError> {
        let seq = self.take_numbers(1).await?;
        self.set_number(photo.as_str(), seq).await?;
        Ok(seq)
    }

    /// Numbers fingerprints that binaries from before have written, at most so many; returns them.
    pub async fn number_old_looks(&mut self, most: u32) -> Result<Vec<Look>, LedgerError> {
        let ledger = self.ledger.clone();
        // Takes the counter first: two that number at once would number the same ones.
        let first = self.take_numbers(i64::from(most)).await? - i64::from(most) + 1;
        let rows: Vec<Old> = ledger
            .timed("read fingerprints without a number", async {
                on!(&mut self.inner, t => sqlx::query_as(
                    "SELECT photo_id, pdq, quality, more FROM fingerprints WHERE seq IS NULL
                     ORDER BY photo_id LIMIT $1")
                    .bind(i64::from(most)).fetch_all(&mut **t).await)
            })
            .await?;
        let mut looks = Vec::with_capacity(rows.len());
        for ((photo, pdq, quality, more), seq) in rows.into_iter().zip(first..) {
            self.set_number(&photo, seq).await?;
            looks.push(look(seq, photo, &pdq, quality, more.as_deref())?);
        }
        Ok(looks)
    }

    /// What came and went after this number, at most so many of both, in the order in which it did.
    pub async fn looks_after(&mut self, seq: i64, most: u32) -> Result<News, LedgerError> {
        let ledger = self.ledger.clone();
        let rows: Vec<Row> = ledger
            .timed("read the latest fingerprints", async {
                on!(&mut self.inner, t => sqlx::query_as(NEWS)
                    .bind(seq).bind(i64::from(most)).fetch_all(&mut **t).await)
            })
            .await?;
        news(seq, rows)
    }

    /// The photos behind numbers, and how much the fingerprints of the whole are worth, 0 to 100; none
    /// behind one that was erased.
    pub async fn photos_of_looks(
        &mut self,
        seqs: &[i64],
    ) -> Result<Vec<(i64, PhotoId, u8)>, LedgerError> {
        let ledger = self.ledger.clone();
        let mut found = Vec::new();
        for &seq in seqs {
            let photo: Option<(String, i64)> = ledger
                .timed("read whose fingerprint it is", async {
                    on!(&mut self.inner, t =>
                        sqlx::query_as("SELECT photo_id, quality FROM fingerprints WHERE seq = $1")
                            .bind(seq).fetch_optional(&mut **t).await)
                })
                .await?;
            if let Some((photo, quality)) = photo {
                found.push((seq, id(photo)?, quality as u8));
            }
        }
        Ok(found)
    }

    /// The last of so many numbers that are now this transaction's.
    pub(crate) async fn take_numbers(&mut self, count: i64) -> Result<i64, LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("take a number", async {
                on!(&mut self.inner, t => sqlx::query_scalar(
                    "UPDATE counters SET value = value + $1 WHERE name = 'looks' RETURNING value")
                    .bind(count).fetch_one(&mut **t).await)
            })
            .await
    }

    async fn set_number(&mut self, photo: &str, seq: i64) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("number a fingerprint", async {
                on!(&mut self.inner, t => sqlx::query(
                    "UPDATE fingerprints SET seq = $2 WHERE photo_id = $1 AND seq IS NULL")
                    .bind(photo).bind(seq).execute(&mut **t).await.map(drop))
            })
            .await
    }
}

fn news(from: i64, rows: Vec<Row>) -> Result<News, LedgerError> {
    let mut news = News {
        last: from,
        ..News::default()
    };
    for (seq, photo, pdq, quality, more, gone) in rows {
        news.last = seq;
        match (photo, pdq, quality, gone) {
            (_, _, _, Some(gone)) => news.gone.push(gone),
            (Some(photo), Some(pdq), Some(quality), None) => {
                news.looks
                    .push(look(seq, photo, &pdq, quality, more.as_deref())?);
            }
            _ => return Err(damaged("a column is missing")),
        }
    }
    Ok(news)
}

fn look(
    seq: i64,
    photo: String,
    pdq: &[u8],
    quality: i64,
    more: Option<&[u8]>,
) -> Result<Look, LedgerError> {
    let mut prints = vec![whole(pdq, quality)?];
    prints.extend(unpack(more.unwrap_or_default()));
    Ok(Look {
        seq,
        photo_id: id(photo)?,
        prints,
    })
}

pub(crate) fn whole(pdq: &[u8], quality: i64) -> Result<Print, LedgerError> {
    Ok(Print {
        kind: PrintKind::Whole,
        pdq: pdq.try_into().map_err(|_| damaged("no 32 bytes"))?,
        quality: quality as u8,
    })
}

fn id(photo: String) -> Result<PhotoId, LedgerError> {
    PhotoId::new(photo).map_err(|e| damaged(&e.to_string()))
}

pub(crate) fn damaged(problem: &str) -> LedgerError {
    LedgerError::Damaged {
        table: "fingerprints",
        problem: problem.to_owned(),
    }
}

const PACKED: usize = 34;

/// As the column `more` keeps them.
pub(crate) fn pack(prints: &[Print]) -> Vec<u8> {
    let one = |it: &Print| [&[it.kind.number(), it.quality][..], &it.pdq].concat();
    prints.iter().flat_map(one).collect()
}

/// Kinds that a newer binary knows are passed over.
pub(crate) fn unpack(packed: &[u8]) -> impl Iterator<Item = Print> {
    let (all, _) = packed.as_chunks::<PACKED>();
    let one = |[kind, quality, pdq @ ..]: &[u8; PACKED]| {
        Some(Print {
            kind: PrintKind::of(*kind)?,
            pdq: *pdq,
            quality: *quality,
        })
    };
    all.iter().filter_map(one)
}
