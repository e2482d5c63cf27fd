//! `jaga review card` and `cards`.

use std::path::Path;

use jaga_contract::EventId;
use jaga_ticket::closure::Rules;

use super::load::{find, queue};
use crate::cards::{Desk, write_all};
use crate::cli::{Audience, PlaceArgs, WhichArgs};
use crate::output::{Outcome, note, say};
use crate::place::{Parts, Place, choose, cluster, configuration, embedded};
use crate::rulebook::closure_files;

pub async fn one(
    place: &PlaceArgs,
    id: &str,
    out: &Path,
    audience: Audience,
) -> anyhow::Result<Outcome> {
    let with = Opened::new(place).await?;
    let desk = with.desk(audience);
    let Some(closure) = find(desk.ledger, id).await? else {
        note("there is no such closure");
        return Ok(Outcome::No);
    };
    let Some((_, html)) = desk.card(&closure).await? else {
        note("the closure is still being judged: it has no verdict yet");
        return Ok(Outcome::No);
    };
    desk.write(out, &html)?;
    say(&format!("{} is written", out.display()));
    Ok(Outcome::Done)
}

pub async fn all(
    place: &PlaceArgs,
    out: &Path,
    which: &WhichArgs,
    audience: Audience,
) -> anyhow::Result<Outcome> {
    let with = Opened::new(place).await?;
    let desk = with.desk(audience);
    let (open, _) = queue(desk.ledger, which, false).await?;
    let closures: Vec<EventId> = open
        .iter()
        .map(|item| item.judged.verdict.closure_id.clone())
        .collect();
    let count = write_all(&desk, &closures, out).await?;
    say(&format!(
        "{count} cards, listed in {}",
        out.join("index.html").display()
    ));
    Ok(Outcome::Done)
}

/// What lies outside.
struct Opened {
    parts: Parts,
    bucket: String,
    rules: Rules,
}

impl Opened {
    async fn new(place: &PlaceArgs) -> anyhow::Result<Self> {
        let config = configuration(place.config.as_deref())?;
        let parts = match choose(place, &config)? {
            Place::Embedded(dir) => embedded(&dir, true)?,
            Place::Cluster => cluster(&config, "review")?,
        };
        parts.ledger.check().await?;
        Ok(Self {
            parts,
            rules: closure_files(&config).load().await?.0,
            bucket: config.vault.clean,
        })
    }

    fn desk(&self, audience: Audience) -> Desk<'_> {
        Desk {
            ledger: &self.parts.ledger,
            vault: &self.parts.vault,
            bucket: &self.bucket,
            rules: &self.rules,
            audience,
        }
    }
}
