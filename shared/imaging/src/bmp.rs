//! BMP as an upload: its size, and what lies behind its pixels. Never written.

use crate::bytes::{le16, le32};

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
