//! Thresholds that the decisions so far would speak for. A proposal, for a person to weigh: nothing
//! changes by itself, and `jaga rules diff` says what a change would do.

use jaga_contract::{Strength, Verdict};
use serde::Serialize;

use super::case::{Case, Decision, Strata};
use super::statistics::{SignalLine, Statistics};
use crate::closure::{ClosureFacts, Rules, judge};

/// What honest closures may suffer, shares of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Goals {
    /// So many may go to review, held ones included.
    pub review: f64,
    /// So many may be held.
    pub hold: f64,
}

impl Default for Goals {
    fn default() -> Self {
        Self {
            review: 0.05,
            hold: 0.005,
        }
    }
}

/// What a threshold would do, by the decided closures, each for as many as it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Threshold {
    /// From so many points on.
    pub points: u32,
    /// Share of the fakes that would be taken.
    pub fakes: Option<f64>,
    /// Share of the honest that would be taken.
    pub honest: Option<f64>,
}

/// What to do about a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// It holds alone, and even at best is right less than nine times of ten: soften it.
    Soften,
    /// It only adds up, and even at worst is right nine times of ten: it could hold alone.
    Harden,
    /// Even at best it is right less than once in five: fewer points.
    Lower,
}

/// A signal, and what to do about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignalAdvice {
    /// The signal.
    pub name: String,
    /// What to do.
    pub advice: Advice,
}

/// All proposals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposals {
    /// The rules' version that was tried.
    pub rules: String,
    /// What honest closures may suffer.
    pub goals: Goals,
    /// Its threshold for review, and what it does.
    pub review_now: Threshold,
    /// The lowest within the goal; `None` where no threshold is, or too few are decided.
    pub review: Option<Threshold>,
    /// Its threshold for hold, and what it does.
    pub hold_now: Threshold,
    /// The lowest within the goal, not below the one for review.
    pub hold: Option<Threshold>,
    /// Every threshold for review that was tried.
    pub tried: Vec<Threshold>,
    /// About signals.
    pub signals: Vec<SignalAdvice>,
    /// Decided closures behind it: fake, genuine.
    pub rests_on: (u64, u64),
    /// Too few of either: nothing is proposed.
    pub few: bool,
}

/// A decided closure, judged once more.
struct Judged {
    fake: bool,
    weight: f64,
    score: u32,
    hard: bool,
    /// Its signals are of enough families to hold by points.
    many: bool,
}

/// Tries thresholds in steps of five on the facts of decided closures. `strata` are those of all
/// closures: of the flagged each decided one stands for its verdict's, of the drawn for all that chance
/// could have drawn.
pub fn propose<'a>(
    decided: impl IntoIterator<Item = (&'a Case, &'a ClosureFacts)>,
    strata: &Strata,
    statistics: &Statistics,
    rules: &Rules,
    goals: Goals,
) -> Proposals {
    // Whether it holds by points alone is asked with every score enough.
    let mut any_score = rules.clone();
    (any_score.verdict.review, any_score.verdict.hold) = (0, 0);
    let judged: Vec<Judged> = decided
        .into_iter()
        .filter_map(|(case, facts)| {
            let fake = match case.decided?.decision {
                Decision::Fake => true,
                Decision::Genuine => false,
                Decision::Unclear => return None,
            };
            let weight = strata.weight(case.stratum())?;
            let judgement = judge(facts, &any_score);
            let hard = |s: &jaga_contract::Signal| s.strength == Strength::Hard;
            Some(Judged {
                fake,
                weight,
                score: judgement.score,
                hard: judgement.signals.iter().any(hard),
                many: judgement.verdict == Verdict::Hold,
            })
        })
        .collect();
    let review = |points| try_it(&judged, points, |j| j.hard || j.score >= points);
    let hold = |points| try_it(&judged, points, |j| j.hard || (j.many && j.score >= points));
    let count = |fake: bool| judged.iter().filter(|j| j.fake == fake).count() as u64;
    let rests_on = (count(true), count(false));
    let few = rests_on.0 < statistics.small || rests_on.1 < statistics.small;
    let steps = || (5..=100).step_by(5);
    let within = |limit: f64| move |t: &Threshold| t.honest.is_some_and(|share| share <= limit);
    let best = steps()
        .map(review)
        .find(within(goals.review))
        .filter(|_| !few);
    let from = best.map_or(rules.verdict.review, |t| t.points);
    let for_hold = steps()
        .filter(|p| *p >= from)
        .map(hold)
        .find(within(goals.hold));
    Proposals {
        rules: rules.version.clone(),
        goals,
        review_now: review(rules.verdict.review),
        review: best,
        hold_now: hold(rules.verdict.hold),
        hold: for_hold.filter(|_| !few),
        tried: steps().map(review).collect(),
        signals: statistics.signals.iter().filter_map(advice).collect(),
        rests_on,
        few,
    }
}

fn try_it(judged: &[Judged], points: u32, takes: impl Fn(&Judged) -> bool) -> Threshold {
    let share = |fake: bool| {
        let of = || judged.iter().filter(move |j| j.fake == fake);
        let all: f64 = of().map(|j| j.weight).sum();
        let chosen: f64 = of().filter(|j| takes(j)).map(|j| j.weight).sum();
        (all > 0.0).then(|| chosen / all)
    };
    Threshold {
        points,
        fakes: share(true),
        honest: share(false),
    }
}

fn advice(line: &SignalLine) -> Option<SignalAdvice> {
    let advice = match line.precision {
        _ if line.few => return None,
        p if p.high < 0.2 => Advice::Lower,
        p if line.hard > 0 && p.high < 0.9 => Advice::Soften,
        p if line.hard == 0 && p.low >= 0.9 => Advice::Harden,
        _ => return None,
    };
    Some(SignalAdvice {
        name: line.name.clone(),
        advice,
    })
}
