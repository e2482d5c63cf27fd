//! What is in force may change while the workers run: each job, and each run of a sweep, takes what is in
//! force when it starts and ends by it.

use std::sync::{Arc, PoisonError, RwLock};

/// Something that may be replaced. Cheap to clone; all clones see the same.
pub struct InForce<T>(Arc<RwLock<Arc<T>>>);

impl<T> InForce<T> {
    /// In force from now on.
    pub fn new(value: T) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(value))))
    }

    /// What is in force now, for as long as the caller holds it.
    pub fn get(&self) -> Arc<T> {
        let held = self.0.read();
        Arc::clone(&held.unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces it for whoever asks from now on.
    pub fn put(&self, value: T) {
        let held = self.0.write();
        *held.unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
    }
}

// Not derived: the value itself need not be `Clone`.
impl<T> Clone for InForce<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_started_by_the_old_ends_by_it_and_every_clone_sees_the_new() {
        let here = InForce::new("old");
        let there = here.clone();
        let started = there.get();
        here.put("new");
        assert_eq!((*started, *there.get()), ("old", "new"));
    }
}
