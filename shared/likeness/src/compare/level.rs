//! What is left between two aligned pictures when exposure, contrast and slow light are made equal.

use super::field::{BLOCK, Field};
use super::plane::Grey;

const BINS: usize = 24;
const WIDTH: f32 = 256.0 / BINS as f32;
/// Samples that a bin needs to count.
const ENOUGH: u32 = 80;

/// First minus levelled second, in levels of the first; NaN where the second has nothing. `good`
/// says which blocks show the same.
pub(super) fn residual(a: &Grey, b: &Grey, field: &Field, good: &[bool]) -> Grey {
    let curve = curve(a, b, field.columns, good);
    let mut out = Grey::new(a.width, a.height);
    let triples = out.pixels.iter_mut().zip(a.pixels.iter().zip(&b.pixels));
    triples.for_each(|(out, (a, b))| *out = a - at(&curve, *b));
    let local = local(&out, field.columns, good);
    subtract(&mut out, &local, field.columns);
    out
}

/// For each bin of the second's brightness the median of the first's: whatever curve an editor or a
/// camera has bent, without knowing it.
fn curve(a: &Grey, b: &Grey, columns: usize, good: &[bool]) -> [f32; BINS] {
    let mut counts = vec![[0_u32; 256]; BINS];
    for (index, _) in good.iter().enumerate().filter(|it| *it.1) {
        for at in pixels(index, columns, a.width) {
            let (one, other) = (a.pixels[at], b.pixels[at]);
            if other.is_finite() {
                let bin = ((other / WIDTH).max(0.0) as usize).min(BINS - 1);
                counts[bin][(one.max(0.0) as usize).min(255)] += 1;
            }
        }
    }
    let mut known: Vec<(usize, f32)> = Vec::new();
    for (bin, counts) in counts.iter().enumerate() {
        let total: u32 = counts.iter().sum();
        if total >= ENOUGH {
            // Brighter in the one is never darker in the other.
            let least = known.last().map_or(0.0, |it| it.1);
            known.push((bin, median(counts, total).max(least)));
        }
    }
    filled(&known)
}

fn median(counts: &[u32; 256], total: u32) -> f32 {
    let mut seen = 0;
    for (level, count) in counts.iter().enumerate() {
        if 2 * (seen + count) >= total {
            let inside = (total as f32 / 2.0 - seen as f32) / *count as f32;
            return level as f32 + inside;
        }
        seen += count;
    }
    255.0
}

/// Between known bins by a line, beyond them level by level.
fn filled(known: &[(usize, f32)]) -> [f32; BINS] {
    std::array::from_fn(|bin| {
        let after = known.iter().find(|it| it.0 >= bin);
        let before = known.iter().rev().find(|it| it.0 <= bin);
        match (before, after) {
            (Some(low), Some(high)) if high.0 > low.0 => {
                let share = (bin - low.0) as f32 / (high.0 - low.0) as f32;
                low.1 + (high.1 - low.1) * share
            }
            (Some(only), _) => only.1 + (bin - only.0) as f32 * WIDTH,
            (_, Some(only)) => only.1 - (only.0 - bin) as f32 * WIDTH,
            _ => (bin as f32 + 0.5) * WIDTH,
        }
    })
}

fn at(curve: &[f32; BINS], level: f32) -> f32 {
    let place = (level / WIDTH - 0.5).clamp(0.0, BINS as f32 - 1.001);
    if !place.is_finite() {
        return f32::NAN;
    }
    let bin = place as usize;
    let beyond = level / WIDTH - 0.5 - place;
    curve[bin] + (curve[bin + 1] - curve[bin]) * (place - bin as f32) + beyond * WIDTH
}

/// Places of a block's pixels.
fn pixels(block: usize, columns: usize, width: usize) -> impl Iterator<Item = usize> {
    let (left, top) = (block % columns * BLOCK, block / columns * BLOCK);
    (top..top + BLOCK).flat_map(move |y| (left..left + BLOCK).map(move |x| y * width + x))
}

/// Each block's own offset: the median of what is left in it. Blocks that do not show the same take
/// their neighbours'.
fn local(left: &Grey, columns: usize, good: &[bool]) -> Vec<f32> {
    let mut offsets: Vec<Option<f32>> = Vec::with_capacity(good.len());
    let mut values = Vec::with_capacity(BLOCK * BLOCK);
    for (index, good) in good.iter().enumerate() {
        values.clear();
        if *good {
            let all = pixels(index, columns, left.width).map(|at| left.pixels[at]);
            values.extend(all.filter(|v| v.is_finite()));
        }
        let half = values.len() / 2;
        let median =
            (!values.is_empty()).then(|| *values.select_nth_unstable_by(half, f32::total_cmp).1);
        offsets.push(median);
    }
    while offsets.iter().any(Option::is_none) && offsets.iter().any(Option::is_some) {
        let before = offsets.clone();
        for (index, offset) in offsets.iter_mut().enumerate().filter(|it| it.1.is_none()) {
            let column = index % columns;
            let near = [
                index.checked_sub(columns),
                Some(index + columns),
                index.checked_sub(1).filter(|_| column > 0),
                Some(index + 1).filter(|_| column + 1 < columns),
            ];
            let known = near.into_iter().flatten();
            let known: Vec<f32> = known.filter_map(|i| *before.get(i)?).collect();
            if !known.is_empty() {
                *offset = Some(known.iter().sum::<f32>() / known.len() as f32);
            }
        }
    }
    offsets.into_iter().map(Option::unwrap_or_default).collect()
}

/// Takes the offsets away, smoothly from block to block.
fn subtract(from: &mut Grey, offsets: &[f32], columns: usize) {
    let rows = offsets.len() / columns.max(1);
    if rows == 0 {
        return;
    }
    let block = BLOCK as f32;
    let place = |pixel: usize, most: usize| {
        let at = ((pixel as f32 + 0.5) / block - 0.5).clamp(0.0, (most - 1) as f32);
        let low = (at as usize).min(most - 1);
        (low, (low + 1).min(most - 1), at - low as f32)
    };
    let across: Vec<(usize, usize, f32)> = (0..from.width).map(|x| place(x, columns)).collect();
    let width = from.width.max(1);
    for (y, row) in from.pixels.chunks_exact_mut(width).enumerate() {
        let (top, bottom, v) = place(y, rows);
        let (top, bottom) = (&offsets[top * columns..], &offsets[bottom * columns..]);
        for (value, (left, right, u)) in row.iter_mut().zip(&across) {
            let above = top[*left] + (top[*right] - top[*left]) * u;
            let below = bottom[*left] + (bottom[*right] - bottom[*left]) * u;
            *value -= above + (below - above) * v;
        }
    }
}
