//! `jaga review`: what waits for a person, what was decided, and what that says of the rules. Thin:
//! order, statistics and proposals are `jaga_ticket::review`'s.

mod cards;
mod decide;
mod list;
mod load;
mod numbers;
mod show;
mod stats;

use crate::cli::{ReviewArgs, ReviewWhat};
use crate::output::Outcome;

pub use load::waiting;

pub async fn run(args: ReviewArgs) -> anyhow::Result<Outcome> {
    match args.what {
        ReviewWhat::List(args) => list::run(&args).await,
        ReviewWhat::Show {
            place,
            id,
            verdicts,
            json,
        } => show::run(&place, &id, verdicts, json).await,
        ReviewWhat::Decide(args) => decide::run(&args).await,
        ReviewWhat::Answer {
            place,
            id,
            text,
            by,
            json,
        } => decide::answer(&place, &id, &by, &text, json).await,
        ReviewWhat::Stats(args) => stats::run(&args).await,
        ReviewWhat::Card {
            place,
            id,
            out,
            audience,
        } => cards::one(&place, &id, &out, audience).await,
        ReviewWhat::Cards {
            place,
            out,
            which,
            audience,
        } => cards::all(&place, &out, &which, audience).await,
    }
}
