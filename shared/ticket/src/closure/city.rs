//! The city's refusals and disputes, and a hand's beside them: drawn from the same kinds of work.

use std::collections::BTreeMap;

use super::facts::{Rate, Share};

/// Below this many closures the city has no rate of a category's own: it has that of all.
const ENOUGH: u32 = 30;
/// Fewer units than this tell nothing of how units differ.
const UNITS: usize = 10;

/// So many closures, and how many of them people did not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Closures.
    pub of: u32,
    /// Of them refused.
    pub refused: u32,
    /// Of them disputed.
    pub disputed: u32,
}

impl Counted {
    pub(super) fn add(&mut self, other: Self) {
        self.of += other.of;
        self.refused += other.refused;
        self.disputed += other.disputed;
    }

    /// The counts by what they are of.
    fn each(self) -> [(&'static str, u32); 2] {
        [("refused", self.refused), ("disputed", self.disputed)]
    }
}

fn total(own: &BTreeMap<&str, Counted>) -> Counted {
    own.values().fold(Counted::default(), |mut sum, counted| {
        sum.add(*counted);
        sum
    })
}

/// The city's counts over one span.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct City {
    all: Counted,
    by_category: BTreeMap<String, Counted>,
    /// Variance between units beyond chance and beyond their categories, as in [`Counted::each`].
    between: [Option<f64>; 2],
}

impl City {
    /// Of counts by unit and category.
    pub fn of(rows: impl IntoIterator<Item = (String, String, Counted)>) -> Self {
        let mut city = Self::default();
        let mut units: BTreeMap<String, BTreeMap<String, Counted>> = BTreeMap::new();
        for (unit, category, counted) in rows {
            city.all.add(counted);
            let of_kind = city.by_category.entry(category.clone()).or_default();
            of_kind.add(counted);
            let own = units.entry(unit).or_default();
            own.entry(category).or_default().add(counted);
        }
        // Whoever is not known is no unit.
        units.remove("");
        let units: Vec<BTreeMap<&str, Counted>> = units
            .values()
            .map(|own| own.iter().map(|(kind, c)| (kind.as_str(), *c)).collect())
            .collect();
        for which in 0..2 {
            city.between[which] = city.between_units(&units, which);
        }
        city
    }

    /// The city's rate in a hand's mix of categories: indirect standardisation.
    fn expected(&self, own: &BTreeMap<&str, Counted>, which: usize) -> Option<f64> {
        let rate = |c: &Counted| f64::from(c.each()[which].1) / f64::from(c.of.max(1));
        let (mut sum, mut of) = (0.0, 0);
        for (category, counted) in own {
            let known = self.by_category.get(*category).filter(|c| c.of >= ENOUGH);
            sum += f64::from(counted.of) * rate(known.unwrap_or(&self.all));
            of += counted.of;
        }
        (of > 0 && self.all.of > 0).then(|| sum / f64::from(of))
    }

    /// By the method of moments (Kleinman: "Proportions with extraneous variance", 1973): what is left of the
    /// units' distances from their expected rates when the chance in their own counts is taken off.
    fn between_units(&self, units: &[BTreeMap<&str, Counted>], which: usize) -> Option<f64> {
        let (mut left, mut of, mut known) = (0.0, 0.0, 0);
        for own in units {
            let sum = total(own);
            let Some(expected) = self.expected(own, which).filter(|_| sum.of >= ENOUGH) else {
                continue;
            };
            let n = f64::from(sum.of);
            let off = f64::from(sum.each()[which].1) / n - expected;
            left += (n * off).mul_add(off, -expected * (1.0 - expected));
            of += n;
            known += 1;
        }
        // Units that differ by no more than chance are drawn together as far as the rule lets them.
        (known >= UNITS).then(|| (left / of).max(f64::EPSILON))
    }

    /// A hand's rates beside the city's.
    pub fn rates(&self, own: &BTreeMap<&str, Counted>) -> Vec<Rate> {
        let sum = total(own);
        let rate = |(which, (name, count)): (usize, (&str, u32))| {
            let expected = self.expected(own, which)?;
            let of = self.all.of;
            Some(Rate {
                of: name.to_owned(),
                own: Share { count, of: sum.of },
                city: Share {
                    count: (f64::from(of) * expected).round() as u32,
                    of,
                },
                between: self.between[which],
            })
        };
        sum.each()
            .into_iter()
            .enumerate()
            .filter_map(rate)
            .collect()
    }
}
