//! A layer as an operator looks at it before it goes into force: counts, areas, overlaps, gaps.

use geo::{BooleanOps, BoundingRect, Contains, LineString, MultiPolygon, Polygon, unary_union};

use super::check::{ROUNDING_M2, area_m2};
use super::fault::{Fault, Finding};
use super::{Layer, PolygonLayer};
use crate::Position;

/// A kelurahan's size.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Square metres.
    pub area_m2: f64,
    /// Separate pieces: islands.
    pub parts: usize,
    /// Holes in them.
    pub holes: usize,
}

/// What `jaga layer check` shows of a sound layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerReport {
    /// In the order of the file.
    pub areas: Vec<Area>,
    /// Positions of all rings.
    pub positions: usize,
    /// Square metres of all.
    pub area_m2: f64,
    /// Overlaps within the tolerance, gaps, missing codes, names that mean two, turned rings.
    pub warnings: Vec<Finding>,
}

/// The union of many features can split a gap into slivers; more are not listed.
const MOST_GAPS: usize = 200;
/// Enough to find a gap on a map.
const MOST_BESIDE: usize = 6;
/// Metres: joining features moves their corners by less.
const TOUCHING_M: f64 = 0.5;

impl PolygonLayer {
    /// Measures everything. It joins all features to find gaps, and so takes longer than loading.
    pub fn report(&self) -> LayerReport {
        let areas: Vec<Area> = self
            .places()
            .iter()
            .zip(&self.shapes)
            .map(|(place, shape)| Area {
                code: place.code.clone(),
                name: place.name.clone(),
                area_m2: area_m2(shape),
                parts: shape.0.len(),
                holes: shape.iter().map(|p| p.interiors().len()).sum(),
            })
            .collect();
        let mut warnings = self.warnings().to_vec();
        let gaps = gaps(&self.shapes).into_iter().map(|gap| Finding {
            feature: None,
            code: None,
            fault: Fault::Gap {
                area_m2: gap.area_m2,
                beside: self.beside(&gap.outline),
            },
        });
        warnings.extend(gaps);
        let rings = self
            .shapes
            .iter()
            .flatten()
            .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        LayerReport {
            positions: rings.map(|ring| ring.0.len()).sum(),
            area_m2: areas.iter().map(|a| a.area_m2).sum(),
            areas,
            warnings,
        }
    }
}

impl PolygonLayer {
    /// The features whose borders pass the corners of an outline, the most frequent first.
    fn beside(&self, outline: &LineString<f64>) -> Vec<String> {
        let mut times: Vec<(String, usize)> = Vec::new();
        for corner in outline.coords().skip(1) {
            let corner = Position {
                lat: corner.y,
                lon: corner.x,
            };
            for near in self.borders(corner, TOUCHING_M, 1) {
                match times.iter_mut().find(|(code, _)| *code == near.code) {
                    Some((_, times)) => *times += 1,
                    None => times.push((near.code, 1)),
                }
            }
        }
        times.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        times.truncate(MOST_BESIDE);
        times.into_iter().map(|(code, _)| code).collect()
    }
}

/// Ground in the midst of features that none of them claims.
struct Gap {
    area_m2: f64,
    outline: LineString<f64>,
}

/// The holes in the union of all that are filled by none, the largest first.
fn gaps(shapes: &[MultiPolygon<f64>]) -> Vec<Gap> {
    let ground = unary_union(shapes);
    let holes = ground.iter().flat_map(Polygon::interiors);
    let mut gaps: Vec<Gap> = holes
        .map(|ring| {
            let hole = MultiPolygon::new(vec![Polygon::new(ring.clone(), Vec::new())]);
            // An island may lie in the hole: that much of it is no gap.
            let frame = hole.bounding_rect();
            let islands = ground.iter().filter(|p| {
                let first = p.exterior().0.first();
                let near = frame.zip(first).is_some_and(|(f, c)| f.contains(c));
                near && first.is_some_and(|c| hole.contains(c))
            });
            let islands = MultiPolygon::new(islands.cloned().collect());
            Gap {
                area_m2: area_m2(&hole.difference(&islands)),
                outline: ring.clone(),
            }
        })
        .filter(|gap| gap.area_m2 >= ROUNDING_M2)
        .collect();
    gaps.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2));
    gaps.truncate(MOST_GAPS);
    gaps
}
