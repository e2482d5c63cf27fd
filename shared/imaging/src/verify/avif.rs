//! A clean AVIF: one fixed order of boxes, items back to back, bitstreams of pixels alone.

use super::{Cursor, VerifyError, av1, icc};

const BOX: &str = "box other than the one that must stand here";
const ITEM: &str = "item that is not part of the picture";
const PROPERTY: &str = "property that does not show the picture";
const UNIT: &str = "unit that does not show the picture";
const SIZE: &str = "size that is not the picture's";
const PLACE: &str = "bytes that belong to no item";

/// One item as `iloc` and `iinf` describe it.
struct Item {
    offset: usize,
    length: usize,
    grid: bool,
    /// Width and height by its property.
    size: Option<(u32, u32)>,
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
    if meta.rest().get(4..8) == Some(b"iref") {
        references(&mut open(&mut meta, *b"iref")?, &items)?;
    }
    let mut properties = open(&mut meta, *b"iprp")?;
    let sizes = list(&mut open(&mut properties, *b"ipco")?)?;
    owners(&mut open(&mut properties, *b"ipma")?, &mut items, &sizes)?;
    properties.finish(BOX)?;
    meta.finish(BOX)?;
    let mut pixels = open(cursor, *b"mdat")?;
    for item in &items {
        // Counted from the end, so that the place in the file needs no second counter.
        let here = whole - pixels.rest().len() - cursor.rest().len();
        if item.offset != here || item.length == 0 {
            return Err(pixels.reject(PLACE));
        }
        let mut data = pixels.inner(item.length)?;
        if item.size.is_none() {
            return Err(data.reject(SIZE));
        }
        if item.grid {
            if grid(&mut data)? != item.size {
                return Err(data.reject(SIZE));
            }
        } else {
            units(&mut data)?;
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
            size: None,
        });
    }
    body.finish(BOX)?;
    Ok(items)
}

fn infos(body: &mut Cursor, items: &mut [Item]) -> Result<(), VerifyError> {
    body.expect(&[0; 4], BOX)?;
    if usize::from(body.u16_be()?) != items.len() || items.is_empty() {
        return Err(body.reject(ITEM));
    }
    for (index, item) in items.iter_mut().enumerate() {
        let mut info = open(body, *b"infe")?;
        info.expect(&[2, 0, 0], ITEM)?;
        let flags = info.u8()?;
        if flags > 1 || usize::from(info.u16_be()?) != index + 1 {
            return Err(info.reject(ITEM));
        }
        info.expect(&[0, 0], ITEM)?;
        item.grid = match &info.kind()? {
            b"av01" => false,
            b"grid" if flags == 0 => true,
            _ => return Err(info.reject(ITEM)),
        };
        info.expect(&[0], "item with a name")?;
        info.finish(ITEM)?;
    }
    body.finish(BOX)
}

fn references(body: &mut Cursor, items: &[Item]) -> Result<(), VerifyError> {
    const WRONG: &str = "reference between items that have none";
    body.expect(&[0; 4], BOX)?;
    while !body.done() {
        let (kind, mut one) = next(body)?;
        let from = usize::from(one.u16_be()?);
        let count = one.u16_be()?;
        let owner = from.checked_sub(1).and_then(|index| items.get(index));
        let owner = owner.ok_or_else(|| one.reject(WRONG))?;
        let fits = match &kind {
            b"dimg" => owner.grid,
            b"auxl" => count == 1 && from > 1,
            b"prem" => count == 1 && from == 1,
            _ => false,
        };
        if !fits {
            return Err(one.reject(WRONG));
        }
        for _ in 0..count {
            if !(1..=items.len()).contains(&usize::from(one.u16_be()?)) {
                return Err(one.reject(WRONG));
            }
        }
        one.finish(WRONG)?;
    }
    Ok(())
}

/// Checks every property; returns the width and height of each that says them.
fn list(body: &mut Cursor) -> Result<Vec<Option<(u32, u32)>>, VerifyError> {
    let mut sizes = Vec::new();
    while !body.done() {
        let (kind, mut one) = next(body)?;
        sizes.push(property(kind, &mut one)?);
        one.finish(PROPERTY)?;
    }
    Ok(sizes)
}

fn property(kind: [u8; 4], body: &mut Cursor) -> Result<Option<(u32, u32)>, VerifyError> {
    if kind == *b"ispe" {
        body.expect(&[0; 4], PROPERTY)?;
        let (width, height) = (body.u32_be()?, body.u32_be()?);
        if width == 0 || height == 0 {
            return Err(body.reject("picture without a size"));
        }
        return Ok(Some((width, height)));
    }
    look(kind, body).map(|()| None)
}

