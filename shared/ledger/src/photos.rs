//! Photos: one row each, whatever became of it. No coordinates of report photos, no file names.

use jaga_contract::{PhotoId, Role, TicketId};
use jiff::Timestamp;
use sqlx::Row;

use crate::db::{instant, on};
use crate::looks::{pack, unpack};
use crate::{Ledger, LedgerError, Print, Traces, Tx};

/// What is known of a photo.
#[derive(Debug, Clone, PartialEq)]
pub struct PhotoRow {
    /// Identity.
    pub photo_id: PhotoId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// Report or evidence.
    pub role: Role,
    /// `processed`, `rejected` or `parked`.
    pub outcome: String,
    /// A stable code, where it was not processed.
    pub reason: Option<String>,
    /// `jpeg`, `png`, `webp`.
    pub format: Option<String>,
    /// `lossless` or `reencoded`.
    pub method: Option<String>,
    /// Upright pixels.
    pub width: Option<u32>,
    /// Upright pixels.
    pub height: Option<u32>,
    /// BLAKE3 of the upload, hex.
    pub upload_digest: Option<String>,
    /// BLAKE3 of the coded pixels, hex.
    pub pixel_digest: Option<String>,
    /// BLAKE3 of the clean copy, hex.
    pub clean_digest: Option<String>,
    /// The clean copy's key.
    pub clean_key: Option<String>,
    /// When it was taken, and whether the zone was in the photo.
    pub captured: Option<(Timestamp, bool)>,
    /// The location verdict.
    pub place_verdict: Option<String>,
    /// The kelurahan it was certainly taken in.
    pub place_kelurahan: Option<String>,
    /// Metres to the ticket's point.
    pub distance_m: Option<f64>,
    /// The version of the layer that the place was judged by; `None` of verdicts from before layers.
    pub place_layer: Option<String>,
    /// All of the location verdict, JSON without coordinates.
    pub placed: Option<String>,
    /// Latitude, longitude: of evidence only.
    pub position: Option<(f64, f64)>,
    /// Provenance marks.
    pub marks: Vec<String>,
    /// What the file says beyond that: of evidence only.
    pub traces: Option<Traces>,
    /// JSON list of {carrier, bytes} that were removed.
    pub removed: String,
    /// When the upload was complete.
    pub uploaded_at: Timestamp,
    /// PDQ (32 bytes) and its quality.
    pub fingerprint: Option<([u8; 32], u8)>,
    /// Fingerprints of parts of the picture.
    pub parts: Vec<Print>,
    /// Smaller copies.
    pub renditions: Vec<RenditionRow>,
}

/// A smaller copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenditionRow {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Where in the clean bucket.
    pub key: String,
}

impl PhotoRow {
    /// A row for a photo of which nothing is known but its outcome.
    pub fn bare(
        (photo_id, ticket_id, role): (PhotoId, TicketId, Role),
        outcome: &str,
        reason: Option<String>,
        uploaded_at: Timestamp,
    ) -> Self {
        Self {
            photo_id,
            ticket_id,
            role,
            outcome: outcome.to_owned(),
            reason,
            format: None,
            method: None,
            width: None,
            height: None,
            upload_digest: None,
            pixel_digest: None,
            clean_digest: None,
            clean_key: None,
            captured: None,
            place_verdict: None,
            place_kelurahan: None,
            distance_m: None,
            place_layer: None,
            placed: None,
            position: None,
            marks: Vec::new(),
            traces: None,
            removed: "[]".into(),
            uploaded_at,
            fingerprint: None,
            parts: Vec::new(),
            renditions: Vec::new(),
        }
    }
}

const COLUMNS: &str = "photo_id, ticket_id, role, outcome, reason, format, method, width, height,
    upload_digest, pixel_digest, clean_digest, clean_key, captured_at, captured_zoned, place_verdict,
    place_kelurahan, distance_m, lat, lon, marks, removed, uploaded_at, place_layer, placed, traces";

