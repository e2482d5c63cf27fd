//! `jaga migrate`: the ledger's schema.

use crate::cli::PlaceArgs;
use crate::output::{Outcome, say};
use crate::place;

pub async fn run(args: &PlaceArgs) -> anyhow::Result<Outcome> {
    let config = place::configuration(args.config.as_deref())?;
    let ledger = match &args.data {
        Some(dir) => place::embedded(dir, true)?.ledger,
        None => place::ledger(&config)?,
    };
    ledger.migrate().await?;
    ledger.check().await?;
    say(&format!(
        "the {} ledger has the schema this binary needs",
        ledger.dialect()
    ));
    Ok(Outcome::Done)
}
