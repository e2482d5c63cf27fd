//! When one target's clock ran: started, stood, ran on, stopped.

use jiff::Timestamp;

use crate::calendar::{Calendar, Span};
use crate::policy::Target;
use crate::state::{Moment, StepKind, Ticket};

/// One target on one ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
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

/// `pause` is how long a wait for the reporter may be, and on which calendar; `None` where waits do
/// not stop this target. An open wait is taken to last to its cap, so that a deadline never comes
/// early; the answer brings it forward again.
pub(crate) fn run(
    ticket: &Ticket,
    target: &Target,
    pause: Option<(&Calendar, Span)>,
) -> Option<Run> {
    let mut run = walk(&ticket.timeline, target)?;
    if let Some((calendar, at_most)) = pause {
        for (from, until) in &ticket.pauses {
            let cap = calendar.add_working(*from, at_most);
            let to = until.map_or(cap, |u| u.min(cap));
            run.gaps.push(Gap {
                from: *from,
                to,
                why: Why::Waiting(to == cap),
            });
        }
    }
    run.gaps.sort_by_key(|g| (g.from, g.to));
    let mut end = run.started_at;
    for gap in &mut run.gaps {
        gap.from = gap.from.max(end);
        end = end.max(gap.to);
    }
    run.gaps.retain(|g| g.from < g.to);
    Some(run)
}

fn walk(timeline: &[Moment], target: &Target) -> Option<Run> {
    let mut run: Option<Run> = None;
    for Moment { at, kind, .. } in timeline {
        if let Some(run) = run.as_mut() {
            let ends = matches!(kind, StepKind::Validated | StepKind::Rejected);
            if run.met.is_none() && (ends || target.until.contains(kind)) {
                run.met = Some((*at, *kind));
            } else if let Some((from, by)) = run.met
                && target.resume.contains(kind)
            {
                run.met = None;
                run.gaps.push(Gap {
                    from,
                    to: *at,
                    why: Why::Stopped(by, *kind),
                });
            }
        }
        let running = run.as_ref().is_some_and(|r| r.met.is_none());
        if !running && target.from.contains(kind) {
            run = Some(Run {
                cycle: run.map_or(1, |r| r.cycle + 1),
                started_at: *at,
                started_by: *kind,
                gaps: Vec::new(),
                met: None,
            });
        }
    }
    run
}
