//! Which coding tables a picture needs: those that a scan uses. Others are never looked at, and
//! a quantisation table holds 64 bytes of anything.

use std::{collections::BTreeMap, ops::Range};

use super::{Frame, Walk, marker};
use crate::bytes::part;

/// What a definition is for; each kind but the last has four places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Quantisation,
    Dc,
    Ac,
    DcConditioning,
    AcConditioning,
    Interval,
}

/// One definition: the segment's place in the walk, and the bytes within its body.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Definition {
    segment: usize,
    range: Range<usize>,
}

/// By segment: the parts of its body that some scan uses.
pub(super) type Needed = BTreeMap<usize, Vec<Range<usize>>>;

/// Finds the definitions that are in force and used when a scan starts.
pub(super) fn needed(bytes: &[u8], walk: &Walk, frame: &Frame) -> Needed {
    let mut current: BTreeMap<(Kind, u8), Definition> = BTreeMap::new();
    let mut needed = Needed::new();
    for (index, segment) in walk.segments.iter().enumerate() {
        let body = part(bytes, &segment.body);
        if segment.marker == marker::SOS {
            for used in used(frame, body) {
                if let Some(definition) = current.remove(&used) {
                    let ranges = needed.entry(definition.segment).or_default();
                    ranges.push(definition.range);
                }
            }
            continue;
        }
        for (key, range) in definitions(segment.marker, body) {
            let segment = index;
            current.insert(key, Definition { segment, range });
        }
    }
    for ranges in needed.values_mut() {
        ranges.sort_by_key(|range| range.start);
    }
    needed
}

/// The tables that a scan uses, by its header.
fn used(frame: &Frame, header: &[u8]) -> Vec<(Kind, u8)> {
    let count = usize::from(header.first().copied().unwrap_or(0));
    let pairs = header.get(1..=2 * count).unwrap_or_default();
    let (from, high) = match header.get(1 + 2 * count..) {
        Some(&[from, _, bits]) => (from, bits >> 4),
        _ => (0, 0),
    };
    let lossless = frame.marker & 3 == 3;
    let progressive = frame.marker & 3 == 2;
    let dc = !progressive || (from == 0 && high == 0);
    let ac = !lossless && (!progressive || from > 0);
    let mut used = vec![(Kind::Interval, 0)];
    for pair in pairs.chunks_exact(2) {
        let &[id, choice] = pair else { continue };
        if !lossless && let Some(table) = frame.quantisation(id) {
            used.push((Kind::Quantisation, table));
        }
        if dc {
            used.push((Kind::Dc, choice >> 4));
            used.push((Kind::DcConditioning, choice >> 4));
        }
        if ac {
            used.push((Kind::Ac, choice & 15));
            used.push((Kind::AcConditioning, choice & 15));
        }
    }
    used
}

/// The definitions in one segment, in order.
fn definitions(code: u8, body: &[u8]) -> Vec<((Kind, u8), Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&head) = body.get(at) {
        let (class, place) = (head >> 4, head & 15);
        let (kind, length) = match code {
            marker::DQT => (Kind::Quantisation, 1 + 64 * (1 + usize::from(class))),
            marker::DHT => {
                let counts = body.get(at + 1..at + 17).unwrap_or_default();
                let symbols: usize = counts.iter().map(|count| usize::from(*count)).sum();
                (if class == 0 { Kind::Dc } else { Kind::Ac }, 17 + symbols)
            }
            marker::DAC if class == 0 => (Kind::DcConditioning, 2),
            marker::DAC => (Kind::AcConditioning, 2),
            marker::DRI => {
                found.push(((Kind::Interval, 0), 0..body.len()));
                break;
            }
            _ => break,
        };
        found.push(((kind, place), at..at + length));
        at += length;
    }
    found
}
