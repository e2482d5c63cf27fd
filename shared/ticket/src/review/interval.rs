//! Intervals of shares: of few closures much is possible, and the figures must say so.

use serde::Serialize;

/// The two-sided 95 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;
/// What each end of an interval may miss.
const TAIL: f64 = 0.025;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// So many …
    pub hits: u64,
    /// … of so many.
    pub of: u64,
    /// Their share; `None` of nothing.
    pub share: Option<f64>,
    /// The low end of the 95 % interval.
    pub low: f64,
    /// Its high end.
    pub high: f64,
}

impl Share {
    /// With Wilson's interval.
    pub fn new(hits: u64, of: u64) -> Self {
        let (low, high) = wilson(hits, of);
        Self {
            hits,
            of,
            share: (of > 0).then(|| hits as f64 / of as f64),
            low,
            high,
        }
    }
}

/// The 95 % interval of a share (E. B. Wilson, "Probable inference, the law of succession, and
/// statistical inference", 1927). Of nothing, everything is possible.
pub fn wilson(hits: u64, of: u64) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (of as f64, hits.min(of) as f64 / of as f64);
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    // At the ends it is exact; the sums are not, to the last digit.
    let low = if hits == 0 {
        0.0
    } else {
        (middle - half) / scale
    };
    let high = if hits >= of {
        1.0
    } else {
        (middle + half) / scale
    };
    (low.max(0.0), high.min(1.0))
}

/// How many of a finite population have a trait, if `least` to `most` of `drawn` that chance took
/// without putting back have it: the exact 95 % interval, by turning two one-sided hypergeometric
/// tests round (T. Wright, "Exact confidence bounds when sampling from small finite universes", 1991).
///
/// The low end is the smallest number under which `least` or more are not rarer than 2.5 %, the high
/// end the largest under which `most` or fewer are not. Both lie between what was seen and what can
/// be, and meet where all were drawn.
pub fn bounds_of_a_population(population: u64, drawn: u64, least: u64, most: u64) -> (u64, u64) {
    let drawn = drawn.min(population);
    let (least, most) = (least.min(drawn), most.clamp(least.min(drawn), drawn));
    let at_most = |with: u64, seen: u64| cumulated(population, with, drawn, seen);
    let low = if least == 0 {
        0
    } else {
        // The more have it, the more likely `least` are seen.
        first(least, population - (drawn - least), |with| {
            1.0 - at_most(with, least - 1) > TAIL
        })
    };
    let high = if most == drawn {
        population
    } else {
        // The first number that is too many, less one.
        let end = population - (drawn - most);
        first(most, end + 1, |with| {
            with > end || at_most(with, most) <= TAIL
        })
        .saturating_sub(1)
        .max(most)
    };
    (low, high)
}

/// The first number from `low` to `high` for which it is true, if it is false before and true after;
/// `high` is taken to be true.
fn first(mut low: u64, mut high: u64, is: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The probability that at most `seen` of `drawn` have the trait that `with` of the population have.
fn cumulated(population: u64, with: u64, drawn: u64, seen: u64) -> f64 {
    let without = population - with;
    let least = drawn.saturating_sub(without);
    let all = ln_choose(population, drawn);
    let sum: f64 = (least..=seen.min(drawn).min(with))
        .map(|k| (ln_choose(with, k) + ln_choose(without, drawn - k) - all).exp())
        .sum();
    sum.min(1.0)
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// Stirling's series; below 32 the sum itself. The error is below 1e-12 of the value.
fn ln_factorial(n: u64) -> f64 {
    if n < 32 {
        return (2..=n).map(|k| (k as f64).ln()).sum();
    }
    let x = n as f64;
    let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5));
    x * x.ln() - x + 0.5 * (std::f64::consts::TAU * x).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factorials_agree_where_the_two_ways_meet() {
        for n in [31, 32, 40, 60] {
            let summed: f64 = (2..=n).map(|k| (k as f64).ln()).sum();
            assert!((ln_factorial(n) - summed).abs() < 1e-10, "{n}");
        }
    }

    #[test]
    fn the_chances_of_a_draw_are_those_of_counting() {
        // 2 of 5 have it, 2 are drawn: 3 of 10 pairs have none, 6 have one, 1 has both.
        for (seen, chance) in [(0, 0.3), (1, 0.9), (2, 1.0)] {
            assert!((cumulated(5, 2, 2, seen) - chance).abs() < 1e-12, "{seen}");
        }
    }
}
