//! The latest fingerprints: a plain list that is looked through one by one.

use super::best::Best;
use super::{Code, Handle, Near};

/// Looking through so many costs about as much as asking a small segment.
pub(super) const MOST: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Latest {
    codes: Vec<Code>,
    handles: Vec<Handle>,
}

impl Latest {
    pub(super) fn len(&self) -> usize {
        self.codes.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.codes.len() >= MOST
    }

    pub(super) fn bytes(&self) -> usize {
        self.codes.capacity() * size_of::<Code>() + self.handles.capacity() * size_of::<Handle>()
    }

    pub(super) fn push(&mut self, code: Code, handle: Handle) {
        self.codes.push(code);
        self.handles.push(handle);
    }

    pub(super) fn remove(&mut self, gone: &mut impl FnMut(Handle) -> bool) -> usize {
        let before = self.len();
        let mut at = 0;
        while let Some(handle) = self.handles.get(at) {
            if gone(*handle) {
                self.codes.swap_remove(at);
                self.handles.swap_remove(at);
            } else {
                at += 1;
            }
        }
        before - self.len()
    }

    pub(super) fn search(&self, code: &Code, best: &mut Best) {
        let reach = best.reach();
        for (other, handle) in self.codes.iter().zip(&self.handles) {
            let distance = code.distance(other);
            if distance <= reach {
                best.push(Near {
                    distance,
                    handle: *handle,
                });
            }
        }
    }

    pub(super) fn into_parts(self) -> (Vec<Code>, Vec<Handle>) {
        (self.codes, self.handles)
    }
}
