//! The bytes of items, and how several of them make one picture.

use std::borrow::Cow;

use super::{File, Item, alpha_kind};
use crate::{
    bytes::{be16, be32, part},
    refusal::Refusal,
};

/// Tiles of one size in rows, cut off at the right and at the bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Reads the body of a `grid` item.
pub(crate) fn grid_of(body: &[u8]) -> Option<Grid> {
    let wide = body.get(1)? & 1 != 0;
    let side = |index: usize| {
        if wide {
            be32(body, 4 + 4 * index)
        } else {
            be16(body, 4 + 2 * index).map(u32::from)
        }
    };
    Some(Grid {
        rows: usize::from(*body.get(2)?) + 1,
        columns: usize::from(*body.get(3)?) + 1,
        width: side(0)?,
        height: side(1)?,
    })
}

/// Pictures over each other, from the lowest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Overlay {
    /// Red, green, blue and alpha where no picture lies.
    pub(crate) fill: [u8; 4],
    pub(crate) size: (u32, u32),
    /// Where the top left corner of each lies.
    pub(crate) places: Vec<(i32, i32)>,
}

impl Overlay {
    /// Reads the body of an `iovl` item that names so many pictures.
    pub(crate) fn read(body: &[u8], count: usize) -> Option<Self> {
        let wide = body.get(1)? & 1 != 0;
        let unsigned = |index: usize| {
            if wide {
                be32(body, 10 + 4 * index)
            } else {
                be16(body, 10 + 2 * index).map(u32::from)
            }
        };
        let signed = |index: usize| {
            let number = unsigned(index)?;
            let short = i32::from(number as u16 as i16);
            Some(if wide { number as i32 } else { short })
        };
        let place = |index: usize| Some((signed(2 + 2 * index)?, signed(3 + 2 * index)?));
        // Of 16 bits each the high ones.
        let [red, _, green, _, blue, _, alpha, _] = *body.get(2..)?.first_chunk()?;
        Some(Self {
            fill: [red, green, blue, alpha],
            size: (unsigned(0)?, unsigned(1)?),
            places: (0..count).map(place).collect::<Option<_>>()?,
        })
    }
}

impl Item {
    /// Whether it is drawn from other pictures, each of which is one of its own.
    pub(crate) fn is_derived(&self) -> bool {
        matches!(&self.kind, b"iden" | b"iovl")
    }
}

/// What a picture is made of.
#[derive(Debug)]
pub(crate) enum Shape<'f> {
    /// One coded picture.
    Coded(&'f Item),
    /// Coded pictures side by side, row by row from the top left.
    Tiles(Grid, Vec<&'f Item>),
}

impl<'f> Shape<'f> {
    /// The coded pictures.
    pub(crate) fn coded(&self) -> &[&'f Item] {
        match self {
            Self::Coded(item) => std::slice::from_ref(item),
            Self::Tiles(_, tiles) => tiles,
        }
    }
}

impl<'a> File<'a> {
    /// The bytes of an item, from wherever they lie. Never more than the file has.
    pub(crate) fn data(&self, item: &Item) -> Result<Cow<'a, [u8]>, Refusal> {
        let gone = || Refusal::truncated("the file ends before the picture does");
        if item.elsewhere || item.extents.is_empty() {
            return Err(Refusal::damaged("the picture's bytes lie outside the file"));
        }
        let source = if item.in_idat {
            part(self.bytes, &self.meta.idat)
        } else {
            self.bytes
        };
        let slice = |(from, size): (usize, usize)| {
            let end = if size == 0 {
                Some(source.len())
            } else {
                from.checked_add(size)
            };
            source.get(from..end?)
        };
        if let [extent] = item.extents[..] {
            return slice(extent).map(Cow::Borrowed).ok_or_else(gone);
        }
        let mut data = Vec::new();
        for extent in &item.extents {
            let piece = slice(*extent).ok_or_else(gone)?;
            // Pieces that overlap could add up to any size.
            if data.len() + piece.len() > source.len() {
                return Err(Refusal::damaged("an item has more bytes than the file"));
            }
            data.extend_from_slice(piece);
        }
        Ok(Cow::Owned(data))
    }

    /// Follows a picture item to the coded pictures that it is made of.
    pub(crate) fn shape<'f>(&'f self, item: &'f Item) -> Result<Shape<'f>, Refusal> {
        match &item.kind {
            b"av01" | b"hvc1" | b"hev1" => Ok(Shape::Coded(item)),
            b"grid" => {
                let bad = || Refusal::damaged("the picture's tiles don't fit together");
                let grid = grid_of(&self.data(item)?).ok_or_else(bad)?;
                let tiles: Option<Vec<&Item>> = self
                    .meta
                    .targets(*b"dimg", item.id)
                    .map(|id| self.meta.item(id))
                    .collect();
                let tiles = tiles.ok_or_else(bad)?;
                let alike = tiles.iter().all(|tile| {
                    matches!(&tile.kind, b"av01" | b"hvc1" | b"hev1")
                        && Some(tile.kind) == tiles.first().map(|it| it.kind)
                });
                if tiles.len() != grid.rows * grid.columns || !alike {
                    return Err(bad());
                }
                Ok(Shape::Tiles(grid, tiles))
            }
            // Only its pixels can be taken: see `decode::layers`.
            b"iden" | b"iovl" => Err(Refusal::damaged("the picture is drawn from others")),
            b"Exif" | b"mime" | b"uri " => Err(Refusal::damaged(
                "the item that should be the picture is metadata",
            )),
            _ => Err(Refusal::unsupported(
                "no decoder for this way of coding a picture",
            )),
        }
    }

    /// Width and height of a picture as stored: of its grid, else as it claims.
    pub(crate) fn full_size(&self, item: &Item) -> Option<(u32, u32)> {
        if item.kind == *b"grid" {
            let grid = grid_of(&self.data(item).ok()?)?;
            return Some((grid.width, grid.height));
        }
        if item.kind == *b"iovl" {
            return Some(Overlay::read(&self.data(item).ok()?, 0)?.size);
        }
        self.size(item)
    }

    /// The alpha plane of a picture, where there is one.
    pub(crate) fn alpha(&self, item: &Item) -> Option<&Item> {
        self.meta
            .sources(*b"auxl", item.id)
            .filter_map(|id| self.meta.item(id))
            .find(|aux| self.property(aux, *b"auxC").is_some_and(alpha_kind))
    }

    /// Whether the colours are already multiplied by the alpha plane.
    pub(crate) fn premultiplied(&self, item: &Item, alpha: &Item) -> bool {
        self.meta
            .targets(*b"prem", item.id)
            .any(|id| id == alpha.id)
    }
}
