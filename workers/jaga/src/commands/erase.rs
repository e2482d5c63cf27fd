//! `jaga erase PHOTO_ID`: at a person's request, everywhere. Every worker's memory follows by itself.

use anyhow::{Context, bail};
use jaga_contract::PhotoId;
use jaga_vault::content_key;
use serde_json::json;

use crate::cli::EraseArgs;
use crate::output::{Outcome, say, say_json};
use crate::place::{Parts, Place, choose, cluster, configuration, embedded};

pub async fn run(args: EraseArgs) -> anyhow::Result<Outcome> {
    let config = configuration(args.place.config.as_deref())?;
    let Parts { ledger, vault, .. } = match choose(&args.place, &config)? {
        Place::Embedded(dir) => embedded(&dir, true)?,
        Place::Cluster => cluster(&config, "erase")?,
    };
    ledger.check().await?;
    let id = PhotoId::new(args.photo.as_str()).context("that is no photo's id")?;
    let outcome = ledger.photo(&id).await?.map(|it| it.outcome);
    match outcome.as_deref() {
        None => {
            say("there is no such photo");
            return Ok(Outcome::No);
        }
        Some("processed" | "erased") => {}
        // Its upload was never taken over, and the ledger does not know its name.
        Some(other) => bail!(
            "the photo was {other}: its upload lies in quarantine under the name that the CRM gave it; \
             delete it there"
        ),
    }
    let Some(erased) = ledger.erase_photo(&id).await? else {
        return Ok(Outcome::No);
    };
    for key in &erased.clean {
        vault.delete(&config.vault.clean, key).await?;
    }
    if let Some(digest) = &erased.sealed {
        let digest = blake3::Hash::from_hex(digest).context("the ledger's digest is damaged")?;
        let key = content_key(&digest, "bin");
        vault.delete(&config.vault.sealed, &key).await?;
    }
    // Only now: if the vault was down, the same command again goes on where this one ended.
    ledger.forget_keys(&id).await?;
    let objects = erased.clean.len() + usize::from(erased.sealed.is_some());
    if args.json {
        say_json(&json!({"photo": id, "erased": true, "objects": objects}))?;
    } else {
        say(&format!("{id} is erased, and {objects} objects of it"));
    }
    Ok(Outcome::Done)
}
