//! BMP as an upload: its size, and what lies behind its pixels. Never written.

use crate::bytes::{le16, le32};

/// Length of the header that describes the picture; `None` where no decoder here knows one of that length. Of OS/2 1,
/// Windows 3, 4 and 5, and with masks (52 and 56) as Photoshop writes it.
pub(crate) fn header(bytes: &[u8]) -> Option<u32> {
    le32(bytes, 14).filter(|it| matches!(it, 12 | 40 | 52 | 56 | 108 | 124))
}

/// Bytes before the pixels that say nothing about them: reserved ones that are not zero, and a gap behind the palette.
pub(crate) fn slack(bytes: &[u8]) -> Option<usize> {
    let (header, start) = (header(bytes)?, le32(bytes, 10)?);
    let short = header == 12;
    let bits = le16(bytes, if short { 24 } else { 28 })?;
    let all = 1_u32.checked_shl(bits.into()).unwrap_or(0);
    let colours = match bits {
        1..=8 if short => 3 * all,
        1..=8 => match le32(bytes, 46)? {
            0 => 4 * all,
            told => told.min(all) * 4,
        },
        _ => 0,
    };
    let masks = match le32(bytes, 30) {
        Some(3) if header == 40 => 12,
        Some(6) if header == 40 => 16,
        _ => 0,
    };
    let start = bytes.len().min(start as usize);
    let gap = start.saturating_sub((14 + header + colours + masks) as usize);
    let reserved = bytes.get(6..10)?.iter().filter(|it| **it != 0).count();
    Some(reserved + gap)
}

/// The colour profile that a header of Windows 5 says is in the file (`PROFILE_EMBEDDED`).
pub(crate) fn profile(bytes: &[u8]) -> Option<&[u8]> {
    let embedded = header(bytes)? == 124 && le32(bytes, 70)? == u32::from_be_bytes(*b"MBED");
    let start = 14 + le32(bytes, 126).filter(|_| embedded)? as usize;
    bytes.get(start..start + le32(bytes, 130)? as usize)
}

/// Width and height. A negative height stands for rows from top to bottom.
pub(crate) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    if le32(bytes, 14)? == 12 {
        return Some((le16(bytes, 18)?.into(), le16(bytes, 20)?.into()));
    }
    let height = le32(bytes, 22)?.cast_signed().unsigned_abs();
    Some((le32(bytes, 18)?, height))
}

/// Bytes after the pixels: a colour profile, or anything else.
pub(crate) fn trailer(bytes: &[u8]) -> Option<usize> {
    let (width, height) = size(bytes)?;
    let short = le32(bytes, 14)? == 12;
    let bits = le16(bytes, if short { 24 } else { 28 })?;
    let packed = !short && !matches!(le32(bytes, 30)?, 0 | 3 | 6);
    let pixels = if packed {
        u64::from(le32(bytes, 34)?)
    } else {
        // Rows are filled up to four bytes. A header may claim more than can be counted.
        let row = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
        row.saturating_mul(u64::from(height))
    };
    let end = u64::from(le32(bytes, 10)?).saturating_add(pixels);
    usize::try_from((bytes.len() as u64).saturating_sub(end)).ok()
}
