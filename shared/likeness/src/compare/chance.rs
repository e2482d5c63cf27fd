//! Chance that is a function of a seed (`SplitMix64`, Steele and others, 2014).

pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to `below` - 1; 0 if there is nothing below.
    pub(super) fn below(&mut self, below: usize) -> usize {
        (self.bits() >> 11) as usize % below.max(1)
    }

    /// Close to a normal distribution: mean 0, deviation 1.
    pub(super) fn bell(&mut self) -> f32 {
        let mut part = || (self.bits() >> 40) as f32 / (1_u64 << 24) as f32;
        (0..12).map(|_| part()).sum::<f32>() - 6.0
    }
}
