//! What the clean file is written from, and what of the old one is not in it.

use std::borrow::Cow;

use super::{Chunk, Chunks, carrier};
use crate::{bytes::part, removed::Tally};

/// The chunks of the clean file in the order they are written, as type and payload.
pub(super) type Kept<'a> = Vec<([u8; 4], Payload<'a>)>;

/// What a chunk holds: the pixels' pieces stay where they are until they are written.
pub(super) enum Payload<'a> {
    One(Cow<'a, [u8]>),
    Pieces(Vec<&'a [u8]>),
}

impl Payload<'_> {
    pub(super) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let (one, many): (Option<&[u8]>, &[&[u8]]) = match self {
            Self::One(bytes) => (Some(bytes), &[]),
            Self::Pieces(pieces) => (None, pieces),
        };
        one.into_iter().chain(many.iter().copied())
    }

    pub(super) fn len(&self) -> usize {
        self.pieces().map(<[u8]>::len).sum()
    }

    fn is(&self, bytes: &[u8]) -> bool {
        matches!(self, Self::One(one) if **one == *bytes)
    }

    /// Bytes that are not what stands in its place.
    fn apart(&self, bytes: &[u8]) -> usize {
        let own = self.pieces().flatten();
        let other = own.zip(bytes).filter(|(own, byte)| own != byte).count();
        other + bytes.len().saturating_sub(self.len())
    }
}

impl<'a> From<&'a [u8]> for Payload<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::One(bytes.into())
    }
}

impl From<Vec<u8>> for Payload<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::One(bytes.into())
    }
}

/// Lists what went: every chunk whose bytes are not in the clean file, and what follows IEND. Of the tables of colours
/// only those that count are in it, without what no pixel has or can name.
pub(super) fn tally(bytes: &[u8], found: &Chunks, tables: &[&Chunk], kept: &Kept) -> Tally {
    let mut tally = Tally::default();
    let mut pixels = 0;
    for chunk in &found.list {
        let body = part(bytes, &chunk.body);
        match &chunk.kind {
            b"IDAT" => pixels += body.len(),
            b"IEND" => {}
            b"PLTE" | b"tRNS" if tables.iter().any(|table| table.body == chunk.body) => {
                let table = kept.iter().find(|kept| kept.0 == chunk.kind);
                tally.add("palette", table.map_or(0, |table| table.1.apart(body)));
            }
            b"PLTE" | b"tRNS" => tally.add(carrier(chunk.kind, body), body.len() + 12),
            _ if kept
                .iter()
                .any(|kept| kept.0 == chunk.kind && kept.1.is(body)) => {}
            kind => tally.add(carrier(*kind, body), body.len() + 12),
        }
    }
    let of_pixels = kept.iter().filter(|chunk| chunk.0 == *b"IDAT");
    let length: usize = of_pixels.map(|chunk| chunk.1.len()).sum();
    tally.add("pixel_tail", pixels.saturating_sub(length));
    tally.add("trailer", bytes.len().saturating_sub(found.end));
    tally
}
