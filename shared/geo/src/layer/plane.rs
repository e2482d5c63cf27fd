//! A plane that is true around one latitude, in which to look for the nearest point of a border.

use crate::{Position, distance_m};

/// WGS84: the equatorial radius, metres, and the first eccentricity squared.
const RADIUS_M: f64 = 6_378_137.0;
const ECCENTRICITY_2: f64 = 0.006_694_379_990_141_316;

/// Metres that a degree has around one latitude.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) east: f64,
    pub(super) north: f64,
}

impl Scale {
    /// From the two radii of curvature of the ellipsoid.
    pub(super) fn at(lat: f64) -> Self {
        let (sin, cos) = lat.to_radians().sin_cos();
        let w = 1.0 - ECCENTRICITY_2 * sin * sin;
        let across = RADIUS_M / w.sqrt();
        let along = across * (1.0 - ECCENTRICITY_2) / w;
        Self {
            east: (across * cos).to_radians(),
            north: along.to_radians(),
        }
    }
}

/// The point of a border that is nearest so far, seen from a position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Foot {
    /// Square metres, in the plane.
    pub(super) square: f64,
    lon: f64,
    lat: f64,
}

impl Foot {
    /// No point found yet.
    pub(super) const NONE: Self = Self {
        square: f64::INFINITY,
        lon: 0.0,
        lat: 0.0,
    };

    /// The geodesic way to it: the plane chose the point, so that its error is of second order here.
    pub(super) fn metres(&self, from: Position) -> f64 {
        if self.square.is_infinite() {
            return f64::INFINITY;
        }
        let to = Position {
            lat: self.lat,
            lon: self.lon,
        };
        distance_m(from, to)
    }

    /// Looks at one more side, given as longitude and latitude of its ends.
    pub(super) fn look(&mut self, from: Position, scale: Scale, a: [f64; 2], b: [f64; 2]) {
        let (x, y) = (
            (a[0] - from.lon) * scale.east,
            (a[1] - from.lat) * scale.north,
        );
        let (dx, dy) = ((b[0] - a[0]) * scale.east, (b[1] - a[1]) * scale.north);
        let length = dx * dx + dy * dy;
        let share = if length > 0.0 {
            (-(x * dx + y * dy) / length).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let (fx, fy) = (x + share * dx, y + share * dy);
        let square = fx * fx + fy * fy;
        if square < self.square {
            *self = Self {
                square,
                lon: a[0] + share * (b[0] - a[0]),
                lat: a[1] + share * (b[1] - a[1]),
            };
        }
    }
}
