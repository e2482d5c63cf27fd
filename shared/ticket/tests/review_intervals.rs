//! The intervals of reviews: the published figures, every draw counted, and as often right as they say.

#[path = "common/reviews.rs"]
mod common;

use common::{case, near, waiting};
use jaga_contract::Verdict;
use jaga_ticket::review::{
    Decision, Recall, Share, Tally, Waiting, bounds_of_a_population, in_order, recall, statistics,
    wilson,
};
use proptest::prelude::*;

#[test]
fn wilsons_interval_is_the_published_one() {
    // Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
    for (hits, of, low, high) in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ] {
        let (l, h) = wilson(hits, of);
        assert!(near(l, low) && near(h, high), "{hits} of {of}: {l} {h}");
    }
    let (low, high) = wilson(0, 0);
    assert!(
        low <= 0.0 && high >= 1.0,
        "of nothing, everything is possible"
    );
    assert!(wilson(20, 20).1 >= 1.0);
    assert_eq!(Share::new(0, 0).share, None);
}

/// Every number that is not refuted, by counting subsets in whole numbers.
fn counted(population: u64, drawn: u64, seen: u64) -> (u64, u64) {
    let choose = |n: u64, k: u64| -> u128 {
        if k > n {
            return 0;
        }
        (0..k).fold(1, |ways, i| ways * u128::from(n - i) / u128::from(i + 1))
    };
    let all = choose(population, drawn) as f64;
    let chance = |with: u64, of: std::ops::RangeInclusive<u64>| -> f64 {
        of.map(|k| (choose(with, k) * choose(population - with, drawn - k)) as f64 / all)
            .sum()
    };
    let possible: Vec<u64> = (seen..=population - (drawn - seen))
        .filter(|with| chance(*with, seen..=drawn) > 0.025 && chance(*with, 0..=seen) > 0.025)
        .collect();
    (possible[0], possible[possible.len() - 1])
}

#[test]
fn the_exact_interval_is_that_of_counting_every_draw() {
    for population in [1, 2, 5, 12, 30] {
        for drawn in 1..=population {
            for seen in 0..=drawn {
                let bounds = bounds_of_a_population(population, drawn, seen, seen);
                let counted = counted(population, drawn, seen);
                assert_eq!(bounds, counted, "{seen} of {drawn} of {population}");
            }
        }
    }
}

#[test]
fn the_exact_interval_of_a_city_is_the_known_one() {
    // None of 200 of 4000: the rule of three, with 97.5 % and the draw's own correction.
    let (low, high) = bounds_of_a_population(4000, 200, 0, 0);
    assert_eq!(low, 0);
    assert!((66..=74).contains(&high), "{high}");
    // Near the binomial's Clopper-Pearson where the population is large: 5 of 100, 1.64 % to 11.28 %.
    let (low, high) = bounds_of_a_population(1_000_000, 100, 5, 5);
    assert!((16_300..=16_500).contains(&low), "{low}");
    assert!((112_600..=113_000).contains(&high), "{high}");
    assert_eq!(bounds_of_a_population(50, 50, 7, 7), (7, 7));
    assert_eq!(bounds_of_a_population(50, 0, 0, 0), (0, 50));
}

/// A generator small enough to be read: what the promise needs is many different draws.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        // Steele, Lea, Flood: SplitMix64, 2014.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

#[test]
fn the_interval_of_recall_holds_the_truth_as_often_as_it_says() {
    let (mut dice, mut held, mut told, runs) = (Dice(7), 0, 0, 2000);
    for _ in 0..runs {
        // A month of its own: fakes, how well they are flagged, how many chance draws, what is open.
        let (closures, fakes) = (300 + dice.below(500), 5 + dice.below(60));
        let (found, share) = (dice.below(101), 5 + dice.below(40));
        let (mut caught, mut cases) = (0, Vec::new());
        for n in 0..closures {
            let fake = n < fakes;
            let flagged = dice.below(100) < if fake { found } else { 4 };
            caught += u64::from(fake && flagged);
            let decision = if fake {
                Decision::Fake
            } else {
                Decision::Genuine
            };
            let drawn = dice.below(100) < share;
            cases.push(if flagged {
                let open = dice.below(100) < 20;
                case(Verdict::Review, false, (!open).then_some((decision, false)))
            } else {
                case(Verdict::Clear, drawn, drawn.then_some((decision, true)))
            });
        }
        let truth = caught as f64 / fakes as f64;
        let Some(recall) = statistics(&cases, 20).all.recall else {
            held += 1; // It says that it does not know.
            continue;
        };
        told += 1;
        held += u64::from(recall.low <= truth + 1e-9 && truth <= recall.high + 1e-9);
    }
    assert!(held * 100 >= runs * 95, "{held} of {runs}");
    assert!(told * 2 > runs, "an estimate in {told} of {runs}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_interval_holds_what_was_seen(population in 0_u64..3000, drawn in 0_u64..300, seen in 0_u64..300, more in 0_u64..20) {
        let drawn = drawn.min(population);
        let (least, most) = (seen.min(drawn), (seen + more).min(drawn));
        let (low, high) = bounds_of_a_population(population, drawn, least, most);
        prop_assert!(low <= high && low >= least && high <= population - (drawn - most));
        prop_assert!(high >= most);
        let (low, high) = wilson(least, drawn);
        let share = least as f64 / drawn.max(1) as f64;
        prop_assert!((0.0..=1.0).contains(&low) && low <= share + 1e-12);
        prop_assert!(high <= 1.0 && high + 1e-12 >= share);
    }

    #[test]
    fn the_order_of_closures_and_decisions_does_not_matter(seed in any::<u64>(), flagged in 0_usize..12, drawn in 0_usize..12) {
        let mut dice = Dice(seed);
        let straight = waiting(flagged, drawn);
        let mut mixed = straight.clone();
        for n in (1..mixed.len()).rev() {
            mixed.swap(n, dice.below(n as u64 + 1) as usize);
        }
        let names = |all: &[Waiting]| -> Vec<String> {
            in_order(all).into_iter().map(|i| all[i].closure.to_string()).collect()
        };
        prop_assert_eq!(names(&straight), names(&mixed));
    }

    #[test]
    fn recall_lies_within_its_interval(fakes in 0_u64..40, genuine in 0_u64..40, open in 0_u64..20,
        caught in 0_u64..10, honest in 1_u64..60, rest in 0_u64..500) {
        let strata = jaga_ticket::review::Strata {
            review: Tally { closures: fakes + genuine + open, genuine, fake: fakes, unclear: 0 },
            drawn: Tally { closures: caught + honest, genuine: honest, fake: caught, unclear: 0 },
            rest: Tally { closures: rest, ..Tally::default() },
            ..Default::default()
        };
        if let Some(Recall { share: Some(share), low, high, .. }) = recall(&strata) {
            prop_assert!(low <= share + 1e-9 && share <= high + 1e-9, "{low} {share} {high}");
        }
    }
}
