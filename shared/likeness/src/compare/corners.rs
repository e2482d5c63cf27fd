//! Where a picture has corners, on a ladder of sizes.
//!
//! FAST-9 (Rosten and Drummond, 2006) finds them, Harris' measure (1988) ranks them, and a grid
//! spreads them: what the picture shows elsewhere must not be outvoted by one leafy tree.

use super::plane::{Grey, Luma};
use super::resize::extract;

/// Each rung is smaller than the one before by the cube root of two.
pub(super) const STEP: f64 = 1.259_921;
/// Rungs at most: the last stands for a fifth of the size.
const RUNGS: usize = 8;
/// Rungs are not made smaller than this.
const SHORTEST: usize = 48;
/// Pixels around a corner that its description looks at.
pub(super) const MARGIN: usize = 19;
/// Levels that the ring must be brighter or darker by; the second where the first finds little.
const THRESHOLDS: [i16; 2] = [7, 3];
/// Fewer corners than this are little.
const LITTLE: usize = 200;
/// Cells along the long side of the grid that spreads the corners.
const CELLS: usize = 10;

/// One rung of the ladder.
pub(super) struct Rung {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bytes: Vec<u8>,
    /// Pixels of the first rung that one of this stands for.
    pub(super) scale: f32,
}

/// A corner, at its rung.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Corner {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) rung: usize,
    pub(super) strength: f32,
}

pub(super) fn ladder(base: &Grey) -> Vec<Rung> {
    let mut rungs = vec![Rung {
        width: base.width,
        height: base.height,
        bytes: base.bytes(),
        scale: 1.0,
    }];
    for index in 1..RUNGS {
        let by = STEP.powi(index as i32);
        let (width, height) = (
            (base.width as f64 / by) as usize,
            (base.height as f64 / by) as usize,
        );
        let Some(last) = rungs.last() else { break };
        if width.min(height) < SHORTEST {
            break;
        }
        let luma = Luma {
            samples: &last.bytes,
            stride: last.width,
            width: last.width,
            height: last.height,
        };
        rungs.push(Rung {
            width,
            height,
            bytes: extract(&luma, luma.all(), width, height).bytes(),
            scale: (base.width as f64 / width as f64) as f32,
        });
    }
    rungs
}

/// The strongest corners of all rungs, spread over the picture, `most` at most.
pub(super) fn corners(rungs: &[Rung], most: usize) -> Vec<Corner> {
    let found = by_threshold(rungs, most, THRESHOLDS[0]);
    if found.len() >= LITTLE {
        return found;
    }
    by_threshold(rungs, most, THRESHOLDS[1])
}

fn by_threshold(rungs: &[Rung], most: usize, threshold: i16) -> Vec<Corner> {
    let area = |rung: &Rung| (rung.width * rung.height) as f64;
    let total: f64 = rungs.iter().map(area).sum();
    let mut out = Vec::with_capacity(most);
    for (index, rung) in rungs.iter().enumerate() {
        let quota = (most as f64 * area(rung) / total) as usize;
        out.extend(spread(rung, found(rung, index, threshold), quota));
    }
    out
}

fn found(rung: &Rung, index: usize, threshold: i16) -> Vec<Corner> {
    let (width, height) = (rung.width, rung.height);
    if width <= 2 * MARGIN || height <= 2 * MARGIN {
        return Vec::new();
    }
    let ring = ring(width);
    let mut scores = vec![0_u16; width * height];
    let mut places = Vec::new();
    let mut may_be = vec![false; width];
    for y in MARGIN..height - MARGIN {
        crossed(rung, y, threshold, &mut may_be);
        for (x, _) in may_be[..width - MARGIN]
            .iter()
            .enumerate()
            .skip(MARGIN)
            .filter(|it| *it.1)
        {
            let at = y * width + x;
            if let Some(score) = score(&rung.bytes, at, &ring, threshold) {
                scores[at] = score;
                places.push((x, y));
            }
        }
    }
    let peak = |(x, y): &(usize, usize)| {
        let at = y * width + x;
        let mine = scores[at];
        let before = [at - width - 1, at - width, at - width + 1, at - 1];
        let after = [at + 1, at + width - 1, at + width, at + width + 1];
        before.iter().all(|i| scores[*i] < mine) && after.iter().all(|i| scores[*i] <= mine)
    };
    let corner = |(x, y): (usize, usize)| Corner {
        x,
        y,
        rung: index,
        strength: harris(&rung.bytes, width, x, y),
    };
    let peaks = places.into_iter().filter(peak).map(corner);
    // Along an edge Harris' measure is not positive: such a place slides.
    peaks.filter(|corner| corner.strength > 0.0).collect()
}

fn ring(width: usize) -> [isize; 16] {
    const RING: [(isize, isize); 16] = [
        (0, -3),
        (1, -3),
        (2, -2),
        (3, -1),
        (3, 0),
        (3, 1),
        (2, 2),
        (1, 3),
        (0, 3),
        (-1, 3),
        (-2, 2),
        (-3, 1),
        (-3, 0),
        (-3, -1),
        (-2, -2),
        (-1, -3),
    ];
    RING.map(|(x, y)| y * width as isize + x)
}

