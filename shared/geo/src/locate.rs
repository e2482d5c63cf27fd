//! Where a position is, as far as two circles per kelurahan can tell.

use crate::{Gazetteer, Kelurahan, Position, distance_m};

/// The radii are computed on a plane that is off by less than this: a certain answer keeps this
/// distance from both circles, metres.
const SLACK_M: f64 = 0.5;

/// What a layer knows of a position.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// In this kelurahan (its code) and no other.
    Certain(String),
    /// In one of these, the likeliest first, or in none: a circle around a kelurahan also covers its
    /// neighbours and, at the edge of the city, what lies outside.
    Candidates(Vec<Candidate>),
    /// In no kelurahan of the layer.
    OutsideForCertain,
}

/// A kelurahan that a position may be in.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its code.
    pub code: String,
    /// Metres: the kelurahan is at most this far from the position (the way to its inner circle).
    pub distance_m: f64,
}

/// How a position stands to one kelurahan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Inside it for certain, and farther than the margin from its border.
    Within,
    /// Inside or outside: not known, or nearer to the border than the margin.
    Unsure,
    /// Outside it for certain, and farther than the margin from its border.
    Beyond,
}

impl Gazetteer {
    /// In which kelurahan a position is. Never says more than the two circles prove.
    pub fn locate(&self, position: Position) -> Answer {
        self.locate_within(position, 0.0)
    }

    /// Like [`Gazetteer::locate`], for a position known only to `margin_m` metres: certain is what
    /// holds for every point that near.
    pub fn locate_within(&self, position: Position, margin_m: f64) -> Answer {
        let margin_m = margin_m.max(0.0);
        let mut candidates = Vec::new();
        for place in self {
            let Some(from_centre) = reach(place, position, margin_m) else {
                continue;
            };
            if surely_inside(place, from_centre, margin_m) {
                return Answer::Certain(place.code.clone());
            }
            let distance_m = (from_centre - place.inradius_m).max(0.0);
            candidates.push(Candidate {
                code: place.code.clone(),
                distance_m,
            });
        }
        if candidates.is_empty() {
            return Answer::OutsideForCertain;
        }
        // Ties are broken by the file's order: the sort is stable.
        candidates.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
        Answer::Candidates(candidates)
    }

    /// How a position known to `margin_m` metres stands to one kelurahan; `None` if the layer does
    /// not know the code (Kapuk's new neighbours, until they have codes).
    pub fn standing(&self, position: Position, code: &str, margin_m: f64) -> Option<Standing> {
        let margin_m = margin_m.max(0.0);
        let place = self.by_code(code)?;
        let Some(from_centre) = reach(place, position, margin_m) else {
            return Some(Standing::Beyond);
        };
        if surely_inside(place, from_centre, margin_m) {
            return Some(Standing::Within);
        }
        // Kelurahan do not overlap: inside another one for certain is outside this one.
        match self.locate_within(position, margin_m) {
            Answer::Certain(other) if other != code => Some(Standing::Beyond),
            _ => Some(Standing::Unsure),
        }
    }
}

fn surely_inside(place: &Kelurahan, from_centre_m: f64, margin_m: f64) -> bool {
    from_centre_m + margin_m + SLACK_M <= place.inradius_m
}

/// Metres to the centre, or `None` if no point within the margin can be in the kelurahan.
fn reach(place: &Kelurahan, position: Position, margin_m: f64) -> Option<f64> {
    let limit_m = place.circumradius_m + margin_m + SLACK_M;
    if at_least_m(place.centre, position) > limit_m {
        return None;
    }
    let from_centre = distance_m(place.centre, position);
    (from_centre <= limit_m).then_some(from_centre)
}

/// A lower bound of the distance that costs next to nothing, so that the geodesic is computed for a
/// handful of the 267 only.
fn at_least_m(centre: Position, position: Position) -> f64 {
    // A degree of latitude has nowhere less than 110 574 m.
    let along_meridian = (centre.lat - position.lat).abs() * 110_570.0;
    // Nothing on the centre's meridian is nearer than the way straight to it, which grows with the
    // difference of longitude up to a quarter turn: a smaller difference is a lower bound too.
    // 110 000 m is a degree on the smallest radius of curvature, less the bend over one degree.
    let turned = (centre.lon - position.lon).abs();
    let degrees = turned.min(360.0 - turned).min(1.0);
    let to_meridian = degrees * 110_000.0 * position.lat.to_radians().cos();
    along_meridian.max(to_meridian)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_cheap_bound_is_never_above_the_distance(
            a in (-90.0..90.0_f64, -180.0..180.0_f64), b in (-90.0..90.0_f64, -180.0..180.0_f64),
            near in (-0.5..0.5_f64, -0.5..0.5_f64),
        ) {
            let centre = Position { lat: a.0, lon: a.1 };
            let far = Position { lat: b.0, lon: b.1 };
            prop_assert!(at_least_m(centre, far) <= distance_m(centre, far));
            let close = Position { lat: (a.0 + near.0).clamp(-90.0, 90.0), lon: a.1 + near.1 };
            prop_assert!(at_least_m(centre, close) <= distance_m(centre, close));
        }
    }
}
