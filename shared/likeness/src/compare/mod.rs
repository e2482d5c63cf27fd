#![doc = include_str!("README.md")]
#![allow(
    clippy::many_single_char_names,
    clippy::similar_names,
    clippy::needless_range_loop,
    reason = "formulas read as in the papers they are from"
)]

mod aligned;
mod answer;
mod between;
mod blur;
mod chance;
mod change;
mod consensus;
mod corners;
mod describe;
mod draw;
mod field;
mod frame;
mod judge;
mod kept;
mod level;
mod map;
mod matching;
mod noise;
mod nothing;
mod outline;
mod plane;
mod refine;
mod resize;

pub use answer::{Comparison, Match, Reason, Region, Relation, Seen, Transform};
pub use draw::{Drawing, draw};
pub use plane::Luma;

use std::borrow::Cow;

use aligned::Aligned;
use consensus::{Consensus, consensus};
use describe::Feature;
use frame::{whole_map, work};
use map::Map;
use matching::pairs;
use plane::{Grey, mirrored};

/// Corners that a picture is described by at most.
const CORNERS: usize = 1_200;
/// Fewer than this describe nothing.
const FEWEST: usize = 24;
/// Agreeing pairs that need no second look at the mirror image, if they are also this share of all: what
/// repeats itself agrees in part with its own mirror image, in many places.
const PLENTY: usize = 60;
const MOST: f64 = 0.4;
/// Matches that are kept for a drawing.
const DRAWN: usize = 200;

/// Compares two photos. The same pictures and seed give the same answer, whatever the machine.
pub fn compare(a: &Luma<'_>, b: &Luma<'_>, seed: u64) -> Comparison {
    compare_seen(a, b, seed).0
}

/// The same, with the matches to draw, at most 200.
pub fn compare_seen(a: &Luma<'_>, b: &Luma<'_>, seed: u64) -> (Comparison, Vec<Match>) {
    let unknown = |reason| {
        let answer = Comparison::without(Relation::Unknown, Some(reason), 0.0);
        (answer, Vec::new())
    };
    if !a.is_whole() || !b.is_whole() {
        return unknown(Reason::TooSmall);
    }
    let (work_a, work_b) = (work(a), work(b));
    let short = |grey: &Grey| (grey.width.min(grey.height) as f64) < frame::SHORTEST;
    if short(&work_a) || short(&work_b) {
        return unknown(Reason::TooSmall);
    }
    let (features_a, features_b) = (features(&work_a), features(&work_b));
    let corners = [features_a.len() as u32, features_b.len() as u32];
    if features_a.len().min(features_b.len()) < FEWEST {
        let mut answer = unknown(Reason::TooPlain);
        answer.0.seen.corners = corners;
        return answer;
    }
    let is_pattern = nothing::are_patterns([&features_a, &features_b]);
    let features = [features_a, features_b];
    let (mut answer, matches) = met([a, b], [&work_a, &work_b], features, seed);
    let found = match answer.relation {
        Relation::Unrelated => false,
        Relation::SameScene => answer.seen.same_blocks > 0.0,
        _ => true,
    };
    // Mosaics and leaves repeat themselves as well, but fit in one way only: then many corners find each other, and
    // most of these agree on it.
    let in_one_way = is_enough(answer.inliers as usize, answer.seen.pairs)
        && f64::from(answer.seen.pairs) >= MOST * f64::from(corners[0].min(corners[1]));
    let reason = if is_pattern && !in_one_way {
        Some(Reason::Repeating)
    } else {
        (!found && nothing::any_is_bare([&work_a, &work_b])).then_some(Reason::TooPlain)
    };
    if reason.is_some() {
        let seen = answer.seen;
        answer = Comparison::without(Relation::Unknown, reason, 0.0);
        answer.seen = seen;
        return (answer, Vec::new());
    }
    (answer, matches)
}

/// Whether so many pairs agree that no second look at the mirror image is needed.
fn is_enough(agreeing: usize, pairs: u32) -> bool {
    agreeing >= PLENTY && agreeing as f64 >= MOST * f64::from(pairs)
}

