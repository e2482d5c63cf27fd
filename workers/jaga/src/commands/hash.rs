//! `jaga hash`: what photos look like, by digests and fingerprints.

use std::path::PathBuf;

use futures_util::{StreamExt, stream};
use jaga_imaging::Facts;
use serde_json::json;

use super::photos::{Answered, Tools};
use crate::cli::HashArgs;
use crate::names;
use crate::output::{Outcome, say, say_json};

pub async fn run(args: HashArgs) -> anyhow::Result<Outcome> {
    let tools = Tools::open(&args.limits)?;
    let look = async |file: PathBuf| -> anyhow::Result<(PathBuf, Answered<Facts>)> {
        let found = tools.facts(&file).await?;
        Ok((file, found))
    };
    // Side by side, told in the order in which they were named.
    let mut results = stream::iter(args.files).map(look).buffered(tools.jobs(0));
    let mut usable = true;
    while let Some(result) = results.next().await {
        let (file, outcome) = result?;
        usable &= outcome.is_ok();
        match outcome {
            Ok(it) if args.json => {
                let mut line = as_json(&it);
                names::put(&mut line, "input", &file);
                say_json(&line)?;
            }
            Ok(it) => {
                let (pdq, quality) = (it.fingerprint.pdq, it.fingerprint.quality);
                say(&format!("{pdq} {quality:>3}  {}", file.display()));
            }
            Err(refused) => refused.tell(&file, args.json)?,
        }
    }
    Ok(Outcome::yes_if(usable))
}

fn as_json(facts: &Facts) -> serde_json::Value {
    json!({
        "upload": hex::encode(facts.upload_digest),
        "pixels": hex::encode(facts.pixel_digest),
        "pdq": facts.fingerprint.pdq, "quality": facts.fingerprint.quality,
        "banded": facts.prints.banded, "centre": facts.prints.centre,
    })
}
