//! One pair, compared in the child: from two clean copies to a row.

use bytes::Bytes;
use jaga_contract::PhotoId;
use jaga_ledger::{ComparisonRow, PhotoRow};
use jaga_runner::Decision;
use jaga_vault::VaultError;

use crate::Photo;
use crate::pairs::Pair;
use crate::sandbox::{Compared, Verdict};

/// The draw of a comparison's hypotheses. One for all, so that the same two photos give the same answer
/// here and at an operator's desk.
pub const SEED: u64 = 1;
/// What compares, with its version: another one may answer otherwise.
const METHOD: &str = "likeness/1";
/// A failure that the machine may have caused is tried once more.
const TRIES: u32 = 2;

impl Photo {
    /// How the two are related. What can't be told is an answer too, with its reason; only what would fail
    /// for every photo alike is an error.
    ///
    /// # Errors
    /// [`Decision::Pause`], when the vault or the decoder can't be reached at all.
    pub(crate) async fn compare(
        &self,
        pair: &Pair,
        own: Option<(&PhotoId, &Bytes)>,
    ) -> Result<ComparisonRow, Decision> {
        let other = match self.clean_copy(&pair.other, own).await? {
            Ok(bytes) => bytes,
            Err(reason) => return Ok(unknown(pair, reason)),
        };
        let photo = match self.clean_copy(&pair.photo, own).await? {
            Ok(bytes) => bytes,
            Err(reason) => return Ok(unknown(pair, reason)),
        };
        let mut tries = 1;
        loop {
            let compared = self.decoder.compare(other.clone(), photo.clone(), SEED);
            match compared.await {
                Ok(Verdict::Taken(compared)) => return Ok(row(pair, &compared)),
                Ok(Verdict::Refused { reason, .. }) => return Ok(unknown(pair, reason)),
                Err(Decision::Retry { .. }) if tries < TRIES => tries += 1,
                Err(Decision::Retry { code, why } | Decision::Park { code, why }) => {
                    let (photo, other) = (&pair.photo.photo_id, &pair.other.photo_id);
                    tracing::warn!(%photo, %other, code, why, "two photos could not be compared");
                    return Ok(unknown(pair, code));
                }
                Err(other) => return Err(other),
            }
        }
    }

    /// A photo's clean copy, or why it can't be had.
    async fn clean_copy(
        &self,
        row: &PhotoRow,
        own: Option<(&PhotoId, &Bytes)>,
    ) -> Result<Result<Bytes, &'static str>, Decision> {
        if let Some((id, bytes)) = own
            && *id == row.photo_id
        {
            return Ok(Ok(bytes.clone()));
        }
        let Some(key) = &row.clean_key else {
            return Ok(Err("not_kept"));
        };
        let bucket = &self.buckets.clean;
        let most = usize::try_from(self.decoder.most_clean()).unwrap_or(usize::MAX);
        match self.vault.get(bucket, key, most).await {
            Ok(bytes) => Ok(Ok(bytes)),
            Err(VaultError::NotFound { .. } | VaultError::BadKey { .. }) => Ok(Err("not_kept")),
            Err(VaultError::TooLarge { .. }) => Ok(Err("too_large")),
            Err(e) => Err(e.into()),
        }
    }
}

/// It can't be told how the two are related: a row like every other, for nothing is passed over in silence.
pub(crate) fn unknown(pair: &Pair, reason: &str) -> ComparisonRow {
    ComparisonRow {
        photo_id: pair.photo.photo_id.clone(),
        other_id: pair.other.photo_id.clone(),
        relation: "unknown".into(),
        reason: Some(reason.to_owned()),
        confidence: 0.0,
        aligned: None,
        aligned_other: None,
        changed: None,
        found: None,
        method: METHOD.into(),
    }
}

/// The first picture of the comparison is the other photo, the second the evidence.
fn row(pair: &Pair, compared: &Compared) -> ComparisonRow {
    let it = &compared.comparison;
    // Without an alignment there are no shares: none is not zero.
    let share = |value: f64| it.transform.map(|_| value);
    ComparisonRow {
        relation: it.relation.as_str().to_owned(),
        reason: it.reason.map(|why| why.as_str().to_owned()),
        confidence: it.confidence,
        aligned: share(it.aligned_second),
        aligned_other: share(it.aligned),
        changed: share(it.changed),
        found: serde_json::to_string(&rounded(compared)).ok(),
        ..unknown(pair, "")
    }
}

/// Outlines in steps of a ten-thousandth of a side: finer than a pixel of what was looked at.
fn rounded(compared: &Compared) -> Compared {
    let mut rounded = compared.clone();
    for region in &mut rounded.comparison.regions {
        for value in region.polygon.iter_mut().flatten() {
            *value = (*value * 1e4).round() / 1e4;
        }
    }
    rounded
}
