//! Randomness that is a function of a seed and a label: every part of a picture or a plan draws
//! from its own stream, so that adding a part does not move the others.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// One stream of choices.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream named `label` under `seed`.
    pub(crate) fn new(seed: u64, label: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(label.as_bytes());
        Self(ChaCha8Rng::from_seed(*hasher.finalize().as_bytes()))
    }

    /// Uniform in `low..high`.
    pub(crate) fn real(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.0.random::<f32>()
    }

    /// Uniform in `low..high`.
    pub(crate) fn double(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.random::<f64>()
    }

    /// Uniform in `low..=high`; `low` if the range is empty.
    pub(crate) fn whole(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            low
        } else {
            self.0.random_range(low..=high)
        }
    }

    /// True in this share of the cases.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.0.random::<f64>() < share
    }

    /// Any 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.random()
    }

    /// One of them; the first if there is only one.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.whole(0, of.len() as i64 - 1) as usize]
    }

    /// Puts them into a random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.whole(0, last as i64) as usize);
        }
    }
}

/// A cheap hash of one number, for noise that needs no secrecy (the finaliser of `SplitMix64`).
pub(crate) fn scramble(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
