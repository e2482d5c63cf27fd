#![doc = include_str!("../README.md")]

mod audit;
mod chain;
mod closures;
mod db;
mod due;
mod erase;
mod error;
mod histories;
mod inbox;
mod layers;
mod looks;
mod migrate;
mod nights;
mod open_work;
mod outbox;
mod outcomes;
mod parked;
mod photos;
#[cfg(test)]
mod proofs;
mod rows;
mod similar;
mod sweeps;
mod tickets;
mod verify;

pub use chain::{AuditKind, AuditRow, Head};
pub use closures::VerdictRow;
pub use db::{Ledger, LedgerSettings, Tx};
pub use due::{DueTicket, Known, Told};
pub use erase::Erased;
pub use error::LedgerError;
pub use histories::TicketHistory;
pub use inbox::{Claim, Claimed};
pub use layers::LayerRow;
pub use looks::{Look, News, Print, PrintKind};
pub use nights::OpenTicket;
pub use open_work::OpenWork;
pub use outbox::{OutboxRow, Outgoing, Route};
pub use outcomes::{Dating, Dues, Mark, Outcome, ReDating, Telling};
pub use parked::{ParkedEvent, ParkedRow};
pub use photos::{PhotoRow, RenditionRow};
pub use similar::{Likeness, SameBy, Similar, Tier, Transform};
pub use sweeps::{ActionRow, Lease, SweepRow};
pub use tickets::TicketRow;
pub use verify::{AuditFault, Audited};
