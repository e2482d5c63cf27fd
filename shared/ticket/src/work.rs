//! One target's deadline: the start plus the limit, moved by what did not count; its warnings, and the
//! rungs of its ladder.

use jiff::{SignedDuration, Timestamp};

use crate::calendar::{Calendar, Span};
use crate::deadline::{Deadline, LevelDue, version};
use crate::explain::Story;
use crate::policy::{Due, Policy, Target};
use crate::run::{Gap, Run, Why};
use crate::state::Ticket;
use crate::text;

/// What one target's deadline is made from.
pub(crate) struct Work<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) target: &'a Target,
    pub(crate) clock: &'a Calendar,
    pub(crate) ladder: &'a Calendar,
    pub(crate) run: Run<'a>,
    /// When a finish was declared, and the finish.
    pub(crate) extension: Option<(Timestamp, Timestamp)>,
}

impl Work<'_> {
    pub(crate) fn deadline(&self, ticket: &Ticket, mut story: Story) -> Deadline {
        let Self {
            policy,
            target,
            clock,
            run,
            ..
        } = self;
        story.start(policy, target, clock, run);
        let base = self.base(ticket, clock);
        story.holidays(clock, run.started_at, base, |clock| {
            self.base(ticket, clock)
        });
        let due_at = self.due(base, &mut story);
        story.end(clock, run, due_at);
        let levels = self.levels(due_at);
        Deadline {
            target: target.name.clone(),
            title_id: target.title_id.clone(),
            title_en: target.title_en.clone(),
            policy: policy.version.clone(),
            calendar: clock.name().to_owned(),
            calendar_version: clock.version().to_owned(),
            limit: target.limit.to_string(),
            cycle: run.cycle,
            started_at: run.started_at,
            due_at,
            due_local: text::local(due_at, clock.zone()),
            version: version(&policy.version, &target.name, due_at),
            warnings: self.warnings(due_at),
            levels,
            met_at: run.met.map(|(at, _)| at),
            enforced: policy.enforce_from.is_none_or(|from| due_at >= from),
            explanation: story.lines,
            moves: story.moves,
        }
    }

    /// Where the deadline would be if nothing ever stood.
    fn base(&self, ticket: &Ticket, clock: &Calendar) -> Timestamp {
        let (run, target) = (&self.run, self.target);
        let limit = clock.add_working(run.started_at, target.limit);
        let declared = ticket
            .estimates
            .iter()
            .find(|e| e.declared_at == run.started_at);
        match (target.due, declared) {
            (Due::Declared, Some(estimate)) => estimate.finish_at.clamp(run.started_at, limit),
            _ => limit,
        }
    }

    /// Moves the deadline by each gap, and by a declared finish, in the order in which they came.
    fn due(&self, base: Timestamp, story: &mut Story) -> Timestamp {
        let mut due = base;
        let mut extension = self.extension;
        for gap in &self.run.gaps {
            if let Some((declared_at, finish)) = extension.filter(|(at, _)| *at <= gap.from) {
                extension = None;
                due = self.extend(due, declared_at, finish, story);
            }
            // Passed before the gap began: what comes after does not undo it.
            if gap.from > due {
                story.too_late(self.clock, gap, due);
                return due;
            }
            let moved = self.moved(due, gap);
            story.gap(self.clock, gap, due, moved);
            due = moved;
            if let (Why::Stopped(..), Some(least)) = (gap.why, self.target.after_resume) {
                let floor = self.clock.add_working(gap.to, least);
                if floor > due {
                    story.floor(self.clock, least, due, floor);
                    due = floor;
                }
            }
        }
        match extension {
            Some((declared_at, finish)) => self.extend(due, declared_at, finish, story),
            None => due,
        }
    }

    fn extend(
        &self,
        due: Timestamp,
        declared_at: Timestamp,
        finish: Timestamp,
        story: &mut Story,
    ) -> Timestamp {
        if declared_at > due || finish <= due {
            return due;
        }
        story.extended(self.clock, declared_at, due, finish);
        finish
    }

    fn moved(&self, t: Timestamp, gap: &Gap) -> Timestamp {
        let stood = self.clock.working_between(gap.from, gap.to);
        self.clock.add_working(t, Span::Time(stood))
    }

    fn warnings(&self, due: Timestamp) -> Vec<(u32, Timestamp)> {
        let start = self.run.started_at;
        // The time that really runs until the deadline; shares are of this.
        let stood = self.run.gaps.iter().fold(SignedDuration::ZERO, |sum, gap| {
            let to = gap.to.min(due);
            let within = if gap.from < to {
                self.clock.working_between(gap.from, to)
            } else {
                SignedDuration::ZERO
            };
            sum.saturating_add(within)
        });
        let runs = self.clock.working_between(start, due).saturating_sub(stood);
        let shares = self.target.warn.shares.iter().map(|percent| {
            let part = share(runs, *percent);
            let mut at = self.clock.add_working(start, Span::Time(part));
            for gap in &self.run.gaps {
                if gap.from < at {
                    at = self.moved(at, gap);
                }
            }
            at
        });
        let before = self.target.warn.before.iter();
        shares
            .chain(before.map(|span| self.clock.add_working(due, span.negated())))
            .map(|at| self.when_awake(at, start, due))
            .zip(1..)
            .filter(|(at, _)| start < *at && *at < due)
            .map(|(at, number)| (number, at))
            .collect()
    }

    /// A warning waits for the end of quiet hours; where that is too late, it comes before they begin,
    /// and where that is too early, in them: it is never left out.
    fn when_awake(&self, at: Timestamp, start: Timestamp, due: Timestamp) -> Timestamp {
        let Some(awake) = self.policy.awake.as_ref().filter(|_| !self.target.urgent) else {
            return at;
        };
        let later = awake.next_opening(at);
        if later < due {
            return later;
        }
        let earlier = awake.last_closing(at);
        if start < earlier { earlier } else { at }
    }

    /// While the target stands, the ladder stands too: a unit that handed in its work is not pushed
    /// up the ladder by the time that others take.
    fn levels(&self, due: Timestamp) -> Vec<LevelDue> {
        let mut last = due;
        let mut rungs = Vec::new();
        let top = self.target.top_level;
        for level in self.policy.ladder.iter().filter(|l| l.n <= top) {
            last = last.max(self.rung(due, level.after));
            let (every, times) = level.repeat.unwrap_or((Span::Days(0), 0));
            let mut after = level.after;
            let mut at = last;
            for repeat in 0..=times {
                if repeat > 0 {
                    after = after.plus(every);
                    at = at.max(self.rung(due, after));
                }
                rungs.push(LevelDue {
                    level: level.n,
                    role: level.role.clone(),
                    at,
                    repeat,
                });
            }
        }
        if let Some(awake) = self.policy.awake.as_ref().filter(|_| !self.target.urgent) {
            for rung in &mut rungs {
                rung.at = awake.next_opening(rung.at);
            }
        }
        rungs.sort_by_key(|r| (r.at, r.level, r.repeat));
        rungs
    }

    /// So long after the deadline, on the ladder's clock, without the time that the target stood.
    fn rung(&self, due: Timestamp, after: Span) -> Timestamp {
        let mut at = self.ladder.add_working(due, after);
        for gap in &self.run.gaps {
            let from = gap.from.max(due);
            if from < gap.to && from <= at {
                let stood = self.ladder.working_between(from, gap.to);
                at = self.ladder.add_working(at, Span::Time(stood));
            }
        }
        at
    }
}

/// A percentage of a length, to the nanosecond.
fn share(time: SignedDuration, percent: u32) -> SignedDuration {
    let nanos = time.as_nanos() * i128::from(percent) / 100;
    // Shares below 100 percent of what fitted fit again.
    let (seconds, rest) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    SignedDuration::new(seconds as i64, rest as i32)
}
