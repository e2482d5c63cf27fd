//! A colour profile may hold numbers only: a fixed header, fixed texts, colorants and curves.

use super::{Cursor, VerifyError};

const HEADER: &str = "icc header names more than colour spaces";
const TAG: &str = "icc tag that is not a colour number";
const GAP: &str = "icc bytes that belong to no tag";

/// Every word a profile may say.
const TEXTS: [&[u8]; 4] = [
    b"text\0\0\0\0None\0",
    b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x08\0\0\0\x1c\0N\0o\0n\0e",
    b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x0e\0\0\0\x1c\0G\0e\0n\0e\0r\0i\0c",
    b"desc\0\0\0\0\0\0\0\x08Generic\0",
];

pub(super) fn verify(bytes: &[u8]) -> Result<(), VerifyError> {
    let mut cursor = Cursor::new(bytes);
    if cursor.u32_be()? as usize != bytes.len() {
        return Err(cursor.reject(HEADER));
    }
    cursor.expect(&[0; 4], HEADER)?;
    if !matches!(cursor.u32_be()?, 0x0210_0000 | 0x0420_0000) {
        return Err(cursor.reject(HEADER));
    }
    cursor.expect(b"mntr", HEADER)?;
    if !matches!(&cursor.kind()?, b"RGB " | b"GRAY") {
        return Err(cursor.reject(HEADER));
    }
    cursor.expect(b"XYZ ", HEADER)?;
    cursor.expect(&[0; 12], HEADER)?;
    cursor.expect(b"acsp", HEADER)?;
    cursor.expect(&[0; 28], HEADER)?;
    cursor.expect(b"\x00\x00\xf6\xd6\x00\x01\x00\x00\x00\x00\xd3\x2d", HEADER)?;
    cursor.expect(&[0; 48], HEADER)?;
    let count = cursor.u32_be()? as usize;
    if count > 10 {
        return Err(cursor.reject(TAG));
    }
    let mut covered = 132 + 12 * count;
    let mut seen = Vec::new();
    for _ in 0..count {
        let name = cursor.kind()?;
        let (offset, size) = (cursor.u32_be()? as usize, cursor.u32_be()? as usize);
        if seen.contains(&name) {
            return Err(cursor.reject(TAG));
        }
        seen.push(name);
        // Tags stand back to back; only equal curves may point at an earlier place.
        if offset > covered || (offset < covered && !name.ends_with(b"TRC")) {
            return Err(cursor.reject(GAP));
        }
        let value = offset
            .checked_add(size)
            .and_then(|end| bytes.get(offset..end));
        if !value.is_some_and(|value| allowed(name, value)) {
            return Err(cursor.reject(TAG));
        }
        if offset == covered {
            covered = (offset + size).next_multiple_of(4);
            let padding = bytes.get(offset + size..covered);
            if !padding.is_some_and(|padding| padding.iter().all(|byte| *byte == 0)) {
                return Err(cursor.reject(GAP));
            }
        }
    }
    if covered == bytes.len() {
        Ok(())
    } else {
        Err(cursor.reject(GAP))
    }
}

fn allowed(name: [u8; 4], value: &[u8]) -> bool {
    let typed = |kind: &[u8; 4]| value.starts_with(kind) && value.get(4..8) == Some(&[0; 4]);
    match &name {
        b"desc" | b"cprt" => {
            let description = value.strip_prefix(TEXTS[3]);
            TEXTS[..3].contains(&value) || description.is_some_and(|tail| *tail == [0; 78])
        }
        b"rXYZ" | b"gXYZ" | b"bXYZ" | b"wtpt" => typed(b"XYZ ") && value.len() == 20,
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
