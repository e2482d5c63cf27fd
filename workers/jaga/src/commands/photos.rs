//! What the tools that look at photos have in common: pixels that strangers chose are parsed in a
//! child here too.

use std::num::NonZero;
use std::path::Path;
use std::thread::available_parallelism;

use anyhow::{Context, bail};
use bytes::Bytes;
use jaga_imaging::Facts;
use jaga_photo::{Decoder, Verdict};
use jaga_runner::Decision;
use jaga_service::Config;
use tokio::io::AsyncReadExt as _;

use crate::embedded;

/// What came of a photo: what was asked for, or a stable code and one sentence.
pub type Answered<T> = Result<Box<T>, (&'static str, String)>;

/// The default limits, and the guards that this machine has: a tool must work anywhere.
pub fn decoder() -> anyhow::Result<Decoder> {
    let mut config = Config::default();
    config.photo.sandbox = config.photo.sandbox.or_best_effort();
    embedded::decoder(&config)
}

/// Reads a file, of a large one only enough to see that it is too large.
pub async fn read(path: &Path) -> anyhow::Result<Bytes> {
    let wrong = || format!("can't read {}", path.display());
    let most = (Config::default().photo.max_mib << 20) as u64;
    let file = tokio::fs::File::open(path).await.with_context(wrong)?;
    let mut bytes = Vec::new();
    let mut file = file.take(most + 1);
    file.read_to_end(&mut bytes).await.with_context(wrong)?;
    Ok(bytes.into())
}

/// Takes one photo apart, as the worker does.
///
/// # Errors
/// Where the file can't be read, or no photo could be looked at.
pub async fn facts(decoder: &Decoder, path: &Path) -> anyhow::Result<Answered<Facts>> {
    let bytes = read(path).await?;
    let digest = blake3::hash(&bytes);
    let taken = answered(decoder.analyse(bytes, digest).await)?;
    Ok(taken.map(|it| Box::new(it.facts)))
}

/// Sorts out what is this photo's fault and what is this machine's.
///
/// # Errors
/// Where no photo could be looked at.
pub fn answered<T>(verdict: Result<Verdict<T>, Decision>) -> anyhow::Result<Answered<T>> {
    match verdict {
        Ok(Verdict::Taken(taken)) => Ok(Ok(taken)),
        Ok(Verdict::Refused { reason, detail }) => Ok(Err((reason, detail))),
        // The child died of it: nothing is known of the photo, and nothing is written.
        Err(Decision::Retry { code, why } | Decision::Park { code, why }) => Ok(Err((code, why))),
        Err(Decision::Pause { why }) => bail!("{why}"),
        Err(other) => bail!("the decoder gave no answer: {other:?}"),
    }
}

/// How many photos at a time; 0 asks for one a core.
pub fn jobs(asked: usize) -> usize {
    match asked {
        0 => available_parallelism().map_or(1, NonZero::get),
        jobs => jobs,
    }
}
