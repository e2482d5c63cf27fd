//! How much a decoder's guards are insisted on.

use serde::{Deserialize, Serialize};

/// Whether the worker `photo` may decode where the kernel lacks a guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sandbox {
    /// `Required` for a worker of its own, `BestEffort` where everything runs in one process.
    #[default]
    Auto,
    /// Without landlock or seccomp nothing is decoded.
    Required,
    /// What the kernel lacks is said, and photos are decoded with what it has.
    BestEffort,
}

impl Sandbox {
    /// For everything in one process on a machine of one's own: starting at all comes first.
    #[must_use]
    pub fn or_best_effort(self) -> Self {
        match self {
            Self::Auto => Self::BestEffort,
            chosen => chosen,
        }
    }
}
