//! Where in the upload a reading was made.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{model::Provenance, sources::Sources};

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The capture time.
    Capture,
    /// The position.
    Gps,
    /// When the file was last changed.
    Modified,
    /// The camera's name.
    Camera,
    /// What else is there of the camera and its owner.
    Device,
    /// The software's name.
    Software,
    /// The C2PA manifest store.
    C2pa,
    /// The thumbnail.
    Thumbnail,
    /// How a JPEG was encoded, and traces of an earlier time.
    Coding,
    /// A mark of origin.
    Mark(Provenance),
}

/// Which part of the file a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// EXIF: a TIFF structure.
    Exif,
    /// An XMP packet, extended ones included.
    Xmp,
    /// IPTC and Photoshop resources.
    Iptc,
    /// JUMBF, the container of C2PA.
    Jumbf,
    /// A keyed text or a time of PNG.
    Text,
    /// A comment.
    Comment,
    /// What follows the picture.
    Trailer,
    /// The first quantisation tables of a JPEG.
    Tables,
}

/// The block that a reading was made from: its payload, counted from the start of the upload. Of a
/// compressed or split block, the piece in which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Found {
    /// What was read.
    pub subject: Subject,
    /// In which part of the file.
    pub container: Container,
    /// Bytes from the start of the upload.
    pub offset: u64,
    /// Bytes of the block.
    pub length: u64,
}

/// The places found so far.
pub(super) struct Places<'s, 'a> {
    pub(super) sources: &'s Sources<'a>,
    pub(super) upload: &'a [u8],
    pub(super) list: Vec<Found>,
}

impl Places<'_, '_> {
    /// Notes that a subject was read from a block, if the block lies in the upload.
    pub(super) fn note(&mut self, subject: Subject, container: Container, block: Option<&[u8]>) {
        let Some(range) = block.and_then(|block| self.sources.range(self.upload, block)) else {
            return;
        };
        if self.list.iter().any(|found| found.subject == subject) {
            return;
        }
        self.list.push(Found {
            subject,
            container,
            offset: range.start as u64,
            length: range.len() as u64,
        });
    }
}

/// Where a borrowed block lies within the bytes that it was borrowed from.
pub(super) fn within(upload: &[u8], block: &[u8]) -> Option<Range<usize>> {
    let start = block.as_ptr().addr().checked_sub(upload.as_ptr().addr())?;
    let end = start.checked_add(block.len())?;
    (end <= upload.len()).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_found_within_its_file_and_no_other() {
        let file = vec![0_u8; 100];
        assert_eq!(within(&file, &file[20..30]), Some(20..30));
        assert_eq!(within(&file, &file[100..]), Some(100..100));
        assert_eq!(within(&file[..25], &file[20..30]), None);
        assert_eq!(within(&file[50..], &file[20..30]), None);
    }
}
