//! Finds the last bit of every scan. Between it and the next marker bytes can hide that no
//! decoder looks at; to find it, the Huffman codes must be followed from the first bit on.
//!
//! That is the work of a decoder's entropy stage, so it is done only where there is a reason: see
//! `strip_exact` and `analyse`. Arithmetic coding is not followed.

mod blocks;
mod huffman;
mod scan;

use std::ops::Range;

use super::{Frame, marker, walk};
use crate::{
    bytes::{be16, part},
    limits::Limits,
};
use huffman::Table;
use scan::Scan;

/// What lies behind the last coded bits of a clean file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tails {
    /// Nothing: every byte is coded picture.
    None,
    /// The file without those bytes, and how many they were.
    Cut(Vec<u8>, usize),
    /// The coded data can't be followed to its end: it is damaged, or coded arithmetically.
    Unknown,
}

/// Tables in force while the file is read.
#[derive(Debug, Default)]
struct State {
    dc: [Option<Table>; 4],
    ac: [Option<Table>; 4],
    interval: u64,
    /// Progressive: by component, one bit for each coefficient that is known not to be zero.
    known: [Vec<u64>; 4],
}

/// Follows the coded data of a clean file; see [`Tails`].
pub(crate) fn tails(clean: &[u8], limits: &Limits) -> Tails {
    let Some(spare) = spare(clean, limits) else {
        return Tails::Unknown;
    };
    let count = spare.iter().map(ExactSizeIterator::len).sum();
    if count == 0 {
        return Tails::None;
    }
    let mut out = Vec::with_capacity(clean.len());
    let mut from = 0;
    for range in spare {
        out.extend_from_slice(part(clean, &(from..range.start)));
        from = range.end;
    }
    out.extend_from_slice(part(clean, &(from..clean.len())));
    Tails::Cut(out, count)
}

/// The bytes that no coded bit lies in, in order.
fn spare(clean: &[u8], limits: &Limits) -> Option<Vec<Range<usize>>> {
    let walk = walk(clean, limits);
    let mut state = State::default();
    let mut frame = None;
    let mut spare = Vec::new();
    for segment in &walk.segments {
        let body = part(clean, &segment.body);
        match segment.marker {
            // Huffman coding only: sequential, progressive, lossless.
            code @ 0xc0..=0xc3 => frame = Some(Frame::read(code, body).ok()?),
            code if marker::is_sof(code) => return None,
            marker::DHT => state.read_tables(body)?,
            marker::DRI => state.interval = u64::from(be16(body, 0)?),
            marker::SOS => {
                let scan = Scan::read(frame.as_ref()?, body)?;
                scan.follow(clean, &segment.scan, &mut state, &mut spare)?;
            }
            _ => {}
        }
    }
    (walk.stop.is_none() && walk.ended).then_some(spare)
}

impl State {
    /// Takes in the tables of one DHT segment.
    fn read_tables(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((&head, rest)) = body.split_first() {
            let (counts, rest) = rest.split_at_checked(16)?;
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(total)?;
            let class = if head >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            *class.get_mut(usize::from(head & 15))? = Some(Table::new(counts, symbols)?);
            body = rest;
        }
        Some(())
    }
}
