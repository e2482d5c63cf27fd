#![doc = include_str!("README.md")]
#![allow(
    clippy::many_single_char_names,
    clippy::similar_names,
    clippy::needless_range_loop,
    reason = "formulas read as in the papers they are from"
)]

mod answer;
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

pub use answer::{Comparison, Match, Reason, Region, Relation, Seen, Transform};
pub use draw::{Drawing, draw};
pub use plane::Luma;

use consensus::{Consensus, consensus};
use describe::Feature;
use frame::{Common, common, whole_map, work};
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
    let reason = if features_a.len().min(features_b.len()) < FEWEST {
        Some(Reason::TooPlain)
    } else {
        nothing::are_patterns([&features_a, &features_b]).then_some(Reason::Repeating)
    };
    if let Some(reason) = reason {
        let mut answer = unknown(reason);
        answer.0.seen.corners = corners;
        return answer;
    }
    let features = [features_a, features_b];
    let (mut answer, matches) = met([a, b], [&work_a, &work_b], features, seed);
    let found = match answer.relation {
        Relation::Unrelated => false,
        Relation::SameScene => answer.seen.same_blocks > 0.0,
        _ => true,
    };
    if !found && nothing::any_is_bare([&work_a, &work_b]) {
        let seen = answer.seen;
        answer = Comparison::without(Relation::Unknown, Some(Reason::TooPlain), 0.0);
        answer.seen = seen;
    }
    (answer, matches)
}

