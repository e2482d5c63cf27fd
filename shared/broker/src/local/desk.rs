//! The book of one queue: which messages wait, and which session holds which. Pure.

use std::collections::{BTreeMap, HashMap};

/// Names sort in the order of publishing.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// Name to "may have been handed out before".
    waiting: BTreeMap<String, bool>,
    /// Name to the session that holds it.
    taken: HashMap<String, u64>,
    /// Whether somebody consumes: what is published is entered from then on.
    opened: bool,
    /// Whether the directory was looked at.
    looked: bool,
}

impl Desk {
    /// Before the first look: what is published while the directory is being read is in neither the look
    /// nor the book otherwise.
    pub(super) fn open(&mut self) {
        self.opened = true;
    }

    /// Enters what lies in the directory; says whether something is new. What is found on the first
    /// look may have been handed out before a crash.
    pub(super) fn found(&mut self, names: Vec<String>) -> bool {
        let before = self.waiting.len();
        for name in names {
            if !self.taken.contains_key(&name) {
                self.waiting.entry(name).or_insert(!self.looked);
            }
        }
        self.looked = true;
        self.waiting.len() > before
    }

    /// Enters a message just published. A desk that nobody opened finds it on its first look.
    pub(super) fn published(&mut self, name: String) {
        if self.opened && !self.taken.contains_key(&name) {
            self.waiting.entry(name).or_insert(false);
        }
    }

    /// Hands out the oldest message, unless the session holds `bound` already.
    pub(super) fn take(&mut self, session: u64, bound: usize) -> Option<(String, bool)> {
        if self
            .taken
            .values()
            .filter(|holder| **holder == session)
            .count()
            >= bound
        {
            return None;
        }
        let (name, seen) = self.waiting.pop_first()?;
        self.taken.insert(name.clone(), session);
        Some((name, seen))
    }

    /// Whether the session still holds the message.
    pub(super) fn holds(&self, name: &str, session: u64) -> bool {
        self.taken.get(name) == Some(&session)
    }

    /// The message is gone for good.
    pub(super) fn done(&mut self, name: &str, session: u64) {
        if self.holds(name, session) {
            self.taken.remove(name);
        }
    }

    /// Puts one message back; `false` if the session did not hold it.
    pub(super) fn put_back(&mut self, name: &str, session: u64, seen: bool) -> bool {
        if !self.holds(name, session) {
            return false;
        }
        self.taken.remove(name);
        self.waiting.insert(name.to_owned(), seen);
        true
    }

    /// Puts back everything a session holds.
    pub(super) fn release(&mut self, session: u64) {
        let held: Vec<String> = self
            .taken
            .iter()
            .filter(|(_, s)| **s == session)
            .map(|(n, _)| n.clone())
            .collect();
        for name in held {
            self.put_back(&name, session, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_held_by_one_session_at_a_time_and_returns_to_its_place() {
        let mut desk = Desk::default();
        desk.open();
        assert!(!desk.found(vec![]));
        for name in ["1", "2", "3"] {
            desk.published(name.into());
        }
        assert_eq!(desk.take(7, 2), Some(("1".into(), false)));
        assert_eq!(desk.take(7, 2), Some(("2".into(), false)));
        assert_eq!(desk.take(7, 2), None, "the bound holds");
        assert!(
            !desk.found(vec!["1".into(), "2".into(), "3".into()]),
            "a scan finds nothing twice"
        );
        desk.done("2", 7);
        desk.release(7);
        assert!(
            !desk.put_back("1", 7, true),
            "a session that is over holds nothing"
        );
        assert_eq!(desk.take(8, 9), Some(("1".into(), true)));
        assert_eq!(desk.take(8, 9), Some(("3".into(), false)));
        assert_eq!(desk.take(8, 9), None);
    }

    #[test]
    fn what_is_published_while_the_directory_is_first_read_is_not_missed() {
        let mut desk = Desk::default();
        desk.published("0".into());
        desk.open();
        // The look began before this one was there, and ends after.
        desk.published("2".into());
        desk.found(vec!["0".into(), "1".into()]);
        assert_eq!(desk.take(7, 9), Some(("0".into(), true)));
        assert_eq!(desk.take(7, 9), Some(("1".into(), true)));
        assert_eq!(desk.take(7, 9), Some(("2".into(), false)));
    }

    #[test]
    fn what_lay_there_before_the_first_look_may_have_been_seen() {
        let mut desk = Desk::default();
        desk.found(vec!["1".into()]);
        desk.found(vec!["1".into(), "2".into()]);
        assert_eq!(desk.take(0, 9), Some(("1".into(), true)));
        assert_eq!(desk.take(0, 9), Some(("2".into(), false)));
    }
}
