//! What the self-test found out about each guard.

use std::fmt;

/// One of the things that keep a decoder in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Resource limits: memory, processor time, no descriptors, no files written.
    Limits,
    /// No file, no port, nobody outside.
    Landlock,
    /// The list of system calls.
    Seccomp,
    /// Not a guard: behind all of them, an honest picture still comes out.
    Decoding,
}

impl Guard {
    /// Its name in logs, metrics and `jaga doctor`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Limits => "limits",
            Self::Landlock => "landlock",
            Self::Seccomp => "seccomp",
            Self::Decoding => "decoding",
        }
    }

    /// Whether a worker may do without it where it does its best only.
    pub const fn is_optional(self) -> bool {
        matches!(self, Self::Landlock | Self::Seccomp)
    }
}

/// A guard, and whether it refused what it must refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardState {
    /// Which.
    pub guard: Guard,
    /// It refused everything that was tried.
    pub holds: bool,
    /// For people: what it refuses, or what got through.
    pub says: String,
}

/// The state of all guards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// One entry per [`Guard`].
    pub guards: Vec<GuardState>,
    /// Every guard must hold (`photo.sandbox`).
    pub required: bool,
}

impl Report {
    /// Whether the worker may decode under this guard's state.
    pub fn allows(&self, state: &GuardState) -> bool {
        state.holds || (state.guard.is_optional() && !self.required)
    }

    /// Whether the worker may decode.
    pub fn may_run(&self) -> bool {
        self.guards.iter().all(|state| self.allows(state))
    }

    /// The guards that do not hold.
    pub fn missing(&self) -> impl Iterator<Item = &GuardState> {
        self.guards.iter().filter(|state| !state.holds)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, state) in self.guards.iter().enumerate() {
            let comma = if index == 0 { "" } else { "; " };
            write!(f, "{comma}{}: {}", state.guard.as_str(), state.says)?;
        }
        Ok(())
    }
}
