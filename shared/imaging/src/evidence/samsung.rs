//! The block that Samsung phones append after the picture, found from its end ("SEFT").
//! Layout as `ExifTool` documents it: a directory "SEFH" with one row per item, counted backwards.

use crate::bytes::{le16, le32};

/// Items of one directory that are looked at: real ones have a dozen.
const MAX_ITEMS: u32 = 256;
/// The end mark is looked for in this many last bytes: other writers may append after it.
const TAIL: usize = 64 << 10;

/// The item that holds what the gallery needs to undo an edit. `Image_UTC_Data` and its like are
/// ordinary.
const RE_EDIT: [&[u8]; 2] = [b"PhotoEditor_Re_Edit_Data", b"SamsungPhotoEditor"];

/// The item of an editor within a trailer, if there is one.
pub(super) fn re_edit(trailer: &[u8]) -> Option<&[u8]> {
    let tail = trailer.len().saturating_sub(TAIL);
    let mark = tail + memchr::memmem::rfind(trailer.get(tail..)?, b"SEFT")?;
    let length = le32(trailer, mark.checked_sub(4)?)? as usize;
    let head = mark.checked_sub(4)?.checked_sub(length)?;
    let directory = trailer.get(head..mark)?;
    if !directory.starts_with(b"SEFH") {
        return None;
    }
    let count = le32(directory, 8)?.min(MAX_ITEMS) as usize;
    (0..count).find_map(|index| {
        let row = 12 + 12 * index;
        let start = head.checked_sub(le32(directory, row + 4)? as usize)?;
        let item = trailer.get(start..start.checked_add(le32(directory, row + 8)? as usize)?)?;
        // Two reserved bytes and the kind, then the counted name.
        le16(item, 2)?;
        let name = item.get(8..8_usize.checked_add(le32(item, 4)? as usize)?)?;
        RE_EDIT
            .iter()
            .any(|known| name.starts_with(known))
            .then_some(item)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trailer(name: &[u8]) -> Vec<u8> {
        let mut item = b"\0\0\xa0\x0b".to_vec();
        item.extend((name.len() as u32).to_le_bytes());
        item.extend([name, b"{}"].concat());
        let mut out = [b"video".as_slice(), &item].concat();
        let length = item.len() as u32;
        let mut directory = b"SEFH\x6a\0\0\0\x01\0\0\0\0\0\xa0\x0b".to_vec();
        directory.extend(length.to_le_bytes());
        directory.extend(length.to_le_bytes());
        out.extend(&directory);
        out.extend((directory.len() as u32).to_le_bytes());
        out.extend(b"SEFT");
        out
    }

    #[test]
    fn an_edit_is_told_from_ordinary_items() {
        let edited = trailer(b"PhotoEditor_Re_Edit_Data");
        assert!(re_edit(&edited).is_some());
        assert_eq!(re_edit(&trailer(b"Image_UTC_Data")), None);
        for cut in 0..edited.len() {
            let _ = re_edit(&edited[..cut]);
            let _ = re_edit(&edited[cut..]);
        }
        let mut wild = edited.clone();
        let at = wild.len() - 8;
        wild[at..at + 4].fill(0xff);
        assert_eq!(re_edit(&wild), None);
    }
}
