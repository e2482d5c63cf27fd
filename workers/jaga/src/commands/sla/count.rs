//! Counting. Pure: a ticket as it stood at the end of the period in, sums out.

use std::collections::BTreeMap;

use jaga_ledger::Told;
use jaga_ticket::{Deadline, StepKind, Ticket};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// Upper ends of the distribution's classes, in working hours; the last class has none. A working day of
/// the city's offices has seven and a half.
pub const CLASSES: [u32; 6] = [4, 8, 15, 30, 38, 53];

/// A period of whole days, in Jakarta's calendar.
pub struct Period {
    /// Start.
    pub from: Timestamp,
    /// End, not included.
    pub to: Timestamp,
    /// The target that counts.
    pub target: String,
}

/// A ticket at the end of the period.
pub struct Case {
    pub ticket: Ticket,
    /// `None`: no policy covers it.
    pub deadlines: Option<Vec<Deadline>>,
    pub told: Vec<Told>,
    pub verdicts: Vec<(String, String)>,
}

/// One unit's sums.
#[derive(Default)]
pub struct Sums {
    received: u64,
    closed: u64,
    within: u64,
    late: u64,
    undated: u64,
    open: u64,
    overdue: BTreeMap<u32, u64>,
    seconds: Vec<i64>,
    reopened: u64,
    refused: u64,
    hops: u64,
    judged: u64,
    flagged: u64,
    /// Tickets whose history can't be read.
    pub unknown: u64,
}

/// One unit in the report. A share without anything to divide by is absent, not nought.
#[derive(Debug, Serialize)]
pub struct Line {
    /// The unit that held the tickets at the end of the period; empty: none did.
    pub unit: String,
    /// Reports submitted in the period.
    pub received: u64,
    /// Tickets validated in the period.
    pub closed: u64,
    /// Of the closed, those whose target was met in time.
    pub within: u64,
    /// Of the closed, those whose target was met late.
    pub late: u64,
    /// Of the closed, those that had no such target, or no policy: neither in time nor late.
    pub undated: u64,
    /// `within / (within + late)`.
    pub share_within: Option<f64>,
    /// Fewer closed with a date than the limit: the share says little.
    pub small: bool,
    /// Open at the end of the period.
    pub open: u64,
    /// Open and past the target's deadline, by the highest level told; 0: none was.
    pub overdue: BTreeMap<u32, u64>,
    /// Working hours from the report to the closure that was validated: median, nine of ten, longest.
    pub hours_median: Option<f64>,
    /// Nine of ten took at most so long.
    pub hours_p90: Option<f64>,
    /// The longest.
    pub hours_max: Option<f64>,
    /// How many took up to each of [`CLASSES`], and longer.
    pub classes: Vec<u64>,
    /// Reopenings in the period.
    pub reopened: u64,
    /// Refused closures in the period.
    pub refused: u64,
    /// Times that tickets were passed on in the period.
    pub hops: u64,
    /// Closures proposed in the period that were judged.
    pub judged: u64,
    /// Of those, how many a human should look at.
    pub flagged: u64,
    /// `flagged / judged`.
    pub share_flagged: Option<f64>,
    /// Tickets whose history can't be read; they are in no other count.
    pub unknown: u64,
}

