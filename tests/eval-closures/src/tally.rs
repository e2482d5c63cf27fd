//! Counts, and how sure they are.

/// So many of so many.
#[derive(Debug, Clone, Copy, Default)]
pub struct Count {
    pub of: u64,
    pub hits: u64,
}

impl Count {
    pub fn add(&mut self, hit: bool) {
        self.of += 1;
        self.hits += u64::from(hit);
    }

    pub fn share(self) -> f64 {
        if self.of == 0 {
            return 0.0;
        }
        self.hits as f64 / self.of as f64
    }

    /// The 95 % interval of Wilson, "Probable inference", 1927.
    pub fn interval(self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 1.0);
        }
        let (n, p, z) = (self.of as f64, self.share(), 1.96_f64);
        let middle = p + z * z / (2.0 * n);
        let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        (
            ((middle - half) / scale).max(0.0),
            ((middle + half) / scale).min(1.0),
        )
    }

    /// `96.7 % (92.4 to 98.6)`.
    pub fn tell(self) -> String {
        let (low, high) = self.interval();
        format!(
            "{:.1} % ({:.1} to {:.1})",
            self.share() * 100.0,
            low * 100.0,
            high * 100.0
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_what_is_known_of_it() {
        let (low, high) = Count { of: 10, hits: 5 }.interval();
        assert!((low - 0.2366).abs() < 1e-3 && (high - 0.7634).abs() < 1e-3);
        let (low, high) = Count { of: 20, hits: 0 }.interval();
        assert!(low.abs() < 1e-12 && (high - 0.1611).abs() < 1e-3);
    }
}
