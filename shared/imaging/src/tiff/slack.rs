//! Bytes of a TIFF that nothing leads to.

use std::{collections::BTreeSet, ops::Range};

use super::{
    directory::{Directory, Tiff},
    tag,
};
use crate::bytes::part;

/// Directories that are followed; a file with more is not asked.
const MOST_DIRECTORIES: usize = 512;
/// Places that are noted; the same.
const MOST_PLACES: usize = 65_536;
/// Zeros up to so many bring a place to a round number.
const ROUND: usize = 16;

/// Tags that lead to further directories.
const FURTHER: [u16; 4] = [
    tag::SUB_DIRECTORIES,
    tag::EXIF,
    tag::GPS,
    tag::INTEROPERABILITY,
];
/// Tags that lead to coded pixels: where they begin, and how many bytes they have.
const PARTS: [(u16, u16); 3] = [
    (tag::STRIP_OFFSETS, tag::STRIP_BYTES),
    (tag::TILE_OFFSETS, tag::TILE_BYTES),
    (tag::THUMBNAIL, tag::THUMBNAIL_BYTES),
];

/// How many bytes no directory leads to. None are counted where there are too many directories to tell.
pub(super) fn slack(tiff: Tiff) -> usize {
    let header = 0..8;
    let mut used = vec![header];
    let mut seen = BTreeSet::new();
    let mut open: Vec<u32> = tiff.u32(4).into_iter().collect();
    while let Some(at) = open.pop() {
        if at == 0 || !seen.insert(at) {
            continue;
        }
        let Some(directory) = tiff.directory(at as usize) else {
            continue;
        };
        note(tiff, &directory, &mut used);
        if seen.len() > MOST_DIRECTORIES || used.len() > MOST_PLACES {
            return 0;
        }
        open.push(directory.next as u32);
        let further = FURTHER.iter().filter_map(|tag| directory.get(*tag));
        let further = further.filter(|entry| matches!(entry.kind, 4 | 13));
        open.extend(further.flat_map(|entry| tiff.numbers(entry, 16)));
    }
    used.push(tiff.bytes.len()..tiff.bytes.len());
    used.sort_unstable_by_key(|it| it.start);
    let (mut end, mut free) = (0, 0);
    for place in used {
        let gap = part(
            tiff.bytes,
            &(end..place.start.min(tiff.bytes.len()).max(end)),
        );
        if gap.len() >= ROUND || gap.iter().any(|it| *it != 0) {
            free += gap.len();
        }
        end = end.max(place.end);
    }
    free
}

/// Notes what a directory takes and leads to.
fn note(tiff: Tiff, directory: &Directory, used: &mut Vec<Range<usize>>) {
    used.push(directory.place.clone());
    used.extend(directory.entries.iter().map(|it| it.value.clone()));
    for (offsets, lengths) in PARTS {
        let read = |tag| directory.get(tag).map(|it| tiff.numbers(it, MOST_PLACES));
        let (offsets, lengths) = (read(offsets), read(lengths));
        let parts = offsets.iter().flatten().zip(lengths.iter().flatten());
        used.extend(parts.map(|(at, length)| {
            let at = *at as usize;
            at..at.saturating_add(*length as usize)
        }));
    }
}