macro_rules! read {
    ($r:expr) => {{
        let r = $r;
        let damaged = |problem: String| LedgerError::Damaged {
            table: "photos",
            problem,
        };
        let role = if r.get::<String, _>("role") == "evidence" {
            Role::Evidence
        } else {
            Role::Report
        };
        let captured = match (
            r.get::<Option<i64>, _>("captured_at"),
            r.get::<Option<i64>, _>("captured_zoned"),
        ) {
            (Some(at), zoned) => Some((instant("photos", at)?, zoned == Some(1))),
            _ => None,
        };
        let side = |name: &str| r.get::<Option<i64>, _>(name).map(|v| v as u32);
        Ok(PhotoRow {
            photo_id: PhotoId::new(r.get::<String, _>("photo_id"))
                .map_err(|e| damaged(e.to_string()))?,
            ticket_id: TicketId::new(r.get::<String, _>("ticket_id"))
                .map_err(|e| damaged(e.to_string()))?,
            role,
            outcome: r.get("outcome"),
            reason: r.get("reason"),
            format: r.get("format"),
            method: r.get("method"),
            width: side("width"),
            height: side("height"),
            upload_digest: r.get("upload_digest"),
            pixel_digest: r.get("pixel_digest"),
            clean_digest: r.get("clean_digest"),
            clean_key: r.get("clean_key"),
            captured,
            place_verdict: r.get("place_verdict"),
            place_kelurahan: r.get("place_kelurahan"),
            distance_m: r.get("distance_m"),
            place_layer: r.get("place_layer"),
            placed: r.get("placed"),
            position: r
                .get::<Option<f64>, _>("lat")
                .zip(r.get::<Option<f64>, _>("lon")),
            marks: serde_json::from_str(&r.get::<String, _>("marks"))
                .map_err(|e| damaged(e.to_string()))?,
            traces: r
                .get::<Option<String>, _>("traces")
                .and_then(|text| serde_json::from_str(&text).ok()),
            removed: r.get("removed"),
            uploaded_at: instant("photos", r.get("uploaded_at"))?,
            fingerprint: None,
            parts: Vec::new(),
            renditions: Vec::new(),
        })
    }};
}

impl Ledger {
    /// One photo, its fingerprint and renditions included.
    pub async fn photo(&self, id: &PhotoId) -> Result<Option<PhotoRow>, LedgerError> {
        type Row = Option<(Vec<u8>, i64, Option<Vec<u8>>)>;
        let rows = self.photo_rows("WHERE photo_id = $1", id.as_str()).await?;
        let Some(mut row) = rows.into_iter().next() else {
            return Ok(None);
        };
        let (print, smaller): (Row, Vec<(i64, i64, String)>) = self
            .timed("read a photo", async {
                on!(&self.pool, p => {
                    let print = sqlx::query_as("SELECT pdq, quality, more FROM fingerprints WHERE photo_id = $1")
                        .bind(id.as_str()).fetch_optional(p).await?;
                    let smaller = sqlx::query_as(
                        "SELECT width, height, key FROM renditions WHERE photo_id = $1 ORDER BY width DESC")
                        .bind(id.as_str()).fetch_all(p).await?;
                    Ok((print, smaller))
                })
            })
            .await?;
        if let Some((pdq, quality, more)) = print {
            row.fingerprint = <[u8; 32]>::try_from(pdq).ok().map(|it| (it, quality as u8));
            row.parts = unpack(&more.unwrap_or_default()).collect();
        }
        row.renditions = smaller
            .into_iter()
            .map(|(w, h, key)| RenditionRow {
                width: w as u32,
                height: h as u32,
                key,
            })
            .collect();
        Ok(Some(row))
    }

    /// Every photo, by ticket and id, without fingerprints and renditions.
    pub async fn photos(&self) -> Result<Vec<PhotoRow>, LedgerError> {
        self.photo_rows("WHERE $1 = '' ORDER BY ticket_id, photo_id", "")
            .await
    }

    /// A ticket's photos.
    pub async fn photos_of(&self, ticket: &TicketId) -> Result<Vec<PhotoRow>, LedgerError> {
        self.photo_rows("WHERE ticket_id = $1 ORDER BY photo_id", ticket.as_str())
            .await
    }

    /// A ticket's processed photos of one role, the earliest upload first.
    pub async fn processed_of(
        &self,
        ticket: &TicketId,
        role: Role,
    ) -> Result<Vec<PhotoRow>, LedgerError> {
        let filter = match role {
            Role::Report => {
                "WHERE ticket_id = $1 AND outcome = 'processed' AND role = 'report'
                 ORDER BY uploaded_at, photo_id"
            }
            Role::Evidence => {
                "WHERE ticket_id = $1 AND outcome = 'processed' AND role = 'evidence'
                 ORDER BY uploaded_at, photo_id"
            }
        };
        self.photo_rows(filter, ticket.as_str()).await
    }

    async fn photo_rows(
        &self,
        filter: &'static str,
        value: &str,
    ) -> Result<Vec<PhotoRow>, LedgerError> {
        let sql = || sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM photos {filter}"));
        on!(&self.pool, p => {
            let rows = self
                .timed("read photos", async {
                    sqlx::query(sql()).bind(value).fetch_all(p).await
                })
                .await?;
            rows.iter().map(|r| read!(r)).collect()
        })
    }
}

