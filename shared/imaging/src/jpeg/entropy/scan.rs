//! One scan: which blocks it holds, in which order, and where its last bit is.

use std::ops::Range;

use memchr::memchr;

use super::{
    State,
    blocks::{self, Process},
    huffman::{Bits, Table},
};
use crate::{bytes::part, jpeg::Frame};

/// One component's share of a coding unit.
struct Member {
    component: usize,
    blocks: usize,
    dc: usize,
    ac: usize,
}

/// What a scan header says, checked against the frame.
pub(super) struct Scan {
    members: Vec<Member>,
    process: Process,
    units: u64,
}

impl Scan {
    pub(super) fn read(frame: &Frame, header: &[u8]) -> Option<Self> {
        let units = frame.units(header)?;
        let (&count, rest) = header.split_first()?;
        let (pairs, tail) = rest.split_at_checked(2 * usize::from(count))?;
        let &[from, to, bits] = tail else { return None };
        let mut members = Vec::with_capacity(4);
        for pair in pairs.chunks_exact(2) {
            let &[id, tables] = pair else { return None };
            let (component, across, down) = frame.component(id)?;
            let blocks = if count == 1 { 1 } else { across * down } as usize;
            members.push(Member {
                component,
                blocks,
                dc: usize::from(tables >> 4),
                ac: usize::from(tables & 15),
            });
        }
        let first = bits >> 4 == 0;
        let process = match (frame.marker & 3, from) {
            (0 | 1, _) => Process::Whole,
            (3, _) => Process::Sample,
            (_, 0) if to != 0 => return None,
            (_, 0) if first => Process::FirstDc,
            (_, 0) => Process::MoreDc,
            _ if to > 63 || from > to || count != 1 => return None,
            _ if first => Process::FirstAc(from, to),
            _ => Process::MoreAc(from, to),
        };
        Some(Self {
            members,
            process,
            units,
        })
    }

    /// Follows every interval of the scan and notes what lies behind its last bit.
    pub(super) fn follow(
        &self,
        clean: &[u8],
        scan: &Range<usize>,
        state: &mut State,
        spare: &mut Vec<Range<usize>>,
    ) -> Option<()> {
        let data = part(clean, scan);
        let interval = if state.interval == 0 {
            self.units
        } else {
            state.interval
        };
        let (mut done, mut at, mut number) = (0_u64, 0, 0_u8);
        let mut plain = Vec::new();
        let known = self.members.first()?.component;
        let mut map = std::mem::take(state.known.get_mut(known)?);
        if matches!(self.process, Process::FirstAc(..) | Process::MoreAc(..)) {
            map.resize(self.units as usize, 0);
        }
        let tables: Vec<_> = self
            .members
            .iter()
            .map(|member| {
                let dc = state.dc.get(member.dc).and_then(Option::as_ref);
                (dc, state.ac.get(member.ac).and_then(Option::as_ref))
            })
            .collect();
        while done < self.units {
            let units = interval.min(self.units - done);
            let length = unstuff(data.get(at..)?, &mut plain);
            let mut bits = Bits::new(&plain);
            self.units(&mut bits, units, &tables, map.get_mut(done as usize..))?;
            let used = stuffed_length(data.get(at..at + length)?, bits.used()?);
            spare.push(scan.start + at + used..scan.start + at + length);
            done += units;
            at += length;
            if done < self.units {
                let expected = [0xff, 0xd0 | (number & 7)];
                if data.get(at..at + 2)? != expected {
                    return None;
                }
                number = number.wrapping_add(1);
                at += 2;
            }
        }
        state.known[known] = map;
        (at == data.len()).then_some(())
    }

    /// Moves over the coding units of one interval.
    fn units(
        &self,
        bits: &mut Bits,
        units: u64,
        tables: &[(Option<&Table>, Option<&Table>)],
        map: Option<&mut [u64]>,
    ) -> Option<()> {
        let mut map = map.unwrap_or_default().iter_mut();
        let mut run = 0;
        for _ in 0..units {
            for (member, (dc, ac)) in self.members.iter().zip(tables) {
                for _ in 0..member.blocks {
                    match self.process {
                        Process::Whole => blocks::whole(bits, (*dc)?, (*ac)?)?,
                        Process::Sample | Process::FirstDc => {
                            blocks::first_dc(bits, (*dc)?)?;
                        }
                        Process::MoreDc => bits.skip(1),
                        Process::FirstAc(from, to) => {
                            let band = (from, to);
                            blocks::first_ac(bits, (*ac)?, band, &mut run, map.next()?)?;
                        }
                        Process::MoreAc(from, to) => {
                            let band = (from, to);
                            blocks::more_ac(bits, (*ac)?, band, &mut run, map.next()?)?;
                        }
                    }
                }
            }
            bits.used()?;
        }
        Some(())
    }
}

/// Takes the zeros behind 0xff out of the data up to the next marker; says how long that is.
fn unstuff(data: &[u8], plain: &mut Vec<u8>) -> usize {
    plain.clear();
    let mut at = 0;
    while let Some(hit) = memchr(0xff, data.get(at..).unwrap_or_default()) {
        if data.get(at + hit + 1) != Some(&0) {
            plain.extend_from_slice(&data[at..at + hit]);
            return at + hit;
        }
        plain.extend_from_slice(&data[at..=at + hit]);
        at += hit + 2;
    }
    plain.extend_from_slice(data.get(at..).unwrap_or_default());
    data.len()
}

/// How many bytes with stuffing make so many without.
fn stuffed_length(data: &[u8], plain: usize) -> usize {
    let (mut at, mut left) = (0, plain);
    while left > 0 {
        let rest = data.get(at..).unwrap_or_default();
        let hit = memchr(0xff, rest).unwrap_or(rest.len());
        if hit >= left {
            return at + left;
        }
        left -= hit + 1;
        at += hit + 2;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffing_is_counted_on_both_sides() {
        let data = [1, 0xff, 0, 2, 0xff, 0, 0xff, 0xd0, 9];
        let mut plain = Vec::new();
        let length = unstuff(&data, &mut plain);
        assert_eq!(
            (length, plain.as_slice()),
            (6, [1, 0xff, 2, 0xff].as_slice())
        );
        for (plain, stuffed) in [(0, 0), (1, 1), (2, 3), (3, 4), (4, 6)] {
            assert_eq!(stuffed_length(&data[..length], plain), stuffed);
        }
    }
}
