//! Places of the week: points in real kelurahan, far enough from the border to be certain.

use jaga_contract::{KelurahanCode, Point};
use jaga_geo::{Gazetteer, Kelurahan};

use super::cast::id;
use crate::rng::Dice;

/// Metres a degree of latitude has; at 6 degrees south a degree of longitude has 0.6 % less.
const METRES_A_DEGREE: f64 = 110_600.0;

/// Where a problem is, and where its reporter says it is.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The kelurahan the problem is in.
    pub(super) kelurahan: &'static Kelurahan,
    /// Where it is.
    pub(super) spot: Point,
    /// The reporter's pin.
    pub(super) pin: Point,
    /// The kelurahan of the pin, which gets the ticket.
    pub(super) given_to: &'static Kelurahan,
}

impl Place {
    /// Somewhere on the mainland, at most 60 % of the inner circle's radius from the centre.
    pub(super) fn anywhere(dice: &mut Dice) -> Self {
        let mainland: Vec<&Kelurahan> = candidates().collect();
        let kelurahan = *dice.pick(&mainland);
        let reach = kelurahan.inradius_m * 0.6;
        let spot = moved(
            centre(kelurahan),
            dice.double(-0.7, 0.7) * reach,
            dice.double(-0.7, 0.7) * reach,
        );
        let pin = jitter(spot, 9.0, dice);
        Self {
            kelurahan,
            spot,
            pin,
            given_to: kelurahan,
        }
    }

    /// A few metres from another place, reported by somebody else.
    pub(super) fn beside(other: &Self, dice: &mut Dice) -> Self {
        Self {
            spot: jitter(other.spot, 3.0, dice),
            pin: jitter(other.spot, 9.0, dice),
            ..other.clone()
        }
    }

    /// In one kelurahan, with a pin some 200 m away in the next.
    ///
    /// Without borders the surest ground is the inner circles: the spot is at the rim of one, the
    /// pin in the direction of the neighbour whose circle comes nearest.
    pub(super) fn over_the_border(dice: &mut Dice) -> Self {
        let mut pairs = Vec::new();
        for a in candidates() {
            for b in candidates().filter(|b| b.code != a.code) {
                let gap = distance(centre(a), centre(b)) - a.inradius_m - b.inradius_m;
                if (10.0..110.0).contains(&gap) {
                    pairs.push((a, b));
                }
            }
        }
        let (kelurahan, given_to) = *dice.pick(&pairs);
        let (from, to) = (centre(kelurahan), centre(given_to));
        let whole = distance(from, to);
        let along = |metres: f64| {
            let t = metres / whole;
            Point {
                lat: from.lat + (to.lat - from.lat) * t,
                lon: from.lon + (to.lon - from.lon) * t,
            }
        };
        let spot = along(kelurahan.inradius_m - 80.0);
        let pin = along(whole - given_to.inradius_m + dice.double(40.0, 80.0));
        Self {
            kelurahan,
            spot,
            pin,
            given_to,
        }
    }

    /// `31.73` of `31.73.01.1005`.
    pub(super) fn city_code(&self) -> &str {
        self.given_to.code.get(..5).unwrap_or(&self.given_to.code)
    }

    /// The code of the kelurahan that gets the ticket.
    pub(super) fn code(&self) -> KelurahanCode {
        id(self.given_to.code.clone())
    }
}

fn candidates() -> impl Iterator<Item = &'static Kelurahan> {
    // Islands are small and far; the week plays on the mainland.
    let big = |k: &&Kelurahan| !k.code.starts_with("31.01") && k.inradius_m > 180.0;
    Gazetteer::builtin().iter().filter(big)
}

fn centre(kelurahan: &Kelurahan) -> Point {
    Point {
        lat: kelurahan.centre.lat,
        lon: kelurahan.centre.lon,
    }
}

/// This many metres north and east of a point; flat, good for some kilometres.
pub(super) fn moved(from: Point, north_m: f64, east_m: f64) -> Point {
    let shrink = from.lat.to_radians().cos();
    Point {
        lat: from.lat + north_m / METRES_A_DEGREE,
        lon: from.lon + east_m / (METRES_A_DEGREE * 1.0065 * shrink),
    }
}

/// Within so many metres in each direction.
pub(super) fn jitter(from: Point, metres: f64, dice: &mut Dice) -> Point {
    moved(
        from,
        dice.double(-metres, metres),
        dice.double(-metres, metres),
    )
}

/// Metres between two points, flat.
pub(super) fn distance(a: Point, b: Point) -> f64 {
    let shrink = a.lat.to_radians().cos() * 1.0065;
    ((a.lat - b.lat) * METRES_A_DEGREE).hypot((a.lon - b.lon) * METRES_A_DEGREE * shrink)
}
