//! `jaga inspect`: what a photo tells about itself, for the officer's eyes.

use anyhow::Context;
use jaga_imaging::{Facts, Inspection, Limits, Refusal, analyse, inspect};
use serde_json::json;

use super::inspect_words::lines;
use crate::cli::InspectArgs;
use crate::output::{Outcome, say, say_json};

pub fn run(args: &InspectArgs) -> anyhow::Result<Outcome> {
    let mut usable = true;
    for file in &args.files {
        let bytes =
            std::fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
        let limits = Limits::default();
        let mut seen = inspect(&bytes, &limits);
        let taken = analyse(&bytes, &limits).map(|analysis| analysis.facts);
        usable &= taken.is_ok();
        if let Ok(facts) = &taken {
            // The same evidence, and the thumbnail compared with the picture.
            seen.evidence = facts.evidence.clone();
        }
        if args.json {
            let mut line = as_json(&seen, &taken);
            line["input"] = json!(file);
            say_json(&line)?;
        } else {
            say(&format!("{}", file.display()));
            for (name, text) in lines(&seen, &taken) {
                say(&format!("  {name:<12} {text}"));
            }
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
