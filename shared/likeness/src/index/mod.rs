//! Fingerprints in memory: all that lie within 31 bits of a given one, exactly.
//!
//! Multi-index hashing (Norouzi, Punjani and Fleet, "Fast Exact Search in Hamming Space with
//! Multi-Index Hashing", 2014): a code of 256 bits is cut into eight parts of 32. Two codes that differ
//! in at most 31 bits differ in at most 3 in one of the parts, by the pigeonhole principle. So a table
//! for each part, asked for all keys within 3 bits, meets every near code; each that is met is then
//! compared in full. Nothing is missed, whatever the codes are. Crowds of near codes, which every table would
//! meet again and again, are kept out of the tables and looked through one by one.
//!
//! Codes are kept in segments that never change, and a short list of the latest ones that is looked
//! through one by one. When the list is full, it becomes a segment together with those that are not much
//! larger than it: a handful of segments at any time, and each code moves some six times on its way into
//! the largest.

mod best;
mod code;
mod crowd;
mod latest;
mod masks;
mod part;
mod segment;

pub use code::Code;

use best::Best;
use latest::Latest;
use segment::Segment;

/// What the owner calls a fingerprint. Several may have the same code, and one owner several codes.
pub type Handle = u32;

/// The farthest that can be asked for, in bits.
pub const FARTHEST: u32 = 31;

/// Segments up to this many times as long as what is to be written are written again with it.
const GROWTH: usize = 4;

/// A fingerprint that lies near the one that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Near {
    /// Bits that differ, 0 to [`FARTHEST`].
    pub distance: u32,
    /// What the owner calls it.
    pub handle: Handle,
}

/// The index. Some 69 bytes per fingerprint, 32 of them its code and 4 its handle.
#[derive(Debug, Default)]
pub struct Index {
    /// Longest first.
    segments: Vec<Segment>,
    latest: Latest,
}

impl Index {
    /// An index of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// An index of many at once: cheaper than one after the other.
    pub fn of(all: impl IntoIterator<Item = (Code, Handle)>) -> Self {
        let mut index = Self::new();
        index.extend(all);
        index
    }

    /// How many fingerprints it holds.
    pub fn len(&self) -> usize {
        self.latest.len() + self.segments.iter().map(Segment::living).sum::<usize>()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory that it holds, in bytes.
    pub fn bytes(&self) -> usize {
        self.latest.bytes() + self.segments.iter().map(Segment::bytes).sum::<usize>()
    }

    /// Takes a fingerprint in. Now and then this writes a segment: at ten million some seconds.
    pub fn insert(&mut self, code: Code, handle: Handle) {
        self.latest.push(code, handle);
        if self.latest.is_full() {
            let (codes, handles) = std::mem::take(&mut self.latest).into_parts();
            self.append(codes, handles);
        }
    }

    /// Takes many in at once: cheaper than one after the other.
    pub fn extend(&mut self, all: impl IntoIterator<Item = (Code, Handle)>) {
        let (codes, handles): (Vec<Code>, Vec<Handle>) = all.into_iter().unzip();
        if codes.len() < latest::MOST {
            for (code, handle) in codes.into_iter().zip(handles) {
                self.insert(code, handle);
            }
        } else {
            self.append(codes, handles);
        }
    }

    /// Takes all fingerprints out whose handle `gone` names; returns how many. Their codes are
    /// overwritten, and the segments that held them written anew, so that no trace stays in memory.
    pub fn remove(&mut self, mut gone: impl FnMut(Handle) -> bool) -> usize {
        let mut count = self.latest.remove(&mut gone);
        for segment in &mut self.segments {
            let kept = segment.without(&mut gone);
            if let Some(kept) = kept {
                count += segment.living() - kept.living();
                *segment = kept;
            }
        }
        self.segments.retain(|it| it.living() > 0);
        count
    }

    /// All fingerprints within `reach` bits (at most [`FARTHEST`]), nearest first.
    pub fn search(&self, code: &Code, reach: u32) -> Vec<Near> {
        self.nearest(code, reach, usize::MAX)
    }

    /// The nearest `most` of all fingerprints within `reach` bits (at most [`FARTHEST`]), nearest first, of equally
    /// near ones those with the smaller handles: of a crowd of a hundred thousand nobody wants to see more than the
    /// first, and the rest is not looked for.
    pub fn nearest(&self, code: &Code, reach: u32, most: usize) -> Vec<Near> {
        let mut best = Best::new(reach, most);
        self.latest.search(code, &mut best);
        best.tighten();
        for segment in &self.segments {
            segment.search(code, &mut best);
        }
        best.done()
    }

    /// Writes a segment, together with those that are not much longer.
    fn append(&mut self, mut codes: Vec<Code>, mut handles: Vec<Handle>) {
        while let Some(last) = self.segments.last() {
            let longer = last.living() > GROWTH * codes.len();
            if longer || last.living() + codes.len() > segment::LONGEST {
                break;
            }
            if let Some(last) = self.segments.pop() {
                last.into_parts(&mut codes, &mut handles);
            }
        }
        while codes.len() > segment::LONGEST {
            let at = codes.len() - segment::LONGEST;
            let (c, h) = (codes.split_off(at), handles.split_off(at));
            self.segments.push(Segment::new(c, h));
        }
        if !codes.is_empty() {
            self.segments.push(Segment::new(codes, handles));
        }
        self.segments
            .sort_by_key(|it| std::cmp::Reverse(it.living()));
    }
}
