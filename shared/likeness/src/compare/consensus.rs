//! The one map that most pairs agree on.
//!
//! PROSAC (Chum and Matas, 2005): hypotheses from the surest pairs first, each judged by how many
//! pairs it brings together; the best is then fitted to all of them.

use super::chance::Chance;
use super::map::{Map, Point, fit_affine, fit_plane, similarity};
use super::matching::{Pair, wrapped};

/// Hypotheses at most: 2,000 find a pair of true ones among 5 % true ones in 99 of 100 cases.
const TRIES: usize = 2_000;
/// Pixels that a pair may miss a hypothesis by, which stands on two corners alone.
const LOOSE: f64 = 5.0;
/// Pixels that a pair may miss the fitted map by.
const TIGHT: f64 = 3.0;
/// Larger and smaller than this a photo is not shown.
const SCALES: std::ops::Range<f64> = 0.12..8.0;

/// What the pairs agree on.
#[derive(Debug, Clone)]
pub(super) struct Consensus {
    pub(super) map: Map,
    /// Pairs that agree.
    pub(super) inliers: Vec<(Point, Point)>,
    /// It takes a change of perspective to bring them together.
    pub(super) plane: bool,
}

/// The best agreement, however small; `None` if no two pairs make one.
pub(super) fn consensus(pairs: &[Pair], seed: u64) -> Option<Consensus> {
    let mut chance = Chance::new(seed);
    let mut best: Option<(f64, Map)> = None;
    let mut tries = TRIES;
    let mut done = 0;
    while done < tries {
        done += 1;
        // Grows from the surest dozen to all of them within the first half of the tries.
        let reach = 12 + pairs.len() * 2 * done / TRIES;
        let reach = reach.min(pairs.len());
        let (i, j) = (chance.below(reach), chance.below(reach));
        let (Some(one), Some(two)) = (pairs.get(i), pairs.get(j)) else {
            return None;
        };
        let Some(map) = similarity([one.from(), two.from()], [one.to(), two.to()]) else {
            continue;
        };
        if !SCALES.contains(&map.scale()) || !is_like(&map, one) || !is_like(&map, two) {
            continue;
        }
        let score = score(pairs, &map);
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, map));
            // Enough tries to have met two true pairs with near certainty.
            let share = (score / pairs.len() as f64).clamp(0.01, 0.98);
            let needed = (0.001_f64.ln() / (1.0 - share * share).ln()) as usize;
            tries = tries.min((done + needed).max(200));
        }
    }
    polished(pairs, &best?.1)
}

/// Whether the pair's own direction and size are such as the map makes.
fn is_like(map: &Map, pair: &Pair) -> bool {
    let larger = pair.scale() / map.scale();
    (0.55..1.8).contains(&larger) && wrapped(pair.turn() - map.turn()).abs() < 0.6
}

fn miss(map: &Map, (from, to): (Point, Point)) -> f64 {
    let (x, y) = map.apply(from);
    (x - to.0).hypot(y - to.1)
}

/// Pairs that agree, each counted less the further it is off.
fn score(pairs: &[Pair], map: &Map) -> f64 {
    let one = |pair: &Pair| {
        let miss = miss(map, (pair.from(), pair.to()));
        (miss < LOOSE && is_like(map, pair)).then(|| 1.0 - (miss / LOOSE).powi(2))
    };
    pairs.iter().filter_map(one).sum()
}

fn inliers(pairs: &[Pair], map: &Map, within: f64) -> Vec<(Point, Point)> {
    let places = pairs.iter().filter(|pair| is_like(map, pair));
    let places = places.map(|pair| (pair.from(), pair.to()));
    places.filter(|it| miss(map, *it) < within).collect()
}

fn polished(pairs: &[Pair], start: &Map) -> Option<Consensus> {
    let mut map = *start;
    let mut agreeing = inliers(pairs, &map, LOOSE);
    for _ in 0..4 {
        let Some(fitted) = fit_affine(&agreeing).filter(is_sound) else {
            break;
        };
        map = fitted;
        agreeing = inliers(pairs, &map, TIGHT);
    }
    let mut found = Consensus {
        map,
        inliers: agreeing,
        plane: false,
    };
    // Perspective has two more numbers than it takes, and must earn them.
    let mut wide = inliers(pairs, &map, 2.0 * LOOSE);
    for _ in 0..4 {
        let Some(fitted) = fit_plane(&wide).filter(is_sound) else {
            break;
        };
        wide = inliers(pairs, &fitted, TIGHT);
        if wide.len() as f64 > 1.25 * found.inliers.len() as f64 + 6.0 {
            found = Consensus {
                map: fitted,
                inliers: wide.clone(),
                plane: true,
            };
        }
    }
    (found.inliers.len() >= 3).then_some(found)
}

fn is_sound(map: &Map) -> bool {
    let m = &map.0;
    let upright = m[0] * m[4] - m[1] * m[3] > 0.0;
    upright && SCALES.contains(&map.scale()) && (0.4..2.5).contains(&map.stretch())
}
