//! JUMBF (ISO/IEC 19566-5): boxes in boxes, each with a description that labels it.

use std::borrow::Cow;

use crate::bytes::{be16, be32};

/// A superbox: its label and what it holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Super<'s> {
    pub(super) label: &'s str,
    /// Everything within its header: what C2PA hashes.
    pub(super) content: &'s [u8],
    /// The boxes after the description.
    inner: &'s [u8],
}

/// Boxes of one level that are looked at.
const MAX_BOXES: usize = 512;

/// One box: kind and payload; the rest of the bytes.
fn split(bytes: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let kind = *bytes.get(4..)?.first_chunk::<4>()?;
    let (head, size) = match be32(bytes, 0)? {
        0 => (8, bytes.len()),
        1 => {
            let long = u64::from_be_bytes(*bytes.get(8..)?.first_chunk()?);
            (16, usize::try_from(long).ok()?)
        }
        size => (8, size as usize),
    };
    Some((kind, bytes.get(head..size)?, bytes.get(size..)?))
}

fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let next = move || {
        let (kind, body, rest) = split(bytes)?;
        bytes = rest;
        Some((kind, body))
    };
    std::iter::from_fn(next).take(MAX_BOXES)
}

impl<'s> Super<'s> {
    /// Reads a superbox's payload; nothing where it has no label.
    fn read(content: &'s [u8]) -> Option<Self> {
        let (kind, description, inner) = split(content)?;
        if kind != *b"jumd" {
            return None;
        }
        // Sixteen bytes of type, one of flags, and the label up to its zero.
        let text = description.get(17..)?;
        let text = text.split(|byte| *byte == 0).next()?;
        let label = std::str::from_utf8(text).ok()?;
        Some(Self {
            label,
            content,
            inner,
        })
    }

    /// The superboxes directly within.
    pub(super) fn supers(&self) -> impl Iterator<Item = Super<'s>> + use<'s> {
        supers(self.inner)
    }

    /// The superbox directly within that has a label, or one that begins so.
    pub(super) fn labelled(&self, label: &str) -> Option<Super<'s>> {
        self.supers().find(|it| it.label.starts_with(label))
    }

    /// The payload of the first content box of a kind.
    pub(super) fn body(&self, kind: [u8; 4]) -> Option<&'s [u8]> {
        boxes(self.inner)
            .find(|(it, _)| *it == kind)
            .map(|(_, body)| body)
    }
}

/// The superboxes of a run of boxes.
pub(super) fn supers(bytes: &[u8]) -> impl Iterator<Item = Super<'_>> {
    boxes(bytes)
        .filter(|(kind, _)| kind == b"jumb")
        .filter_map(|(_, content)| Super::read(content))
}

/// One box out of the APP11 segments of a JPEG (each: "JP", box number, packet number, and the box's
/// header again), or the block itself where the container holds it whole.
pub(super) fn joined<'s>(blocks: &'s [Cow<'_, [u8]>], most: usize) -> Option<Cow<'s, [u8]>> {
    let whole = blocks.iter().find(|block| block.get(4..8) == Some(b"jumb"));
    if let Some(block) = whole {
        return Some(block.get(..block.len().min(most))?.into());
    }
    let number = |block: &[u8]| {
        let ours = block.starts_with(b"JP") && block.get(12..16) == Some(b"jumb");
        ours.then(|| Some((be16(block, 2)?, be32(block, 4)?)))?
    };
    let first = blocks.iter().find_map(|block| number(block))?.0;
    let mut pieces: Vec<(u32, &[u8])> = blocks
        .iter()
        .filter_map(|block| {
            let (instance, packet) = number(block)?;
            (instance == first).then_some((packet, block.as_ref()))
        })
        .collect();
    pieces.sort_by_key(|(packet, _)| *packet);
    let mut out = Vec::new();
    for (index, (_, block)) in pieces.into_iter().enumerate() {
        // The header, 16 bytes where the length is a long one, stands in every piece.
        let head = if be32(block, 8)? == 1 { 24 } else { 16 };
        let data = block.get(if index == 0 { 8 } else { head }..)?;
        let room = most - out.len();
        out.extend_from_slice(data.get(..data.len().min(room))?);
    }
    Some(Cow::Owned(out))
}