/// Two pictures that have something to match, the second as it is or mirrored.
fn met(
    [a, b]: [&Luma<'_>; 2],
    [work_a, work_b]: [&Grey; 2],
    [features_a, features_b]: [Vec<Feature>; 2],
    seed: u64,
) -> (Comparison, Vec<Match>) {
    let corners = [features_a.len() as u32, features_b.len() as u32];
    let as_it_is = Cow::Borrowed(work_b);
    let straight = Side::meet(a, *b, work_a, as_it_is, features_a, &features_b, seed);
    let enough = is_enough(straight.agreeing(), straight.pairs);
    let flipped = mirrored_if(!enough, b);
    let other = flipped.as_deref().map(|samples| {
        let luma = Luma {
            samples,
            stride: b.width,
            ..*b
        };
        let work_b = work(&luma);
        let features_b = features(&work_b);
        let features_a = straight.features_a.clone();
        let work_b = Cow::Owned(work_b);
        Side::meet(a, luma, work_a, work_b, features_a, &features_b, seed)
    });
    let (side, is_mirrored) = match other {
        Some(other) if other.agreeing() > straight.agreeing() => (other, true),
        _ => (straight, false),
    };
    let mut seen = Seen {
        corners,
        pairs: side.pairs,
        ..Seen::default()
    };
    let Some(found) = side
        .found
        .clone()
        .filter(|it| it.inliers.len() >= judge::FEW)
    else {
        let mut answer = Comparison::without(Relation::Unrelated, None, judge::apart(0));
        answer.seen = seen;
        return (answer, Vec::new());
    };
    let inliers = found.inliers.len() as u32;
    let Some(aligned) = Aligned::new((a, work_a), &side, &found) else {
        let mut answer = judge::unaligned(inliers);
        answer.seen = seen;
        return (answer, Vec::new());
    };
    aligned.tell(&found, &mut seen);
    let answer = aligned.answer(a, &side, (inliers, is_mirrored), seen);
    let matches = side.matches(&found, is_mirrored);
    (answer, matches)
}

fn mirrored_if(wanted: bool, luma: &Luma<'_>) -> Option<Vec<u8>> {
    wanted.then(|| mirrored(luma))
}

fn features(grey: &Grey) -> Vec<Feature> {
    let rungs = corners::ladder(grey);
    describe::describe(&rungs, &corners::corners(&rungs, CORNERS))
}

/// The second picture as it is, or mirrored, beside the first.
struct Side<'a> {
    b: Luma<'a>,
    work_b: Cow<'a, Grey>,
    features_a: Vec<Feature>,
    /// From working size to the whole picture.
    from_a: Map,
    from_b: Map,
    sizes: [(f64, f64); 2],
    pairs: u32,
    found: Option<Consensus>,
}

impl<'a> Side<'a> {
    fn meet(
        a: &Luma<'_>,
        b: Luma<'a>,
        work_a: &Grey,
        work_b: Cow<'a, Grey>,
        features_a: Vec<Feature>,
        features_b: &[Feature],
        seed: u64,
    ) -> Self {
        let pairs = pairs(&features_a, features_b);
        let size = |grey: &Grey| (grey.width as f64, grey.height as f64);
        Self {
            found: consensus(&pairs, seed),
            pairs: pairs.len() as u32,
            from_a: whole_map(a, work_a),
            from_b: whole_map(&b, &work_b),
            sizes: [size(work_a), size(&work_b)],
            b,
            work_b,
            features_a,
        }
    }

    fn agreeing(&self) -> usize {
        self.found.as_ref().map_or(0, |found| found.inliers.len())
    }

    /// Between the whole pictures.
    fn whole(&self, map: &Map) -> Option<Map> {
        Some(self.from_a.inverse()?.then(map).then(&self.from_b))
    }

    fn matches(&self, found: &Consensus, mirrored: bool) -> Vec<Match> {
        let [a, b] = self.sizes;
        let share = |at: f64, side: f64| (at + 0.5) / side;
        let one = |(from, to): &(map::Point, map::Point)| {
            let x = share(to.0, b.0);
            let x = if mirrored { 1.0 - x } else { x };
            (
                [share(from.0, a.0), share(from.1, a.1)],
                [x, share(to.1, b.1)],
            )
        };
        let step = found.inliers.len().div_ceil(DRAWN).max(1);
        found.inliers.iter().step_by(step).map(one).collect()
    }
}
