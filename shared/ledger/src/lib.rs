#![doc = include_str!("../README.md")]

mod closures;
mod db;
mod erase;
mod error;
mod inbox;
mod layers;
mod looks;
mod migrate;
mod open_work;
mod outbox;
mod parked;
mod photos;
#[cfg(test)]
mod proofs;
mod similar;
mod sweeps;
mod tickets;

pub use closures::VerdictRow;
pub use db::{Ledger, LedgerSettings, Tx};
pub use erase::Erased;
pub use error::LedgerError;
pub use inbox::{Claim, Claimed};
pub use layers::LayerRow;
pub use looks::{Look, News, Print, PrintKind};
pub use open_work::OpenWork;
pub use outbox::{OutboxRow, Route};
pub use parked::{ParkedEvent, ParkedRow};
pub use photos::{PhotoRow, RenditionRow};
pub use similar::{Likeness, SameBy, Similar, Tier, Transform};
pub use sweeps::{ActionRow, DueTicket, Lease, SweepRow};
pub use tickets::TicketRow;
