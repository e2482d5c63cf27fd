//! The steps of one ticket, as a set: order of arrival and repetition leave no trace.

use std::collections::BTreeMap;

use jaga_contract::{EventId, TicketChanged};

/// An append-only set of steps, keyed by event id, read in the order of `(occurred_at, event_id)`.
///
/// The same events in any order, any number of times, give an equal history.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    steps: Vec<TicketChanged>,
    conflicts: Vec<EventId>,
}

impl History {
    /// Collects steps.
    ///
    /// Two different steps under one event id contradict each other: the one that sorts first (by
    /// time, then by its JSON text) stays, whichever came first, and [`History::conflicts`] names
    /// the id.
    pub fn from_steps(steps: impl IntoIterator<Item = TicketChanged>) -> Self {
        let mut set: BTreeMap<EventId, TicketChanged> = BTreeMap::new();
        let mut conflicts = Vec::new();
        for step in steps {
            match set.get(&step.event_id) {
                Some(known) if *known == step => {}
                Some(known) => {
                    conflicts.push(step.event_id.clone());
                    if rank(&step) < rank(known) {
                        set.insert(step.event_id.clone(), step);
                    }
                }
                None => {
                    set.insert(step.event_id.clone(), step);
                }
            }
        }
        let mut steps: Vec<_> = set.into_values().collect();
        steps.sort_by(|a, b| (a.occurred_at, &a.event_id).cmp(&(b.occurred_at, &b.event_id)));
        conflicts.sort();
        conflicts.dedup();
        Self { steps, conflicts }
    }

    /// The steps, earliest first.
    pub fn steps(&self) -> &[TicketChanged] {
        &self.steps
    }

    /// Event ids under which different steps were sent, sorted.
    pub fn conflicts(&self) -> &[EventId] {
        &self.conflicts
    }
}

/// A total order among contradicting steps, so that the choice does not depend on arrival.
fn rank(step: &TicketChanged) -> (jiff::Timestamp, String) {
    // A step that cannot be written as JSON sorts first; none such exists.
    (
        step.occurred_at,
        serde_json::to_string(step).unwrap_or_default(),
    )
}
