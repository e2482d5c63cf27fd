//! What becomes of the original, after the commit and before the ack, repeatable at will: a report
//! photo's is deleted, an evidence photo's is sealed. A rejected or parked report photo stays in
//! quarantine until the bucket's retention ends, so that it can be looked at or replayed.

use jaga_contract::{PhotoUploaded, Role};
use jaga_ledger::Ledger;
use jaga_runner::Decision;
use jaga_vault::VaultError;

use crate::Photo;

pub(crate) async fn settle(
    photo: &Photo,
    ledger: &Ledger,
    upload: &PhotoUploaded,
) -> Result<(), Decision> {
    let Some(row) = ledger.photo(&upload.photo_id).await? else {
        return Ok(());
    };
    // The id may belong to another upload; its original is none of this message's business.
    if row.ticket_id != upload.ticket_id || row.role != upload.role {
        return Ok(());
    }
    match (upload.role, row.outcome.as_str()) {
        (Role::Report, "processed") => delete(photo, upload).await,
        (Role::Evidence, "processed" | "rejected") => seal(photo, upload).await,
        _ => Ok(()),
    }
}

async fn delete(photo: &Photo, upload: &PhotoUploaded) -> Result<(), Decision> {
    Ok(photo
        .vault
        .delete(&upload.object.bucket, &upload.object.key)
        .await?)
}

/// Metadata is evidence: the bytes as the officer sent them, where nobody reads them without need.
async fn seal(photo: &Photo, upload: &PhotoUploaded) -> Result<(), Decision> {
    let object = &upload.object;
    // What was too large to read stays in quarantine: it could not be looked at either.
    let cap = 64 << 20;
    let bytes = match photo.vault.get(&object.bucket, &object.key, cap).await {
        Ok(bytes) => bytes,
        // Sealed by an earlier delivery of the same message.
        Err(VaultError::NotFound { .. } | VaultError::TooLarge { .. }) => return Ok(()),
        Err(e) => return Err(e.into()),
    };
    let sealed = &photo.buckets.sealed;
    photo
        .vault
        .put_content(sealed, bytes, "bin", "application/octet-stream")
        .await?;
    delete(photo, upload).await
}
