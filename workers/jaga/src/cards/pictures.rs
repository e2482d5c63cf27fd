//! The clean renditions that cards show.

use std::collections::BTreeMap;

use bytes::Bytes;
use jaga_ledger::PhotoRow;
use jaga_vault::{Vault, VaultError};

/// More than a rendition has.
const CAP: usize = 8 << 20;

/// Pictures by their key in the clean bucket.
#[derive(Default)]
pub struct Pictures(BTreeMap<String, Bytes>);

impl Pictures {
    /// Reads the largest rendition of each photo. One that is not there is left out: the card says so.
    ///
    /// # Errors
    /// Where the vault can't be reached.
    pub async fn load(
        vault: &Vault,
        bucket: &str,
        photos: impl IntoIterator<Item = &PhotoRow>,
    ) -> Result<Self, VaultError> {
        let mut all = BTreeMap::new();
        for photo in photos {
            let Some(key) = key(photo) else { continue };
            if all.contains_key(key) {
                continue;
            }
            match vault.get(bucket, key, CAP).await {
                Ok(bytes) => {
                    all.insert(key.to_owned(), bytes);
                }
                Err(VaultError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self(all))
    }

    /// A photo's picture.
    pub fn of(&self, photo: &PhotoRow) -> Option<&Bytes> {
        self.0.get(key(photo)?)
    }
}

fn key(photo: &PhotoRow) -> Option<&str> {
    let largest = photo.renditions.iter().max_by_key(|r| r.width * r.height);
    largest.map(|r| r.key.as_str())
}
