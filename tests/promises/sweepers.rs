//! Several sweepers on one real database, and what goes wrong around them: kills, freezes past the lease,
//! database restarts, clocks that are an hour off, a day of downtime. Each level is told once, none
//! early, none is missing a minute after everything is well again.
#![allow(clippy::unwrap_used, reason = "a broken assumption must fail the test")]

#[path = "sweepers/faults.rs"]
mod faults;
#[path = "report.rs"]
mod report;
#[path = "sweepers/rules.rs"]
mod rules;
#[path = "sweepers/shop.rs"]
mod shop;
