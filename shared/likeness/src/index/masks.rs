//! Which bits of a key are turned to meet all keys within a few bits of it.

/// The most bits that are turned.
pub(super) const MOST: u32 = 3;

/// All masks of a key with up to [`MOST`] bits set, fewest first.
#[derive(Debug)]
pub(super) struct Masks {
    masks: Box<[u32]>,
    /// Where the masks with more bits than the index begin.
    ends: [usize; MOST as usize + 1],
}

impl Masks {
    /// For keys of this many bits, at most 31.
    pub(super) fn new(bits: u32) -> Self {
        let mut masks = vec![0_u32];
        let mut ends = [1; MOST as usize + 1];
        let mut start = 0;
        for end in ends.iter_mut().skip(1) {
            let stop = masks.len();
            // One bit more, above the highest: each mask is made once.
            for at in start..stop {
                let mask = masks[at];
                let free = 32 - mask.leading_zeros();
                masks.extend((free..bits).map(|bit| mask | 1 << bit));
            }
            start = stop;
            *end = masks.len();
        }
        Self {
            masks: masks.into(),
            ends,
        }
    }

    /// The masks with exactly this many bits.
    pub(super) fn with(&self, bits: u32) -> &[u32] {
        let end = |bits: u32| self.ends.get(bits as usize).copied().unwrap_or_default();
        let start = bits.checked_sub(1).map_or(0, end);
        self.masks.get(start..end(bits)).unwrap_or_default()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.masks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mask_is_made_once() {
        for bits in 1..=18 {
            let masks = Masks::new(bits);
            for set in 0..=MOST {
                let mut want: Vec<u32> = (0..1 << bits)
                    .filter(|mask: &u32| mask.count_ones() == set)
                    .collect();
                let mut made = masks.with(set).to_vec();
                made.sort_unstable();
                want.sort_unstable();
                assert_eq!(made, want, "{set} of {bits}");
            }
        }
    }
}
