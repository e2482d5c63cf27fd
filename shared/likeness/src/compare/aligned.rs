//! Two pictures, one on the other: what is measured there, and the answer that is made of it.

use super::answer::{Comparison, Relation, Seen, Transform};
use super::consensus::Consensus;
use super::frame::{Both, Common, common};
use super::map::Map;
use super::plane::{Grey, Luma};
use super::{Side, change, field, judge, kept, level, noise, outline, refine};

/// Both pictures, one on the other.
pub(super) struct Aligned {
    common: Common,
    /// The second on the first one's pixels.
    b: Grey,
    field: field::Field,
    good: Vec<bool>,
}

impl Aligned {
    pub(super) fn new(a: Both<'_>, side: &Side<'_>, found: &Consensus) -> Option<Self> {
        let mut common = common(a, (&side.b, &side.work_b), &side.whole(&found.map)?)?;
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
    pub(super) fn tell(&self, found: &Consensus, seen: &mut Seen) {
        judge::blocks(&self.field.blocks, seen);
        seen.perspective = found.plane;
        let whole = self.whole().unwrap_or(Map::SAME);
        seen.shear = whole.shear().abs();
        seen.stretch = whole.stretch();
    }

    pub(super) fn answer(
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
