//! A clean AVIF: one fixed order of boxes and items, these back to back, bitstreams of pixels alone. What can be
//! written in several ways is taken in one: the choice itself could say something.

mod properties;
mod sequence;
mod units;

use std::ops::RangeInclusive;

use super::{Cursor, VerifyError};

const BOX: &str = "box other than the one that must stand here";
const ITEM: &str = "item that is not part of the picture";
const SIZE: &str = "size that is not the picture's";
const PLACE: &str = "bytes that belong to no item";

/// What an item is there for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Picture,
    /// How opaque the picture is.
    Alpha,
    /// Part of the picture or the alpha plane that stands before it.
    Tile,
}

/// One item as `iloc`, `iinf` and its properties describe it.
struct Item {
    offset: usize,
    length: usize,
    grid: bool,
    role: Role,
    size: (u32, u32),
}

pub(super) fn verify(cursor: &mut Cursor) -> Result<(), VerifyError> {
    let whole = cursor.rest().len();
    cursor.expect(
        b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
        "file type other than the fixed one",
    )?;
    let mut meta = open(cursor, *b"meta")?;
    meta.expect(&[0; 4], BOX)?;
    meta.expect(
        b"\0\0\0\x21hdlr\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0epitm\0\0\0\0\0\x01",
        BOX,
    )?;
    let mut items = locations(&mut open(&mut meta, *b"iloc")?)?;
    infos(&mut open(&mut meta, *b"iinf")?, &mut items)?;
    if items.iter().any(|it| it.grid || it.role == Role::Alpha) {
        references(&mut open(&mut meta, *b"iref")?, &items)?;
    }
    properties::verify(&mut open(&mut meta, *b"iprp")?, &mut items)?;
    meta.finish(BOX)?;
    let mut pixels = open(cursor, *b"mdat")?;
    for (index, item) in items.iter().enumerate() {
        // Counted from the end, so that the place in the file needs no second counter.
        let here = whole - pixels.rest().len() - cursor.rest().len();
        if item.offset != here || item.length == 0 {
            return Err(pixels.reject(PLACE));
        }
        let mut data = pixels.inner(item.length)?;
        if !item.grid {
            units::verify(&mut data)?;
        } else if grid(&mut data)? != (tiles(&items, index).count(), item.size) {
            return Err(data.reject(SIZE));
        }
    }
    pixels.finish(PLACE)?;
    cursor.finish("bytes after the end of the image")
}

/// Goes into the next box, which must be of this kind.
fn open<'a>(cursor: &mut Cursor<'a>, kind: [u8; 4]) -> Result<Cursor<'a>, VerifyError> {
    let (found, body) = next(cursor)?;
    if found == kind {
        Ok(body)
    } else {
        Err(body.reject(BOX))
    }
}

fn next<'a>(cursor: &mut Cursor<'a>) -> Result<([u8; 4], Cursor<'a>), VerifyError> {
    let length = cursor.u32_be()? as usize;
    let kind = cursor.kind()?;
    let body = length.checked_sub(8).ok_or_else(|| cursor.reject(BOX))?;
    Ok((kind, cursor.inner(body)?))
}

fn locations(body: &mut Cursor) -> Result<Vec<Item>, VerifyError> {
    body.expect(&[0, 0, 0, 0, 0x44, 0], BOX)?;
    let count = body.u16_be()?;
    let mut items = Vec::new();
    for id in 1..=count {
        if body.u16_be()? != id {
            return Err(body.reject(ITEM));
        }
        body.expect(&[0, 0, 0, 1], ITEM)?;
        let (offset, length) = (body.u32_be()? as usize, body.u32_be()? as usize);
        items.push(Item {
            offset,
            length,
            grid: false,
            role: Role::Picture,
            size: (0, 0),
        });
    }
    body.finish(BOX)?;
    Ok(items)
}

/// The picture and its tiles, then the alpha plane and the tiles of that: only tiles are hidden.
fn infos(body: &mut Cursor, items: &mut [Item]) -> Result<(), VerifyError> {
    body.expect(&[0; 4], BOX)?;
    if usize::from(body.u16_be()?) != items.len() || items.is_empty() {
        return Err(body.reject(ITEM));
    }
    let (mut pictures, mut tiled) = (0, false);
    for (index, item) in items.iter_mut().enumerate() {
        let mut info = open(body, *b"infe")?;
        info.expect(&[2, 0, 0], ITEM)?;
        let hidden = info.u8()?;
        if usize::from(info.u16_be()?) != index + 1 {
            return Err(info.reject(ITEM));
        }
        info.expect(&[0, 0], ITEM)?;
        item.grid = match &info.kind()? {
            b"av01" => false,
            b"grid" => true,
            _ => return Err(info.reject(ITEM)),
        };
        item.role = match (hidden, pictures) {
            (0, 0) => Role::Picture,
            (0, 1) => Role::Alpha,
            (1, _) if tiled && !item.grid => Role::Tile,
            _ => return Err(info.reject(ITEM)),
        };
        if item.role != Role::Tile {
            pictures += 1;
            tiled = item.grid;
        }
        info.expect(&[0], "item with a name")?;
        info.finish(ITEM)?;
    }
    body.finish(BOX)
}

/// The numbers of the tiles of an item.
fn tiles(items: &[Item], index: usize) -> RangeInclusive<usize> {
    let behind = items.iter().skip(index + 1);
    let count = behind.take_while(|it| it.role == Role::Tile).count();
    index + 2..=index + 1 + count
}

/// What is made of which tiles, what the alpha plane belongs to, and whether the colours are multiplied by it.
fn references(body: &mut Cursor, items: &[Item]) -> Result<(), VerifyError> {
    body.expect(&[0; 4], BOX)?;
    for (index, _) in items.iter().enumerate().filter(|(_, it)| it.grid) {
        reference(body, *b"dimg", index + 1, tiles(items, index))?;
    }
    if let Some(index) = items.iter().position(|it| it.role == Role::Alpha) {
        reference(body, *b"auxl", index + 1, 1..=1)?;
        if !body.done() {
            reference(body, *b"prem", 1, index + 1..=index + 1)?;
        }
    }
    body.finish(BOX)
}

fn reference(
    body: &mut Cursor,
    kind: [u8; 4],
    from: usize,
    to: RangeInclusive<usize>,
) -> Result<(), VerifyError> {
    let mut one = open(body, kind)?;
    for number in [from, to.clone().count()].into_iter().chain(to) {
        if usize::from(one.u16_be()?) != number {
            return Err(one.reject("reference between items that have none"));
        }
    }
    one.finish(BOX)
}

/// How many tiles it takes, and width and height of what they make.
fn grid(body: &mut Cursor) -> Result<(usize, (u32, u32)), VerifyError> {
    body.expect(&[0], ITEM)?;
    let wide = match body.u8()? {
        0 => false,
        1 => true,
        _ => return Err(body.reject(ITEM)),
    };
    let tiles = (usize::from(body.u8()?) + 1) * (usize::from(body.u8()?) + 1);
    let mut number = || {
        if wide {
            body.u32_be()
        } else {
            body.u16_be().map(u32::from)
        }
    };
    let size = (number()?, number()?);
    if wide && size.0.max(size.1) <= 0xffff {
        return Err(body.reject("numbers longer than they need be"));
    }
    body.finish(ITEM)?;
    Ok((tiles, size))
}