/// Properties that say how the picture is shown.
fn look(kind: [u8; 4], body: &mut Cursor) -> Result<(), VerifyError> {
    let most = |body: &mut Cursor, most: u8| match body.u8()? {
        value if value <= most => Ok(()),
        _ => Err(body.reject(PROPERTY)),
    };
    match &kind {
        b"pixi" => {
            body.expect(&[0; 4], PROPERTY)?;
            let count = body.u8()?;
            (0..count.min(5)).try_for_each(|_| most(body, 16))
        }
        b"av1C" => {
            body.expect(&[0x81], PROPERTY)?;
            body.take(2)?;
            body.expect(&[0], PROPERTY)
        }
        b"colr" => match &body.kind()? {
            b"nclx" => {
                body.take(6)?;
                if matches!(body.u8()?, 0 | 0x80) {
                    Ok(())
                } else {
                    Err(body.reject(PROPERTY))
                }
            }
            b"prof" => {
                let profile = body.rest();
                icc::verify(profile)?;
                body.take(profile.len()).map(|_| ())
            }
            _ => Err(body.reject(PROPERTY)),
        },
        b"irot" => most(body, 3),
        b"imir" => most(body, 1),
        b"clap" => {
            for below in [[0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 2], [0, 0, 0, 2]] {
                body.take(4)?;
                body.expect(&below, PROPERTY)?;
            }
            Ok(())
        }
        b"pasp" => {
            for _ in 0..2 {
                body.expect(&[0, 0], PROPERTY)?;
                body.take(2)?;
            }
            Ok(())
        }
        b"auxC" => body.expect(
            b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0",
            PROPERTY,
        ),
        b"a1op" => body.take(1).map(|_| ()),
        b"lsel" => body.take(2).map(|_| ()),
        _ => Err(body.reject(PROPERTY)),
    }
}

/// Every item in order, every property in use.
fn owners(
    body: &mut Cursor,
    items: &mut [Item],
    sizes: &[Option<(u32, u32)>],
) -> Result<(), VerifyError> {
    const WRONG: &str = "property that belongs to no item";
    body.expect(&[0; 4], BOX)?;
    if body.u32_be()? as usize != items.len() || sizes.len() > 127 {
        return Err(body.reject(WRONG));
    }
    let mut used = vec![false; sizes.len()];
    for (item, id) in items.iter_mut().zip(1..) {
        if body.u16_be()? != id {
            return Err(body.reject(WRONG));
        }
        for _ in 0..body.u8()? {
            let index = usize::from(body.u8()? & 0x7f).checked_sub(1);
            let found = index.and_then(|index| used.get_mut(index).zip(sizes.get(index)));
            let Some((used, size)) = found else {
                return Err(body.reject(WRONG));
            };
            *used = true;
            if size.is_some() && item.size.is_some() {
                return Err(body.reject(SIZE));
            }
            item.size = item.size.or(*size);
        }
    }
    if used.contains(&false) {
        return Err(body.reject(WRONG));
    }
    body.finish(BOX)
}

/// Width and height of what the tiles make.
fn grid(body: &mut Cursor) -> Result<Option<(u32, u32)>, VerifyError> {
    body.expect(&[0], ITEM)?;
    let wide = match body.u8()? {
        0 => false,
        1 => true,
        _ => return Err(body.reject(ITEM)),
    };
    body.take(2)?;
    let mut next = || {
        if wide {
            body.u32_be()
        } else {
            body.u16_be().map(u32::from)
        }
    };
    let size = (next()?, next()?);
    body.finish(ITEM)?;
    Ok(Some(size))
}

/// A sequence header, then frames and tiles; each says its length in the shortest way.
fn units(body: &mut Cursor) -> Result<(), VerifyError> {
    let mut first = true;
    while !body.done() {
        let head = body.u8()?;
        let fits = match head & 0b1111_1011 {
            // Sequence header.
            0x0a => first,
            // Frame header, tiles, frame.
            0x1a | 0x22 | 0x32 => !first,
            _ => false,
        };
        if !fits {
            return Err(body.reject(UNIT));
        }
        if head & 4 != 0 && body.u8()? & 7 != 0 {
            return Err(body.reject(UNIT));
        }
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let byte = body.u8()?;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 7 {
                    return Err(body.reject(UNIT));
                }
                break;
            }
            if shift > 28 {
                return Err(body.reject(UNIT));
            }
        }
        let payload = body.take(length)?;
        if first && !av1::is_sequence_header(payload) {
            return Err(body.reject(UNIT));
        }
        first = false;
    }
    if first {
        Err(body.reject("no picture"))
    } else {
        Ok(())
    }
}
