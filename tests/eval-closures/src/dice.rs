//! Seeded chance.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub fn chance(&mut self, share: f64) -> bool {
        self.0.random::<f64>() < share
    }

    pub fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.random::<f64>()
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end.max(1))
    }

    pub fn id(&mut self) -> u64 {
        self.0.random::<u64>()
    }

    /// Box and Muller.
    pub fn normal(&mut self, deviation: f64) -> f64 {
        let (a, b) = (self.within(f64::MIN_POSITIVE, 1.0), self.within(0.0, 1.0));
        deviation * (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }

    /// Around `median`, with a long tail: `spread` is the deviation of the logarithm.
    pub fn long_tailed(&mut self, median: f64, spread: f64) -> f64 {
        median * self.normal(spread).exp()
    }

    pub fn one_of<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }
}