/// Which of a row may be corners: of nine of the ring in a row at least four are among every second of it, on one
/// side. In steps that a processor takes for many bytes at once; most of a picture ends here.
fn crossed(rung: &Rung, y: usize, threshold: i16, may_be: &mut [bool]) {
    let width = rung.width;
    let by = threshold as u8;
    let row = |y: usize| &rung.bytes[y * width..(y + 1) * width];
    let (above, high, here, low, below) = (row(y - 3), row(y - 2), row(y), row(y + 2), row(y + 3));
    let count = width - 6;
    let every_second = [
        &above[3..][..count],
        &high[5..][..count],
        &here[6..][..count],
        &low[5..][..count],
        &below[3..][..count],
        &low[1..][..count],
        &here[..count],
        &high[1..][..count],
    ];
    let (middles, may_be) = (&here[3..][..count], &mut may_be[3..][..count]);
    for x in 0..count {
        let (mut brighter, mut darker) = (0_u8, 0_u8);
        for values in every_second {
            brighter += u8::from(values[x].saturating_sub(by) > middles[x]);
            darker += u8::from(values[x].saturating_add(by) < middles[x]);
        }
        may_be[x] = brighter.max(darker) >= 4;
    }
}

/// One bit for each of the ring.
const BITS: [u32; 16] = {
    let mut bits = [0; 16];
    let mut index = 0;
    while index < 16 {
        bits[index] = 1 << index;
        index += 1;
    }
    bits
};

/// How much the ring differs from its middle, where nine of it in a row do.
fn score(bytes: &[u8], at: usize, ring: &[isize; 16], threshold: i16) -> Option<u16> {
    let middle = i16::from(bytes[at]);
    let mut values = [0; 16];
    for (value, offset) in values.iter_mut().zip(ring) {
        *value = i16::from(bytes[at.wrapping_add_signed(*offset)]);
    }
    let (low, high) = (middle - threshold, middle + threshold);
    let (mut bright, mut dark, mut sum) = (0_u32, 0_u32, 0_u16);
    for (value, bit) in values.into_iter().zip(BITS) {
        bright |= if value > high { bit } else { 0 };
        dark |= if value < low { bit } else { 0 };
        sum += (value - middle).unsigned_abs();
    }
    (nine_in_a_row(bright) || nine_in_a_row(dark)).then_some(sum)
}

fn nine_in_a_row(ring: u32) -> bool {
    let twice = ring | ring << 16;
    let two = twice & twice >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    (eight & twice >> 8) & 0xFFFF != 0
}

fn harris(bytes: &[u8], width: usize, x: usize, y: usize) -> f32 {
    let (mut xx, mut yy, mut xy) = (0.0_f32, 0.0_f32, 0.0_f32);
    for row in y - 3..=y + 3 {
        let at = row * width + x - 3;
        let (above, here, below) = (
            &bytes[at - width - 1..at - width + 8],
            &bytes[at - 1..at + 8],
            &bytes[at + width - 1..at + width + 8],
        );
        for i in 1..8 {
            let dx = f32::from(here[i + 1]) - f32::from(here[i - 1]);
            let dy = f32::from(below[i]) - f32::from(above[i]);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
    }
    let trace = xx + yy;
    xx * yy - xy * xy - 0.04 * trace * trace
}

/// The best of each cell first, then the best of the rest.
fn spread(rung: &Rung, mut corners: Vec<Corner>, quota: usize) -> Vec<Corner> {
    corners.sort_unstable_by(|a, b| {
        let by_strength = b.strength.total_cmp(&a.strength);
        by_strength.then((a.y, a.x).cmp(&(b.y, b.x)))
    });
    let side = rung.width.max(rung.height).div_ceil(CELLS);
    let columns = rung.width.div_ceil(side);
    let cells = columns * rung.height.div_ceil(side);
    let share = (quota / cells).max(1);
    let mut taken = vec![0_usize; cells];
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for corner in corners {
        let cell = corner.y / side * columns + corner.x / side;
        if taken[cell] < share {
            taken[cell] += 1;
            first.push(corner);
        } else {
            rest.push(corner);
        }
    }
    first.truncate(quota);
    let room = quota - first.len();
    first.extend(rest.into_iter().take(room));
    first
}

#[cfg(test)]
mod tests {
    use super::super::chance::Chance;
    use super::*;

    #[test]
    fn the_quick_look_at_a_row_passes_no_corner_over() {
        let (width, height, seed) = (97, 41, 5);
        let mut chance = Chance::new(seed);
        // Few levels, so that many rings have nine in a row; black and white, where sums end.
        let levels = [0, 2, 120, 127, 134, 250, 255];
        let rung = Rung {
            width,
            height,
            bytes: (0..width * height)
                .map(|at| levels[(chance.below(4) + at / 5) % levels.len()])
                .collect(),
            scale: 1.0,
        };
        let (ring, mut may_be, mut corners) = (ring(width), vec![false; width], 0);
        for threshold in THRESHOLDS {
            for y in 3..height - 3 {
                crossed(&rung, y, threshold, &mut may_be);
                for x in 3..width - 3 {
                    let at = y * width + x;
                    let is_corner = score(&rung.bytes, at, &ring, threshold).is_some();
                    corners += usize::from(is_corner);
                    assert!(may_be[x] || !is_corner, "{x}, {y}, seed {seed}");
                }
            }
        }
        assert!(corners > 20, "{corners} corners, seed {seed}");
    }
}
