//! One feature's rings: closed, long enough, on the right spot of the earth, the right way round.

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::fault::Fault;
use crate::position::{INDONESIA, is_in};

/// A feature's rings as polygons, with what was found on the way.
pub(super) struct Shaped {
    /// `None` after an error.
    pub(super) shape: Option<MultiPolygon<f64>>,
    pub(super) faults: Vec<Fault>,
}

/// Checks and repairs the rings of one feature.
pub(super) fn shape(polygons: &[Vec<Vec<[f64; 2]>>]) -> Shaped {
    let mut faults = Vec::new();
    if polygons.iter().all(|p| p.iter().all(Vec::is_empty)) {
        faults.push(Fault::Empty);
        return Shaped {
            shape: None,
            faults,
        };
    }
    let mut number = 0;
    let mut turned = 0;
    let mut parts = Vec::with_capacity(polygons.len());
    let rings = polygons.iter().flatten().enumerate();
    faults.extend(rings.filter_map(|(at, ring)| unsound(at, ring)));
    if faults.is_empty() {
        faults.extend(elsewhere(polygons));
    }
    if faults.is_empty() {
        for polygon in polygons {
            let mut clean = Vec::with_capacity(polygon.len());
            for (at, ring) in polygon.iter().enumerate() {
                match wound(ring, at == 0) {
                    Some((line, was_turned)) => {
                        turned += usize::from(was_turned);
                        clean.push(line);
                    }
                    None => faults.push(Fault::NoArea { ring: number }),
                }
                number += 1;
            }
            let mut clean = clean.into_iter();
            // A polygon without any ring is left out: some exports leave such husks behind.
            if let Some(shell) = clean.next() {
                parts.push(Polygon::new(shell, clean.collect()));
            }
        }
    }
    let sound = faults.is_empty();
    if turned > 0 {
        faults.push(Fault::Turned { rings: turned });
    }
    Shaped {
        shape: sound.then(|| MultiPolygon::new(parts)),
        faults,
    }
}

/// What is wrong with a ring before one looks at where it lies.
fn unsound(ring: usize, points: &[[f64; 2]]) -> Option<Fault> {
    if points.iter().flatten().any(|n| !n.is_finite()) {
        return Some(Fault::NotAPosition { ring });
    }
    if points.len() < 4 {
        return Some(Fault::TooFewPoints { ring });
    }
    (points.first() != points.last()).then_some(Fault::NotClosed { ring })
}

/// Whether the feature lies where no kelurahan can be, and the likeliest reason.
fn elsewhere(polygons: &[Vec<Vec<[f64; 2]>>]) -> Option<Fault> {
    let (mut west, mut east) = (f64::MAX, f64::MIN);
    let (mut south, mut north) = (f64::MAX, f64::MIN);
    for [lon, lat] in polygons.iter().flatten().flatten() {
        (west, east) = (west.min(*lon), east.max(*lon));
        (south, north) = (south.min(*lat), north.max(*lat));
    }
    let corners = [(south, west), (north, east)];
    if corners.iter().all(|&(lat, lon)| is_in(INDONESIA, lat, lon)) {
        return None;
    }
    if corners.iter().all(|&(lat, lon)| is_in(INDONESIA, lon, lat)) {
        return Some(Fault::Swapped);
    }
    let largest = west.abs().max(east.abs()).max(south.abs()).max(north.abs());
    Some(if largest > 360.0 {
        Fault::Projected
    } else if west < -180.0 || east > 180.0 || south < -90.0 || north > 90.0 {
        Fault::OutOfRange
    } else if east - west > 180.0 {
        Fault::Antimeridian
    } else {
        Fault::Elsewhere
    })
}

/// The ring without repeated positions and the right way round (shells counterclockwise, holes
/// clockwise, RFC 7946), and whether it was turned; `None` if it encloses nothing.
fn wound(ring: &[[f64; 2]], is_shell: bool) -> Option<(LineString<f64>, bool)> {
    let mut points: Vec<Coord<f64>> = ring.iter().map(|&[x, y]| Coord { x, y }).collect();
    points.dedup();
    let origin = *points.first()?;
    let twice: f64 = points
        .windows(2)
        .map(|pair| match pair {
            [a, b] => (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y),
            _ => 0.0,
        })
        .sum();
    if points.len() < 4 || twice == 0.0 {
        return None;
    }
    let turned = (twice > 0.0) != is_shell;
    if turned {
        points.reverse();
    }
    Some((LineString::new(points), turned))
}
