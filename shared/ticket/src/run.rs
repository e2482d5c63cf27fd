//! When one target's clock ran: started, stood, ran on, stopped.

use jiff::Timestamp;

use crate::calendar::{Calendar, Span};
use crate::policy::{Policies, Target};
use crate::state::{Moment, StepKind, Ticket};

/// One target on one ticket.
#[derive(Debug, Clone)]
pub(crate) struct Run<'a> {
    /// The target; of several of one name the one that matched at the start.
    pub(crate) target: &'a Target,
    /// Those of the same name that were tried before, and why they were not it.
    pub(crate) passed_over: Vec<String>,
    /// Which start this is, from 1. A target such as `validation` starts anew with each closure.
    pub(crate) cycle: u32,
    pub(crate) started_at: Timestamp,
    pub(crate) started_by: StepKind,
    /// Disjoint, earliest first, none before the start.
    pub(crate) gaps: Vec<Gap>,
    /// When and by what it was stopped, if it stands now.
    pub(crate) met: Option<(Timestamp, StepKind)>,
}

/// Time that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) why: Why,
}

/// Why time does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// A step stopped the target, a later one let it run on.
    Stopped(StepKind, StepKind),
    /// The reporter was asked; true where the wait was cut at its cap.
    Waiting(bool),
}

impl<'a> Run<'a> {
    /// The last run of a target; `variants` are those of its name, in the order in which they are tried.
    pub(crate) fn of(
        ticket: &Ticket,
        policies: &Policies,
        variants: &[&'a Target],
    ) -> Option<Self> {
        let submission = ticket.submission.as_ref()?;
        let mut run: Option<Self> = None;
        for moment in &ticket.timeline {
            if let Some(run) = run.as_mut() {
                run.walk(moment);
            }
            if run.as_ref().is_some_and(|r| r.met.is_none()) {
                continue;
            }
            let mut passed_over = Vec::new();
            for target in variants.iter().filter(|t| t.from.contains(&moment.kind)) {
                let kind = moment.unit.as_ref().and_then(|u| policies.unit_kind(u));
                let refused = target.when.refuses(submission);
                let refused = refused.or_else(|| target.when.refuses_moment(moment.state, kind));
                if let Some(refused) = refused {
                    passed_over.push(refused);
                    continue;
                }
                run = Some(Self {
                    target,
                    passed_over,
                    cycle: run.map_or(1, |r| r.cycle + 1),
                    started_at: moment.at,
                    started_by: moment.kind,
                    gaps: Vec::new(),
                    met: None,
                });
                break;
            }
        }
        if let Some(run) = run.as_mut() {
            run.settle();
        }
        run
    }

    fn walk(&mut self, moment: &Moment) {
        let Moment { at, kind, .. } = moment;
        let ends = matches!(kind, StepKind::Validated | StepKind::Rejected);
        if self.met.is_none() && (ends || self.target.until.contains(kind)) {
            self.met = Some((*at, *kind));
        } else if let Some((from, by)) = self.met
            && self.target.resume.contains(kind)
        {
            self.met = None;
            self.gaps.push(Gap {
                from,
                to: *at,
                why: Why::Stopped(by, *kind),
            });
        }
    }

    /// Adds the waits for the reporter: how long one may be, and on which calendar. An open wait is
    /// taken to last to its cap, so that a deadline never comes early; the answer brings it forward
    /// again.
    pub(crate) fn wait(&mut self, ticket: &Ticket, calendar: &Calendar, at_most: Span) {
        for (from, until) in &ticket.pauses {
            let cap = calendar.add_working(*from, at_most);
            let to = until.map_or(cap, |u| u.min(cap));
            self.gaps.push(Gap {
                from: *from,
                to,
                why: Why::Waiting(to == cap),
            });
        }
        self.settle();
    }

    /// Disjoint, earliest first, none empty.
    fn settle(&mut self) {
        self.gaps.sort_by_key(|g| (g.from, g.to));
        let mut end = self.started_at;
        for gap in &mut self.gaps {
            gap.from = gap.from.max(end);
            end = end.max(gap.to);
        }
        self.gaps.retain(|g| g.from < g.to);
    }
}
