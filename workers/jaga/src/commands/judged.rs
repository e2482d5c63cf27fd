//! Every judged closure of a time, whatever there are of them.

use anyhow::Context;
use jaga_ledger::{Judged, Ledger};
use jiff::Timestamp;

/// All that was ever judged.
pub const EVER: (Timestamp, Timestamp) = (Timestamp::MIN, Timestamp::MAX);

/// Closures are held so many at a time: their facts are large.
const PAGE: u32 = 1000;

/// Looks at the closures of a time one by one, in no order that means anything: with `to_review` only at those
/// that a person should look at or has looked at.
pub async fn each_judged(
    ledger: &Ledger,
    window: (Timestamp, Timestamp),
    to_review: bool,
    mut look: impl FnMut(Judged) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut after = String::new();
    loop {
        let page = ledger.judged(window, to_review, &after, PAGE).await;
        let page = page.context("can't read the verdicts")?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.verdict.closure_id.to_string();
        for judged in page {
            look(judged)?;
        }
    }
}
