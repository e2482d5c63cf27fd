//! What was promised, and whether this run kept it.

use anyhow::Result;

use crate::cost::Spread;
use crate::{Entrant, Rounds, table};

/// Judged by medians, each of ratios within one round: what disturbs a round disturbs both sides.
#[derive(Default)]
pub struct Goals {
    lines: Vec<String>,
    missed: usize,
}

/// How many times as much the one costs as the other, in every round that both took part in.
pub fn ratios(rounds: &Rounds, of: Entrant, to: Entrant) -> Option<Spread> {
    let value = |round: &[(Entrant, f64)], which| {
        let found = round.iter().find(|(entrant, _)| *entrant == which);
        found.map(|(_, spent)| *spent)
    };
    let ratio = |round: &Vec<_>| Some(value(round, of)? / value(round, to)?);
    Spread::of(rounds.iter().filter_map(ratio))
}

impl Goals {
    fn judge(&mut self, what: &str, is: f64, kept: bool, goal: &str) {
        let verdict = if kept { "met   " } else { "MISSED" };
        self.missed += usize::from(!kept);
        self.lines
            .push(format!("{verdict} {what}: {is:.2} (goal {goal})"));
    }

    /// The goals of a whole photo.
    pub fn photo(&mut self, name: &str, rounds: &Rounds, memory: f64) {
        let jaga = Entrant::Sandboxed;
        if let Some(ratio) = ratios(rounds, jaga, Entrant::Floor) {
            let is = ratio.median;
            let what = format!("{name}: times the floor, sandbox included");
            self.judge(&what, is, is <= 2.0, "at most 2.0");
        }
        let faster = [
            (Entrant::Tuned, "tuned Pillow", 3.0),
            (Entrant::Typical, "typical Python", 5.5),
            (Entrant::ImageCrate, "the `image` crate", 15.0),
        ];
        for (rival, called, goal) in faster {
            if let Some(ratio) = ratios(rounds, rival, jaga) {
                let is = ratio.median;
                let what = format!("{name}: times as fast as {called}, sandbox included");
                self.judge(&what, is, is >= goal, &format!("at least {goal}"));
            }
        }
        let what = format!("{name}: the child's peak memory, MiB");
        self.judge(&what, memory, memory <= 64.0, "at most 64");
    }

    /// The goal of the clean copy, in GB/s.
    pub fn strip(&mut self, rates: Vec<f64>) {
        if let Some(rate) = Spread::of(rates) {
            let is = rate.median;
            self.judge("strip and verification, GB/s", is, is >= 2.0, "at least 2");
        }
    }

    /// Says which were met. A missed goal is a finding, not a failure of the run.
    pub fn print(&self) -> Result<()> {
        table::line("Goals, by medians of the ratios within each round:")?;
        for line in &self.lines {
            table::line(&format!("  {line}"))?;
        }
        table::line(&format!("{} of {} missed", self.missed, self.lines.len()))
    }
}
