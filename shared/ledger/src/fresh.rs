//! Fingerprints alone, without their photos: a million of them are read when a worker starts, and what is
//! not read need not be decoded.

use futures_util::TryStreamExt as _;
use sqlx::Row as _;

use crate::db::{Either, on};
use crate::looks::{damaged, unpack, whole};
use crate::{Ledger, LedgerError, Print};

/// What happened to fingerprints since some number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fresh {
    /// The number that was gone on from.
    pub from: i64,
    /// New ones under their photo's number, in its order.
    pub prints: Vec<(i64, Print)>,
    /// Numbers that are gone.
    pub gone: Vec<i64>,
    /// The number to go on from.
    pub last: i64,
}

/// One statement, and so one moment: of two, what was committed in between might be passed over.
const FRESH: &str = "SELECT seq, pdq, quality, more, NULL AS gone FROM fingerprints WHERE seq > $1
  UNION ALL SELECT seq, NULL, NULL, NULL, gone FROM erasures WHERE seq > $1
  ORDER BY seq LIMIT $2";

/// The same for `PostgreSQL`, which would else read and sort all that is left for every page of it. `SQLite` reads
/// the other one in order, and would sort this one.
const FRESH_PAGED: &str = "SELECT seq, pdq, quality, more, NULL AS gone FROM (
    SELECT seq, pdq, quality, more FROM fingerprints WHERE seq > $1 ORDER BY seq LIMIT $2) AS come
  UNION ALL SELECT seq, NULL, NULL, NULL, gone FROM erasures WHERE seq > $1
  ORDER BY seq LIMIT $2";

impl Fresh {
    /// Nothing since this number yet.
    pub fn after(seq: i64) -> Self {
        Self {
            from: seq,
            last: seq,
            ..Self::default()
        }
    }

    fn take(
        &mut self,
        seq: i64,
        (pdq, quality): (Option<&[u8]>, Option<i64>),
        more: Option<&[u8]>,
        gone: Option<i64>,
    ) -> Result<(), LedgerError> {
        match (pdq, quality, gone) {
            (_, _, Some(gone)) => self.gone.push(gone),
            (Some(pdq), Some(quality), None) => {
                self.prints.push((seq, whole(pdq, quality)?));
                let more = unpack(more.unwrap_or_default());
                self.prints.extend(more.map(|it| (seq, it)));
            }
            _ => return Err(damaged("a column is missing")),
        }
        self.last = seq;
        Ok(())
    }
}

impl Ledger {
    /// Adds what came and went next, at most so much of both, in the order in which it did.
    ///
    /// # Errors
    /// When the record can't be read, or a row of it makes no sense; what was read before stays.
    pub async fn read_on(&self, fresh: &mut Fresh, most: u32) -> Result<(), LedgerError> {
        let from = fresh.last;
        let sql = match &self.pool {
            Either::Sqlite(_) => FRESH,
            Either::Postgres(_) => FRESH_PAGED,
        };
        let mut taken = Ok(());
        self.timed("read fingerprints", async {
            on!(&self.pool, p => {
                let mut rows = sqlx::query(sql).bind(from).bind(i64::from(most)).fetch(p);
                while let Some(row) = rows.try_next().await? {
                    let print = (row.try_get(1)?, row.try_get(2)?);
                    taken = fresh.take(row.try_get(0)?, print, row.try_get(3)?, row.try_get(4)?);
                    if taken.is_err() {
                        break;
                    }
                }
                Ok(())
            })
        })
        .await?;
        taken
    }
}
