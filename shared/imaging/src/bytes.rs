//! Reading numbers out of bytes that nobody vouches for.

use std::ops::Range;

pub(crate) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(crate) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(crate) fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(crate) fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Three bytes, little-endian: WebP's size fields.
pub(crate) fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = *bytes.get(at..)?.first_chunk::<3>()?;
    Some(u32::from_le_bytes([a, b, c, 0]))
}

/// Eight bytes from a place on, zeros beyond the end.
#[inline]
pub(crate) fn word(bytes: &[u8], at: usize) -> [u8; 8] {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.first_chunk().copied().unwrap_or_else(|| {
        let mut last = [0; 8];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        last
    })
}

/// The bytes of a range, or nothing where the range lies outside.
pub(crate) fn part<'a>(bytes: &'a [u8], range: &Range<usize>) -> &'a [u8] {
    bytes.get(range.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_zeros_beyond_the_end() {
        let bytes: Vec<u8> = (1..=10).collect();
        assert_eq!(word(&bytes, 2), [3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(word(&bytes, 8), [9, 10, 0, 0, 0, 0, 0, 0]);
        assert_eq!(word(&bytes, 10), [0; 8]);
        assert_eq!(word(&bytes, 99), [0; 8]);
    }
}
