//! Pictures that have nothing of their own: bare surfaces, and one pattern over and over. That such two do not
//! fit says nothing, and that a few of their corners do says nothing either.

use super::blur::box_blur;
use super::describe::Feature;
use super::plane::Grey;

/// Pixels of a block that may show something.
const BLOCK: usize = 24;
/// Deviation of brightness in a block that shows something, levels, noise smoothed away.
const SHOWN: f32 = 3.0;
/// Blocks of a hundred that show something, at least.
const FEWEST: usize = 5;

/// Corners of a picture that are looked at, evenly.
const LOOKED_AT: usize = 300;
/// Bits that two corners of one pattern differ by at most; strangers differ by some 100.
const TWINS: u64 = 24;
/// Pixels from one occurrence of a pattern to the next, at least.
const APART: f32 = 12.0;
/// Corners of a hundred that have a twin elsewhere in the picture: then it is all pattern.
const PATTERN: usize = 70;

/// Whether both are one pattern all over: they fit in several ways, or by chance in none.
pub(super) fn are_patterns(pictures: [&[Feature]; 2]) -> bool {
    pictures.into_iter().all(is_pattern)
}

/// Whether in one of them nothing could be found.
pub(super) fn any_is_bare(pictures: [&Grey; 2]) -> bool {
    pictures.into_iter().any(is_bare)
}

/// Sky, a wall, the night: what corners there are, noise and the coder made.
fn is_bare(grey: &Grey) -> bool {
    let smooth = box_blur(grey, 2);
    let (columns, rows) = (grey.width / BLOCK, grey.height / BLOCK);
    let shown = |block: usize| {
        let (left, top) = (block % columns * BLOCK, block / columns * BLOCK);
        let (mut sum, mut squares) = (0.0_f32, 0.0_f32);
        for y in top..top + BLOCK {
            for value in &smooth.pixels[y * grey.width + left..][..BLOCK] {
                sum += value;
                squares += value * value;
            }
        }
        let pixels = (BLOCK * BLOCK) as f32;
        squares / pixels - (sum / pixels).powi(2) >= SHOWN * SHOWN
    };
    let blocks = columns * rows;
    let count = (0..blocks).filter(|block| shown(*block)).count();
    100 * count < FEWEST * blocks
}

/// Tiles, fences, windows of a tower: nearly every corner occurs again elsewhere.
fn is_pattern(features: &[Feature]) -> bool {
    let step = features.len().div_ceil(LOOKED_AT).max(1);
    let (mut all, mut again) = (0_usize, 0_usize);
    for one in features.iter().step_by(step) {
        let is_twin = |other: &Feature| {
            (one.x - other.x).hypot(one.y - other.y) >= APART * one.scale
                && one.distance(other) <= TWINS
        };
        all += 1;
        again += usize::from(features.iter().any(is_twin));
    }
    100 * again >= PATTERN * all.max(1)
}
