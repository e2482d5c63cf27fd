//! Rules that are kept for a start on files that are not sound.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};

use crate::ledger::{Place, on_both};

on_both!(the_rules_that_were_taken_last_are_kept_with_the_time_they_were_first_taken);

async fn the_rules_that_were_taken_last_are_kept_with_the_time_they_were_first_taken(
    place: Place,
) -> Result<()> {
    let ledger = &place.ledger;
    ensure!(ledger.kept_rules("deadlines").await?.is_none());
    let texts = |text: &str| BTreeMap::from([("policy".to_owned(), text.to_owned())]);
    let kept = || async {
        ledger
            .kept_rules("deadlines")
            .await?
            .context("nothing is kept")
    };

    ledger
        .keep_rules("deadlines", "v1", &texts("a = \"one\"\n"))
        .await?;
    ledger.keep_rules("closure", "v1", &BTreeMap::new()).await?;
    let first = kept().await?;
    ensure!(first.version == "v1" && first.texts == texts("a = \"one\"\n"));

    // Another worker, with the same rules.
    place
        .another()?
        .keep_rules("deadlines", "v1", &first.texts)
        .await?;
    ensure!(kept().await? == first);

    ledger
        .keep_rules("deadlines", "v2", &texts("a = 2"))
        .await?;
    let second = kept().await?;
    ensure!(second.version == "v2" && second.texts == texts("a = 2"));
    ensure!(second.taken_at >= first.taken_at);
    let other = ledger
        .kept_rules("closure")
        .await?
        .context("nothing is kept")?;
    ensure!(
        other.texts.is_empty(),
        "built in: no text to fall back on, and none needed"
    );
    Ok(())
}
