//! A colour profile may hold numbers only: a fixed header, fixed texts, colorants, curves, and one
//! table of colours of exactly the size that its own counts make.

use super::{Cursor, VerifyError};
use crate::icc;

const HEADER: &str = "icc header names more than colour spaces";
const TAG: &str = "icc tag that is not a colour number";
const GAP: &str = "icc bytes that belong to no tag";
const SPACE: &str = "icc profile of another colour space than the picture's";
const KNOWN: &str = "icc profile that everyone has, in a form of its own";

/// Every word a profile may say.
const TEXTS: [&[u8]; 4] = [
    b"text\0\0\0\0None\0",
    b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x08\0\0\0\x1c\0N\0o\0n\0e",
    b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x0e\0\0\0\x1c\0G\0e\0n\0e\0r\0i\0c",
    b"desc\0\0\0\0\0\0\0\x08Generic\0",
];

/// What the header lets follow.
struct Shape {
    /// Version 4 instead of 2.
    modern: bool,
    /// The tags besides the texts, in their order.
    numbers: &'static [&'static [u8; 4]],
    /// Another white may be adapted to.
    adapts: bool,
}

/// Reads the profile of a picture of so many components.
pub(super) fn verify(bytes: &[u8], components: usize) -> Result<(), VerifyError> {
    let mut cursor = Cursor::new(bytes);
    if cursor.u32_be()? as usize != bytes.len() {
        return Err(cursor.reject(HEADER));
    }
    let shape = header(&mut cursor, components)?;
    let count = cursor.u32_be()? as usize;
    let plain = shape.numbers.len() + 2;
    if count != plain && !(shape.adapts && count == plain + 1) {
        return Err(cursor.reject(TAG));
    }
    let texts = [b"desc", b"cprt"].into_iter();
    let names = texts.chain(shape.numbers.iter().copied()).chain([b"chad"]);
    let mut covered = 132 + 12 * count;
    let mut curves: Vec<(usize, &[u8])> = Vec::new();
    for expected in names.take(count) {
        let name = cursor.kind()?;
        let (offset, size) = (cursor.u32_be()? as usize, cursor.u32_be()? as usize);
        let end = offset.checked_add(size);
        let value = end.and_then(|end| bytes.get(offset..end));
        let value = value
            .filter(|_| name == *expected)
            .filter(|value| allowed(name, value, shape.modern, components))
            .ok_or_else(|| cursor.reject(TAG))?;
        // Of equal curves the first alone stands there, and the others point at it.
        let curve = name.ends_with(b"TRC");
        let first = curves.iter().find(|(_, known)| curve && *known == value);
        if let Some((place, _)) = first {
            if *place != offset {
                return Err(cursor.reject(GAP));
            }
            continue;
        }
        if curve {
            curves.push((offset, value));
        }
        // All others stand back to back.
        if offset != covered {
            return Err(cursor.reject(GAP));
        }
        covered = (offset + size).next_multiple_of(4);
        let padding = bytes.get(offset + size..covered);
        if !padding.is_some_and(|padding| padding.iter().all(|byte| *byte == 0)) {
            return Err(cursor.reject(GAP));
        }
    }
    if covered != bytes.len() {
        return Err(cursor.reject(GAP));
    }
    // Which profiles everyone has, and in which form they leave, is a judgement of colours, and there is only one. It
    // is asked last and can but refuse.
    if icc::rebuild(bytes, components).as_deref() != Some(bytes) {
        return Err(cursor.reject(KNOWN));
    }
    Ok(())
}

fn header(cursor: &mut Cursor, components: usize) -> Result<Shape, VerifyError> {
    cursor.expect(&[0; 4], HEADER)?;
    let modern = match cursor.u32_be()? {
        0x0210_0000 => false,
        0x0420_0000 => true,
        _ => return Err(cursor.reject(HEADER)),
    };
    let tables = match &cursor.kind()? {
        b"mntr" => false,
        b"scnr" => true,
        _ => return Err(cursor.reject(HEADER)),
    };
    let numbers: &[&[u8; 4]] = match (&cursor.kind()?, components) {
        (b"RGB ", 3) | (b"GRAY", 1) | (b"CMYK", 4) if tables => &[b"wtpt", b"A2B0"],
        (b"RGB ", 3) => &[
            b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt", b"rTRC", b"gTRC", b"bTRC",
        ],
        (b"GRAY", 1) => &[b"wtpt", b"kTRC"],
        _ => return Err(cursor.reject(SPACE)),
    };
    match &cursor.kind()? {
        b"XYZ " => {}
        b"Lab " if tables => {}
        _ => return Err(cursor.reject(HEADER)),
    }
    cursor.expect(&[0; 12], HEADER)?;
    cursor.expect(b"acsp", HEADER)?;
    cursor.expect(&[0; 28], HEADER)?;
    cursor.expect(b"\x00\x00\xf6\xd6\x00\x01\x00\x00\x00\x00\xd3\x2d", HEADER)?;
    cursor.expect(&[0; 48], HEADER)?;
    Ok(Shape {
        modern,
        numbers,
        adapts: tables || components == 3,
    })
}

