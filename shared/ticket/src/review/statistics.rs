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

/// What is counted of closures, one by one: no closure is kept.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    all: Strata,
    units: BTreeMap<String, Strata>,
    months: BTreeMap<String, Strata>,
    signals: BTreeMap<String, Sums>,
}

impl Counts {
    /// Counts one more. The order does not matter.
    pub fn add(&mut self, case: &Case) {
        self.all.add(case);
        self.units.entry(case.unit.clone()).or_default().add(case);
        self.months.entry(case.month.clone()).or_default().add(case);
        if case.verdict == Verdict::Clear {
            return;
        }
        let fake = case.decided.is_some_and(|d| d.decision == Decision::Fake);
        for (name, strength) in &case.signals {
            let sums = self.signals.entry(name.clone()).or_default();
            sums.tally.add(case.decided);
            sums.hard += u64::from(*strength == Strength::Hard);
            sums.alone += u64::from(fake && case.signals.len() == 1);
        }
    }

    /// The figures so far.
    pub fn statistics(self, small: u64) -> Statistics {
        let fakes = self.all.flagged().fake;
        let mut signals: Vec<SignalLine> = self
            .signals
            .into_iter()
            .map(|(name, sums)| sums.line(name, fakes, small))
            .collect();
        signals.sort_by(|a, b| {
            let told = |line: &SignalLine| std::cmp::Reverse(line.tally.told());
            (told(a), &a.name).cmp(&(told(b), &b.name))
        });
        let lines = |of: BTreeMap<String, Strata>| {
            of.into_iter()
                .map(|(name, strata)| line(name, &strata, small))
                .collect()
        };
        Statistics {
            all: line("all".to_owned(), &self.all, small),
            units: lines(self.units),
            months: lines(self.months),
            signals,
            small,
        }
    }
}

/// Counts. Pure; the order of the cases does not matter.
pub fn statistics<'a>(cases: impl IntoIterator<Item = &'a Case>, small: u64) -> Statistics {
    let mut counts = Counts::default();
    cases.into_iter().for_each(|case| counts.add(case));
    counts.statistics(small)
}

fn line(name: String, strata: &Strata, small: u64) -> Line {
    let flagged = strata.flagged();
    Line {
        name,
        closures: strata.closures(),
        strata: *strata,
        precision: Share::new(flagged.fake, flagged.told()),
        recall: recall(strata),
        few_flagged: flagged.told() < small,
        few_drawn: strata.drawn.told() < small,
    }
}

#[derive(Debug, Clone, Default)]
struct Sums {
    tally: Tally,
    hard: u64,
    alone: u64,
}

impl Sums {
    fn line(self, name: String, fakes: u64, small: u64) -> SignalLine {
        SignalLine {
            name,
            tally: self.tally,
            hard: self.hard,
            precision: Share::new(self.tally.fake, self.tally.told()),
            of_fakes: Share::new(self.tally.fake, fakes),
            alone: self.alone,
            few: self.tally.told() < small,
        }
    }
}
