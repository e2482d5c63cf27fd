//! The decoder's child is confined, and what it says is not believed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "sandbox/endings.rs"]
mod endings;
#[path = "sandbox/forged.rs"]
mod forged;
#[path = "sandbox/guards.rs"]
mod guards;
#[path = "sandbox/support.rs"]
mod support;