fn allowed(name: [u8; 4], value: &[u8], modern: bool, components: usize) -> bool {
    let typed = |kind: &[u8; 4]| value.starts_with(kind) && value.get(4..8) == Some(&[0; 4]);
    match &name {
        b"desc" if modern => value == TEXTS[2],
        b"desc" => value
            .strip_prefix(TEXTS[3])
            .is_some_and(|tail| *tail == [0; 78]),
        b"cprt" => value == TEXTS[usize::from(modern)],
        b"rXYZ" | b"gXYZ" | b"bXYZ" | b"wtpt" => typed(b"XYZ ") && value.len() == 20,
        b"A2B0" => table(value, components).is_ok(),
        b"chad" => typed(b"sf32") && value.len() == 44,
        b"rTRC" | b"gTRC" | b"bTRC" | b"kTRC" => {
            let number = |at: usize| value.get(at..at + 4).and_then(|it| it.first_chunk::<4>());
            if typed(b"curv") {
                let points = number(8).map(|it| u32::from_be_bytes(*it) as usize);
                points.is_some_and(|points| points <= 4096 && value.len() == 12 + 2 * points)
            } else {
                let lengths = [16, 24, 28, 32, 40];
                let kind = number(8).filter(|it| it[0] == 0 && it[2..] == [0, 0]);
                typed(b"para")
                    && kind.is_some_and(|it| lengths.get(usize::from(it[1])) == Some(&value.len()))
            }
        }
        _ => false,
    }
}

/// A table of colours: every byte of it is a count or a number.
fn table(value: &[u8], components: usize) -> Result<(), VerifyError> {
    let mut cursor = Cursor::new(value);
    let kind = cursor.kind()?;
    cursor.expect(&[0; 4], TAG)?;
    let inputs = usize::from(cursor.u8()?);
    if inputs != components {
        return Err(cursor.reject(TAG));
    }
    cursor.expect(&[3], TAG)?;
    match &kind {
        b"mft1" | b"mft2" => {
            let points = [cursor.u8()?; 4];
            cursor.expect(&[0], TAG)?;
            let matrix = cursor.take(36)?;
            // Ones stand at the first, fifth and ninth of nine numbers, as 0x00010000.
            let unit = matrix
                .iter()
                .enumerate()
                .all(|(index, byte)| *byte == u8::from(index % 16 == 1));
            if inputs != 3 && !unit {
                return Err(cursor.reject(TAG));
            }
            let (before, after, width) = if kind == *b"mft1" {
                (256, 256, 1)
            } else {
                let entries = (cursor.u16_be()?, cursor.u16_be()?);
                (usize::from(entries.0), usize::from(entries.1), 2)
            };
            let lengths = 2..=4096;
            if !lengths.contains(&before) || !lengths.contains(&after) {
                return Err(cursor.reject(TAG));
            }
            let grid = grid(&cursor, points.get(..inputs).unwrap_or_default())?;
            cursor.take(width * (before * inputs + grid + after * 3))?;
        }
        b"mAB " => stages(value.len(), &mut cursor, inputs)?,
        _ => return Err(cursor.reject(TAG)),
    }
    cursor.finish(TAG)
}

fn grid(place: &Cursor, points: &[u8]) -> Result<usize, VerifyError> {
    let mut total = 3_usize;
    for points in points {
        total *= usize::from(*points);
        if *points < 2 || total > 1 << 20 {
            return Err(place.reject(TAG));
        }
    }
    Ok(total)
}

/// The stages of a `mAB `, back to back in one fixed order; a missing one has the place zero.
fn stages(length: usize, cursor: &mut Cursor, inputs: usize) -> Result<(), VerifyError> {
    cursor.expect(&[0; 2], TAG)?;
    let mut places = [0; 5];
    for place in &mut places {
        *place = cursor.u32_be()? as usize;
    }
    // Matrix and curves M go together, so do grid and curves A; without a grid as many numbers leave as come.
    let [_, matrix, m, table, a] = places.map(|place| place != 0);
    if matrix != m || table != a || !(table || inputs == 3) {
        return Err(cursor.reject(TAG));
    }
    for (stage, place) in [
        (0, places[0]),
        (1, places[1]),
        (2, places[2]),
        (3, places[3]),
        (4, places[4]),
    ] {
        if place == 0 && stage > 0 {
            continue;
        }
        if place != length - cursor.rest().len() {
            return Err(cursor.reject(GAP));
        }
        match stage {
            1 => {
                cursor.take(48)?;
            }
            3 => {
                let points = cursor.take(16)?;
                let (used, unused) = points.split_at(inputs);
                let numbers = grid(cursor, used)?;
                let width = usize::from(cursor.u8()?);
                let fits = matches!(width, 1 | 2) && unused.iter().all(|byte| *byte == 0);
                cursor.expect(&[0; 3], TAG)?;
                if !fits {
                    return Err(cursor.reject(TAG));
                }
                cursor.take(numbers * width)?;
                padding(length, cursor)?;
            }
            4 => curves(length, cursor, inputs)?,
            _ => curves(length, cursor, 3)?,
        }
    }
    Ok(())
}

fn curves(length: usize, cursor: &mut Cursor, count: usize) -> Result<(), VerifyError> {
    for _ in 0..count {
        let kind = cursor.kind()?;
        cursor.expect(&[0; 4], TAG)?;
        match &kind {
            b"curv" => {
                let points = cursor.u32_be()? as usize;
                if points > 4096 {
                    return Err(cursor.reject(TAG));
                }
                cursor.take(2 * points)?;
            }
            b"para" => {
                let numbers = [1, 3, 4, 5, 7].get(usize::from(cursor.u16_be()?)).copied();
                cursor.expect(&[0; 2], TAG)?;
                cursor.take(4 * numbers.ok_or_else(|| cursor.reject(TAG))?)?;
            }
            _ => return Err(cursor.reject(TAG)),
        }
        padding(length, cursor)?;
    }
    Ok(())
}

/// Zeros up to the next multiple of four.
fn padding(length: usize, cursor: &mut Cursor) -> Result<(), VerifyError> {
    let at = length - cursor.rest().len();
    cursor.expect(&[0; 3][..at.next_multiple_of(4) - at], GAP)
}
