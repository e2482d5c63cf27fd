//! Growing, capped, jittered delays.

use std::time::Duration;

use rand::RngExt;

/// Doubles from `first` to `cap`, each drawn from the upper half, so that peers do not march in step.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    cap: Duration,
    failures: u32,
}

impl Backoff {
    /// A fresh one.
    pub fn new(first: Duration, cap: Duration) -> Self {
        Self {
            first,
            cap,
            failures: 0,
        }
    }

    /// The delay after one more failure; `draw` is in 0..1.
    pub fn next(&mut self, draw: f64) -> Duration {
        let full = self.full(self.failures);
        self.failures = self.failures.saturating_add(1);
        full.mul_f64(0.5 + draw.clamp(0.0, 1.0) / 2.0)
    }

    /// The same, with a random draw.
    #[expect(
        clippy::disallowed_methods,
        reason = "jitter is meant to differ between processes"
    )]
    pub fn next_random(&mut self) -> Duration {
        let draw = rand::rng().random::<f64>();
        self.next(draw)
    }

    /// The delay before attempt `n` + 1 where there is no state to keep; `draw` in 0..1.
    pub fn after(&self, failures: u32, draw: f64) -> Duration {
        self.full(failures)
            .mul_f64(0.5 + draw.clamp(0.0, 1.0) / 2.0)
    }

    /// It worked: start small again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    fn full(&self, failures: u32) -> Duration {
        let factor = 2_u32.checked_pow(failures.min(20)).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.cap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_the_cap_and_stay_within_half_of_the_curve() {
        let mut b = Backoff::new(Duration::from_millis(100), Duration::from_secs(30));
        let mut last = Duration::ZERO;
        for _ in 0..100 {
            let full = b.next(1.0);
            assert!(full >= last && full <= Duration::from_secs(30));
            last = full;
        }
        assert_eq!(last, Duration::from_secs(30));
        assert_eq!(b.next(0.0), Duration::from_secs(15));
        b.reset();
        assert_eq!(b.next(1.0), Duration::from_millis(100));
    }
}