impl Sums {
    /// Adds one ticket. `worked` measures working time.
    pub fn add(
        &mut self,
        case: &Case,
        period: &Period,
        worked: impl Fn(Timestamp, Timestamp) -> SignedDuration,
    ) {
        let ticket = &case.ticket;
        let Some(submitted) = ticket.submitted_at else {
            return;
        };
        let within = |at: Timestamp| period.from <= at && at < period.to;
        self.received += u64::from(within(submitted));
        for moment in ticket.timeline.iter().filter(|m| within(m.at)) {
            match moment.kind {
                StepKind::Reopened => self.reopened += 1,
                StepKind::Refused => self.refused += 1,
                StepKind::Coordinated | StepKind::Dispositioned => self.hops += 1,
                _ => {}
            }
        }
        for closure in ticket.closures.iter().filter(|c| within(c.proposed_at)) {
            let id = closure.event_id.as_str();
            if let Some((_, verdict)) = case.verdicts.iter().find(|(of, _)| of == id) {
                self.judged += 1;
                self.flagged += u64::from(verdict != "clear");
            }
        }
        let deadline = case
            .deadlines
            .as_ref()
            .and_then(|all| all.iter().find(|d| d.target == period.target));
        match ticket.ended_at {
            None => self.open(case, deadline, period),
            Some(ended) if within(ended) && ticket.state == jaga_ticket::State::Done => {
                self.closed += 1;
                match deadline.and_then(|d| Some((d.met_at?, d.due_at))) {
                    Some((met, due)) if met <= due => self.within += 1,
                    Some(_) => self.late += 1,
                    None => self.undated += 1,
                }
                let done = ticket.closures.last().map_or(ended, |c| c.proposed_at);
                self.seconds
                    .push(worked(submitted, done.max(submitted)).as_secs());
            }
            Some(_) => {}
        }
    }

    fn open(&mut self, case: &Case, deadline: Option<&Deadline>, period: &Period) {
        self.open += 1;
        let Some(deadline) = deadline.filter(|d| d.met_at.is_none() && d.due_at < period.to) else {
            return;
        };
        let told = case
            .told
            .iter()
            .filter(|t| t.kind == "escalate" && deadline.is_named(&t.target) && t.at < period.to);
        let level = told.map(|t| t.level).max().unwrap_or(0);
        *self.overdue.entry(level).or_default() += 1;
    }

    /// The unit's line.
    pub fn line(mut self, unit: String, small: u64) -> Line {
        self.seconds.sort_unstable();
        let hours = |s: i64| s as f64 / 3600.0;
        let at = |share: f64| {
            let last = self.seconds.len().checked_sub(1)?;
            // The smallest that at least this share does not exceed.
            let place = (share * self.seconds.len() as f64).ceil() as usize;
            self.seconds
                .get(place.saturating_sub(1).min(last))
                .map(|s| hours(*s))
        };
        let mut classes = vec![0; CLASSES.len() + 1];
        for s in &self.seconds {
            let class = CLASSES.partition_point(|h| hours(*s) > f64::from(*h));
            if let Some(count) = classes.get_mut(class) {
                *count += 1;
            }
        }
        let dated = self.within + self.late;
        Line {
            unit,
            received: self.received,
            closed: self.closed,
            within: self.within,
            late: self.late,
            undated: self.undated,
            share_within: share(self.within, dated),
            small: dated < small,
            open: self.open,
            hours_median: at(0.5),
            hours_p90: at(0.9),
            hours_max: at(1.0),
            overdue: self.overdue,
            classes,
            reopened: self.reopened,
            refused: self.refused,
            hops: self.hops,
            judged: self.judged,
            flagged: self.flagged,
            share_flagged: share(self.flagged, self.judged),
            unknown: self.unknown,
        }
    }
}

fn share(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_of_what_there_is_and_nothing_gives_no_share() {
        let sums = Sums {
            seconds: (1..=10).map(|h| h * 3600).rev().collect(),
            within: 3,
            late: 1,
            ..Sums::default()
        };
        let line = sums.line("u".into(), 20);
        assert_eq!(
            (line.hours_median, line.hours_p90, line.hours_max),
            (Some(5.0), Some(9.0), Some(10.0))
        );
        assert_eq!(line.classes, [4, 4, 2, 0, 0, 0, 0]);
        assert_eq!(
            (line.share_within, line.small, line.share_flagged),
            (Some(0.75), true, None)
        );
        let nothing = Sums::default().line(String::new(), 0);
        assert_eq!((nothing.hours_median, nothing.share_within), (None, None));
    }
}
