//! `jaga compare A B`: do two photos show the same picture?

use std::path::Path;

use anyhow::{Context, bail};
use jaga_imaging::{Facts, Limits, analyse};
use serde_json::json;

use crate::cli::CompareArgs;
use crate::output::{Outcome, say, say_json};

/// The distance up to which PDQ's authors call two pictures alike.
const ALIKE: u32 = 31;
/// The quality below which a fingerprint says nothing: sky, wall, night.
const QUALITY: u8 = 50;

pub fn run(args: &CompareArgs) -> anyhow::Result<Outcome> {
    let (a, b) = (facts(&args.a)?, facts(&args.b)?);
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

fn facts(path: &Path) -> anyhow::Result<Facts> {
    let bytes = std::fs::read(path).with_context(|| format!("can't read {}", path.display()))?;
    match analyse(&bytes, &Limits::default()) {
        Ok(analysis) => Ok(analysis.facts),
        Err(refusal) => bail!("{}: {}", path.display(), refusal.detail),
    }
}
