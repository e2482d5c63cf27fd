//! Precision and recall of all, of each unit, of each month, and precision of each signal.

use std::collections::BTreeMap;

use jaga_contract::{Strength, Verdict};
use serde::Serialize;

use super::case::{Case, Decision, Strata, Tally};
use super::interval::Share;
use super::recall::{Recall, recall};

/// The figures of some closures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Whose: a unit, a month, or `all`; empty: the unit is not known.
    pub name: String,
    /// Closures with a verdict.
    pub closures: u64,
    /// The counts behind it.
    pub strata: Strata,
    /// Of the flagged and decided, how many are fake. Unclear ones count on neither side.
    pub precision: Share,
    /// Of all fakes, how many are flagged; `None` where nothing can be said.
    pub recall: Option<Recall>,
    /// Too few flagged closures are decided for the precision to say much.
    pub few_flagged: bool,
    /// Too few drawn closures are decided for the recall to say much.
    pub few_drawn: bool,
}

/// The figures of one signal, of the flagged closures in which it weighs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignalLine {
    /// The signal.
    pub name: String,
    /// The counts.
    pub tally: Tally,
    /// In how many of them it holds alone.
    pub hard: u64,
    /// Of the decided, how many are fake.
    pub precision: Share,
    /// Of the flagged fakes, in how many it was seen.
    pub of_fakes: Share,
    /// Fakes in which nothing else weighs: without it they would have been missed.
    pub alone: u64,
    /// Too few are decided.
    pub few: bool,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statistics {
    /// Everything together.
    pub all: Line,
    /// By unit, in the order of their names.
    pub units: Vec<Line>,
    /// By month, oldest first.
    pub months: Vec<Line>,
    /// By signal, the most decided first.
    pub signals: Vec<SignalLine>,
    /// Fewer decided closures than this are few.
    pub small: u64,
}

/// Counts. Pure; the order of the cases does not matter.
pub fn statistics<'a>(cases: impl IntoIterator<Item = &'a Case>, small: u64) -> Statistics {
    let mut all = Strata::default();
    let (mut units, mut months) = (BTreeMap::new(), BTreeMap::new());
    let mut signals: BTreeMap<&str, Sums> = BTreeMap::new();
    for case in cases {
        all.add(case);
        let unit: &mut Strata = units.entry(case.unit.as_str()).or_default();
        unit.add(case);
        let month: &mut Strata = months.entry(case.month.as_str()).or_default();
        month.add(case);
        if case.verdict == Verdict::Clear {
            continue;
        }
        let fake = case.decided.is_some_and(|d| d.decision == Decision::Fake);
        for (name, strength) in &case.signals {
            let sums = signals.entry(name).or_default();
            sums.tally.add(case.decided);
            sums.hard += u64::from(*strength == Strength::Hard);
            sums.alone += u64::from(fake && case.signals.len() == 1);
        }
    }
    let fakes = all.flagged().fake;
    let mut signals: Vec<SignalLine> = signals
        .into_iter()
        .map(|(name, sums)| sums.line(name, fakes, small))
        .collect();
    signals.sort_by(|a, b| {
        let told = |line: &SignalLine| std::cmp::Reverse(line.tally.told());
        (told(a), &a.name).cmp(&(told(b), &b.name))
    });
    let lines = |of: BTreeMap<&str, Strata>| {
        of.into_iter()
            .map(|(name, strata)| line(name, &strata, small))
            .collect()
    };
    Statistics {
        all: line("all", &all, small),
        units: lines(units),
        months: lines(months),
        signals,
        small,
    }
}

fn line(name: &str, strata: &Strata, small: u64) -> Line {
    let flagged = strata.flagged();
    Line {
        name: name.to_owned(),
        closures: strata.closures(),
        strata: *strata,
        precision: Share::new(flagged.fake, flagged.told()),
        recall: recall(strata),
        few_flagged: flagged.told() < small,
        few_drawn: strata.drawn.told() < small,
    }
}

#[derive(Default)]
struct Sums {
    tally: Tally,
    hard: u64,
    alone: u64,
}

impl Sums {
    fn line(self, name: &str, fakes: u64, small: u64) -> SignalLine {
        SignalLine {
            name: name.to_owned(),
            tally: self.tally,
            hard: self.hard,
            precision: Share::new(self.tally.fake, self.tally.told()),
            of_fakes: Share::new(self.tally.fake, fakes),
            alone: self.alone,
            few: self.tally.told() < small,
        }
    }
}
