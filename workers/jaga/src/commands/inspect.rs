//! `jaga inspect`: what a photo tells about itself, for the officer's eyes.

use std::path::PathBuf;

use futures_util::{StreamExt, stream};
use jaga_imaging::{Facts, Inspection, Refusal};
use jaga_photo::Inspected;
use serde_json::json;

use super::inspect_words::lines;
use super::photos::{Answered, answered, decoder, jobs, read};
use crate::cli::InspectArgs;
use crate::output::{Outcome, note, say, say_json};

pub async fn run(args: InspectArgs) -> anyhow::Result<Outcome> {
    let decoder = decoder()?;
    let look = async |file: PathBuf| -> anyhow::Result<(PathBuf, Answered<Inspected>)> {
        let bytes = read(&file).await?;
        Ok((file, answered(decoder.inspect(bytes).await)?))
    };
    // Side by side, told in the order in which they were named.
    let mut results = stream::iter(args.files).map(look).buffered(jobs(0));
    let mut usable = true;
    while let Some(result) = results.next().await {
        let (file, outcome) = result?;
        usable &= outcome.as_ref().is_ok_and(|it| it.taken.is_ok());
        match outcome {
            Ok(it) if args.json => {
                let mut line = as_json(&it.seen, &it.taken);
                line["input"] = json!(file);
                say_json(&line)?;
            }
            Ok(it) => {
                say(&format!("{}", file.display()));
                for (name, text) in lines(&it.seen, &it.taken) {
                    say(&format!("  {name:<12} {text}"));
                }
            }
            Err((code, reason)) if args.json => {
                say_json(&json!({"input": file, "error": code, "reason": reason}))?;
            }
            Err((_, reason)) => note(&format!("{}: {reason}", file.display())),
        }
    }
    Ok(Outcome::yes_if(usable))
}

fn as_json(seen: &Inspection, taken: &Result<Facts, Refusal>) -> serde_json::Value {
    let evidence = &seen.evidence;
    json!({
        "format": seen.format, "dimensions": seen.dimensions, "orientation": seen.orientation,
        "capture": evidence.capture, "modified": evidence.modified, "gps": evidence.gps,
        "camera": evidence.camera, "device": evidence.device, "software": evidence.software,
        "provenance": evidence.provenance, "c2pa": evidence.c2pa,
        "thumbnail": evidence.thumbnail, "coding": evidence.coding, "traits": evidence.traits,
        "places": evidence.places, "carriers": evidence.carriers,
        "fingerprints": taken.as_ref().ok().map(|facts| json!({
            "upload": hex::encode(facts.upload_digest),
            "pixels": hex::encode(facts.pixel_digest),
            "pdq": facts.fingerprint.pdq.to_hex(), "quality": facts.fingerprint.quality,
        })),
        "refused": taken.as_ref().err().map(|refusal| json!({
            "error": refusal.code.as_str(), "reason": refusal.detail
        })),
    })
}
