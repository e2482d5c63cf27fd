//! What else one hand closed: an officer's closures where the CRM names one, else a unit's. And reports of
//! the same kind around a point. Newest first, and never more than a page of them: a verdict needs the
//! neighbourhood, not the archive.

use jaga_contract::{EventId, OfficerId, PhotoId, TicketId, UnitId};
use jiff::Timestamp;

use crate::db::{instant, on};
use crate::{Ledger, LedgerError, Traces};

/// Whose closures are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand<'a> {
    /// One officer's.
    Officer(&'a OfficerId),
    /// All of a unit's.
    Unit(&'a UnitId),
}

impl Hand<'_> {
    /// Values for `unit = $1` and `officer = $2`: a NULL matches nothing.
    pub(crate) fn values(self) -> (Option<String>, Option<String>) {
        match self {
            Self::Officer(officer) => (None, Some(officer.to_string())),
            Self::Unit(unit) => (Some(unit.to_string()), None),
        }
    }
}

/// A closure of the same hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// The step that proposed it.
    pub closure_id: EventId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// When.
    pub proposed_at: Timestamp,
    /// The ticket's point, latitude and longitude.
    pub point: Option<(f64, f64)>,
    /// First and last capture of its evidence, by the photos' own times.
    pub captured: Option<(Timestamp, Timestamp)>,
}

/// An evidence photo of the same hand, with a position or without.
#[derive(Debug, Clone, PartialEq)]
pub struct HandPhoto {
    /// The photo.
    pub photo_id: PhotoId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// When it was taken by its own time.
    pub captured_at: Option<Timestamp>,
    /// Whether that time said in which zone.
    pub zone_known: bool,
    /// When its upload was complete.
    pub uploaded_at: Timestamp,
    /// Latitude, longitude.
    pub position: Option<(f64, f64)>,
    /// The location verdict, JSON.
    pub placed: Option<String>,
    /// What its file says; `None` of photos from before this was kept.
    pub traces: Option<Traces>,
}

/// A report of the same kind.
#[derive(Debug, Clone, PartialEq)]
pub struct NearReport {
    /// The ticket.
    pub ticket_id: TicketId,
    /// When it came.
    pub submitted_at: Timestamp,
    /// Latitude, longitude.
    pub point: (f64, f64),
}

type BesideRow = (
    String,
    String,
    i64,
    Option<f64>,
    Option<f64>,
    Option<i64>,
    Option<i64>,
);

fn damaged(table: &'static str) -> impl Fn(jaga_contract::IdError) -> LedgerError {
    move |e| LedgerError::Damaged {
        table,
        problem: e.to_string(),
    }
}

fn beside(r: BesideRow) -> Result<Beside, LedgerError> {
    let at = |us| instant("photos", us);
    Ok(Beside {
        closure_id: EventId::new(r.0).map_err(damaged("closures"))?,
        ticket_id: TicketId::new(r.1).map_err(damaged("closures"))?,
        proposed_at: instant("closures", r.2)?,
        point: r.3.zip(r.4),
        captured: match r.5.zip(r.6) {
            Some((first, last)) => Some((at(first)?, at(last)?)),
            None => None,
        },
    })
}

/// With the conditions put in: closures, their tickets' points, the span of their photos' own times.
macro_rules! besides {
    ($conditions:literal) => {
        concat!(
            "SELECT c.closure_id, c.ticket_id, c.proposed_at, t.point_lat, t.point_lon,
               (SELECT MIN(p.captured_at) FROM closure_photos cp JOIN photos p ON p.photo_id = cp.photo_id
                WHERE cp.closure_id = c.closure_id),
               (SELECT MAX(p.captured_at) FROM closure_photos cp JOIN photos p ON p.photo_id = cp.photo_id
                WHERE cp.closure_id = c.closure_id)
             FROM closures c LEFT JOIN tickets t ON t.ticket_id = c.ticket_id WHERE ",
            $conditions,
            " AND c.proposed_at BETWEEN $3 AND $4
             ORDER BY c.proposed_at DESC, c.closure_id LIMIT 500"
        )
    };
}

/// How far "near" reaches, degrees: 330 m at the least, and rules that ask for more are refused. Whoever
/// asks measures what is found.
const NEAR_DEGREES: f64 = 0.003;

/// A query about one category around a point and within a span of time: `$1` to `$7`.
macro_rules! near {
    ($pool:expr, $sql:literal, $category:expr, $point:expr, $span:expr) => {{
        let ((lat, lon), (from, to)) = ($point, $span);
        sqlx::query_as($sql)
            .bind($category)
            .bind(lat - NEAR_DEGREES)
            .bind(lat + NEAR_DEGREES)
            .bind(lon - NEAR_DEGREES)
            .bind(lon + NEAR_DEGREES)
            .bind(from.as_microsecond())
            .bind(to.as_microsecond())
            .fetch_all($pool)
            .await
    }};
}