impl Tx {
    /// Records what became of a photo. False: it is known already (the same message under another id).
    pub async fn record_photo(&mut self, photo: &PhotoRow) -> Result<bool, LedgerError> {
        let ledger = self.ledger.clone();
        let marks = serde_json::to_string(&photo.marks).map_err(|e| LedgerError::Damaged {
            table: "photos",
            problem: e.to_string(),
        })?;
        let traces = photo.traces.as_ref().map(serde_json::to_string);
        let traces = traces.transpose().map_err(|e| LedgerError::Damaged {
            table: "photos",
            problem: e.to_string(),
        })?;
        let rows = ledger
            .timed("record a photo", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(INSERT))
                    .bind(photo.photo_id.as_str()).bind(photo.ticket_id.as_str())
                    .bind(photo.role.as_str()).bind(&photo.outcome).bind(&photo.reason)
                    .bind(&photo.format).bind(&photo.method)
                    .bind(photo.width.map(i64::from)).bind(photo.height.map(i64::from))
                    .bind(&photo.upload_digest).bind(&photo.pixel_digest).bind(&photo.clean_digest)
                    .bind(&photo.clean_key)
                    .bind(photo.captured.map(|c| c.0.as_microsecond()))
                    .bind(photo.captured.map(|c| i64::from(c.1)))
                    .bind(&photo.place_verdict).bind(&photo.place_kelurahan).bind(photo.distance_m)
                    .bind(photo.position.map(|p| p.0)).bind(photo.position.map(|p| p.1))
                    .bind(&marks).bind(&photo.removed).bind(photo.uploaded_at.as_microsecond())
                    .bind(&photo.place_layer).bind(&photo.placed).bind(&traces)
                    .execute(&mut **t).await.map(|r| r.rows_affected()))
            })
            .await?;
        if rows == 0 {
            return self.known(photo).await;
        }
        ledger
            .timed("record a photo's copies", async {
                on!(&mut self.inner, t => {
                    if let Some((pdq, quality)) = &photo.fingerprint {
                        sqlx::query("INSERT INTO fingerprints (photo_id, pdq, quality, more)
                                     VALUES ($1, $2, $3, $4) ON CONFLICT (photo_id) DO NOTHING")
                            .bind(photo.photo_id.as_str()).bind(&pdq[..]).bind(i64::from(*quality))
                            .bind(pack(&photo.parts))
                            .execute(&mut **t).await?;
                    }
                    for r in &photo.renditions {
                        sqlx::query("INSERT INTO renditions (photo_id, width, height, key)
                                     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
                            .bind(photo.photo_id.as_str()).bind(i64::from(r.width))
                            .bind(i64::from(r.height)).bind(&r.key).execute(&mut **t).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(true)
    }

    /// The id is taken: by the same photo (fine), or by another (never mixed).
    async fn known(&mut self, photo: &PhotoRow) -> Result<bool, LedgerError> {
        let ledger = self.ledger.clone();
        let (ticket, role, digest): (String, String, Option<String>) = ledger
            .timed("compare a known photo", async {
                on!(&mut self.inner, t => sqlx::query_as(
                    "SELECT ticket_id, role, upload_digest FROM photos WHERE photo_id = $1")
                    .bind(photo.photo_id.as_str()).fetch_one(&mut **t).await)
            })
            .await?;
        // Both without a digest: both were too large to be read.
        let same_bytes = digest == photo.upload_digest;
        if ticket == photo.ticket_id.as_str() && role == photo.role.as_str() && same_bytes {
            Ok(false)
        } else {
            Err(LedgerError::PhotoConflict(photo.photo_id.to_string()))
        }
    }
}

/// A parked photo may be replayed and then gets its real outcome; any other outcome is final.
const INSERT: &str = "INSERT INTO photos (photo_id, ticket_id, role, outcome, reason, format, method,
    width, height, upload_digest, pixel_digest, clean_digest, clean_key, captured_at, captured_zoned,
    place_verdict, place_kelurahan, distance_m, lat, lon, marks, removed, uploaded_at, place_layer,
    placed, traces, finished_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21, $22, $23, $24, $25, $26, {now})
  ON CONFLICT (photo_id) DO UPDATE SET outcome = $4, reason = $5, format = $6, method = $7, width = $8,
    height = $9, upload_digest = $10, pixel_digest = $11, clean_digest = $12, clean_key = $13,
    captured_at = $14, captured_zoned = $15, place_verdict = $16, place_kelurahan = $17,
    distance_m = $18, lat = $19, lon = $20, marks = $21, removed = $22, place_layer = $24,
    placed = $25, traces = $26, finished_at = {now}
  WHERE photos.outcome = 'parked' AND photos.ticket_id = $2 AND photos.role = $3";
