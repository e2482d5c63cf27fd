//! What a child can be asked about a photo: the child's side makes the answer, the parent's side looks
//! at it before it counts.

use std::sync::Arc;

use bytes::Bytes;
use jaga_imaging::{
    Analysis, Clean, Evidence, Facts, Format, Inspection, Kept, Limits, Method, Refusal, Removed,
    Rendition, Stripped, analyse_owned, analyse_unhashed, inspect, read_evidence, strip_exact,
};
use jaga_runner::Decision;
use serde::{Deserialize, Serialize};

use super::frame::{Made, Said, Task};
use super::handed::Handed;
use super::parent::{Decoder, Question, Verdict};
use super::recheck::{recheck, recheck_clean};

/// Renditions that a photo has at most, and bytes of one at most.
const RENDITIONS: usize = 2;
const MOST_RENDITION: u64 = 8 << 20;

#[derive(Serialize, Deserialize)]
pub(super) struct Analysed {
    facts: Box<Facts>,
    /// Width and height of each rendition.
    sizes: Vec<(u32, u32)>,
}

pub(super) fn analysed(photo: Handed, limits: &Limits) -> Result<Said<Analysed, Made>, Refusal> {
    let (analysis, kept) = analyse_unhashed(photo, limits)?;
    let sizes = analysis.renditions.iter().map(|r| (r.width, r.height));
    let said = Analysed {
        facts: Box::new(analysis.facts),
        sizes: sizes.collect(),
    };
    let clean = Made {
        bytes: analysis.clean,
        kept,
    };
    let renditions = analysis.renditions.into_iter().map(|r| r.jpeg.into());
    Ok((said, std::iter::once(clean).chain(renditions).collect()))
}

#[derive(Serialize, Deserialize)]
pub(super) struct Cleaned {
    format: Format,
    method: Method,
    removed: Vec<Removed>,
    orientation: u8,
    evidence: Option<Evidence>,
}

pub(super) fn stripped(
    photo: &[u8],
    evidence: bool,
    limits: &Limits,
) -> Result<Said<Cleaned, Made>, Refusal> {
    let clean = strip_exact(photo, limits)?;
    let said = Cleaned {
        format: clean.format,
        method: clean.method,
        removed: clean.removed,
        orientation: clean.orientation,
        evidence: evidence.then(|| read_evidence(photo, limits)),
    };
    let clean = Made {
        kept: Kept::of(photo, &clean.bytes),
        bytes: Clean::Made(clean.bytes),
    };
    Ok((said, vec![clean]))
}

/// What a photo says about itself, and what can be known from its pixels where they can be decoded.
#[derive(Debug, Serialize, Deserialize)]
pub struct Inspected {
    /// From the file alone.
    pub seen: Inspection,
    /// From taking it apart, or why that can't be done.
    pub taken: Result<Facts, Refusal>,
}

pub(super) fn inspected(photo: Handed, limits: &Limits) -> Said<Inspected, Made> {
    let mut seen = inspect(photo.as_ref(), limits);
    let taken = analyse_owned(photo, limits).map(|analysis| analysis.facts);
    if let Ok(facts) = &taken {
        // The same evidence, and the thumbnail compared with the picture.
        seen.evidence = facts.evidence.clone();
    }
    (Inspected { seen, taken }, Vec::new())
}

impl Decoder {
    /// Takes a photo apart in a child of its own. `upload` is the photo's BLAKE3.
    ///
    /// # Errors
    /// A [`Decision`] where the child did not end well; which, says `Ending::decision`.
    pub async fn analyse(&self, photo: Bytes, upload: blake3::Hash) -> Result<Verdict, Decision> {
        self.ask(&[photo], &self.analysis(upload)).await
    }

    /// The clean file alone, as exact as it can be made; with `evidence`, what the photo said about
    /// itself comes along.
    ///
    /// # Errors
    /// As [`Self::analyse`].
    pub async fn strip(
        &self,
        photo: Bytes,
        evidence: bool,
    ) -> Result<Verdict<(Stripped, Option<Evidence>)>, Decision> {
        let question = Question {
            task: Task::Strip { evidence },
            most: vec![self.most_clean()],
            accept: Arc::new(|said: Cleaned, mut pieces: Vec<Vec<u8>>, _: &Limits| {
                let bytes = pieces.pop().ok_or("the clean file is missing")?;
                recheck_clean(&bytes, said.format, &said.removed)?;
                let clean = Stripped {
                    bytes,
                    format: said.format,
                    method: said.method,
                    removed: said.removed,
                    orientation: said.orientation,
                };
                Ok((clean, said.evidence))
            }),
        };
        self.ask(&[photo], &question).await
    }

    /// What a photo says about itself, for an officer's eyes.
    ///
    /// # Errors
    /// As [`Self::analyse`].
    pub async fn inspect(&self, photo: Bytes) -> Result<Verdict<Inspected>, Decision> {
        let question = Question {
            task: Task::Inspect,
            most: Vec::new(),
            accept: Arc::new(|said: Inspected, _, _: &Limits| Ok(said)),
        };
        self.ask(&[photo], &question).await
    }

    pub(super) fn analysis(&self, upload: blake3::Hash) -> Question<Analysed, Analysis> {
        let mut most = vec![self.most_clean()];
        most.extend([MOST_RENDITION; RENDITIONS]);
        let accept = move |said: Analysed, pieces: Vec<Vec<u8>>, limits: &Limits| {
            let mut pieces = pieces.into_iter();
            let clean = pieces.next().ok_or("the clean file is missing")?;
            if said.sizes.len() != pieces.len() {
                return Err("a rendition is missing");
            }
            let rendition = |((width, height), jpeg)| Rendition {
                width,
                height,
                jpeg,
            };
            let mut analysis = Analysis {
                facts: *said.facts,
                clean,
                renditions: said.sizes.into_iter().zip(pieces).map(rendition).collect(),
            };
            recheck(&analysis, limits)?;
            // Digests name files and say that two are the same: no child's word counts for that.
            analysis.hash(*upload.as_bytes(), limits);
            Ok(analysis)
        };
        Question {
            task: Task::Analyse,
            most,
            accept: Arc::new(accept),
        }
    }

    /// A file that is encoded again may grow.
    pub(crate) fn most_clean(&self) -> u64 {
        2 * self.max_bytes() as u64
    }
}
