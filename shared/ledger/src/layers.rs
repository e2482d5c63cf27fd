//! The layers that verdicts rest on, and whose they are.

use jiff::Timestamp;

use crate::db::{instant, on};
use crate::{Ledger, LedgerError, Tx};

/// A layer that some verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerRow {
    /// As it stands in the verdicts.
    pub version: String,
    /// Empty if nobody said.
    pub licence: String,
    /// Empty if nobody said.
    pub attribution: String,
    /// When its first verdict was recorded.
    pub first_used: Timestamp,
}

impl Ledger {
    /// Every layer that was ever used, by its first use.
    pub async fn layers(&self) -> Result<Vec<LayerRow>, LedgerError> {
        type Row = (String, String, String, i64);
        let rows: Vec<Row> = self
            .timed("read the layers", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT version, licence, attribution, first_used FROM layers
                     ORDER BY first_used, version").fetch_all(p).await)
            })
            .await?;
        rows.into_iter()
            .map(|(version, licence, attribution, first_used)| {
                Ok(LayerRow {
                    version,
                    licence,
                    attribution,
                    first_used: instant("layers", first_used)?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Notes whose layer a verdict rests on; once for each.
    pub async fn note_layer(
        &mut self,
        version: &str,
        licence: &str,
        attribution: &str,
    ) -> Result<(), LedgerError> {
        let ledger = self.ledger.clone();
        ledger
            .timed("note a layer", async {
                on!(&mut self.inner, t => sqlx::query(ledger.sql(
                    "INSERT INTO layers (version, licence, attribution, first_used)
                     VALUES ($1, $2, $3, {now}) ON CONFLICT (version) DO NOTHING"))
                    .bind(version).bind(licence).bind(attribution)
                    .execute(&mut **t).await.map(drop))
            })
            .await
    }
}