impl Ledger {
    /// A hand's closures proposed from `from` to `to`.
    pub async fn closures_by(
        &self,
        hand: Hand<'_>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Beside>, LedgerError> {
        let (unit, officer) = hand.values();
        let rows: Vec<BesideRow> = self
            .timed("read a hand's closures", async {
                on!(&self.pool, p => sqlx::query_as(besides!("(c.unit = $1 OR c.officer = $2)"))
                    .bind(&unit).bind(&officer).bind(from.as_microsecond()).bind(to.as_microsecond())
                    .fetch_all(p).await)
            })
            .await?;
        rows.into_iter().map(beside).collect()
    }

    /// A unit's closures with one note (its digest) proposed from `from` to `to`.
    pub async fn closures_saying(
        &self,
        note: &str,
        unit: &UnitId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Beside>, LedgerError> {
        let rows: Vec<BesideRow> = self
            .timed("read closures of one note", async {
                on!(&self.pool, p => sqlx::query_as(besides!("c.note = $1 AND c.unit = $2"))
                    .bind(note).bind(unit.as_str()).bind(from.as_microsecond()).bind(to.as_microsecond())
                    .fetch_all(p).await)
            })
            .await?;
        rows.into_iter().map(beside).collect()
    }

    /// A hand's processed evidence of closures proposed from `from` to `to`.
    pub async fn evidence_by(
        &self,
        hand: Hand<'_>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<HandPhoto>, LedgerError> {
        type Row = (
            String,
            String,
            Option<i64>,
            Option<i64>,
            i64,
            Option<f64>,
            Option<f64>,
            Option<String>,
            Option<String>,
        );
        let (unit, officer) = hand.values();
        let rows: Vec<Row> = self
            .timed("read a hand's evidence", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT DISTINCT p.photo_id, p.ticket_id, p.captured_at, p.captured_zoned, p.uploaded_at,
                       p.lat, p.lon, p.placed, p.traces
                     FROM closures c JOIN closure_photos cp ON cp.closure_id = c.closure_id
                       JOIN photos p ON p.photo_id = cp.photo_id
                     WHERE (c.unit = $1 OR c.officer = $2) AND c.proposed_at BETWEEN $3 AND $4
                       AND p.role = 'evidence' AND p.outcome = 'processed'
                     ORDER BY p.uploaded_at DESC, p.photo_id LIMIT 500")
                    .bind(&unit).bind(&officer).bind(from.as_microsecond()).bind(to.as_microsecond())
                    .fetch_all(p).await)
            })
            .await?;
        rows.into_iter()
            .map(|r| {
                Ok(HandPhoto {
                    photo_id: PhotoId::new(r.0).map_err(damaged("photos"))?,
                    ticket_id: TicketId::new(r.1).map_err(damaged("photos"))?,
                    captured_at: r.2.map(|us| instant("photos", us)).transpose()?,
                    zone_known: r.3 == Some(1),
                    uploaded_at: instant("photos", r.4)?,
                    position: r.5.zip(r.6),
                    placed: r.7,
                    traces: r.8.and_then(|text| serde_json::from_str(&text).ok()),
                })
            })
            .collect()
    }

    /// Public reports of a category submitted from `from` to `to` near a point. Private ones are not told
    /// of: even that they exist would be.
    pub async fn reports_near(
        &self,
        category: &str,
        point: (f64, f64),
        span: (Timestamp, Timestamp),
    ) -> Result<Vec<NearReport>, LedgerError> {
        let rows: Vec<(String, i64, f64, f64)> = self
            .timed("look for reports of a kind", async {
                on!(&self.pool, p => near!(p,
                    "SELECT ticket_id, submitted_at, point_lat, point_lon FROM tickets
                     WHERE category = $1 AND point_lat BETWEEN $2 AND $3 AND point_lon BETWEEN $4 AND $5
                       AND submitted_at BETWEEN $6 AND $7 AND withheld = 0
                     ORDER BY submitted_at, ticket_id LIMIT 100", category, point, span))
            })
            .await?;
        rows.into_iter()
            .map(|(id, at, lat, lon)| {
                Ok(NearReport {
                    ticket_id: TicketId::new(id).map_err(damaged("tickets"))?,
                    submitted_at: instant("tickets", at)?,
                    point: (lat, lon),
                })
            })
            .collect()
    }

    /// Tickets of a category near a point of which a closure was proposed from `from` to `to`: what a new
    /// report there may bear on.
    pub async fn closed_near(
        &self,
        category: &str,
        point: (f64, f64),
        span: (Timestamp, Timestamp),
    ) -> Result<Vec<TicketId>, LedgerError> {
        let rows: Vec<(String,)> = self
            .timed("look for closures of a kind", async {
                on!(&self.pool, p => near!(p,
                    "SELECT DISTINCT t.ticket_id FROM tickets t JOIN closures c ON c.ticket_id = t.ticket_id
                     WHERE t.category = $1 AND t.point_lat BETWEEN $2 AND $3
                       AND t.point_lon BETWEEN $4 AND $5 AND c.proposed_at BETWEEN $6 AND $7
                     ORDER BY t.ticket_id LIMIT 100", category, point, span))
            })
            .await?;
        rows.into_iter()
            .map(|(id,)| TicketId::new(id).map_err(damaged("tickets")))
            .collect()
    }
}
