//! What a clean file has in common with the upload: nearly all of it, where pixels were kept as they are.
//!
//! Whoever has the upload needs only to be told where that part stands in it. Of four megabytes a few hundred
//! bytes are sent then.

use memchr::memmem;
use serde::{Deserialize, Serialize};

/// What is looked for: so many bytes from the middle of the file. Coded pixels do not repeat themselves.
const ANCHOR: usize = 64;
/// Less than this is sent as soon as it is described.
const WORTH: usize = 16 << 10;
/// Compared at once.
const BLOCK: usize = 4096;

/// A run of bytes that a file has in common with the photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Where it begins in the file.
    pub at: u64,
    /// Where it begins in the photo.
    pub from: u64,
    /// Its length.
    pub len: u64,
}

impl Kept {
    /// The run around the middle of the file, if the photo has it.
    pub fn of(photo: &[u8], file: &[u8]) -> Option<Self> {
        let middle = file.len() / 2;
        let (before, after) = file.split_at(middle);
        let place = memmem::find(photo, after.get(..ANCHOR)?)?;
        let (photo_before, photo_after) = photo.split_at(place);
        let back = common(
            before.rchunks(BLOCK),
            photo_before.rchunks(BLOCK),
            |a, b| {
                let pairs = a.iter().rev().zip(b.iter().rev());
                pairs.take_while(|(a, b)| a == b).count()
            },
        );
        let forth = common(after.chunks(BLOCK), photo_after.chunks(BLOCK), |a, b| {
            a.iter().zip(b).take_while(|(a, b)| a == b).count()
        });
        (back + forth >= WORTH).then_some(Self {
            at: (middle - back) as u64,
            from: (place - back) as u64,
            len: (back + forth) as u64,
        })
    }

    /// What comes before it in the file, and what after it.
    pub fn around<'a>(&self, file: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        let (at, end) = (self.at as usize, (self.at + self.len) as usize);
        (&file[..at], &file[end..])
    }

    /// Its bytes in the photo; `None` where it goes beyond the photo's end or the file's.
    pub fn taken_from<'a>(&self, photo: &'a [u8], file: u64) -> Option<&'a [u8]> {
        let end = self.at.checked_add(self.len)?;
        let (from, to) = (self.from, self.from.checked_add(self.len)?);
        let range = usize::try_from(from).ok()?..usize::try_from(to).ok()?;
        photo.get(range).filter(|_| end <= file)
    }
}

/// How many bytes are equal in a row: whole blocks, then what is equal in the first that differ.
fn common<'a>(
    ours: impl Iterator<Item = &'a [u8]>,
    theirs: impl Iterator<Item = &'a [u8]>,
    within: impl Fn(&[u8], &[u8]) -> usize,
) -> usize {
    let mut count = 0;
    for (a, b) in ours.zip(theirs) {
        if a != b {
            return count + within(a, b);
        }
        count += a.len();
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes without a repetition that matters.
    fn noise(len: usize, seed: u64) -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        (0..len).map(|_| next()).collect()
    }

    fn put_together(photo: &[u8], file: &[u8], kept: Kept) -> Vec<u8> {
        let (before, after) = kept.around(file);
        let taken = kept.taken_from(photo, file.len() as u64).unwrap();
        [before, taken, after].concat()
    }

    #[test]
    fn a_file_is_what_was_kept_and_what_stands_around_it() {
        let pixels = noise(50_000, 7);
        for (before, after) in [
            (0, 0),
            (1, 0),
            (0, 1),
            (700, 3),
            (4096, 4096),
            (9000, 20_000),
        ] {
            for (head, tail) in [(0, 0), (2, 2), (600, 0), (0, 900), (5000, 5000)] {
                let photo = [noise(before, 1), pixels.clone(), noise(after, 2)].concat();
                let file = [noise(head, 3), pixels.clone(), noise(tail, 4)].concat();
                let kept = Kept::of(&photo, &file).unwrap();
                // By chance a byte more on either side is the same.
                assert!((50_000..50_008).contains(&kept.len), "{kept:?}");
                assert_eq!(put_together(&photo, &file, kept), file);
            }
        }
    }

    #[test]
    fn a_file_that_was_made_anew_or_is_small_is_sent_whole() {
        let photo = noise(60_000, 5);
        assert_eq!(Kept::of(&photo, &noise(60_000, 6)), None);
        assert_eq!(Kept::of(&photo, &photo[..WORTH - 1]), None);
        assert_eq!(Kept::of(&photo, &[]), None);
        assert_eq!(Kept::of(&[], &photo), None);
        assert_eq!(Kept::of(&photo[..10], &photo[..10]), None);
    }

    #[test]
    fn a_run_that_the_photo_does_not_have_is_not_taken() {
        let photo = noise(100, 8);
        let kept = |at, from, len| Kept { at, from, len };
        assert_eq!(kept(0, 90, 10).taken_from(&photo, 10), Some(&photo[90..]));
        for (kept, file) in [
            (kept(0, 91, 10), 10),
            (kept(1, 0, 10), 10),
            (kept(0, u64::MAX, 10), 10),
            (kept(u64::MAX, 0, 10), 10),
            (kept(0, 0, u64::MAX), u64::MAX),
        ] {
            assert_eq!(kept.taken_from(&photo, file), None, "{kept:?} of {file}");
        }
    }
}
