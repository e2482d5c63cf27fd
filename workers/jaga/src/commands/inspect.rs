//! `jaga inspect`: what a photo tells about itself, for the officer's eyes.

use anyhow::Context;
use jaga_imaging::{Limits, Reading, analyse, inspect};
use serde_json::json;

use crate::cli::InspectArgs;
use crate::output::{Outcome, say, say_json};

pub fn run(args: &InspectArgs) -> anyhow::Result<Outcome> {
    let mut usable = true;
    for file in &args.files {
        let bytes =
            std::fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
        let limits = Limits::default();
        let seen = inspect(&bytes, &limits);
        let taken = analyse(&bytes, &limits);
        usable &= taken.is_ok();
        if args.json {
            let prints = taken.as_ref().map(|a| &a.facts).ok();
            say_json(&json!({
                "input": file, "format": seen.format, "dimensions": seen.dimensions,
                "orientation": seen.orientation, "capture": seen.evidence.capture,
                "gps": seen.evidence.gps, "camera": seen.evidence.camera,
                "software": seen.evidence.software, "provenance": seen.evidence.provenance,
                "carriers": seen.evidence.carriers,
                "fingerprints": prints.map(|f| json!({
                    "upload": hex::encode(f.upload_digest), "pixels": hex::encode(f.pixel_digest),
                    "pdq": f.fingerprint.pdq.to_hex(), "quality": f.fingerprint.quality,
                })),
                "refused": taken.as_ref().err().map(|r| json!({
                    "error": r.code.as_str(), "reason": r.detail
                })),
            }))?;
            continue;
        }
        say(&format!("{}", file.display()));
        let size = seen
            .dimensions
            .map_or("unknown size".into(), |(w, h)| format!("{w} x {h}"));
        say(&format!("  picture      {}, {size}", seen.format.as_str()));
        say(&format!(
            "  orientation  {}",
            seen.orientation
                .map_or("not said".into(), |o| o.to_string())
        ));
        say(&format!(
            "  taken        {}",
            reading(&seen.evidence.capture, |c| {
                let zone =
                    c.at.offset_seconds
                        .map_or("no zone".into(), |s| format!("UTC{:+}", s as f64 / 3600.0));
                format!("{} ({zone})", c.at.local)
            })
        ));
        say(&format!(
            "  position     {}",
            reading(&seen.evidence.gps, |g| format!(
                "{:.6}, {:.6}",
                g.lat, g.lon
            ))
        ));
        say(&format!(
            "  camera       {}",
            reading(&seen.evidence.camera, |()| "names itself".into())
        ));
        say(&format!(
            "  software     {}",
            reading(&seen.evidence.software, |s| format!("{s:?}").to_lowercase())
        ));
        for mark in &seen.evidence.provenance {
            say(&format!("  mark         {mark:?}"));
        }
        for carrier in &seen.evidence.carriers {
            say(&format!(
                "  carries      {} ({} bytes)",
                carrier.carrier, carrier.bytes
            ));
        }
        match taken {
            Ok(a) => say(&format!(
                "  looks like   {} (quality {})",
                a.facts.fingerprint.pdq.to_hex(),
                a.facts.fingerprint.quality
            )),
            Err(r) => say(&format!("  refused      {}: {}", r.code, r.detail)),
        }
    }
    Ok(Outcome::yes_if(usable))
}

fn reading<T>(r: &Reading<T>, show: impl Fn(&T) -> String) -> String {
    match r {
        Reading::Present(value) => show(value),
        Reading::Absent => "not said (unknown, not suspicious)".into(),
        Reading::Unreadable(flaw) => format!("unreadable ({flaw:?})").to_lowercase(),
    }
}
