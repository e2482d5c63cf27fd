//! What a new layer changes against the one before.

use std::collections::HashSet;

use geo::{BooleanOps, MultiPolygon};

use super::check::{ROUNDING_M2, area_m2};
use super::nearest::border_m;
use super::{Layer, PolygonLayer};
use crate::Position;

/// A kelurahan whose border is another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Its code.
    pub code: String,
    /// Its name in the new layer.
    pub name: String,
    /// Square metres that it had and has no more.
    pub lost_m2: f64,
    /// Square metres that it has and had not.
    pub gained_m2: f64,
    /// Metres that the border moved at most, measured at its corners.
    pub farthest_m: f64,
}

/// The codes that came, went and moved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LayerDiff {
    /// In the new layer only: code and name.
    pub came: Vec<(String, String)>,
    /// In the old layer only: code and name.
    pub went: Vec<(String, String)>,
    /// In both, with another name: code, old name, new name.
    pub renamed: Vec<(String, String, String)>,
    /// In both, with another border; what changed most first.
    pub moved: Vec<Moved>,
    /// In both, and the same.
    pub unchanged: usize,
}

/// Compares two layers by their codes.
pub fn diff(old: &PolygonLayer, new: &PolygonLayer) -> LayerDiff {
    let named = |place: &crate::Kelurahan| (place.code.clone(), place.name.clone());
    let mut diff = LayerDiff::default();
    for (place, before) in old.places().iter().zip(&old.shapes) {
        let Some(at) = new.places().index(&place.code) else {
            diff.went.push(named(place));
            continue;
        };
        let (Some(now), Some(after)) = (new.places().get(at), new.shapes.get(at)) else {
            continue;
        };
        if now.name != place.name {
            diff.renamed
                .push((place.code.clone(), place.name.clone(), now.name.clone()));
        }
        match moved(&now.code, &now.name, before, after) {
            Some(moved) => diff.moved.push(moved),
            None => diff.unchanged += 1,
        }
    }
    let came = new
        .places()
        .iter()
        .filter(|p| old.places().index(&p.code).is_none());
    diff.came = came.map(named).collect();
    let change = |m: &Moved| m.lost_m2 + m.gained_m2;
    diff.moved.sort_by(|a, b| change(b).total_cmp(&change(a)));
    diff
}

fn moved(
    code: &str,
    name: &str,
    before: &MultiPolygon<f64>,
    after: &MultiPolygon<f64>,
) -> Option<Moved> {
    if before == after {
        return None;
    }
    let (lost_m2, gained_m2) = (
        area_m2(&before.difference(after)),
        area_m2(&after.difference(before)),
    );
    if lost_m2 + gained_m2 < ROUNDING_M2 {
        return None;
    }
    Some(Moved {
        code: code.to_owned(),
        name: name.to_owned(),
        lost_m2,
        gained_m2,
        farthest_m: farthest_m(before, after).max(farthest_m(after, before)),
    })
}

/// How far the farthest corner of one border is from the other border, metres.
fn farthest_m(of: &MultiPolygon<f64>, from: &MultiPolygon<f64>) -> f64 {
    let corners = |shape: &MultiPolygon<f64>| -> Vec<(u64, u64)> {
        let rings = shape
            .iter()
            .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        rings
            .flat_map(|r| &r.0)
            .map(|c| (c.x.to_bits(), c.y.to_bits()))
            .collect()
    };
    // A corner that both have is not away at all.
    let there: HashSet<(u64, u64)> = corners(from).into_iter().collect();
    corners(of)
        .into_iter()
        .filter(|corner| !there.contains(corner))
        .map(|(lon, lat)| {
            let corner = Position {
                lat: f64::from_bits(lat),
                lon: f64::from_bits(lon),
            };
            border_m(from, corner)
        })
        .fold(0.0, f64::max)
}
