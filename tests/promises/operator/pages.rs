//! More closures than are read at a time.

use anyhow::{Result, ensure};
use jaga_tests::project_root;
use serde_json::Value;

use crate::office::Office;
use crate::run::jaga;

/// More than two pages of a thousand, of which more than one goes to review.
const MANY: usize = 2_010;
const WAITING: usize = MANY - MANY / 10;

#[tokio::test]
async fn every_closure_is_listed_counted_and_judged_again_however_many_there_are() -> Result<()> {
    let office = Office::new().await?;
    office.closures(MANY).await?;

    let mut listed: Vec<String> = office
        .list(&[])
        .await?
        .iter()
        .filter_map(|item| item["closure"].as_str().map(str::to_owned))
        .collect();
    listed.sort();
    listed.dedup();
    ensure!(listed.len() == WAITING, "{} are listed", listed.len());

    let stats = office.run(&["stats", "--json"]).await?.exits(0)?.json()?;
    let all = &stats["statistics"]["all"];
    ensure!(all["closures"] == MANY, "{all}");
    ensure!(all["strata"]["review"]["closures"] == WAITING, "{all}");

    let shipped = project_root().join("deploy/policy/closure-rules.toml");
    let (rules, data) = (shipped.display().to_string(), office.path().display());
    let data = data.to_string();
    let diff = ["rules", "diff", &rules, &rules, "--data", &data, "--json"];
    let said: Value = jaga(diff).await?.exits(0)?.json()?;
    let counted = said["counts"].as_array().into_iter().flatten();
    let judged: u64 = counted.filter_map(|c| c["closures"].as_u64()).sum();
    ensure!(judged == MANY as u64 && said["unreadable"] == 0, "{said}");
    Ok(())
}
