//! A photo is erased: at a person's request, and everywhere.

use jaga_contract::{PhotoId, Role};

use crate::db::on;
use crate::{Ledger, LedgerError, PhotoRow};

/// What was erased, and what else must go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Keys in the clean bucket that no other photo uses.
    pub clean: Vec<String>,
    /// BLAKE3 of the upload of an evidence photo, if no other has it: its sealed original is named by it.
    pub sealed: Option<String>,
}

impl Ledger {
    /// Forgets all that is known of a photo, its fingerprints, likenesses, comparisons and sent event too; who keeps those in memory
    /// hears of it by a number that says nothing of the photo. Its id stays, with outcome `erased`, so that
    /// a late repeat of its upload has no effect. What lies in the vault is the caller's to delete, and
    /// asking again names it again until `forget_keys` is called. `None`: there is no such photo.
    pub async fn erase_photo(&self, id: &PhotoId) -> Result<Option<Erased>, LedgerError> {
        let Some(row) = self.photo(id).await? else {
            return Ok(None);
        };
        let mut tx = self.begin().await?;
        // The counter first: no photo is committed from here on that could rely on the same objects.
        let seq = tx.take_numbers(1).await?;
        self.timed("erase a photo", async {
            on!(&mut tx.inner, t => {
                let gone: Option<Option<i64>> =
                    sqlx::query_scalar("SELECT seq FROM fingerprints WHERE photo_id = $1")
                        .bind(id.as_str()).fetch_optional(&mut **t).await?;
                if let Some(Some(gone)) = gone {
                    sqlx::query("INSERT INTO erasures (seq, gone) VALUES ($1, $2)")
                        .bind(seq).bind(gone).execute(&mut **t).await?;
                }
                for sql in [
                    "DELETE FROM fingerprints WHERE photo_id = $1",
                    "DELETE FROM likenesses WHERE photo_id = $1 OR other_id = $1",
                    "UPDATE photos SET outcome = 'erased', reason = NULL, format = NULL, method = NULL,
                       width = NULL, height = NULL, pixel_digest = NULL, clean_digest = NULL,
                       captured_at = NULL, captured_zoned = NULL, place_verdict = NULL,
                       place_kelurahan = NULL, distance_m = NULL, lat = NULL, lon = NULL, marks = '[]',
                       removed = '[]', place_layer = NULL, placed = NULL,
                       traces = NULL WHERE photo_id = $1",
                    // After the photo's row is held: a comparison that is just being recorded is seen.
                    "DELETE FROM comparisons WHERE photo_id = $1 OR other_id = $1",
                    // What was told of it; what is still to be told is the CRM's to know, and goes by itself.
                    "DELETE FROM outbox WHERE event_id = 'photo:' || $1 AND sent_at IS NOT NULL",
                ] {
                    sqlx::query(sql).bind(id.as_str()).execute(&mut **t).await?;
                }
                Ok(())
            })
        })
        .await?;
        tx.commit().await?;
        self.objects(&row).await.map(Some)
    }

    /// The last of it: the names of its objects, once they are deleted.
    pub async fn forget_keys(&self, id: &PhotoId) -> Result<(), LedgerError> {
        let mut tx = self.begin().await?;
        self.timed("forget a photo's keys", async {
            for sql in [
                "DELETE FROM renditions WHERE photo_id = $1
                   AND EXISTS (SELECT 1 FROM photos WHERE photo_id = $1 AND outcome = 'erased')",
                "UPDATE photos SET clean_key = NULL, upload_digest = NULL
                   WHERE photo_id = $1 AND outcome = 'erased'",
            ] {
                on!(&mut tx.inner, t =>
                    sqlx::query(sql).bind(id.as_str()).execute(&mut **t).await.map(drop))?;
            }
            Ok(())
        })
        .await?;
        tx.commit().await
    }

    /// What only this photo has in the vault: objects are named by their content, and may be shared.
    async fn objects(&self, row: &PhotoRow) -> Result<Erased, LedgerError> {
        let own = row.renditions.iter().map(|it| &it.key);
        let mut clean = Vec::new();
        for key in own.chain(&row.clean_key) {
            let sql = "SELECT (SELECT count(*) FROM photos WHERE clean_key = $1 AND photo_id <> $2)
                         + (SELECT count(*) FROM renditions WHERE key = $1 AND photo_id <> $2)";
            if self.others(sql, key, &row.photo_id).await? == 0 {
                clean.push(key.clone());
            }
        }
        let sealed = match &row.upload_digest {
            Some(digest) if row.role == Role::Evidence => {
                let sql = "SELECT count(*) FROM photos WHERE upload_digest = $1 AND photo_id <> $2
                             AND role = 'evidence'";
                let alone = self.others(sql, digest, &row.photo_id).await? == 0;
                alone.then(|| digest.clone())
            }
            _ => None,
        };
        Ok(Erased { clean, sealed })
    }

    async fn others(
        &self,
        sql: &'static str,
        value: &str,
        id: &PhotoId,
    ) -> Result<i64, LedgerError> {
        self.timed("look for others with the same object", async {
            on!(&self.pool, p =>
                sqlx::query_scalar(sql).bind(value).bind(id.as_str()).fetch_one(p).await)
        })
        .await
    }
}
