//! Who answers: each tier is asked about every pair.

use anyhow::{Result, anyhow};
use jaga_imaging::{Limits, sight};
use jaga_likeness::{Comparison, Luma, Relation, compare};

/// Samples on the long side that a comparison decodes at least.
pub const ENOUGH: u32 = 1280;

/// What was said of a pair of files.
#[derive(Debug, Clone)]
pub struct Said {
    pub relation: Relation,
    pub comparison: Option<Comparison>,
    /// Processor time, milliseconds, without decoding.
    pub spent: f64,
}

/// Something that says how two photos are related. The index answers by the same trait: it puts the
/// first photo in and asks for the second, and says [`Relation::EditedCopy`] of what it finds,
/// [`Relation::Unrelated`] of what it does not.
pub trait Tier {
    fn name(&self) -> &'static str;

    fn ask(&self, a: &[u8], b: &[u8]) -> Result<Said>;
}

/// Scene comparison by itself: report against evidence.
pub struct Compared {
    pub seed: u64,
}

impl Tier for Compared {
    fn name(&self) -> &'static str {
        "scene comparison"
    }

    fn ask(&self, a: &[u8], b: &[u8]) -> Result<Said> {
        let limits = Limits::default();
        let open = |file| sight(file, ENOUGH, &limits).map_err(|why| anyhow!("{why}"));
        let (one, other) = (open(a)?, open(b)?);
        let luma = |sight: &'_ jaga_imaging::Sight| (sight.width, sight.height);
        let (size_a, size_b) = (luma(&one), luma(&other));
        let before = spent()?;
        let mut comparison = compare(
            &Luma {
                samples: &one.luma,
                stride: size_a.0,
                width: size_a.0,
                height: size_a.1,
            },
            &Luma {
                samples: &other.luma,
                stride: size_b.0,
                width: size_b.0,
                height: size_b.1,
            },
            self.seed,
        );
        // As the photo worker says it: equal bytes and pixels need no eyes.
        if a == b || one.pixel_digest == other.pixel_digest {
            comparison.relation = Relation::Identical;
            comparison.confidence = 1.0;
        }
        Ok(Said {
            relation: comparison.relation,
            spent: spent()? - before,
            comparison: Some(comparison),
        })
    }
}

/// Processor time of this thread, milliseconds.
fn spent() -> Result<f64> {
    let now = nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID)?;
    Ok(now.tv_sec() as f64 * 1e3 + now.tv_nsec() as f64 / 1e6)
}
