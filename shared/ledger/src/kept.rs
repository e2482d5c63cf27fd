//! The rules that were last found sound, kept for a start on files that are not.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::db::{instant, on};
use crate::{Ledger, LedgerError};

/// Rules as they were last taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRules {
    /// As it stands in sweeps and verdicts.
    pub version: String,
    /// Which part, and its text; a part that was built in is left out.
    pub texts: BTreeMap<String, String>,
    /// When they were taken.
    pub taken_at: Timestamp,
}

impl Ledger {
    /// The rules of one name that were last taken.
    pub async fn kept_rules(&self, name: &str) -> Result<Option<KeptRules>, LedgerError> {
        let row: Option<(String, String, i64)> = self
            .timed("read the rules that were kept", async {
                on!(&self.pool, p => sqlx::query_as(
                    "SELECT version, texts, taken_at FROM rules_kept WHERE name = $1")
                    .bind(name).fetch_optional(p).await)
            })
            .await?;
        let Some((version, texts, taken_at)) = row else {
            return Ok(None);
        };
        let texts = serde_json::from_str(&texts).map_err(|e| LedgerError::Damaged {
            table: "rules_kept",
            problem: e.to_string(),
        })?;
        Ok(Some(KeptRules {
            version,
            texts,
            taken_at: instant("rules_kept", taken_at)?,
        }))
    }

    /// Keeps rules that were found sound. Of several workers the last one's stay; the same ones again keep
    /// the time when they were first taken.
    pub async fn keep_rules(
        &self,
        name: &str,
        version: &str,
        texts: &BTreeMap<String, String>,
    ) -> Result<(), LedgerError> {
        let texts = serde_json::to_string(texts).map_err(|e| LedgerError::Damaged {
            table: "rules_kept",
            problem: e.to_string(),
        })?;
        self.timed("keep the rules", async {
            on!(&self.pool, p => sqlx::query(self.sql(
                "INSERT INTO rules_kept (name, version, texts, taken_at) VALUES ($1, $2, $3, {now})
                 ON CONFLICT (name) DO UPDATE
                 SET version = excluded.version, texts = excluded.texts, taken_at = excluded.taken_at
                 WHERE rules_kept.version <> excluded.version OR rules_kept.texts <> excluded.texts"))
                .bind(name).bind(version).bind(&texts).execute(p).await.map(drop))
        })
        .await
    }
}
