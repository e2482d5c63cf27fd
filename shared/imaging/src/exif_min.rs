//! The only EXIF that may leave: one tag, Orientation. And the lenient reading of that tag.

use crate::bytes::{be16, be32, le16, le32};

/// What stands before the TIFF structure in JPEG, and in some WebP and PNG files.
pub(crate) const EXIF_PREFIX: &[u8] = b"Exif\0\0";

const ORIENTATION: u16 = 0x0112;

/// Finds Orientation (1 to 8) in a TIFF structure, however damaged the rest is.
///
/// Looks only at the first directory. Accepts the types that real writers use for this tag.
pub(crate) fn read_orientation(tiff: &[u8]) -> Option<u8> {
    let big = match tiff.get(..2)? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let short = |at| if big { be16(tiff, at) } else { le16(tiff, at) };
    let long = |at| if big { be32(tiff, at) } else { le32(tiff, at) };
    let directory = long(4)? as usize;
    let entries = usize::from(short(directory)?);
    for index in 0..entries {
        let at = directory.checked_add(2)?.checked_add(index * 12)?;
        if short(at)? != ORIENTATION {
            continue;
        }
        let value = match short(at + 2)? {
            1 | 6 | 7 => u32::from(*tiff.get(at + 8)?),
            3 | 8 => u32::from(short(at + 8)?),
            4 | 9 => long(at + 8)?,
            _ => return None,
        };
        return u8::try_from(value)
            .ok()
            .filter(|value| (1..=8).contains(value));
    }
    None
}

/// The TIFF structure that says Orientation and nothing else: 26 bytes, the same for every file.
pub(crate) fn tiff_with_orientation(orientation: u8) -> [u8; 26] {
    let mut tiff = *b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    tiff[19] = orientation;
    tiff
}

/// Drops the optional `Exif\0\0` so that what is left starts with the TIFF header.
pub(crate) fn without_prefix(block: &[u8]) -> &[u8] {
    block.strip_prefix(EXIF_PREFIX).unwrap_or(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for orientation in 1..=8 {
            assert_eq!(
                read_orientation(&tiff_with_orientation(orientation)),
                Some(orientation)
            );
        }
    }

    #[test]
    fn damage_reads_as_unknown() {
        assert_eq!(read_orientation(b""), None);
        assert_eq!(read_orientation(b"II*\0\xff\xff\xff\xff"), None);
        assert_eq!(read_orientation(&tiff_with_orientation(9)), None);
        let whole = tiff_with_orientation(6);
        for cut in 0..20 {
            assert_eq!(read_orientation(&whole[..cut]), None);
        }
    }
}
