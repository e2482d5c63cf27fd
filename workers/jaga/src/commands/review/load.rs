//! From the ledger's rows to what the queue and the statistics look at.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use jaga_contract::{EventId, Signal, Strength, TicketId, Verdict};
use jaga_ledger::{ClosureRow, Judged, Ledger, ReviewRow};
use jaga_ticket::review::{Case, Decided, Decision, Last, Waiting, in_order, is_open};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::Deserialize;

use crate::cli::WhichArgs;
use crate::commands::judged::each_judged;

/// What is read of the facts of every closure; all of them are large.
#[derive(Debug, Default, Deserialize)]
struct Brief {
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    category: String,
}

/// A closure with its verdict and what was said of it.
pub struct Item {
    pub judged: Judged,
    pub verdict: Verdict,
    /// Empty where unknown.
    pub unit: String,
    pub category: String,
}

impl Item {
    pub fn new(judged: Judged) -> anyhow::Result<Self> {
        // Facts that can't be read leave their closure without a unit, and never out of the list.
        let brief: Brief = serde_json::from_str(&judged.verdict.facts).unwrap_or_default();
        Ok(Self {
            verdict: verdict(&judged.verdict.verdict)?,
            unit: brief.unit.unwrap_or_default(),
            category: brief.category,
            judged,
        })
    }

    /// The newest decision.
    pub fn decided(&self) -> Option<&ReviewRow> {
        let newest_first = self.judged.reviews.iter().rev();
        newest_first
            .filter(|r| decision(r).is_some())
            .max_by_key(|r| r.seq)
    }

    pub fn is_open(&self) -> anyhow::Result<bool> {
        let drawn = self.judged.verdict.sample == Some(true);
        let answers = self.judged.reviews.iter().filter(|r| r.decision.is_none());
        let answered_at = answers.map(|r| r.at).max();
        let last = match self.decided() {
            None => None,
            Some(row) => Some(Last {
                decision: decision(row).context("no decision")?,
                at: row.at,
                verdict: verdict(&row.verdict)?,
                answered_at,
            }),
        };
        Ok(is_open(self.verdict, drawn, last))
    }

    /// Without what is large and what the queue does not show.
    fn brief(mut self) -> Self {
        self.judged.verdict.facts = String::new();
        self.judged.verdict.signals = String::new();
        self
    }

    /// As the statistics see it.
    pub fn case(&self) -> Case {
        let mut signals: BTreeMap<String, Strength> = BTreeMap::new();
        for signal in self.signals() {
            if signal.strength != Strength::Withdrawn {
                let strongest = signals.entry(signal.name).or_insert(signal.strength);
                *strongest = signal.strength.max(*strongest);
            }
        }
        // Chance brought it up if it was clear when it was first decided: whatever came later.
        let mut decisions = self.judged.reviews.iter().filter(|r| decision(r).is_some());
        let by_chance = decisions
            .next()
            .is_some_and(|first| first.verdict == "clear" && first.sample == Some(true));
        let newest = self.decided().and_then(decision);
        Case {
            unit: self.unit.clone(),
            month: month(self.judged.proposed_at),
            verdict: self.verdict,
            sample: self.judged.verdict.sample,
            signals: signals.into_iter().collect(),
            decided: newest.map(|decision| Decided {
                decision,
                by_chance,
            }),
        }
    }

    pub fn signals(&self) -> Vec<Signal> {
        serde_json::from_str(&self.judged.verdict.signals).unwrap_or_default()
    }
}

pub fn decision(row: &ReviewRow) -> Option<Decision> {
    Decision::named(row.decision.as_deref()?)
}

pub fn verdict(name: &str) -> anyhow::Result<Verdict> {
    [Verdict::Clear, Verdict::Review, Verdict::Hold]
        .into_iter()
        .find(|verdict| verdict.as_str() == name)
        .with_context(|| format!("the ledger holds a verdict {name:?} that is none"))
}

fn month(at: Timestamp) -> String {
    let local = Offset::constant(7).to_datetime(at);
    format!("{:04}-{:02}", local.year(), local.month())
}

/// The instants of Jakarta's days: from the first's beginning to the last's end.
pub fn days(from: Option<Date>, to: Option<Date>) -> anyhow::Result<(Timestamp, Timestamp)> {
    let zone = Offset::constant(7);
    let start = |day: Date| zone.to_timestamp(day.at(0, 0, 0, 0));
    let after = match to {
        Some(day) => start(day.tomorrow().context("too late a day")?)?,
        None => Timestamp::MAX,
    };
    Ok((from.map_or(Ok(Timestamp::MIN), start)?, after))
}

/// Closures that a person should look at or has looked at: those that wait in their order, then the
/// decided ones, the newest decision first, where they are asked for. Without facts and reasons.
pub async fn queue(
    ledger: &Ledger,
    which: &WhichArgs,
    with_decided: bool,
) -> anyhow::Result<(Vec<Item>, Vec<Item>)> {
    let window = match which.month {
        Some(first) => days(Some(first), Some(first.last_of_month()))?,
        None => days(None, None)?,
    };
    let (mut open, mut decided) = (Vec::new(), Vec::new());
    let sort = |judged: Judged| {
        let item = Item::new(judged)?;
        let asked = which.unit.as_ref().is_none_or(|unit| *unit == item.unit);
        if asked && item.is_open()? {
            open.push(Some(item.brief()));
        } else if asked && with_decided {
            decided.push(item.brief());
        }
        Ok(())
    };
    each_judged(ledger, window, true, sort).await?;
    let waiting: Vec<Waiting> = open
        .iter()
        .flatten()
        .map(|item| Waiting {
            closure: item.judged.verdict.closure_id.clone(),
            score: item.judged.verdict.score,
            flagged: item.verdict != Verdict::Clear,
        })
        .collect();
    let order = in_order(&waiting).into_iter();
    let open = order
        .filter_map(|at| open.get_mut(at).and_then(Option::take))
        .collect();
    decided.sort_by_key(|item| std::cmp::Reverse(item.decided().map(|r| (r.at, r.seq))));
    Ok((open, decided))
}

/// Those that wait.
pub async fn waiting(ledger: &Ledger) -> anyhow::Result<Vec<Item>> {
    Ok(queue(ledger, &WhichArgs::default(), false).await?.0)
}

/// A closure by its own id, or by its ticket's if that has one closure.
///
/// # Errors
/// Where the ticket has several.
pub async fn find(ledger: &Ledger, id: &str) -> anyhow::Result<Option<ClosureRow>> {
    let Ok(closure) = EventId::new(id) else {
        bail!("that is no closure's id");
    };
    if let Some(found) = ledger.closure(&closure).await? {
        return Ok(Some(found));
    }
    let mut of_ticket = ledger.closures_of(&TicketId::new(id)?).await?;
    if of_ticket.len() > 1 {
        let names: Vec<_> = of_ticket.iter().map(|c| c.closure_id.as_str()).collect();
        bail!(
            "ticket {id} has {} closures, name one: {}",
            names.len(),
            names.join(", ")
        );
    }
    Ok(of_ticket.pop())
}
