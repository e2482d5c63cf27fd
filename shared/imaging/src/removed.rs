//! The list of what a file carried besides its picture.

use serde::{Deserialize, Serialize};

/// One kind of carrier and how many bytes of the file it took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// What it was, such as `exif`, `xmp`, `trailer` or `chunk`. Never text from the file.
    pub carrier: String,
    /// Its bytes in the original, headers included.
    pub bytes: u64,
}

/// Collects carriers, one entry per kind, in order of first sight.
#[derive(Debug, Default)]
pub(crate) struct Tally(Vec<Removed>);

impl Tally {
    pub(crate) fn add(&mut self, carrier: &str, bytes: usize) {
        if bytes == 0 {
            return;
        }
        match self.0.iter_mut().find(|entry| entry.carrier == carrier) {
            Some(entry) => entry.bytes = entry.bytes.saturating_add(bytes as u64),
            None => self.0.push(Removed {
                carrier: carrier.to_owned(),
                bytes: bytes as u64,
            }),
        }
    }

    /// Bytes of all carriers together.
    pub(crate) fn total(&self) -> usize {
        let bytes = self.0.iter().map(|entry| entry.bytes);
        bytes.fold(0_usize, |sum, bytes| sum.saturating_add(bytes as usize))
    }

    pub(crate) fn into_list(self) -> Vec<Removed> {
        self.0
    }
}
