//! Which photos show the same picture. Found when the later of two is committed, and read both ways.

use jaga_contract::{PhotoId, Role, TicketId};
use jiff::Timestamp;

use crate::db::{instant, on};
use crate::{Ledger, LedgerError, PhotoRow, Tx};

/// How two photos are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SameBy {
    /// The same upload.
    Bytes,
    /// The same coded pixels.
    Pixels,
    /// A near fingerprint.
    Near,
}

/// How sure it is that it is the same shot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// The same picture, coded or edited anew.
    Duplicate,
    /// Alike enough for a look.
    Similar,
}

/// What was done to the one picture to make the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transform {
    /// Nothing that the fingerprint of the whole would see.
    None,
    /// Left and right are exchanged.
    Mirrored,
    /// They differ in the bands at the top or bottom.
    Banded,
    /// One is a part of the other.
    Cropped,
}

macro_rules! named {
    ($of:ident { $($variant:ident = $name:literal),* }) => {
        impl $of {
            /// Its name in the ledger and on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            fn named(name: &str) -> Result<Self, LedgerError> {
                match name {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(damaged("a name is not known")),
                }
            }
        }
    };
}
named!(SameBy { Bytes = "bytes", Pixels = "pixels", Near = "near" });
named!(Tier { Duplicate = "duplicate", Similar = "similar" });
named!(Transform { None = "none", Mirrored = "mirrored", Banded = "banded", Cropped = "cropped" });

/// That two photos show the same picture, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likeness {
    /// Best first.
    pub by: SameBy,
    /// How sure.
    pub tier: Tier,
    /// PDQ Hamming distance, 0 to 256.
    pub distance: u32,
    /// What was done.
    pub transform: Transform,
    /// Of the poorer of the two fingerprints, 0 to 100.
    pub quality: u8,
}

/// Another photo that shows the same picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    /// The other photo.
    pub photo_id: PhotoId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// Its role.
    pub role: Role,
    /// How.
    pub likeness: Likeness,
    /// When it was uploaded.
    pub uploaded_at: Timestamp,
    /// Its ticket is private or secret, or not known.
    pub withheld: bool,
}

type Row = (
    String,
    String,
    String,
    i64,
    Option<i64>,
    String,
    String,
    String,
    i64,
    i64,
);

/// Pairs are kept once, with the later photo first.
const SIMILAR: &str = "SELECT p.photo_id, p.ticket_id, p.role, p.uploaded_at, t.withheld,
    l.kind, l.tier, l.transform, l.distance, l.quality
  FROM (SELECT other_id AS id, kind, tier, transform, distance, quality FROM likenesses WHERE photo_id = $1
        UNION ALL
        SELECT photo_id, kind, tier, transform, distance, quality FROM likenesses WHERE other_id = $1) l
  JOIN photos p ON p.photo_id = l.id LEFT JOIN tickets t ON t.ticket_id = p.ticket_id
  WHERE p.outcome = 'processed'";

impl Ledger {
    /// Photos, earlier and later, that show the same picture as this one, best first.
    pub async fn similar(&self, photo: &PhotoId) -> Result<Vec<Similar>, LedgerError> {
        let rows: Vec<Row> = self
            .timed("read the same picture", async {
                on!(&self.pool, p =>
                    sqlx::query_as(SIMILAR).bind(photo.as_str()).fetch_all(p).await)
            })
            .await?;
        sorted(rows)
    }
}

impl Tx {
    /// As [`Ledger::similar`], in this transaction.
    pub async fn similar(&mut self, photo: &PhotoId) -> Result<Vec<Similar>, LedgerError> {
        let ledger = self.ledger.clone();
        let rows: Vec<Row> = ledger
            .timed("read the same picture", async {
                on!(&mut self.inner, t =>
                    sqlx::query_as(SIMILAR).bind(photo.as_str()).fetch_all(&mut **t).await)
            })
            .await?;
        sorted(rows)
    }

    /// Other processed photos of the same bytes, or of the same coded pixels; at most so many.
    pub async fn same_exactly(
        &mut self,
        photo: &PhotoRow,
        most: u32,
    ) -> Result<Vec<(PhotoId, SameBy)>, LedgerError> {
        let ledger = self.ledger.clone();
        let rows: Vec<(String, Option<String>)> = ledger
            .timed("look for the same bytes and pixels", async {
                on!(&mut self.inner, t => sqlx::query_as(
                    "SELECT photo_id, upload_digest FROM photos WHERE outcome = 'processed'
                       AND photo_id <> $1 AND upload_digest = $2
                     UNION SELECT photo_id, upload_digest FROM photos WHERE outcome = 'processed'
                       AND photo_id <> $1 AND pixel_digest = $3
                     ORDER BY photo_id LIMIT $4")
                    .bind(photo.photo_id.as_str()).bind(&photo.upload_digest)
                    .bind(&photo.pixel_digest).bind(i64::from(most)).fetch_all(&mut **t).await)
            })
            .await?;
        let one = |(id, upload): (String, Option<String>)| {
            let by = if upload.is_some() && upload == photo.upload_digest {
                SameBy::Bytes
            } else {
                SameBy::Pixels
            };
            let id = PhotoId::new(id).map_err(|e| damaged(&e.to_string()))?;
            Ok((id, by))
        };
        rows.into_iter().map(one).collect()
    }

    /// Records that this photo shows the same picture as others. A pair that is known stays as it is.
    pub async fn record_similar(
        &mut self,
        photo: &PhotoId,
        others: &[(PhotoId, Likeness)],
    ) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("record the same picture", async {
                for (other, it) in others {
                    on!(&mut self.inner, t => sqlx::query(
                        "INSERT INTO likenesses
                           (photo_id, other_id, kind, tier, transform, distance, quality)
                         SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (
                           SELECT 1 FROM likenesses WHERE photo_id = $2 AND other_id = $1)
                         ON CONFLICT DO NOTHING")
                        .bind(photo.as_str()).bind(other.as_str()).bind(it.by.as_str())
                        .bind(it.tier.as_str()).bind(it.transform.as_str())
                        .bind(i64::from(it.distance)).bind(i64::from(it.quality))
                        .execute(&mut **t).await.map(drop))?;
                }
                Ok(())
            })
            .await
    }
}

fn sorted(rows: Vec<Row>) -> Result<Vec<Similar>, LedgerError> {
    let mut found: Vec<Similar> = rows.into_iter().map(similar).collect::<Result<_, _>>()?;
    found.sort_by(|a, b| (a.likeness, &a.photo_id).cmp(&(b.likeness, &b.photo_id)));
    Ok(found)
}

fn similar(row: Row) -> Result<Similar, LedgerError> {
    let (id, ticket, role, uploaded_at, withheld, by, tier, transform, distance, quality) = row;
    Ok(Similar {
        photo_id: PhotoId::new(id).map_err(|e| damaged(&e.to_string()))?,
        ticket_id: TicketId::new(ticket).map_err(|e| damaged(&e.to_string()))?,
        role: if role == "evidence" {
            Role::Evidence
        } else {
            Role::Report
        },
        likeness: Likeness {
            by: SameBy::named(&by)?,
            tier: Tier::named(&tier)?,
            distance: distance as u32,
            transform: Transform::named(&transform)?,
            quality: quality as u8,
        },
        uploaded_at: instant("photos", uploaded_at)?,
        withheld: withheld != Some(0),
    })
}

fn damaged(problem: &str) -> LedgerError {
    LedgerError::Damaged {
        table: "likenesses",
        problem: problem.to_owned(),
    }
}
