//! From what was measured to what it means. Each bound stands in the README's table with where it
//! comes from.

use super::answer::{Comparison, Reason, Relation, Seen};
use super::field::Block;

/// Agreeing pairs below which nothing is in common.
pub(super) const FEW: usize = 7;

/// Grain weaker than this, levels, may be the coder's own.
const GRAIN: f64 = 0.7;
/// Grain that is alike by less than this is another exposure's.
const OTHER_GRAIN: f64 = 0.15;

/// A copy has at most this share of kept detail of its own.
const OWN: f64 = 0.07;
/// So little that a tenth of the blocks may lie anywhere: beside what changed they do.
const NOTHING_OWN: f64 = OWN / 2.0;

/// Where too little is left to look detail up in, a copy lies this close, pixels, and its grain is alike by this.
const NEAR: f64 = 0.05;
const SAME_GRAIN: f64 = 0.9;

/// A copy lies on its original by this many pixels at least as well as no other exposure does.
const CLOSE: f64 = 0.015;
/// Grain that the one has and the other has not, levels squared: a new exposure brings more of its own.
const FRESH: f64 = 0.3;

/// A block that shows the same in both.
pub(super) fn is_same(block: &Block) -> bool {
    block.covered && block.same >= 0.75 && block.contrast.0.min(block.contrast.1) >= 1.5
}

/// A block that has something to compare in either.
fn says_something(block: &Block) -> bool {
    block.covered && block.contrast.0.max(block.contrast.1) >= 4.0
}

pub(super) fn blocks(blocks: &[Block], seen: &mut Seen) {
    let telling = blocks.iter().filter(|block| says_something(block));
    let (mut all, mut same) = (0_u32, 0_u32);
    let mut ways: Vec<f32> = Vec::new();
    for block in telling {
        all += 1;
        same += u32::from(is_same(block));
        if block.grip >= 1.5 && block.best >= 0.85 {
            ways.push(block.moved.0.hypot(block.moved.1));
        }
    }
    seen.same_blocks = f64::from(same) / f64::from(all.max(1));
    ways.sort_by(f32::total_cmp);
    let at = |share: f64| ways.get((ways.len() as f64 * share) as usize).copied();
    seen.spread = f64::from(at(0.5).unwrap_or(9.0));
    seen.spread_worst = f64::from(at(0.9).unwrap_or(9.0));
}

/// Sureness that two pictures have nothing in common.
pub(super) fn apart(inliers: u32) -> f64 {
    (1.0 - f64::from(inliers) / 16.0).max(0.5)
}

/// They agree on a transform that leaves nothing to compare.
pub(super) fn unaligned(inliers: u32) -> Comparison {
    if inliers < 12 {
        return Comparison::without(Relation::Unrelated, None, apart(inliers));
    }
    let mut answer = Comparison::without(Relation::Unknown, Some(Reason::TooLittleAgrees), 0.0);
    answer.inliers = inliers;
    answer
}

pub(super) fn judge(answer: &mut Comparison) {
    let seen = answer.seen;
    let inliers = answer.inliers;
    if inliers < 10 || seen.same_blocks < 0.15 && inliers < 25 {
        *answer = Comparison {
            seen,
            ..Comparison::without(Relation::Unrelated, None, apart(inliers))
        };
        return;
    }
    let close = seen.spread_worst <= 0.45 || has_own(&seen, NOTHING_OWN) == Some(false);
    let fits = seen.spread <= 0.15 && close;
    let plain = seen.shear <= 0.01 && !seen.perspective;
    let other_grain = seen.grain_strength >= GRAIN && seen.grain.is_some_and(|it| it < OTHER_GRAIN);
    let fits = fits && plain && !other_grain;
    if fits && is_copy(&seen).is_none() {
        // Nothing says that it is another exposure, and nothing that it is none.
        answer.relation = Relation::Unknown;
        answer.reason = Some(Reason::TooLittleAgrees);
        answer.confidence = 0.0;
    } else if fits && is_copy(&seen) == Some(true) {
        answer.relation = Relation::EditedCopy;
        let whole = answer.aligned > 0.97 && answer.aligned_second > 0.97;
        let upright = answer
            .transform
            .is_some_and(|it| !it.mirrored && it.rotation.abs() < 0.3);
        if whole && upright && answer.regions.is_empty() {
            answer.relation = Relation::Identical;
        }
        answer.confidence = if is_sure(&seen) { 0.9 } else { 0.7 };
    } else {
        answer.relation = Relation::SameScene;
        answer.confidence = 0.7;
    }
}

/// Whether there is more than this share of kept detail that only one has; `None` where none can be looked up.
fn has_own(seen: &Seen, most: f64) -> Option<bool> {
    seen.unshared.map(|it| it > most)
}

/// Whether what fits has nothing of its own; `None` where too little is left to say.
fn is_copy(seen: &Seen) -> Option<bool> {
    if let Some(own) = has_own(seen, OWN) {
        return Some(!own);
    }
    let near = seen.spread <= NEAR && seen.grain.is_none_or(|it| it >= SAME_GRAIN);
    (near || is_sure(seen)).then_some(true)
}

/// Whether it can be no other exposure, from a tripod or of one burst: it lies as close as only a copy does, or
/// what grain there is is all shared. Texture that both show is no grain of theirs, so its correlation alone
/// says little; what is left of it is compared instead.
fn is_sure(seen: &Seen) -> bool {
    let fresh = seen
        .grain
        .map(|it| (1.0 - it) * seen.grain_strength.powi(2));
    let shared = seen.grain_strength >= GRAIN && fresh.is_some_and(|it| it <= FRESH);
    seen.spread <= CLOSE || shared
}
