//! The nearest borders of a position: an R-tree over the parts of all features, then side by side.

use geo::{BoundingRect, MultiPolygon, Polygon};
use rstar::{AABB, PointDistance, RTree, RTreeObject};

use super::plane::{Foot, Scale};
use crate::Position;

/// Metres of a degree in the tree's plane, less than any true one: what the tree calls near is
/// nearer than this says. 2 % cover the change of scale over some ten degrees of latitude.
const AT_LEAST_M: f64 = 110_500.0 * 0.98;

/// A polygon of a feature, by its number in the shape.
#[derive(Debug, Clone, Copy)]
struct Part {
    feature: u32,
    polygon: u32,
    bounds: AABB<[f64; 2]>,
}

impl RTreeObject for Part {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        self.bounds
    }
}

impl PointDistance for Part {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        self.bounds.distance_2(point)
    }
}

/// Parts of features, to be asked for the nearest.
#[derive(Debug)]
pub(super) struct Parts {
    tree: RTree<Part>,
    /// A degree of longitude in degrees of latitude, in the middle of the layer.
    shrink: f64,
}

impl Parts {
    pub(super) fn new(shapes: &[MultiPolygon<f64>]) -> Self {
        let frames: Vec<(u32, u32, geo::Rect<f64>)> = shapes
            .iter()
            .enumerate()
            .flat_map(|(feature, shape)| {
                shape.iter().enumerate().filter_map(move |(part, polygon)| {
                    Some((feature as u32, part as u32, polygon.bounding_rect()?))
                })
            })
            .collect();
        let lats = frames.iter().flat_map(|(_, _, r)| [r.min().y, r.max().y]);
        let (south, north) = lats.fold((90.0_f64, -90.0_f64), |(s, n), lat| {
            (s.min(lat), n.max(lat))
        });
        let shrink = f64::midpoint(south, north).to_radians().cos();
        let parts = frames.into_iter().map(|(feature, polygon, r)| Part {
            feature,
            polygon,
            bounds: AABB::from_corners(
                [r.min().x * shrink, r.min().y],
                [r.max().x * shrink, r.max().y],
            ),
        });
        Self {
            tree: RTree::bulk_load(parts.collect()),
            shrink,
        }
    }

    /// Features by the distance of their border, metres, the nearest first: all within `limit_m`, and
    /// the nearest `at_least` of all in any case.
    pub(super) fn around(
        &self,
        shapes: &[MultiPolygon<f64>],
        from: Position,
        limit_m: f64,
        at_least: usize,
    ) -> Vec<(u32, f64)> {
        let mut best: Vec<(u32, Foot)> = Vec::new();
        let point = [from.lon * self.shrink, from.lat];
        for (part, square) in self.tree.nearest_neighbor_iter_with_distance_2(&point) {
            let least_m = square.sqrt() * AT_LEAST_M;
            if least_m > limit_m && enough(&best, at_least, least_m) {
                break;
            }
            let Some(polygon) = polygon(shapes, part) else {
                continue;
            };
            let at = best
                .iter()
                .position(|(feature, _)| *feature == part.feature);
            let at = at.unwrap_or_else(|| {
                best.push((part.feature, Foot::NONE));
                best.len() - 1
            });
            if let Some((_, foot)) = best.get_mut(at) {
                look(foot, from, polygon);
            }
        }
        // The exact way costs more than the search: only for those that the plane may let through.
        best.sort_by(|a, b| a.1.square.total_cmp(&b.1.square));
        let reach = (limit_m * 1.01 + 1.0).powi(2);
        let near = best.iter().take_while(|(_, f)| f.square <= reach).count();
        best.truncate(near.max(at_least + 1));
        let mut ranked: Vec<(u32, f64)> = best
            .into_iter()
            .map(|(feature, foot)| (feature, foot.metres(from)))
            .collect();
        ranked.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let near = ranked.iter().take_while(|(_, m)| *m <= limit_m).count();
        ranked.truncate(near.max(at_least));
        ranked
    }
}

/// Whether that many features are nearer than anything that is still to come.
fn enough(best: &[(u32, Foot)], at_least: usize, least_m: f64) -> bool {
    let nearer = best
        .iter()
        .filter(|(_, foot)| foot.square.sqrt() <= least_m)
        .count();
    nearer >= at_least
}

fn polygon<'a>(shapes: &'a [MultiPolygon<f64>], part: &Part) -> Option<&'a Polygon<f64>> {
    shapes
        .get(part.feature as usize)?
        .0
        .get(part.polygon as usize)
}

/// Metres to the border of one shape; infinite if it has none.
pub(super) fn border_m(shape: &MultiPolygon<f64>, from: Position) -> f64 {
    let mut foot = Foot::NONE;
    for polygon in shape {
        look(&mut foot, from, polygon);
    }
    foot.metres(from)
}

/// Metres between two borders: what is nearest of two polygons that do not cross is a corner of one.
pub(super) fn between_m(one: &MultiPolygon<f64>, other: &MultiPolygon<f64>) -> f64 {
    let corners = |shape: &MultiPolygon<f64>| -> Vec<Position> {
        let corners = shape.iter().flat_map(|p| &p.exterior().0);
        corners.map(|c| Position { lat: c.y, lon: c.x }).collect()
    };
    let mut best = (f64::INFINITY, f64::INFINITY);
    for (from, to) in [(one, other), (other, one)] {
        for corner in corners(from) {
            let mut foot = Foot::NONE;
            for polygon in to {
                look(&mut foot, corner, polygon);
            }
            if foot.square < best.0 {
                best = (foot.square, foot.metres(corner));
            }
            if best.0 <= 0.0 {
                return 0.0;
            }
        }
    }
    best.1
}

/// Looks at all sides of a polygon, holes included, in the plane between here and there.
fn look(foot: &mut Foot, from: Position, polygon: &Polygon<f64>) {
    let there = polygon.exterior().0.first().map_or(from.lat, |p| p.y);
    let scale = Scale::at(f64::midpoint(from.lat, there));
    for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
        for line in ring.lines() {
            let (a, b) = (line.start, line.end);
            foot.look(from, scale, [a.x, a.y], [b.x, b.y]);
        }
    }
}
