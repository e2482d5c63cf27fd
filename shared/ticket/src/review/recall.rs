//! How many of the fakes are found, estimated from clear closures that chance drew.

use serde::Serialize;

use super::case::{Strata, Tally};
use super::interval::bounds_of_a_population;

/// The share of all fakes that were flagged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Recall {
    /// Fakes among the flagged: found, and expected where they are not decided yet.
    pub flagged: f64,
    /// Fakes among the clear: known, and expected by the drawn ones' rate.
    pub missed: f64,
    /// The estimate; `None` where no fake is known or expected anywhere.
    pub share: Option<f64>,
    /// The low end of its interval, at least 95 %.
    pub low: f64,
    /// Its high end.
    pub high: f64,
}

/// Estimates recall. `None` where nothing can be said: none of the drawn was decided, or closures are
/// flagged and none of that kind was decided.
///
/// # The estimate
///
/// `A` fakes are flagged: those found, and of what is open or unclear the share that the decided ones
/// of the same verdict have. `B` are missed: those found clear for another reason than chance, and of
/// the rest (drawn or not) the share `x / m` that the `m` decided drawn ones have. Recall is
/// `A / (A + B)`.
///
/// # Its interval
///
/// Reviewers take the highest score first, so what is open is no sample: for the interval it is taken
/// to be all genuine at one end and all fake at the other. `A` then surely lies between the fakes
/// found and these with all open and unclear ones. `B` is the number in a finite population of which
/// `m` were drawn at random without putting back: its exact hypergeometric interval holds with 95 %,
/// the unclear ones being genuine at its low and fake at its high end. `A / (A + B)` grows with `A` and
/// falls with `B`, so from `low(A) / (low(A) + high(B))` to `high(A) / (high(A) + low(B))` it holds with at
/// least 95 %, however few there are.
///
/// It assumes that the drawn ones that are decided are a random part of those drawn (the queue mixes
/// them by chance), and that reviewers are right.
pub fn recall(strata: &Strata) -> Option<Recall> {
    let drawn = strata.drawn;
    if drawn.told() == 0 {
        return None;
    }
    let flagged = strata.flagged();
    let found = expected(strata.hold)? + expected(strata.review)?;
    let population = drawn.closures + strata.rest.closures;
    let rate = drawn.fake as f64 / drawn.told() as f64;
    let known = strata.known;
    let missed = known.fake as f64 + rate * population as f64;

    let least_found = flagged.fake;
    let most_found = flagged.closures - flagged.genuine;
    let looked_at = drawn.told() + drawn.unclear;
    let most_seen = drawn.fake + drawn.unclear;
    let (low, high) = bounds_of_a_population(population, looked_at, drawn.fake, most_seen);
    let (least_missed, most_missed) = (low + known.fake, high + known.fake + known.unclear);

    let share = |found: f64, missed: f64| (found + missed > 0.0).then(|| found / (found + missed));
    let low = share(least_found as f64, most_missed as f64).unwrap_or(0.0);
    let high = share(most_found as f64, least_missed as f64).unwrap_or(1.0);
    Some(Recall {
        flagged: found,
        missed,
        // Where nearly all were drawn, the rate of the rest can be a hair outside of what is possible.
        share: share(found, missed).map(|share| share.clamp(low, high)),
        low,
        high,
    })
}

/// Fakes of a flagged stratum: found, and expected among what is not told.
fn expected(tally: Tally) -> Option<f64> {
    let untold = (tally.closures - tally.told()) as f64;
    if tally.told() == 0 {
        return (tally.closures == 0).then_some(0.0);
    }
    Some(tally.fake as f64 + untold * tally.fake as f64 / tally.told() as f64)
}