/// Two pictures that have something to match, the second as it is or mirrored.
fn met(
    [a, b]: [&Luma<'_>; 2],
    [work_a, work_b]: [&Grey; 2],
    [features_a, features_b]: [Vec<Feature>; 2],
    seed: u64,
) -> (Comparison, Vec<Match>) {
    let corners = [features_a.len() as u32, features_b.len() as u32];
    let straight = Side::meet(a, *b, work_a, work_b, features_a, &features_b, seed);
    let agreeing = straight.agreeing();
    let enough = agreeing >= PLENTY && agreeing as f64 >= MOST * f64::from(straight.pairs);
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
        Side::meet(a, luma, work_a, &work_b, features_a, &features_b, seed)
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
    let Some(aligned) = Aligned::new(a, &side, &found) else {
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
        work_b: &Grey,
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
            from_b: whole_map(&b, work_b),
            sizes: [size(work_a), size(work_b)],
            b,
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

/// Both pictures, one on the other.
struct Aligned {
    common: Common,
    /// The second on the first one's pixels.
    b: Grey,
    field: field::Field,
    good: Vec<bool>,
}

impl Aligned {
    fn new(a: &Luma<'_>, side: &Side<'_>, found: &Consensus) -> Option<Self> {
        let mut common = common(a, &side.b, &side.whole(&found.map)?)?;
        common.map = refine::refine(&common.a, &common.b, &common.map);
        let b = refine::warp(&common.b, &common.map, common.a.width, common.a.height);
        let field = field::field(&common.a, &b);
        let good = field.blocks.iter().map(judge::is_same).collect();
        Some(Self {
            common,
            b,
            field,
            good,
        })
    }

    /// The refined map between the whole pictures.
    fn whole(&self) -> Option<Map> {
        let Common {
            map,
            from_a,
            from_b,
            ..
        } = &self.common;
        Some(from_a.inverse()?.then(map).then(from_b))
    }

    /// Measures what the judge wants to know.
    fn tell(&self, found: &Consensus, seen: &mut Seen) {
        judge::blocks(&self.field.blocks, seen);
        seen.perspective = found.plane;
        let whole = self.whole().unwrap_or(Map::SAME);
        seen.shear = whole.shear().abs();
        seen.stretch = whole.stretch();
    }

    fn answer(
        &self,
        a: &Luma<'_>,
        side: &Side<'_>,
        (inliers, mirrored): (u32, bool),
        mut seen: Seen,
    ) -> Comparison {
        let first = &self.common.a;
        let left = level::residual(first, &self.b, &self.field, &self.good);
        let trusted = |x: usize, y: usize| {
            let (column, row) = (x / field::BLOCK, y / field::BLOCK);
            let index = row * self.field.columns + column;
            column < self.field.columns && self.good.get(index).is_some_and(|good| *good)
        };
        let cells = change::cells(first, &self.b, &left, trusted);
        if let Some(grain) = noise::grain(first, &self.b, &cells) {
            seen.grain = Some(f64::from(grain.alike));
            seen.grain_strength = f64::from(grain.strength);
        }
        let whole = self.whole().unwrap_or(Map::SAME);
        seen.unshared = self.unshared([a, &side.b], &whole, mirrored, &cells);
        let shares = self.shares(a, &side.b, &cells, &whole);
        let regions = outline::regions(&cells, &self.common.from_a, (a.width, a.height));
        let changed = regions.iter().fold(0.0, |sum, region| sum + region.share);
        let mut answer = Comparison {
            relation: Relation::Unknown,
            confidence: 0.0,
            reason: None,
            transform: Some(transform(a, &side.b, &whole, mirrored)),
            inliers,
            aligned: shares.0,
            aligned_second: shares.1,
            changed: changed.min(1.0),
            regions,
            residual_inside: f64::from(cells.inside),
            residual_outside: f64::from(cells.outside),
            seen,
        };
        judge::judge(&mut answer);
        answer
    }

    /// How much of its own the picture has that has less of it.
    fn unshared(
        &self,
        [a, b]: [&Luma<'_>; 2],
        whole: &Map,
        mirrored: bool,
        cells: &change::Cells,
    ) -> Option<f64> {
        let (back, to_cells) = (whole.inverse()?, self.common.from_a.inverse()?);
        let same = |place| cells.all_same_around(to_cells.apply(place));
        let first = kept::Onto {
            grid: a,
            phase: 0,
            other: b,
            map: *whole,
        };
        let second = kept::Onto {
            grid: b,
            // A mirror image's blocks start at what was its right edge.
            phase: if mirrored { b.width % kept::SIDE } else { 0 },
            other: a,
            map: back,
        };
        let one = kept::unshared(&first, same);
        let other = kept::unshared(&second, |place| same(back.apply(place)));
        match (one, other) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// How much of each picture the other shows.
    fn shares(&self, a: &Luma<'_>, b: &Luma<'_>, cells: &change::Cells, whole: &Map) -> (f64, f64) {
        let covered = cells
            .fates
            .iter()
            .filter(|fate| **fate != change::Fate::Outside);
        // What the last, partial cells of a row hold counts as the rest does.
        let all = self.common.a.pixels.len() as f64 / (change::CELL * change::CELL) as f64;
        let part = all / cells.fates.len().max(1) as f64;
        let cell = self.common.from_a.scale() * change::CELL as f64;
        let area = covered.count() as f64 * part * cell * cell;
        let grown = area * whole.scale().powi(2);
        let share = |area: f64, of: &Luma<'_>| (area / (of.width * of.height) as f64).min(1.0);
        (share(area, a), share(grown, b))
    }
}

fn transform(a: &Luma<'_>, b: &Luma<'_>, whole: &Map, mirrored: bool) -> Transform {
    let into = |luma: &Luma<'_>| {
        let (width, height) = (luma.width as f64, luma.height as f64);
        Map::affine([width, 0.0, -0.5, 0.0, height, -0.5])
    };
    let (width, height) = (b.width as f64, b.height as f64);
    let out = Map::affine([
        1.0 / width,
        0.0,
        0.5 / width,
        0.0,
        1.0 / height,
        0.5 / height,
    ]);
    let mut shares = into(a).then(whole).then(&out);
    if mirrored {
        let flip = Map::affine([-1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
        shares = shares.then(&flip);
    }
    Transform {
        matrix: shares.0,
        mirrored,
        scale: whole.scale(),
        rotation: whole.turn().to_degrees(),
    }
}
