//! Which earlier photos show the same picture. A plain scan of all fingerprints: exact, and fast enough
//! for some hundred thousand; the in-memory index takes its place behind the same call.

use jaga_contract::{PhotoId, Role, TicketId};
use jiff::Timestamp;

use crate::db::{instant, on};
use crate::{Ledger, LedgerError, PhotoRow};

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
    pub by: SameBy,
    /// PDQ Hamming distance (0 to 256).
    pub distance: u32,
    /// The other fingerprint's quality.
    pub quality: u8,
    /// When it was uploaded.
    pub uploaded_at: Timestamp,
    /// Its ticket is private or secret, or not known.
    pub withheld: bool,
}

type Known = (
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    i64,
    Option<Vec<u8>>,
    Option<i64>,
    Option<i64>,
);

impl Ledger {
    /// Photos that are the same as this one by bytes, by pixels or within `reach` bits, best first.
    pub async fn similar(&self, photo: &PhotoRow, reach: u32) -> Result<Vec<Similar>, LedgerError> {
        let known: Vec<Known> = self
            .timed("look for the same picture", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT p.photo_id, p.ticket_id, p.role, p.upload_digest, p.pixel_digest, p.uploaded_at,
                       f.pdq, f.quality, t.withheld
                     FROM photos p LEFT JOIN fingerprints f ON f.photo_id = p.photo_id
                     LEFT JOIN tickets t ON t.ticket_id = p.ticket_id
                     WHERE p.outcome = 'processed' AND p.photo_id <> $1")
                    .bind(photo.photo_id.as_str()).fetch_all(p).await)
            })
            .await?;
        let mut found: Vec<Similar> = known
            .into_iter()
            .filter_map(|k| compare(photo, k, reach))
            .collect::<Result<_, _>>()?;
        found.sort_by(|a, b| (a.by, a.distance, &a.photo_id).cmp(&(b.by, b.distance, &b.photo_id)));
        Ok(found)
    }
}

fn compare(photo: &PhotoRow, k: Known, reach: u32) -> Option<Result<Similar, LedgerError>> {
    let (id, ticket, role, upload, pixels, uploaded_at, pdq, quality, withheld) = k;
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let distance = match (&photo.fingerprint, &pdq) {
        (Some((a, _)), Some(b)) => hamming(a, b),
        _ => 256,
    };
    let by = if same(&photo.upload_digest, &upload) {
        SameBy::Bytes
    } else if same(&photo.pixel_digest, &pixels) {
        SameBy::Pixels
    } else if distance <= reach {
        SameBy::Near
    } else {
        return None;
    };
    let damaged = |e: jaga_contract::IdError| LedgerError::Damaged {
        table: "photos",
        problem: e.to_string(),
    };
    let build = || {
        Ok(Similar {
            photo_id: PhotoId::new(id).map_err(damaged)?,
            ticket_id: TicketId::new(ticket).map_err(damaged)?,
            role: if role == "evidence" {
                Role::Evidence
            } else {
                Role::Report
            },
            by,
            distance: if by == SameBy::Near {
                distance
            } else {
                distance.min(reach)
            },
            quality: quality.unwrap_or(0) as u8,
            uploaded_at: instant("photos", uploaded_at)?,
            withheld: withheld != Some(0),
        })
    };
    Some(build())
}

fn hamming(a: &[u8; 32], b: &[u8]) -> u32 {
    if b.len() != 32 {
        return 256;
    }
    a.iter().zip(b).map(|(x, y)| (x ^ y).count_ones()).sum()
}
