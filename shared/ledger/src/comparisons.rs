//! How evidence photos are related to other photos, by comparing them pixel by pixel.

use jaga_contract::{PhotoId, Role, TicketId};

use crate::db::on;
use crate::{Ledger, LedgerError, Tx};

/// A pair, compared.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonRow {
    /// An evidence photo; of two of them the one that was uploaded later.
    pub photo_id: PhotoId,
    /// The photo that it was compared with.
    pub other_id: PhotoId,
    /// `identical`, `edited_copy`, `same_scene`, `unrelated` or `unknown`.
    pub relation: String,
    /// A stable code, where it is unknown.
    pub reason: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
    /// Share of the photo that the other shows, changed or not, 0 to 1.
    pub aligned: Option<f64>,
    /// Share of the other that the photo shows, 0 to 1.
    pub aligned_other: Option<f64>,
    /// Share of the other that the photo shows otherwise, 0 to 1.
    pub changed: Option<f64>,
    /// JSON: all of the answer.
    pub found: Option<String>,
    /// What compared them, with its version.
    pub method: String,
}

/// A photo's comparison with another one, seen from the photo.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The other photo.
    pub photo_id: PhotoId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// Its role.
    pub role: Role,
    /// The other's ticket is private or secret, or not known.
    pub withheld: bool,
    /// As in [`ComparisonRow::relation`].
    pub relation: String,
    /// As in [`ComparisonRow::reason`].
    pub reason: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
    /// Share of the photo that the other shows, 0 to 1.
    pub aligned: Option<f64>,
    /// Share of the other that was changed, 0 to 1; known from the later photo's side only.
    pub changed: Option<f64>,
}

type Row = (
    String,
    String,
    String,
    Option<i64>,
    String,
    Option<String>,
    f64,
    Option<f64>,
    Option<f64>,
);

/// Pairs are kept once, and read from both sides.
const COMPARED: &str = "SELECT p.photo_id, p.ticket_id, p.role, t.withheld, c.relation, c.reason,
    c.confidence, c.aligned, c.changed
  FROM (SELECT other_id AS id, relation, reason, confidence, aligned, changed
          FROM comparisons WHERE photo_id = $1
        UNION ALL
        SELECT photo_id, relation, reason, confidence, aligned_other, NULL
          FROM comparisons WHERE other_id = $1) c
  JOIN photos p ON p.photo_id = c.id LEFT JOIN tickets t ON t.ticket_id = p.ticket_id
  WHERE p.outcome = 'processed' ORDER BY p.photo_id";

impl Ledger {
    /// What a photo was compared with, by the other's id.
    pub async fn comparisons(&self, photo: &PhotoId) -> Result<Vec<Compared>, LedgerError> {
        let rows: Vec<Row> = self
            .timed("read comparisons", async {
                on!(&self.pool, p =>
                    sqlx::query_as(COMPARED).bind(photo.as_str()).fetch_all(p).await)
            })
            .await?;
        rows.into_iter().map(compared).collect()
    }

    /// All that was found of a pair, as it was recorded.
    pub async fn comparison(
        &self,
        photo: &PhotoId,
        other: &PhotoId,
    ) -> Result<Option<ComparisonRow>, LedgerError> {
        type Whole = (
            String,
            Option<String>,
            f64,
            Option<f64>,
            Option<f64>,
            Option<f64>,
            Option<String>,
            String,
        );
        let row: Option<Whole> = self
            .timed("read a comparison", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT relation, reason, confidence, aligned, aligned_other, changed, found, method
                     FROM comparisons WHERE photo_id = $1 AND other_id = $2")
                    .bind(photo.as_str()).bind(other.as_str()).fetch_optional(p).await)
            })
            .await?;
        Ok(row.map(|r| ComparisonRow {
            photo_id: photo.clone(),
            other_id: other.clone(),
            relation: r.0,
            reason: r.1,
            confidence: r.2,
            aligned: r.3,
            aligned_other: r.4,
            changed: r.5,
            found: r.6,
            method: r.7,
        }))
    }
}

impl Tx {
    /// Records how two photos are related. False: the pair is known, either way round, or one of the two
    /// is not (or no longer) a processed photo: what was erased leaves no trace.
    pub async fn record_comparison(&mut self, row: &ComparisonRow) -> Result<bool, LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("record a comparison", async {
                on!(&mut self.inner, t => {
                    // Held: an erasure at the same time comes wholly before or wholly after.
                    let both: Vec<String> = sqlx::query_scalar(ledger.sql(
                        "SELECT photo_id FROM photos WHERE photo_id IN ($1, $2)
                           AND outcome = 'processed' {share}"))
                        .bind(row.photo_id.as_str()).bind(row.other_id.as_str())
                        .fetch_all(&mut **t).await?;
                    if both.len() != 2 {
                        return Ok(false);
                    }
                    sqlx::query(ledger.sql(
                        "INSERT INTO comparisons (photo_id, other_id, relation, reason, confidence,
                           aligned, aligned_other, changed, found, method, compared_at)
                         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, {now} WHERE NOT EXISTS (
                           SELECT 1 FROM comparisons WHERE photo_id = $2 AND other_id = $1)
                         ON CONFLICT DO NOTHING"))
                        .bind(row.photo_id.as_str()).bind(row.other_id.as_str())
                        .bind(&row.relation).bind(&row.reason).bind(row.confidence)
                        .bind(row.aligned).bind(row.aligned_other).bind(row.changed)
                        .bind(&row.found).bind(&row.method)
                        .execute(&mut **t).await.map(|r| r.rows_affected() == 1)
                })
            })
            .await
    }
}

fn compared(row: Row) -> Result<Compared, LedgerError> {
    let (id, ticket, role, withheld, relation, reason, confidence, aligned, changed) = row;
    let damaged = |e: jaga_contract::IdError| LedgerError::Damaged {
        table: "comparisons",
        problem: e.to_string(),
    };
    Ok(Compared {
        photo_id: PhotoId::new(id).map_err(damaged)?,
        ticket_id: TicketId::new(ticket).map_err(damaged)?,
        role: if role == "evidence" {
            Role::Evidence
        } else {
            Role::Report
        },
        withheld: withheld != Some(0),
        relation,
        reason,
        confidence,
        aligned,
        changed,
    })
}
