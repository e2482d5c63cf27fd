//! `jaga strip`: a photo, or a folder of them, without anything but the picture. Nothing is written
//! for a refused file, and no file ends the run. Each is taken apart where the worker does it: in the decoder's child.

mod plan;
mod told;
pub mod write;

use anyhow::bail;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use jaga_imaging::{Evidence, Format, Method, Stripped, sniff};

use super::photos::{Answered, Tools};
use super::refused::Refused;
use crate::cli::{PhotoClass, StripArgs};
use crate::output::{Outcome, progress};

use plan::{Errand, Names};

pub async fn run(args: StripArgs) -> anyhow::Result<Outcome> {
    if !args.input.exists() {
        bail!("{} does not exist", args.input.display());
    }
    plan::keep_originals(&args.input, &args.output)?;
    let tools = Tools::open(&args.limits)?;
    let errands = plan::errands(&args.input, &args.output)?;
    let mut names = Names::of(&errands, &args.input);
    let bar = progress(errands.len());
    // Side by side, but told and written in the order of their names: two runs say the same.
    let mut results = stream::iter(errands)
        .map(|errand| strip(&tools, errand, args.class))
        .buffered(tools.jobs(args.jobs));
    let mut clean = true;
    while let Some(done) = results.next().await {
        let done = done?;
        bar.suspend(|| match written(&done, &mut names) {
            Ok(written) => told::clean(&done, &written, args.json),
            Err(refused) => {
                clean = false;
                refused.tell(&done.errand.input, args.json)
            }
        })?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Outcome::yes_if(clean))
}

/// What became of one file.
struct Done {
    errand: Errand,
    /// Of the upload: its format by content, and its bytes.
    seen: (Format, usize),
    outcome: Answered<(Stripped, Option<Evidence>)>,
}

/// A clean copy in its place.
struct Written<'a> {
    output: std::path::PathBuf,
    clean: &'a Stripped,
    evidence: Option<&'a Evidence>,
}

async fn strip(tools: &Tools, errand: Errand, class: PhotoClass) -> anyhow::Result<Done> {
    let read = match &errand.left_out {
        Some(refused) => Err(refused.clone()),
        None => tools.read(&errand.input).await,
    };
    // An officer's photo speaks for the closure; what a reporter's says is forgotten.
    let evidence = class == PhotoClass::Evidence;
    let seen = |bytes: &Bytes| (sniff(bytes), bytes.len());
    Ok(Done {
        seen: read.as_ref().map_or((Format::Other, 0), seen),
        outcome: match read {
            Ok(bytes) => tools.strip(bytes, evidence).await?,
            Err(refused) => Err(refused),
        },
        errand,
    })
}

/// Writes the clean copy, or says why there is none.
fn written<'a>(done: &'a Done, names: &mut Names) -> Result<Written<'a>, Refused> {
    let (clean, evidence) = match &done.outcome {
        Ok(taken) => (&taken.0, taken.1.as_ref()),
        Err(refused) => return Err(refused.clone()),
    };
    // A file encoded again is a JPEG, whatever its name was.
    let output = match clean.method {
        Method::Reencoded => names.jpeg(&done.errand.output),
        Method::Lossless => done.errand.output.clone(),
    };
    names.allow(&done.errand, &output)?;
    let wrong = |error| Refused::unwritable(format!("{error:#}"));
    write::whole(&output, &clean.bytes).map_err(wrong)?;
    Ok(Written {
        output,
        clean,
        evidence,
    })
}
