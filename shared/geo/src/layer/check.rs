//! The features against themselves and against each other.

use std::collections::HashMap;

use geo::{
    Area, BooleanOps, BoundingRect, Contains, Coord, Euclidean, InteriorPoint, Intersects, Length,
    MultiPolygon, Polygon, Rect,
};

use super::cross::crossings;
use super::fault::{Fault, Finding};
use super::plane::Scale;

/// Overlaps are measured for this many pairs of features; a layer with more is no layer.
const MOST_OVERLAPS: usize = 300;
/// Square metres: less is rounding, not an overlap and not a gap.
pub(super) const ROUNDING_M2: f64 = 1.0;

/// One feature on its way into the layer.
pub(super) struct Candidate<'a> {
    /// Its number in the file.
    pub(super) feature: usize,
    pub(super) code: &'a str,
}

/// Looks at holes, parts, crossings and overlaps; `of[n]` says which feature `shapes[n]` is.
pub(super) fn check(
    of: &[Candidate<'_>],
    shapes: &[MultiPolygon<f64>],
    tolerance_m: f64,
) -> Vec<Finding> {
    let number = |at: usize| of.get(at).map_or(at, |c| c.feature);
    let finding = |at: usize, fault: Fault| Finding {
        feature: Some(number(at)),
        code: of.get(at).map(|c| c.code.to_owned()),
        fault,
    };
    let mut found = Vec::new();
    let crossings = match crossings(shapes) {
        Ok(crossings) => crossings,
        Err(fault) => {
            return vec![Finding {
                feature: None,
                code: None,
                fault,
            }];
        }
    };
    found.extend(crossings.faults.into_iter().map(|(at, f)| finding(at, f)));
    for (at, shape) in shapes.iter().enumerate() {
        found.extend(parts(shape).into_iter().map(|f| finding(at, f)));
    }
    // What crosses itself has no well-defined area to compare.
    if found.iter().any(Finding::is_error) {
        return found;
    }
    let twins = twins(shapes);
    let mut suspects = crossings.suspects;
    suspects.extend(nested(shapes));
    for (measured, &(a, b)) in suspects.iter().enumerate() {
        if measured == MOST_OVERLAPS {
            found.push(Finding {
                feature: None,
                code: None,
                fault: Fault::TooMany {
                    what: "overlaps",
                    limit: MOST_OVERLAPS,
                },
            });
            break;
        }
        if twins.contains(&(a, b)) {
            found.push(finding(b, Fault::SameShape { other: number(a) }));
        } else if let (Some(one), Some(two)) = (shapes.get(a), shapes.get(b)) {
            let fault = overlap(one, two, number(a), tolerance_m);
            found.extend(fault.map(|f| finding(b, f)));
        }
    }
    found
}

/// Holes must lie in their shell, and parts beside each other.
fn parts(shape: &MultiPolygon<f64>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut ring = 0;
    let mut shells = Vec::with_capacity(shape.0.len());
    for part in shape {
        shells.push((ring, part.bounding_rect(), part));
        if !part.interiors().is_empty() {
            let shell = Polygon::new(part.exterior().clone(), Vec::new());
            for (at, hole) in part.interiors().iter().enumerate() {
                // Sides do not cross, so that one point of the hole speaks for all of them; one that
                // lies on the shell speaks for none.
                if !hole.0.iter().all(|p| shell.intersects(p)) {
                    faults.push(Fault::HoleOutside {
                        ring: ring + 1 + at,
                    });
                }
            }
        }
        ring += 1 + part.interiors().len();
    }
    for (at, bounds, part) in &shells {
        let inside = |p: &Coord<f64>| {
            shells.iter().any(|(other, frame, around)| {
                other != at && frame.is_some_and(|f: Rect<f64>| f.contains(p)) && around.contains(p)
            })
        };
        if bounds.is_some() && part.exterior().0.first().is_some_and(inside) {
            faults.push(Fault::PartInPart { ring: *at });
        }
    }
    faults
}

/// Pairs of which one holds a point well inside the other.
fn nested(shapes: &[MultiPolygon<f64>]) -> Vec<(usize, usize)> {
    let frames: Vec<Option<Rect<f64>>> = shapes.iter().map(BoundingRect::bounding_rect).collect();
    let mut pairs = Vec::new();
    for (at, shape) in shapes.iter().enumerate() {
        let Some(point) = shape.interior_point() else {
            continue;
        };
        for (other, frame) in frames.iter().enumerate() {
            let near = other != at && frame.is_some_and(|f| f.contains(&point));
            if near && shapes.get(other).is_some_and(|s| s.contains(&point)) {
                pairs.push((at.min(other), at.max(other)));
            }
        }
    }
    pairs
}

/// Pairs with the very same corners.
fn twins(shapes: &[MultiPolygon<f64>]) -> Vec<(usize, usize)> {
    let mut seen: HashMap<Vec<(u64, u64)>, usize> = HashMap::new();
    let mut pairs = Vec::new();
    for (at, shape) in shapes.iter().enumerate() {
        let mut key: Vec<(u64, u64)> = shape
            .iter()
            .flat_map(|p| p.exterior().0.iter().skip(1))
            .map(|c| (c.x.to_bits(), c.y.to_bits()))
            .collect();
        key.sort_unstable();
        if let Some(&first) = seen.get(&key) {
            pairs.push((first, at));
        } else {
            seen.insert(key, at);
        }
    }
    pairs
}

/// The common ground of two features, if it is more than rounding.
fn overlap(
    one: &MultiPolygon<f64>,
    two: &MultiPolygon<f64>,
    other: usize,
    tolerance_m: f64,
) -> Option<Fault> {
    let common = one.intersection(two);
    let area_m2 = area_m2(&common);
    if area_m2 < ROUNDING_M2 {
        return None;
    }
    let middle = common.bounding_rect()?.center().y;
    let scale = Scale::at(middle);
    let around_m: f64 = common
        .iter()
        .map(|p| Euclidean.length(p.exterior()) * scale.north)
        .sum();
    let width_m = 2.0 * area_m2 / around_m.max(1e-9);
    Some(if width_m > tolerance_m {
        Fault::Overlap {
            other,
            area_m2,
            width_m,
        }
    } else {
        Fault::Sliver { other, area_m2 }
    })
}

/// Square metres, by the plane that is true in the middle of the shape: good to 0.1 % for a city.
pub(super) fn area_m2(shape: &MultiPolygon<f64>) -> f64 {
    let parts = shape.iter().filter_map(|part| {
        let scale = Scale::at(part.bounding_rect()?.center().y);
        Some(part.unsigned_area() * scale.north * scale.east)
    });
    parts.sum()
}
