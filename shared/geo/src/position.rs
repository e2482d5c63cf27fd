//! A point on the earth that has been looked at before it is believed.

use std::fmt;
use std::sync::LazyLock;

use geographiclib_rs::{Geodesic, InverseGeodesic};

/// A checked point on WGS84. Its debug text is empty on purpose: coordinates belong in no log.
#[derive(Clone, Copy, PartialEq)]
pub struct Position {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Position(..)")
    }
}

/// Why two numbers are no usable position. The numbers are not repeated.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BadPosition {
    /// Not a number, or infinite.
    #[error("a coordinate is not a finite number")]
    NotFinite,
    /// Beyond the poles or the antimeridian.
    #[error("a coordinate is out of range")]
    OutOfRange,
    /// 0,0: what a device writes when it has no fix.
    #[error("the position is 0,0, which means that the device had no fix")]
    NullIsland,
    /// Latitude and longitude came in the wrong order; here they are in the right one.
    #[error("latitude and longitude are swapped")]
    Swapped(Position),
}

/// Within this many degrees of 0,0 a position is "no fix": about 11 m.
const NULL_ISLAND_DEGREES: f64 = 1e-4;

/// Indonesia, generously, degrees: south, north, west, east.
pub(crate) const INDONESIA: (f64, f64, f64, f64) = (-12.0, 7.0, 94.0, 142.0);

/// Whether a latitude and a longitude lie in a box: south, north, west, east.
pub(crate) fn is_in(bounds: (f64, f64, f64, f64), lat: f64, lon: f64) -> bool {
    let (south, north, west, east) = bounds;
    (south..=north).contains(&lat) && (west..=east).contains(&lon)
}

impl Position {
    /// Checks two raw numbers, degrees.
    ///
    /// Swapped order is only claimed where nothing else can be meant: every longitude of Indonesia
    /// is above 90, so the pair is impossible as it stands, and possible in Indonesia when turned.
    pub fn new(lat: f64, lon: f64) -> Result<Self, BadPosition> {
        if !lat.is_finite() || !lon.is_finite() {
            return Err(BadPosition::NotFinite);
        }
        if lat.abs() < NULL_ISLAND_DEGREES && lon.abs() < NULL_ISLAND_DEGREES {
            return Err(BadPosition::NullIsland);
        }
        if lat.abs() <= 90.0 && lon.abs() <= 180.0 {
            return Ok(Self { lat, lon });
        }
        if is_in(INDONESIA, lon, lat) {
            return Err(BadPosition::Swapped(Self { lat: lon, lon: lat }));
        }
        Err(BadPosition::OutOfRange)
    }

    /// Takes the repaired position where the order was wrong; the flag says whether it was.
    pub fn repaired(lat: f64, lon: f64) -> Result<(Self, bool), BadPosition> {
        match Self::new(lat, lon) {
            Ok(position) => Ok((position, false)),
            Err(BadPosition::Swapped(position)) => Ok((position, true)),
            Err(bad) => Err(bad),
        }
    }
}

static WGS84: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// The geodesic distance on WGS84, metres (Karney's method, good to nanometres).
pub fn distance_m(a: Position, b: Position) -> f64 {
    WGS84.inverse(a.lat, a.lon, b.lat, b.lon)
}
