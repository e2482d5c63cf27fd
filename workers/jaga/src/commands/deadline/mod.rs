//! `jaga deadline`: a ticket's deadlines, each explained, and the arithmetic they rest on.

mod arithmetic;
mod history;
mod instant;
mod rows;
mod ticket;

pub use history::tickets;

use crate::cli::{DeadlineArgs, DeadlineWhat};
use crate::output::Outcome;

pub fn run(args: &DeadlineArgs) -> anyhow::Result<Outcome> {
    match &args.what {
        None => ticket::run(args),
        Some(DeadlineWhat::Add {
            on,
            start,
            duration,
        }) => arithmetic::add(on, start.as_deref(), duration.as_deref()),
        Some(DeadlineWhat::Between { on, start, end }) => {
            arithmetic::between(on, start.as_deref(), end.as_deref())
        }
    }
}
