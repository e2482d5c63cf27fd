//! Reading directories of a classic TIFF. Nothing is copied, and nothing outside the file is
//! believed.

use std::ops::Range;

use crate::bytes::{be16, be32, le16, le32, part};

/// A file of this kind in memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tiff<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) big: bool,
}

/// One entry of a directory whose value lies inside the file.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) tag: u16,
    pub(super) kind: u16,
    pub(super) count: u32,
    pub(super) value: Range<usize>,
}

/// One directory.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) entries: Vec<Entry>,
    /// Where the directory itself stands.
    pub(super) place: Range<usize>,
    /// Where the next one lies; 0 where there is none.
    pub(super) next: usize,
}

/// More entries than this has no directory of a picture.
const MAX_ENTRIES: usize = 1024;

/// Bytes of one value of a type; 0 where the type is unknown.
fn size(kind: u16) -> usize {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 => 8,
        _ => 0,
    }
}

impl<'a> Tiff<'a> {
    /// A classic TIFF; `None` for `BigTIFF` and for whatever else.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let big = match bytes.get(..4)? {
            b"MM\0*" => true,
            b"II*\0" => false,
            _ => return None,
        };
        Some(Self { bytes, big })
    }

    pub(super) fn u16(self, at: usize) -> Option<u16> {
        if self.big {
            be16(self.bytes, at)
        } else {
            le16(self.bytes, at)
        }
    }

    pub(super) fn u32(self, at: usize) -> Option<u32> {
        if self.big {
            be32(self.bytes, at)
        } else {
            le32(self.bytes, at)
        }
    }

    /// The first directory.
    pub(super) fn first(self) -> Option<Directory> {
        self.directory(self.u32(4)? as usize)
    }

    pub(super) fn directory(self, at: usize) -> Option<Directory> {
        let count = usize::from(self.u16(at).filter(|_| at >= 8)?);
        let mut found = Directory {
            place: at..at + 2 + 12 * count + 4,
            ..Directory::default()
        };
        for index in 0..count.min(MAX_ENTRIES) {
            let at = at + 2 + 12 * index;
            if at + 12 > self.bytes.len() {
                return Some(found);
            }
            found.entries.extend(self.entry(at));
        }
        found.next = self.u32(at + 2 + 12 * count).unwrap_or(0) as usize;
        Some(found)
    }

    fn entry(self, at: usize) -> Option<Entry> {
        let (kind, count) = (self.u16(at + 2)?, self.u32(at + 4)?);
        let length = size(kind).checked_mul(count as usize)?;
        let start = if length <= 4 {
            at + 8
        } else {
            self.u32(at + 8)? as usize
        };
        let end = start.checked_add(length)?;
        (length > 0 && end <= self.bytes.len()).then_some(Entry {
            tag: self.u16(at)?,
            kind,
            count,
            value: start..end,
        })
    }

    /// The whole numbers of an entry, at most so many.
    pub(super) fn numbers(self, entry: &Entry, most: usize) -> Vec<u32> {
        let width = size(entry.kind);
        let places = entry.value.clone().step_by(width.max(1)).take(most);
        let read = |at| match entry.kind {
            1 | 7 => self.bytes.get(at).copied().map(u32::from),
            3 => self.u16(at).map(u32::from),
            4 | 13 => self.u32(at),
            _ => None,
        };
        places.map_while(read).collect()
    }

    /// The first number of a tag.
    pub(super) fn number(self, directory: &Directory, tag: u16) -> Option<u32> {
        self.numbers(directory.get(tag)?, 1).first().copied()
    }

    /// The bytes of a tag.
    pub(super) fn value(self, directory: &Directory, tag: u16) -> Option<&'a [u8]> {
        Some(part(self.bytes, &directory.get(tag)?.value))
    }

    /// The directories that follow one, each once, at most so many.
    pub(super) fn following(self, directory: &Directory, most: usize) -> Vec<Directory> {
        let mut seen = vec![self.u32(4).unwrap_or(0) as usize];
        let (mut found, mut next) = (Vec::new(), directory.next);
        while next != 0 && found.len() < most && !seen.contains(&next) {
            seen.push(next);
            let Some(page) = self.directory(next) else {
                break;
            };
            next = page.next;
            found.push(page);
        }
        found
    }

    /// The directories that a directory names as its own.
    pub(super) fn inner(self, directory: &Directory, tag: u16, most: usize) -> Vec<Directory> {
        let places = directory.get(tag).map(|entry| self.numbers(entry, most));
        let read = |at: u32| self.directory(at as usize);
        places.into_iter().flatten().filter_map(read).collect()
    }
}

impl Directory {
    pub(super) fn get(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }
}
