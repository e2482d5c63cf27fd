//! The order of play: half hours of a week, each with what the CRM says in it, shuffled and with
//! repeats, as queues deliver.

use jaga_contract::Step;
use jaga_scene::Week;
use jaga_scene::week::{Case, Happening, Moment, Upload};
use jiff::{SignedDuration, Timestamp};

/// Minutes of the week between two sweeps.
const BEAT_MIN: i64 = 30;
/// One message in so many is told twice.
const REPEATS: u64 = 6;

/// One thing the CRM says, by its place in the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cue {
    pub case: usize,
    pub moment: usize,
    /// Said before, word for word.
    pub again: bool,
}

/// What is said until this time.
pub struct Act {
    pub until: Timestamp,
    /// New tickets. They go first: a photo would wait for its ticket, in real seconds.
    pub tickets: Vec<Cue>,
    /// All else, in no order.
    pub rest: Vec<Cue>,
}

/// The whole week.
pub struct Script {
    pub acts: Vec<Act>,
}

impl Script {
    /// Deals the week's moments out; the same seed gives the same script.
    pub fn of(week: &Week) -> Self {
        let beat = SignedDuration::from_mins(BEAT_MIN);
        let mut acts = Vec::new();
        let mut until = week.monday;
        while until < week.end() {
            until += beat;
            acts.push(Act {
                until,
                tickets: Vec::new(),
                rest: Vec::new(),
            });
        }
        let last = acts.len() - 1;
        let act_of = |at: Timestamp| {
            let passed = at.duration_since(week.monday).as_secs() / (BEAT_MIN * 60);
            usize::try_from(passed).unwrap_or(0).min(last)
        };
        for (case, told) in week.tickets.iter().enumerate() {
            let submitted = submission(told);
            for (moment, m) in told.timeline.iter().enumerate() {
                let cue = Cue {
                    case,
                    moment,
                    again: false,
                };
                let act = act_of(if is_upload(m) {
                    m.at.max(submitted)
                } else {
                    m.at
                });
                if is_submission(m) {
                    acts[act].tickets.push(cue);
                } else {
                    acts[act].rest.push(cue);
                }
                let lot = lot(week.seed, cue, "repeat");
                if lot.is_multiple_of(REPEATS) {
                    // Within the hour: in this half or the next.
                    let later = usize::from((lot / REPEATS).is_multiple_of(2));
                    acts[(act + later).min(last)]
                        .rest
                        .push(Cue { again: true, ..cue });
                }
            }
        }
        for act in &mut acts {
            act.tickets.sort_by_key(|cue| place(week.seed, *cue));
            act.rest.sort_by_key(|cue| place(week.seed, *cue));
        }
        Self { acts }
    }

    /// The uploads in the order in which they are played.
    pub fn uploads(&self, week: &Week) -> Vec<Cue> {
        let all = self.acts.iter().flat_map(|act| &act.rest);
        all.filter(|cue| !cue.again && upload(week, **cue).is_some())
            .copied()
            .collect()
    }

    /// How many messages are said for the first time.
    pub fn firsts(&self) -> usize {
        let all = self
            .acts
            .iter()
            .flat_map(|act| act.tickets.iter().chain(&act.rest));
        all.filter(|cue| !cue.again).count()
    }
}

/// What a cue stands for.
pub fn happening(week: &Week, cue: Cue) -> Option<(&Case, &Moment)> {
    let case = week.tickets.get(cue.case)?;
    Some((case, case.timeline.get(cue.moment)?))
}

/// Its upload, if it is one.
pub fn upload(week: &Week, cue: Cue) -> Option<&Upload> {
    match &happening(week, cue)?.1.what {
        Happening::Upload(upload) => Some(upload),
        Happening::Ticket(_) => None,
    }
}

fn submission(case: &Case) -> Timestamp {
    let found = case.timeline.iter().find(|m| is_submission(m));
    found.map_or(Timestamp::MIN, |m| m.at)
}

fn is_submission(moment: &Moment) -> bool {
    matches!(&moment.what, Happening::Ticket(t) if matches!(t.step, Step::Submitted(_)))
}

fn is_upload(moment: &Moment) -> bool {
    matches!(moment.what, Happening::Upload(_))
}

/// Where in its act a cue comes: anywhere, but a repeat after what it repeats.
fn place(seed: u64, cue: Cue) -> (u64, bool) {
    let first = lot(
        seed,
        Cue {
            again: false,
            ..cue
        },
        "order",
    );
    (
        if cue.again {
            first.max(lot(seed, cue, "order"))
        } else {
            first
        },
        cue.again,
    )
}

/// Chance that needs no generator: the same for the same seed, cue and purpose.
fn lot(seed: u64, cue: Cue, purpose: &str) -> u64 {
    let text = format!("{seed} {} {} {} {purpose}", cue.case, cue.moment, cue.again);
    let bytes = *blake3::hash(text.as_bytes()).as_bytes();
    bytes
        .iter()
        .take(8)
        .fold(0, |sum, b| (sum << 8) | u64::from(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_is_said_once_and_no_photo_before_its_ticket() {
        let week = Week::plan(7);
        let script = Script::of(&week);
        assert_eq!(script.firsts(), week.moments().len());
        let mut known = std::collections::BTreeSet::new();
        for act in &script.acts {
            known.extend(act.tickets.iter().filter(|c| !c.again).map(|c| c.case));
            for cue in act.rest.iter().filter(|c| upload(&week, **c).is_some()) {
                assert!(known.contains(&cue.case), "{cue:?}");
            }
        }
    }

    #[test]
    fn repeats_come_after_what_they_repeat() {
        let week = Week::plan(7);
        let script = Script::of(&week);
        let mut said = std::collections::BTreeSet::new();
        let mut repeats = 0;
        for act in &script.acts {
            for cue in act.tickets.iter().chain(&act.rest) {
                if cue.again {
                    repeats += 1;
                    assert!(said.contains(&(cue.case, cue.moment)));
                }
                said.insert((cue.case, cue.moment));
            }
        }
        assert!(repeats > 50, "{repeats}");
    }
}
