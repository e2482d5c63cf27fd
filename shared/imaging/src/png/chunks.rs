//! Splits a PNG into chunks.

use std::ops::Range;

use crate::{bytes::be32, limits::Limits, refusal::Refusal};

/// The eight bytes every PNG starts with.
pub(crate) const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// One chunk; `body` is the payload between the type and the checksum.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) kind: [u8; 4],
    pub(crate) body: Range<usize>,
}

impl Chunk {
    /// Whether the stored checksum fits type and payload.
    pub(crate) fn intact(&self, bytes: &[u8]) -> bool {
        let stored = be32(bytes, self.body.end);
        bytes
            .get(self.body.start.saturating_sub(4)..self.body.end)
            .is_some_and(|covered| stored == Some(crc32fast::hash(covered)))
    }
}

/// All chunks up to IEND, or up to the first thing that can't be read.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    pub(crate) list: Vec<Chunk>,
    /// Where the picture ended: after IEND, or where reading stopped.
    pub(crate) end: usize,
    /// Why reading stopped early. A file without IEND has a reason too.
    pub(crate) stop: Option<Refusal>,
}

impl Chunks {
    /// What describes the picture: decoders pass over what of it comes later.
    pub(super) fn before_pixels(&self) -> impl Iterator<Item = &Chunk> {
        self.list.iter().take_while(|chunk| chunk.kind != *b"IDAT")
    }
}

/// Walks from the signature to IEND.
pub(crate) fn chunks(bytes: &[u8], limits: &Limits) -> Chunks {
    let mut found = Chunks {
        end: SIGNATURE.len(),
        ..Chunks::default()
    };
    loop {
        if found.list.len() >= limits.max_chunks as usize {
            found.stop = Some(Refusal::too_many_parts());
            return found;
        }
        let at = found.end;
        let (Some(length), Some(kind)) = (
            be32(bytes, at),
            bytes
                .get(at.saturating_add(4)..)
                .and_then(|rest| rest.first_chunk::<4>()),
        ) else {
            found.stop = Some(Refusal::truncated("the file ends before the picture does"));
            return found;
        };
        let start = at + 8;
        let end = start.saturating_add(length as usize);
        if length > i32::MAX as u32 || end.saturating_add(4) > bytes.len() {
            found.stop = Some(Refusal::truncated("the file ends inside a chunk"));
            return found;
        }
        found.list.push(Chunk {
            kind: *kind,
            body: start..end,
        });
        found.end = end + 4;
        if kind == b"IEND" {
            return found;
        }
    }
}
