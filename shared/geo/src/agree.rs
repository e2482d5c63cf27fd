//! A ticket's positions against each other: for every pair agree, disagree by how much, or unknown.

use serde::{Deserialize, Serialize};

use crate::{
    Kelurahan, Layer, Position, Standing, address_place, border_band_m, distance_m, tolerance_m,
};

/// Everything that says where a ticket is.
#[derive(Clone, Copy, Default)]
pub struct Positions<'a> {
    /// The reporter's pin as it came: latitude, longitude, degrees.
    pub pin: Option<(f64, f64)>,
    /// The photo's position as it came: latitude, longitude, degrees.
    pub photo: Option<(f64, f64)>,
    /// Its stated accuracy, metres.
    pub accuracy_m: Option<f64>,
    /// The kelurahan on the ticket: its code or name.
    pub kelurahan: Option<&'a str>,
    /// The address as the reporter wrote it.
    pub address: Option<&'a str>,
    /// The category's name; it sets how far away is normal.
    pub category: Option<&'a str>,
}

/// Which of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The reporter's pin.
    Pin,
    /// The photo's position.
    Photo,
    /// The kelurahan on the ticket.
    Ticket,
    /// The address.
    Address,
}

/// What a pair says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// Within what is normal.
    Agree,
    /// Farther than that.
    Disagree,
    /// One of the two is not there, can't be used, or is not known well enough.
    Unknown,
}

/// Two of the positions against each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// One.
    pub a: Source,
    /// The other.
    pub b: Source,
    /// What they say.
    pub says: Says,
    /// Metres between them: of two points, the way; of a point and a kelurahan, to its border (0
    /// inside); of two kelurahan, between their borders (0: they touch). `None` if not known.
    pub distance_m: Option<f64>,
}

/// One of the four, as far as it can be used.
enum Place<'a> {
    /// A point, known to so many metres.
    Point(Position, f64),
    /// One of these kelurahan.
    Ground(Vec<&'a Kelurahan>),
}

const SOURCES: [Source; 4] = [Source::Pin, Source::Photo, Source::Ticket, Source::Address];

/// Compares all six pairs, in a fixed order.
pub fn agreement(layer: &dyn Layer, positions: &Positions<'_>) -> Vec<Pair> {
    let places = SOURCES.map(|source| (source, place(layer, positions, source)));
    let mut pairs = Vec::with_capacity(6);
    for (at, (a, one)) in places.iter().enumerate() {
        for (b, other) in places.iter().skip(at + 1) {
            let (says, distance_m) = match (one, other) {
                (Some(one), Some(other)) => compare(layer, one, other, positions),
                _ => (Says::Unknown, None),
            };
            pairs.push(Pair {
                a: *a,
                b: *b,
                says,
                distance_m,
            });
        }
    }
    pairs
}

fn place<'a>(layer: &'a dyn Layer, of: &Positions<'_>, source: Source) -> Option<Place<'a>> {
    let point = |raw: Option<(f64, f64)>, band_m: f64| {
        let (lat, lon) = raw?;
        let (position, _) = Position::repaired(lat, lon).ok()?;
        Some(Place::Point(position, band_m))
    };
    match source {
        Source::Pin => point(of.pin, border_band_m(None)),
        Source::Photo => point(of.photo, border_band_m(of.accuracy_m)),
        Source::Ticket => {
            let found = layer.places().find(of.kelurahan?)?;
            Some(Place::Ground(vec![found]))
        }
        Source::Address => {
            let found = address_place(of.address?, layer.places())?;
            Some(Place::Ground(found.kelurahan))
        }
    }
}

fn compare(
    layer: &dyn Layer,
    one: &Place<'_>,
    other: &Place<'_>,
    of: &Positions<'_>,
) -> (Says, Option<f64>) {
    let within = |metres: f64, limit_m: f64| {
        if metres <= limit_m {
            Says::Agree
        } else {
            Says::Disagree
        }
    };
    match (one, other) {
        (Place::Point(a, _), Place::Point(b, _)) => {
            let metres = distance_m(*a, *b);
            let limit_m = tolerance_m(of.accuracy_m, of.category);
            (within(metres, limit_m), Some(metres))
        }
        (Place::Point(point, band_m), Place::Ground(ground))
        | (Place::Ground(ground), Place::Point(point, band_m)) => {
            let ways = ground.iter().map(|k| layer.way_m(*point, &k.code));
            if let Some(metres) = ways.flatten().reduce(f64::min) {
                return (within(metres, *band_m), Some(metres));
            }
            // Circles can't measure the way, but they can tell that there is one.
            let beyond =
                |k: &&Kelurahan| layer.standing(*point, &k.code, *band_m) == Some(Standing::Beyond);
            let away = !ground.is_empty() && ground.iter().all(beyond);
            (if away { Says::Disagree } else { Says::Unknown }, None)
        }
        (Place::Ground(a), Place::Ground(b)) => {
            if a.iter().any(|k| b.iter().any(|o| o.code == k.code)) {
                return (Says::Agree, Some(0.0));
            }
            let metres = layer.polygons().and_then(|polygons| {
                let pairs = a.iter().flat_map(|k| b.iter().map(move |o| (k, o)));
                pairs
                    .filter_map(|(k, o)| polygons.between_m(&k.code, &o.code))
                    .reduce(f64::min)
            });
            (Says::Disagree, metres)
        }
    }
}

/// What a pair of sources says, in either order.
pub(crate) fn says(pairs: &[Pair], one: Source, other: Source) -> Says {
    let (a, b) = (one.min(other), one.max(other));
    pairs
        .iter()
        .find(|p| (p.a, p.b) == (a, b))
        .map_or(Says::Unknown, |p| p.says)
}
