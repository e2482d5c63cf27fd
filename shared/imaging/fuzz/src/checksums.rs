//! PNG guards every chunk with a checksum, which random changes never get right: they are put
//! right here, so that the fuzzer gets past them.

use std::borrow::Cow;

/// The same bytes; in a PNG every whole chunk gets its true checksum.
pub fn with_true_checksums(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Cow::Borrowed(bytes);
    }
    let mut file = bytes.to_vec();
    let mut at = 8;
    while let Some(length) = file.get(at..).and_then(|rest| rest.first_chunk::<4>()) {
        let end = at + 8 + u32::from_be_bytes(*length) as usize;
        let Some(covered) = file.get(at + 4..end) else {
            break;
        };
        let sum = crc32fast::hash(covered).to_be_bytes();
        let Some(place) = file.get_mut(end..end + 4) else {
            break;
        };
        place.copy_from_slice(&sum);
        at = end + 4;
    }
    Cow::Owned(file)
}
