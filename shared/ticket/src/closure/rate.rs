//! Rates of the few, drawn towards the city's.
//!
//! Empirical Bayes with a beta prior (Efron, Morris: "Stein's paradox in statistics", 1977; Casella:
//! "An introduction to empirical Bayes data analysis", 1985): the prior's mean is the city's rate, its
//! weight is `m` closures, so a unit with `k` of `n` has the mean `(k + m p) / (n + m)`. Where the
//! variance `v` between units was measured, `m = p (1 - p) / v - 1`, by the method of moments.

use super::facts::Rate;
use super::rules::Outlier;

/// How far below its mean a rate's low end is, in standard deviations: 95 % of the ways it can be.
const LOW: f64 = 1.645;
/// A measured prior stays within this many closures: a variance of a few units is a guess.
const PRIOR: (f64, f64) = (10.0, 1000.0);

/// A rate after shrinkage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shrunk {
    pub(super) mean: f64,
    pub(super) low: f64,
    pub(super) city: f64,
}

impl Shrunk {
    /// The low end by the city's rate.
    pub(super) fn times(&self) -> f64 {
        self.low / self.city
    }
}

/// Nothing where too few closures are behind it, or the city has no rate to compare with.
pub(super) fn shrunk(rate: &Rate, rule: &Outlier) -> Option<Shrunk> {
    let (own, all) = (rate.own, rate.city);
    let sound = own.count <= own.of && all.count <= all.of && all.count > 0 && all.count < all.of;
    if !sound || own.of < rule.least.max(1) {
        return None;
    }
    let city = f64::from(all.count) / f64::from(all.of);
    let measured = rate.between.filter(|v| v.is_finite() && *v > 0.0);
    let prior = measured.map_or(rule.prior, |v| {
        (city * (1.0 - city) / v - 1.0).clamp(PRIOR.0, PRIOR.1)
    });
    let (count, of) = (f64::from(own.count), f64::from(own.of));
    let mean = prior.mul_add(city, count) / (of + prior);
    let deviation = (mean * (1.0 - mean) / (of + prior + 1.0)).sqrt();
    let low = LOW.mul_add(-deviation, mean).max(0.0);
    Some(Shrunk { mean, low, city })
}

#[cfg(test)]
mod tests {
    use super::super::facts::Share;
    use super::*;

    const RULE: Outlier = Outlier {
        least: 30,
        prior: 50.0,
        times: 2.0,
        window_s: None,
        follow_s: None,
    };

    fn of(count: u32, of: u32) -> Option<Shrunk> {
        let rate = Rate {
            of: "refused".into(),
            own: Share { count, of },
            city: Share {
                count: 500,
                of: 10_000,
            },
            between: None,
        };
        shrunk(&rate, &RULE)
    }

    #[test]
    fn few_closures_say_nothing_and_some_say_little() {
        assert_eq!(of(10, 12), None);
        let some = of(6, 30).expect("enough");
        assert!(some.mean < 0.12 && some.times() < 2.0, "{some:?}");
        let many = of(200, 1000).expect("enough");
        assert!(many.mean > 0.19 && many.times() > 3.0, "{many:?}");
    }

    #[test]
    fn units_that_differ_little_are_drawn_closer_together() {
        let rate = |between| Rate {
            of: "refused".into(),
            own: Share { count: 30, of: 100 },
            city: Share {
                count: 500,
                of: 10_000,
            },
            between,
        };
        let mean = |between| shrunk(&rate(between), &RULE).expect("enough").mean;
        assert!(mean(Some(0.0001)) < mean(Some(0.001)));
        assert!(mean(Some(0.001)) < mean(Some(0.1)));
    }
}
