//! The three seams keep their promises on the real things: RabbitMQ, PostgreSQL (and SQLite), S3.
//! Each promise is written once and run on every kind.
#![allow(clippy::unwrap_used, reason = "a broken assumption must fail the test")]

#[path = "seams/audit.rs"]
mod audit;
#[path = "seams/broker.rs"]
mod broker;
#[path = "seams/comparisons.rs"]
mod comparisons;
#[path = "seams/hands.rs"]
mod hands;
#[path = "seams/inbox.rs"]
mod inbox;
#[path = "seams/kept.rs"]
mod kept;
#[path = "seams/ledger.rs"]
mod ledger;
#[path = "seams/outage.rs"]
mod outage;
#[path = "seams/outbox.rs"]
mod outbox;
#[path = "seams/parked.rs"]
mod parked;
#[path = "seams/past.rs"]
mod past;
#[path = "seams/photos.rs"]
mod photos;
#[path = "seams/relay.rs"]
mod relay;
#[path = "report.rs"]
mod report;
#[path = "seams/reviews.rs"]
mod reviews;
#[path = "seams/runs.rs"]
mod runs;
#[path = "seams/schema.rs"]
mod schema;
#[path = "seams/sweeper.rs"]
mod sweeper;
#[path = "seams/sweeps.rs"]
mod sweeps;
#[path = "seams/tickets.rs"]
mod tickets;
#[path = "seams/vault.rs"]
mod vault;
