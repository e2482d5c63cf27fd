//! The quarter as the closure worker counts it.

use std::collections::BTreeMap;

use jaga_ticket::closure::{City, Counted, Rate};

use crate::quarter::{Answers, Quarter};
use crate::world::{CATEGORIES, OFFICERS_A_UNIT};

/// Rates of units and of officers, by their numbers.
pub struct Rates {
    pub units: Vec<Vec<Rate>>,
    pub officers: Vec<Vec<Rate>>,
}

type Own = BTreeMap<&'static str, Counted>;

fn counted(officers: &[[Answers; CATEGORIES.len()]]) -> Own {
    let mut own = Own::new();
    for all in officers {
        for ((name, ..), answers) in CATEGORIES.iter().zip(all) {
            let sum = own.entry(name).or_default();
            sum.of += answers.of;
            sum.refused += answers.refused;
            sum.disputed += answers.disputed;
        }
    }
    own
}

impl Rates {
    pub fn of(quarter: &Quarter) -> Self {
        let units: Vec<Own> = quarter
            .officers
            .chunks(OFFICERS_A_UNIT)
            .map(counted)
            .collect();
        let rows = units.iter().enumerate().flat_map(|(n, own)| {
            own.iter()
                .map(move |(kind, c)| (format!("unit-{n}"), (*kind).to_owned(), *c))
        });
        let city = City::of(rows);
        Self {
            units: units.iter().map(|own| city.rates(own)).collect(),
            officers: quarter
                .officers
                .chunks(1)
                .map(|own| city.rates(&counted(own)))
                .collect(),
        }
    }
}
