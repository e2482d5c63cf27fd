//! `jaga strip`: a photo, or a folder of them, without anything but the picture. Nothing is written
//! for a refused file. Each is taken apart where the worker does it: in the decoder's child.

mod plan;
pub mod write;

use std::path::Path;

use anyhow::bail;
use futures_util::{StreamExt, stream};
use jaga_imaging::{Evidence, Method, Removed, Stripped};
use jaga_photo::Decoder;
use serde_json::json;

use super::photos::{Answered, answered, decoder, jobs, read};
use crate::cli::{PhotoClass, StripArgs};
use crate::output::{Outcome, note, progress, say, say_json};

use plan::{Errand, Names};

pub async fn run(args: StripArgs) -> anyhow::Result<Outcome> {
    if !args.input.exists() {
        bail!("{} does not exist", args.input.display());
    }
    plan::keep_originals(&args.input, &args.output)?;
    let errands = plan::errands(&args.input, &args.output)?;
    let mut names = Names::of(&errands);
    let decoder = decoder()?;
    let bar = progress(errands.len());
    // Side by side, but told and written in the order of their names: two runs say the same.
    let mut results = stream::iter(errands)
        .map(|errand| strip(&decoder, errand, args.class))
        .buffered(jobs(args.jobs));
    let mut clean = true;
    while let Some(done) = results.next().await {
        let done = done?;
        clean &= done.outcome.is_ok();
        bar.suspend(|| tell(&done, &mut names, args.json))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Outcome::yes_if(clean))
}

/// What became of one file.
struct Done {
    errand: Errand,
    bytes_in: usize,
    outcome: Answered<(Stripped, Option<Evidence>)>,
}

async fn strip(decoder: &Decoder, errand: Errand, class: PhotoClass) -> anyhow::Result<Done> {
    let (bytes_in, outcome) = match read(&errand.input).await {
        // The others are still worth doing.
        Err(error) => (0, Err(("unreadable", format!("{error:#}")))),
        Ok(bytes) => {
            // An officer's photo speaks for the closure; what a reporter's says is forgotten.
            let evidence = class == PhotoClass::Evidence;
            (bytes.len(), answered(decoder.strip(bytes, evidence).await)?)
        }
    };
    Ok(Done {
        errand,
        bytes_in,
        outcome,
    })
}

/// Writes the clean copy and says so, or says why there is none.
fn tell(done: &Done, names: &mut Names, as_json: bool) -> anyhow::Result<()> {
    let input = &done.errand.input;
    let (clean, evidence) = match &done.outcome {
        Ok(taken) => (&taken.0, &taken.1),
        Err((code, reason)) if as_json => {
            return say_json(&json!({"input": input, "error": code, "reason": reason}));
        }
        Err((_, reason)) => {
            note(&format!("{}: refused: {reason}", input.display()));
            return Ok(());
        }
    };
    // A file encoded again is a JPEG, whatever its name was.
    let output = match clean.method {
        Method::Reencoded => names.jpeg(&done.errand.output),
        Method::Lossless => done.errand.output.clone(),
    };
    write::whole(&output, &clean.bytes)?;
    if as_json {
        return say_json(&line(done, clean, evidence.as_ref(), &output));
    }
    let again = match clean.method {
        Method::Reencoded => "; encoded again as JPEG",
        Method::Lossless => "",
    };
    say(&format!(
        "{} -> {}: removed {}{again}",
        input.display(),
        output.display(),
        list(&clean.removed)
    ));
    Ok(())
}

fn line(
    done: &Done,
    clean: &Stripped,
    evidence: Option<&Evidence>,
    output: &Path,
) -> serde_json::Value {
    let mut line = json!({
        "input": done.errand.input, "output": output, "format": clean.format,
        "method": clean.method, "removed": clean.removed,
        "bytes_in": done.bytes_in, "bytes_out": clean.bytes.len(),
        "digest": blake3::hash(&clean.bytes).to_hex().as_str(),
    });
    if let Some(evidence) = evidence {
        line["evidence"] = json!(evidence);
    }
    line
}

fn list(removed: &[Removed]) -> String {
    if removed.is_empty() {
        return "nothing".into();
    }
    let carriers: Vec<&str> = removed.iter().map(|it| it.carrier.as_str()).collect();
    carriers.join(", ")
}
