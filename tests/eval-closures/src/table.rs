//! The result, as Markdown.

use std::collections::BTreeMap;

use jaga_contract::Verdict;
use jaga_ticket::closure::Judgement;

use crate::rivals;
use crate::tally::Count;
use crate::ways::WAYS;
use crate::world::Truth;

/// Everything that is counted: Jaga first, then its rivals.
#[derive(Default)]
pub struct Table {
    ways: BTreeMap<&'static str, [Count; 4]>,
    faked: [Count; 4],
    hard: Count,
    honest: [Count; 4],
    flagged: [Count; 4],
    hold: Count,
    review: Count,
    odd: BTreeMap<&'static str, [Count; 2]>,
    plain: Count,
    sample: Count,
    load: Count,
    /// A hand's past: of honest and of faked closures, where it weighs, and where it alone made the flag.
    past: [[Count; 2]; 2],
    /// Signals that weigh on flagged honest closures, to see what to mend.
    why: BTreeMap<String, u64>,
}

impl Table {
    pub fn add(&mut self, truth: Truth, judgement: &Judgement, rivals: [bool; 3]) {
        let flagged = judgement.verdict != Verdict::Clear;
        let all = [flagged, rivals[0], rivals[1], rivals[2]];
        for (n, flag) in all.into_iter().enumerate() {
            if flag {
                self.flagged[n].add(!truth.is_honest());
            }
            if truth.is_honest() {
                self.honest[n].add(flag);
            } else {
                self.faked[n].add(flag);
            }
        }
        self.sample.add(judgement.sample);
        self.load.add(judgement.goes_to_review());
        if let Truth::Faked(way) = truth {
            let counts = self.ways.entry(way).or_default();
            for (count, flag) in counts.iter_mut().zip(all) {
                count.add(flag);
            }
            if WAYS.iter().any(|(name, hard)| *name == way && *hard) {
                self.hard.add(flagged);
            }
            return;
        }
        let held = judgement.verdict == Verdict::Hold;
        self.hold.add(held);
        self.review.add(judgement.verdict == Verdict::Review);
        match truth {
            Truth::Odd(kind) => {
                let [flags, holds] = self.odd.entry(kind).or_default();
                flags.add(flagged);
                holds.add(held);
            }
            _ => self.plain.add(flagged),
        }
        if flagged {
            self.blame(judgement);
        }
    }

    /// What looking at the hand's past changed.
    pub fn add_past(&mut self, truth: Truth, judgement: &Judgement, without: &Judgement) {
        let [weighs, alone] = &mut self.past[usize::from(!truth.is_honest())];
        let names = judgement.weighing();
        weighs.add(names.iter().any(|name| name.starts_with("outlier")));
        let flagged = |of: &Judgement| of.verdict != Verdict::Clear;
        alone.add(flagged(judgement) && !flagged(without));
    }

    fn blame(&mut self, judgement: &Judgement) {
        *self
            .why
            .entry(judgement.weighing().join(" + "))
            .or_default() += 1;
    }

    pub fn lines(&self, why: bool) -> Vec<String> {
        let mut lines = vec![
            format!(
                "| faked, by way | n | Jaga | {} |",
                rivals::NAMES.join(" | ")
            ),
            "|---|---|---|---|---|---|".to_owned(),
        ];
        for (name, hard) in WAYS {
            let counts = self.ways.get(name).copied().unwrap_or_default();
            let mark = if hard { " (hard)" } else { "" };
            lines.push(row(&format!("{name}{mark}"), counts));
        }
        lines.push(row("**all**", self.faked));
        lines.push(row("of flagged, faked (precision)", self.flagged));
        lines.push(row("honest, flagged", self.honest));
        lines.push(String::new());
        lines.push("| goal | reached |".to_owned());
        lines.push("|---|---|".to_owned());
        let mut goal = |text: &str, count: Count, fine: bool| {
            let mark = if fine { "" } else { " **short of it**" };
            lines.push(format!("| {text} | {}{mark} |", count.tell()));
        };
        goal(
            "hard ways found, at least 95 %",
            self.hard,
            self.hard.share() >= 0.95,
        );
        goal(
            "all ways found, at least 80 %",
            self.faked[0],
            self.faked[0].share() >= 0.8,
        );
        goal(
            "honest held, at most 0.5 %",
            self.hold,
            self.hold.share() <= 0.005,
        );
        goal(
            "honest to review by a reason, at most 5 %",
            self.review,
            self.review.share() <= 0.05,
        );
        lines.push(format!(
            "| taken by chance, of all | {} |",
            self.sample.tell()
        ));
        lines.push(format!("| review load, of all | {} |", self.load.tell()));
        lines.push(String::new());
        lines.push("| the hand's past | weighs | flagged for it |".to_owned());
        lines.push("|---|---|---|".to_owned());
        for (name, [weighs, alone]) in ["honest", "faked"].iter().zip(self.past) {
            lines.push(format!("| {name} | {} | {} |", weighs.tell(), alone.tell()));
        }
        lines.push(String::new());
        lines.push("| honest | n | flagged | held |".to_owned());
        lines.push("|---|---|---|---|".to_owned());
        lines.push(format!(
            "| plain | {} | {} | |",
            self.plain.of,
            self.plain.tell()
        ));
        for (kind, [flags, holds]) in &self.odd {
            lines.push(format!(
                "| {kind} | {} | {} | {} |",
                flags.of,
                flags.tell(),
                holds.hits
            ));
        }
        if why {
            let mut why: Vec<_> = self.why.iter().collect();
            why.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            lines.push(String::new());
            lines.extend(
                why.iter()
                    .take(25)
                    .map(|(names, count)| format!("{count} {names}")),
            );
        }
        lines
    }
}

fn row(name: &str, counts: [Count; 4]) -> String {
    let cells: Vec<String> = counts.iter().map(|c| c.tell()).collect();
    format!("| {name} | {} | {} |", counts[0].of, cells.join(" | "))
}
