//! ISO base media files that hold still pictures (ISO/IEC 14496-12 and 23008-12): HEIF and AVIF.
//!
//! A lenient reader: it takes what it understands within its bounds and says where it stopped.

mod boxes;
mod carriers;
mod items;
mod meta;
mod properties;

pub(crate) use boxes::Node;
use boxes::walk;
pub(crate) use carriers::carriers;
pub(crate) use items::{Grid, Overlay, Shape};
pub(crate) use meta::{Item, Meta};
pub(crate) use properties::{Clap, Colour, alpha_kind};

use crate::{
    bytes::part,
    limits::Limits,
    refusal::{Refusal, RefusalCode},
};

/// One file: its outer boxes and the description of its pictures.
#[derive(Debug)]
pub(crate) struct File<'a> {
    pub(crate) bytes: &'a [u8],
    /// Boxes of the file itself, in order.
    pub(crate) boxes: Vec<Node>,
    /// Where the last whole box ends; what follows belongs to none.
    pub(crate) end: usize,
    pub(crate) meta: Meta,
}

impl<'a> File<'a> {
    /// Reads the outer boxes and the first `meta` box. Never fails: a file without pictures has an
    /// empty description, and the reason is told by [`File::primary`].
    pub(crate) fn read(bytes: &'a [u8], limits: &Limits) -> Self {
        let mut budget = limits.max_chunks;
        let outer = walk(bytes, 0..bytes.len(), &mut budget);
        let node = outer.list.iter().find(|node| node.kind == *b"meta");
        let mut meta = node.map_or_else(Meta::default, |node| Meta::read(bytes, node, &mut budget));
        if budget == 0 {
            meta.stop = Some(Refusal::too_many_parts());
        }
        Self {
            bytes,
            boxes: outer.list,
            end: outer.end,
            meta,
        }
    }

    /// Whether it calls itself a sequence of pictures, and holds one: viewers show that, and not its still picture.
    pub(crate) fn moves(&self) -> bool {
        const BRANDS: [&[u8]; 4] = [b"avis", b"msf1", b"hevc", b"hevx"];
        let kind = |kind: [u8; 4]| self.boxes.iter().find(move |node| node.kind == kind);
        let brands = kind(*b"ftyp").map_or(&[][..], |node| part(self.bytes, &node.body));
        let named = |brand: &&[u8]| BRANDS.contains(brand);
        kind(*b"moov").is_some() && brands.chunks_exact(4).any(|brand| named(&brand))
    }

    /// Whether its picture may stay as it is coded. Of a sequence only the still picture could, and without its frames
    /// nothing is lossless; what is drawn from other pictures has no codes of its own.
    pub(crate) fn can_stay(&self) -> bool {
        !self.moves() && !self.primary().is_ok_and(Item::is_derived)
    }

    /// The item that is the picture.
    pub(crate) fn primary(&self) -> Result<&Item, Refusal> {
        if let Some(stop) = &self.meta.stop {
            return Err(stop.clone());
        }
        let sequence = self.boxes.iter().any(|node| node.kind == *b"moov");
        self.meta.item(self.meta.primary).ok_or_else(|| {
            if sequence {
                Refusal::unsupported("an image sequence without a still picture")
            } else {
                Refusal::new(RefusalCode::NotAnImage, "the file holds no picture")
            }
        })
    }
}
