//! What the tools that look at photos have in common: pixels that strangers chose are parsed in a
//! child here too, within the limits that the worker would keep.

use std::num::NonZero;
use std::path::Path;
use std::thread::available_parallelism;

use anyhow::bail;
use bytes::Bytes;
use jaga_imaging::{Evidence, Facts, RefusalCode, Stripped};
use jaga_photo::{COMPARISON_SEED, Compared, Decoder, Inspected, Verdict};
use jaga_runner::Decision;
use jaga_service::PhotoConfig;
use tokio::io::AsyncReadExt as _;

use super::refused::{Refused, Work};
use crate::cli::LimitArgs;
use crate::embedded;
use crate::place::photo_configuration;

/// What came of a photo: what was asked for, or why there is none.
pub type Answered<T> = Result<Box<T>, Refused>;

/// The decoder behind its guards, and its limits.
pub struct Tools {
    decoder: Decoder,
    pub limits: PhotoConfig,
}

impl Tools {
    /// With the limits of the section `[photo]`: what else is configured is not looked at.
    pub fn open(args: &LimitArgs) -> anyhow::Result<Self> {
        Self::with(photo_configuration(args.config.as_deref())?)
    }

    /// With the guards that this machine has, unless all are asked for: a tool must work anywhere.
    pub fn with(mut limits: PhotoConfig) -> anyhow::Result<Self> {
        limits.sandbox = limits.sandbox.or_best_effort();
        Ok(Self {
            decoder: embedded::decoder(&limits)?,
            limits,
        })
    }

    /// Reads a whole file, of a large one only enough to see that it is too large.
    pub async fn read(&self, path: &Path) -> Result<Bytes, Refused> {
        let most = self.limits.max_mib << 20;
        let file = async {
            let mut bytes = Vec::new();
            let file = tokio::fs::File::open(path).await?;
            file.take(most as u64 + 1).read_to_end(&mut bytes).await?;
            std::io::Result::Ok(bytes)
        };
        match file.await {
            Err(error) => Err(Refused::unreadable(&error)),
            // No part of a photo is taken for the whole.
            Ok(bytes) if bytes.len() > most => {
                let reason = format!("the file has more than {most} bytes");
                let code = RefusalCode::TooLarge.as_str();
                Err(Refused::photo(code, reason, Work::Decode, &self.limits))
            }
            Ok(bytes) => Ok(bytes.into()),
        }
    }

    /// Takes one photo apart, as the worker does.
    ///
    /// # Errors
    /// Where no photo could be looked at; so of all that follow.
    pub async fn facts(&self, path: &Path) -> anyhow::Result<Answered<Facts>> {
        let bytes = match self.read(path).await {
            Ok(bytes) => bytes,
            Err(refused) => return Ok(Err(refused)),
        };
        let digest = blake3::hash(&bytes);
        let taken = self.answered(self.decoder.analyse(bytes, digest).await, Work::Decode)?;
        Ok(taken.map(|it| Box::new(it.facts)))
    }

    /// The clean file; with `evidence`, what the photo said about itself.
    pub async fn strip(
        &self,
        bytes: Bytes,
        evidence: bool,
    ) -> anyhow::Result<Answered<(Stripped, Option<Evidence>)>> {
        self.answered(self.decoder.strip(bytes, evidence).await, Work::Decode)
    }

    /// What a photo says about itself.
    pub async fn inspect(&self, bytes: Bytes) -> anyhow::Result<Answered<Inspected>> {
        self.answered(self.decoder.inspect(bytes).await, Work::Decode)
    }

    /// How two photos are related, and a drawing of it where one is wanted.
    pub async fn compare(
        &self,
        (a, b): (Bytes, Bytes),
        drawn: bool,
    ) -> anyhow::Result<Answered<(Compared, Option<Vec<u8>>)>> {
        let compared = self.decoder.compare_drawn(a, b, COMPARISON_SEED, drawn);
        self.answered(compared.await, Work::Compare)
    }

    /// How many photos at a time: as asked, else as configured, else one a core.
    pub fn jobs(&self, asked: usize) -> usize {
        match [asked, self.limits.concurrency] {
            [0, 0] => available_parallelism().map_or(1, NonZero::get),
            [0, configured] => configured,
            [asked, _] => asked,
        }
    }

    /// Sorts out what is this photo's fault and what is this machine's.
    fn answered<T>(
        &self,
        verdict: Result<Verdict<T>, Decision>,
        work: Work,
    ) -> anyhow::Result<Answered<T>> {
        let (code, reason) = match verdict {
            Ok(Verdict::Taken(taken)) => return Ok(Ok(taken)),
            Ok(Verdict::Refused { reason, detail }) => (reason, detail),
            // The child died of it: nothing is known of the photo, and nothing is written.
            Err(Decision::Retry { code, why } | Decision::Park { code, why }) => (code, why),
            Err(Decision::Pause { why }) => bail!("{why}"),
            Err(other) => bail!("the decoder gave no answer: {other:?}"),
        };
        Ok(Err(Refused::photo(code, reason, work, &self.limits)))
    }
}
