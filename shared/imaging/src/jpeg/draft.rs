//! A clean file before it is put together: little is written anew, the rest stands in the upload.

use std::ops::Range;

use crate::{bytes::part, kept::Kept};

/// What is written anew, and which of the upload's bytes come in between.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(super) made: Vec<u8>,
    /// After so many bytes of `made`, these of the upload; in order.
    kept: Vec<(usize, Range<usize>)>,
}

/// Where the upload has room for a clean file, around the one run that this keeps.
#[derive(Debug)]
pub(crate) struct Place {
    range: Range<usize>,
    kept: Kept,
    head: Vec<u8>,
    tail: Vec<u8>,
}

/// A clean file that was laid down where the upload lies.
#[derive(Debug)]
pub(crate) struct Laid {
    /// Where it lies.
    pub(crate) range: Range<usize>,
    /// What of it was there before.
    pub(crate) kept: Kept,
    /// What it lies on: from where, and the upload's bytes.
    under: [(usize, Vec<u8>); 2],
}

impl Draft {
    /// Next come these bytes of the upload.
    pub(super) fn keep(&mut self, range: Range<usize>) {
        self.kept.push((self.made.len(), range));
    }

    /// The whole file.
    pub(crate) fn join(&self, upload: &[u8]) -> Vec<u8> {
        let kept: usize = self.kept.iter().map(|(_, range)| range.len()).sum();
        let mut out = Vec::with_capacity(self.made.len() + kept);
        let mut from = 0;
        for (at, range) in &self.kept {
            out.extend_from_slice(part(&self.made, &(from..*at)));
            out.extend_from_slice(part(upload, range));
            from = *at;
        }
        out.extend_from_slice(part(&self.made, &(from..self.made.len())));
        out
    }

    /// Where it can lie in an upload of this length; nowhere where it keeps several runs or has no room.
    pub(crate) fn place(&self, upload: usize) -> Option<Place> {
        let [(at, kept)] = self.kept.as_slice() else {
            return None;
        };
        let (head, tail) = self.made.split_at_checked(*at)?;
        let range = kept.start.checked_sub(*at)?..kept.end + tail.len();
        (range.end <= upload).then(|| Place {
            range,
            kept: Kept {
                at: *at as u64,
                from: kept.start as u64,
                len: kept.len() as u64,
            },
            head: head.to_vec(),
            tail: tail.to_vec(),
        })
    }
}

impl Place {
    /// Lays the file down around the run that it keeps: megabytes stay where they are. None where this is another
    /// upload, too short for it; then nothing is changed.
    pub(crate) fn lay(self, upload: &mut [u8]) -> Option<Laid> {
        let lies_on = upload.get_mut(self.range.clone())?;
        let mut put = |from: usize, bytes: &[u8]| {
            let place = lies_on.get_mut(from..from + bytes.len())?;
            let before = place.to_vec();
            place.copy_from_slice(bytes);
            Some((self.range.start + from, before))
        };
        let end = self.range.len() - self.tail.len();
        Some(Laid {
            under: [put(0, &self.head)?, put(end, &self.tail)?],
            kept: self.kept,
            range: self.range,
        })
    }
}

impl Laid {
    /// Brings the upload back as it was.
    pub(crate) fn lift(&self, upload: &mut [u8]) {
        for (from, before) in &self.under {
            if let Some(place) = upload.get_mut(*from..from + before.len()) {
                place.copy_from_slice(before);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(made: &[u8], kept: &[(usize, Range<usize>)]) -> Draft {
        Draft {
            made: made.to_vec(),
            kept: kept.to_vec(),
        }
    }

    #[test]
    fn laid_down_or_joined_a_file_is_the_same_and_the_upload_comes_back() {
        let upload = b"some long head: pixels and a trailer".to_vec();
        let draft = draft(b"head.end", &[(5, 16..22)]);
        assert_eq!(draft.join(&upload), b"head.pixelsend");
        let mut place = upload.clone();
        let laid = draft.place(place.len()).unwrap().lay(&mut place).unwrap();
        assert_eq!(&place[laid.range.clone()], b"head.pixelsend");
        let kept = Kept {
            at: 5,
            from: 16,
            len: 6,
        };
        assert_eq!(laid.kept, kept);
        laid.lift(&mut place);
        assert_eq!(place, upload);
    }

    #[test]
    fn what_has_no_room_or_several_runs_lies_nowhere() {
        let upload = b"ab pixels c".to_vec();
        for (made, kept) in [
            (&b"long head"[..], vec![(9, 3..9)]),
            (b"1234", vec![(1, 3..9)]),
            (b"12", vec![(1, 3..6), (1, 6..9)]),
            (b"12", vec![]),
        ] {
            assert!(draft(made, &kept).place(upload.len()).is_none());
        }
        let several = draft(b"12", &[(1, 3..6), (1, 6..9)]);
        assert_eq!(several.join(&upload), b"1pixels2");
    }
}
