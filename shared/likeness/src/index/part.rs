//! The table of one part of the codes.

use super::masks::Masks;

/// Bits of the part that stand in the table beside the key's.
const SHOWN: u32 = 8;
/// Entries that are looked at together. So many more stand at the end, for the last ones.
const BLOCK: usize = 16;

/// Entries in the order of the first bits of the part; the next eight stand beside each other, so that
/// most of those that are met are passed over sixteen at a time without a look at their codes.
#[derive(Debug)]
pub(super) struct Part {
    shown: Box<[u8]>,
    /// Which code, little end first; none where entries and codes have the same order.
    ids: Box<[[u8; 3]]>,
    /// Where the entries of each key begin, and where the last ends.
    starts: Box<[u32]>,
    /// Of a key.
    bits: u32,
}

impl Part {
    /// The table of these parts, by keys of `bits` bits. At most 2^24 parts; `ordered` if they ascend.
    pub(super) fn new(parts: impl Iterator<Item = u32> + Clone, bits: u32, ordered: bool) -> Self {
        let key = |part: u32| (part >> (32 - bits)) as usize;
        let mut starts = vec![0_u32; (1 << bits) + 1];
        let mut count = 0_usize;
        for part in parts.clone() {
            starts[key(part) + 1] += 1;
            count += 1;
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut shows = vec![0; count + BLOCK];
        let mut ids = vec![[0; 3]; if ordered { 0 } else { count }];
        // Each key's start moves on as its entries are put down, and is the next key's in the end.
        for (id, part) in parts.enumerate() {
            let place = &mut starts[key(part)];
            shows[*place as usize] = shown(part, bits);
            if let Some(slot) = ids.get_mut(*place as usize) {
                let [a, b, c, _] = (id as u32).to_le_bytes();
                *slot = [a, b, c];
            }
            *place += 1;
        }
        starts.rotate_right(1);
        starts[0] = 0;
        Self {
            shown: shows.into(),
            ids: ids.into(),
            starts: starts.into(),
            bits,
        }
    }

    /// The codes whose part differs in at most `reach` of its first bits, and no others.
    pub(super) fn near(&self, part: u32, reach: u32, masks: &Masks, found: &mut Vec<u32>) {
        found.clear();
        let key = part >> (32 - self.bits);
        let shown = shown(part, self.bits);
        for turned in 0..=reach {
            for mask in masks.with(turned) {
                let key = (key ^ mask) as usize;
                // So many bits of the shown ones may differ besides.
                match reach - turned {
                    0 => self.group::<0>(key, shown, found),
                    1 => self.group::<1>(key, shown, found),
                    2 => self.group::<2>(key, shown, found),
                    _ => self.group::<3>(key, shown, found),
                }
            }
        }
        // Only now: the memory of all of them is fetched at once, instead of one after the other.
        for place in found.iter_mut() {
            if let Some([a, b, c]) = self.ids.get(*place as usize) {
                *place = u32::from_le_bytes([*a, *b, *c, 0]);
            }
        }
    }

    /// The places of one key's entries whose shown bits differ in at most `MOST`.
    #[inline]
    fn group<const MOST: u32>(&self, key: usize, shown: u8, found: &mut Vec<u32>) {
        let (start, end) = (self.starts[key] as usize, self.starts[key + 1] as usize);
        for at in (start..end).step_by(BLOCK) {
            let Some(block) = self.shown[at..].first_chunk::<BLOCK>() else {
                return;
            };
            let one_fits = block
                .iter()
                .fold(false, |any, it| any | fits::<MOST>(it ^ shown));
            if !one_fits {
                continue;
            }
            for (at, it) in (at..end).zip(block) {
                if fits::<MOST>(it ^ shown) {
                    found.push(at as u32);
                }
            }
        }
    }

    /// Whether `near` gives a code whose part differs in these bits.
    pub(super) fn gives(&self, differs: u32, reach: u32) -> bool {
        (differs >> (32 - SHOWN - self.bits)).count_ones() <= reach
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.shown) + size_of_val(&*self.ids) + size_of_val(&*self.starts)
    }
}

fn shown(part: u32, bits: u32) -> u8 {
    (part >> (32 - SHOWN - bits)) as u8
}

/// Whether at most so many bits are set; in steps that a processor takes for sixteen bytes at once.
#[inline]
fn fits<const MOST: u32>(mut bits: u8) -> bool {
    for _ in 0..MOST {
        bits &= bits.wrapping_sub(1);
    }
    bits == 0
}
