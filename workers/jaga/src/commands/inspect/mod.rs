//! `jaga inspect`: what a photo tells about itself, for the officer's eyes.

mod ages;
mod meanings;
mod words;

use std::path::PathBuf;

use futures_util::{StreamExt, stream};
use jaga_photo::Inspected;
use serde_json::json;

use super::photos::{Answered, Tools};
use super::refused::Refused;
use crate::cli::InspectArgs;
use crate::names;
use crate::output::{Outcome, say, say_json};

pub async fn run(args: InspectArgs) -> anyhow::Result<Outcome> {
    let tools = Tools::open(&args.limits)?;
    let look = async |file: PathBuf| -> anyhow::Result<(PathBuf, Answered<Seen>)> {
        let seen = match tools.read(&file).await {
            Ok(bytes) => {
                // Of what was read: a child's word is none for a digest.
                let upload = blake3::hash(&bytes);
                let seen = tools.inspect(bytes).await?;
                seen.map(|it| Box::new(Seen::of(upload, *it, &tools)))
            }
            Err(refused) => Err(refused),
        };
        Ok((file, seen))
    };
    // Side by side, told in the order in which they were named.
    let mut results = stream::iter(args.files).map(look).buffered(tools.jobs(0));
    let mut usable = true;
    while let Some(result) = results.next().await {
        let (file, outcome) = result?;
        usable &= outcome.as_ref().is_ok_and(|it| it.refused.is_none());
        match outcome {
            Ok(it) if args.json => {
                let mut line = as_json(&it);
                names::put(&mut line, "input", &file);
                say_json(&line)?;
            }
            Ok(it) => {
                say(&format!("{}", file.display()));
                for (name, text) in words::lines(&it) {
                    say(&format!("  {name:<12} {text}"));
                }
            }
            Err(refused) => refused.tell(&file, args.json)?,
        }
    }
    Ok(Outcome::yes_if(usable))
}

/// What is known of one photo.
struct Seen {
    upload: blake3::Hash,
    told: Inspected,
    /// Why it can't be taken apart.
    refused: Option<Refused>,
}

impl Seen {
    fn of(upload: blake3::Hash, told: Inspected, tools: &Tools) -> Self {
        let refusal = told.taken.as_ref().err();
        let refused = refusal.map(|it| Refused::refusal(it, &tools.limits));
        Self {
            upload,
            told,
            refused,
        }
    }
}

fn as_json(it: &Seen) -> serde_json::Value {
    let seen = &it.told.seen;
    let evidence = &seen.evidence;
    let upload = it.upload.to_hex();
    json!({
        "format": seen.format, "dimensions": seen.dimensions, "orientation": seen.orientation,
        "capture": evidence.capture, "modified": evidence.modified, "gps": evidence.gps,
        "camera": evidence.camera, "device": evidence.device, "software": evidence.software,
        "provenance": evidence.provenance, "c2pa": evidence.c2pa,
        "thumbnail": evidence.thumbnail, "coding": evidence.coding, "traits": evidence.traits,
        "places": evidence.places, "carriers": evidence.carriers,
        "upload": upload.as_str(),
        "fingerprints": it.told.taken.as_ref().ok().map(|facts| json!({
            "upload": upload.as_str(),
            "pixels": hex::encode(facts.pixel_digest),
            "pdq": facts.fingerprint.pdq.to_hex(), "quality": facts.fingerprint.quality,
        })),
        "refused": it.refused.as_ref().map(Refused::as_json),
    })
}
