//! `jaga compare A B`: do two photos show the same picture?

use std::path::Path;

use anyhow::bail;
use jaga_imaging::Facts;
use jaga_photo::Decoder;
use serde_json::json;

use super::photos::{answered, decoder, read};
use crate::cli::CompareArgs;
use crate::output::{Outcome, say, say_json};

/// The distance up to which PDQ's authors call two pictures alike.
const ALIKE: u32 = 31;
/// The quality below which a fingerprint says nothing: sky, wall, night.
const QUALITY: u8 = 50;

pub async fn run(args: CompareArgs) -> anyhow::Result<Outcome> {
    let decoder = decoder()?;
    let (a, b) = tokio::try_join!(facts(&decoder, &args.a), facts(&decoder, &args.b))?;
    let distance = a.fingerprint.pdq.distance(&b.fingerprint.pdq);
    let quality = a.fingerprint.quality.min(b.fingerprint.quality);
    let relation = if a.upload_digest == b.upload_digest {
        "same_bytes"
    } else if a.pixel_digest == b.pixel_digest {
        "same_pixels"
    } else if quality < QUALITY {
        "unknown"
    } else if distance <= ALIKE {
        "near"
    } else {
        "different"
    };
    if args.json {
        say_json(&json!({"relation": relation, "distance": distance, "quality": quality}))?;
    } else {
        say(&format!(
            "{relation}: PDQ distance {distance} of 256, quality {quality}"
        ));
    }
    Ok(Outcome::yes_if(matches!(
        relation,
        "same_bytes" | "same_pixels" | "near"
    )))
}

async fn facts(decoder: &Decoder, path: &Path) -> anyhow::Result<Facts> {
    let bytes = read(path).await?;
    let digest = blake3::hash(&bytes);
    match answered(decoder.analyse(bytes, digest).await)? {
        Ok(analysis) => Ok(analysis.facts),
        Err((_, reason)) => bail!("{}: {reason}", path.display()),
    }
}
