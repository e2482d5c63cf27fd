//! Two photos in one child: how they are related. Both sides of the question.

use std::sync::Arc;

use bytes::Bytes;
use jaga_imaging::{Format, Limits, Refusal, Sight, draw_png, sight, sniff, verify};
use jaga_likeness::{Comparison, Luma, Relation, compare_seen, draw};
use jaga_runner::Decision;
use serde::{Deserialize, Serialize};

use super::frame::{Made, Said, Task};
use super::parent::{Decoder, Question, Verdict};

/// Samples on the long side that are decoded at least: a JPEG of 12 megapixels comes at half its
/// size.
const ENOUGH: u32 = 1280;
/// Bytes of a drawing at most: 1,300 by 640 pixels, and as much again.
const MOST_DRAWING: u64 = 4 << 20;
/// Regions and corners of an outline that an answer has at most.
const REGIONS: usize = 16;
const OUTLINE: usize = 256;

/// What two photos share to the last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exact {
    /// The whole file.
    Bytes,
    /// The coded pixels: the files differ in what they say about themselves.
    Pixels,
}

/// How two photos are related.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Equal bytes, where there are any; then the relation is `identical`.
    pub exact: Option<Exact>,
    /// Everything else.
    #[serde(flatten)]
    pub comparison: Comparison,
}

/// `photos` is the first, `first` bytes long, and then the second.
pub(super) fn compared(
    photos: &[u8],
    (first, seed, picture): (u64, u64, bool),
    limits: &Limits,
) -> Result<Said<Compared, Made>, Refusal> {
    let cut = usize::try_from(first).map_or(photos.len(), |at| at.min(photos.len()));
    let (a, b) = photos.split_at(cut);
    let one = seen(a, limits).map_err(|why| named("first", why))?;
    let other = seen(b, limits).map_err(|why| named("second", why))?;
    let (luma_a, luma_b) = (luma(&one), luma(&other));
    let (mut comparison, matches) = compare_seen(&luma_a, &luma_b, seed);
    let exact = if a == b {
        Some(Exact::Bytes)
    } else {
        (one.pixel_digest == other.pixel_digest).then_some(Exact::Pixels)
    };
    if exact.is_some() {
        // Also where nothing can be seen: equal bytes need no eyes.
        comparison.relation = Relation::Identical;
        comparison.confidence = 1.0;
        comparison.reason = None;
    }
    let mut pieces = Vec::new();
    if picture {
        let drawing = draw(&luma_a, &luma_b, &comparison, &matches);
        let size = (drawing.width as u32, drawing.height as u32);
        pieces.push(draw_png(&drawing.rgb, size)?.into());
    }
    Ok((Compared { exact, comparison }, pieces))
}

/// A photo as large as a comparison wants it.
///
/// # Errors
/// As [`sight`].
pub fn seen(photo: &[u8], limits: &Limits) -> Result<Sight, Refusal> {
    sight(photo, ENOUGH, limits)
}

/// What a comparison looks at of it.
pub fn luma(sight: &Sight) -> Luma<'_> {
    Luma {
        samples: &sight.luma,
        stride: sight.width,
        width: sight.width,
        height: sight.height,
    }
}

fn named(which: &str, mut why: Refusal) -> Refusal {
    why.detail = format!("the {which} photo: {}", why.detail);
    why
}

impl Decoder {
    /// How two photos are related, in one child behind the same guards. The same photos and seed give the same answer.
    ///
    /// # Errors
    /// As [`Self::analyse`]; a refusal says which of the two it is about.
    pub async fn compare(
        &self,
        a: Bytes,
        b: Bytes,
        seed: u64,
    ) -> Result<Verdict<Compared>, Decision> {
        Ok(match self.compare_drawn(a, b, seed, false).await? {
            Verdict::Taken(taken) => Verdict::Taken(Box::new(taken.0)),
            Verdict::Refused { reason, detail } => Verdict::Refused { reason, detail },
        })
    }

    /// The same, and with `picture` a PNG that shows both photos, what matches and what changed.
    ///
    /// # Errors
    /// As [`Self::compare`].
    pub async fn compare_drawn(
        &self,
        a: Bytes,
        b: Bytes,
        seed: u64,
        picture: bool,
    ) -> Result<Verdict<(Compared, Option<Vec<u8>>)>, Decision> {
        let question = Question {
            task: Task::Compare {
                first: a.len() as u64,
                seed,
                picture,
            },
            most: vec![MOST_DRAWING; usize::from(picture)],
            accept: Arc::new(
                move |said: Compared, mut pieces: Vec<Vec<u8>>, _: &Limits| {
                    recheck(&said)?;
                    let drawing = pieces.pop();
                    if drawing.is_some() != picture {
                        return Err("the drawing is missing");
                    }
                    if let Some(png) = &drawing
                        && (sniff(png) != Format::Png || verify(png).is_err())
                    {
                        return Err("the drawing is not a clean PNG");
                    }
                    Ok((said, drawing))
                },
            ),
        };
        self.ask(&[a, b], &question).await
    }
}

/// The rule that an answer breaks first.
fn recheck(said: &Compared) -> Result<(), &'static str> {
    let it = &said.comparison;
    let is_share = |value: f64| (0.0..=1.0).contains(&value);
    if ![it.confidence, it.aligned, it.aligned_second, it.changed]
        .into_iter()
        .all(is_share)
    {
        return Err("a share is out of its range");
    }
    let is_sound = |region: &jaga_likeness::Region| {
        is_share(region.share)
            && region.polygon.len() <= OUTLINE
            && region.polygon.iter().flatten().all(|v| is_share(*v))
    };
    if it.regions.len() > REGIONS || !it.regions.iter().all(is_sound) {
        return Err("a region is out of its range");
    }
    Ok(())
}
