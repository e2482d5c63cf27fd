//! `jaga inspect`: what a photo tells about itself, for the officer's eyes.

mod ages;
mod meanings;
mod words;

use std::path::Path;

use jaga_photo::Inspected;
use serde_json::{Value, json};

use super::each::{Told, each};
use super::photos::{Answered, Tools};
use super::refused::Refused;
use crate::cli::PhotosArgs;
use crate::output::Outcome;

pub async fn run(args: PhotosArgs) -> anyhow::Result<Outcome> {
    each(args, look).await
}

async fn look(tools: &Tools, file: &Path) -> anyhow::Result<Answered<Seen>> {
    let bytes = match tools.read(file).await {
        Ok(bytes) => bytes,
        Err(refused) => return Ok(Err(refused)),
    };
    // Of what was read: a child's word is none for a digest.
    let upload = blake3::hash(&bytes);
    let seen = tools.inspect(bytes).await?;
    Ok(seen.map(|it| Box::new(Seen::of(upload, *it, tools))))
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

impl Told for Seen {
    fn as_json(&self) -> Value {
        let seen = &self.told.seen;
        let evidence = &seen.evidence;
        let upload = self.upload.to_hex();
        json!({
            "format": seen.format, "dimensions": seen.dimensions, "orientation": seen.orientation,
            "capture": evidence.capture, "modified": evidence.modified, "gps": evidence.gps,
            "camera": evidence.camera, "device": evidence.device, "software": evidence.software,
            "provenance": evidence.provenance, "c2pa": evidence.c2pa,
            "thumbnail": evidence.thumbnail, "coding": evidence.coding, "traits": evidence.traits,
            "places": evidence.places, "carriers": evidence.carriers,
            "upload": upload.as_str(),
            "fingerprints": self.told.taken.as_ref().ok().map(|facts| json!({
                "upload": upload.as_str(),
                "pixels": hex::encode(facts.pixel_digest),
                "pdq": facts.fingerprint.pdq.to_hex(), "quality": facts.fingerprint.quality,
            })),
            "refused": self.refused.as_ref().map(Refused::as_json),
        })
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let told = words::lines(self).into_iter();
        let told = told.map(|(name, text)| format!("  {name:<12} {text}"));
        std::iter::once(name.to_owned()).chain(told).collect()
    }

    fn answers(&self) -> bool {
        self.refused.is_none()
    }
}
