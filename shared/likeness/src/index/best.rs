//! The nearest so far, and how far is still worth looking.

use super::{FARTHEST, Near};

/// After so many more it is asked whether there are enough.
const OFTEN: usize = 512;

/// What a search has found. Of a crowd only the nearest are wanted: once there are as many as that, nothing
/// farther than the last of them needs to be looked for, and within fewer bits a search meets far fewer.
pub(super) struct Best {
    found: Vec<Near>,
    most: usize,
    reach: u32,
    /// How many were found at each distance.
    at: [usize; FARTHEST as usize + 1],
}

impl Best {
    /// For the nearest `most` within `reach` bits, at most [`FARTHEST`].
    pub(super) fn new(reach: u32, most: usize) -> Self {
        Self {
            found: Vec::new(),
            most,
            reach: reach.min(FARTHEST),
            at: [0; FARTHEST as usize + 1],
        }
    }

    /// Bits within which there may still be one that is wanted.
    pub(super) fn reach(&self) -> u32 {
        self.reach
    }

    /// Whether however many there are, all are wanted.
    pub(super) fn wants_all(&self) -> bool {
        self.most == usize::MAX
    }

    /// Takes one that lies within [`Best::reach`]; each once. Of a crowd it draws the reach in at times.
    pub(super) fn push(&mut self, near: Near) {
        if let Some(count) = self.at.get_mut(near.distance as usize) {
            *count += 1;
            self.found.push(near);
        }
        if self.found.len().is_multiple_of(OFTEN) {
            self.tighten();
        }
    }

    /// Draws the reach in, if enough are found. Those as far as the last one stay: handles decide between them.
    pub(super) fn tighten(&mut self) {
        let mut count = 0;
        for (distance, more) in (0..self.reach).zip(self.at) {
            count += more;
            if count >= self.most {
                self.reach = distance;
                return;
            }
        }
    }

    /// The nearest, nearest first.
    pub(super) fn done(mut self) -> Vec<Near> {
        if self.most < self.found.len() {
            self.found.select_nth_unstable(self.most);
            self.found.truncate(self.most);
        }
        self.found.sort_unstable();
        self.found
    }
}
