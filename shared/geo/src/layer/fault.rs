//! What is wrong with a layer, feature by feature, and what to do about it.

use std::fmt;

use serde::Serialize;

/// One thing that was found. Coordinates are not in it; the codes of a public layer are.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which feature, counted from 0; `None`: the file as a whole.
    pub feature: Option<usize>,
    /// The feature's code, as far as it could be read.
    pub code: Option<String>,
    /// What it is.
    pub fault: Fault,
}

impl Finding {
    /// Whether the layer can't be used with it.
    pub fn is_error(&self) -> bool {
        self.fault.is_error()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.feature, &self.code) {
            (Some(at), Some(code)) => write!(f, "feature {at} ({code}): {}", self.fault),
            (Some(at), None) => write!(f, "feature {at}: {}", self.fault),
            (None, _) => write!(f, "layer: {}", self.fault),
        }
    }
}

/// Every kind of fault. The text says what to do.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// More bytes than are read at all.
    #[error("{bytes} bytes; at most {limit} are read: cut the file to the city, or simplify it")]
    TooLarge {
        /// As many as there are.
        bytes: usize,
        /// As many as may be.
        limit: usize,
    },
    /// More positions, features or crossings to look at than a city can have.
    #[error("more than {limit} {what}: cut the file to the city, or simplify it")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// No JSON, or cut off, or numbers that JSON has not (NaN, infinity), or nested too deep.
    #[error("no readable JSON, line {line}, column {column}: export the layer anew as GeoJSON")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// JSON, but not a feature collection.
    #[error("no GeoJSON feature collection: export the layer anew as GeoJSON (RFC 7946)")]
    NotGeoJson,
    /// A `crs` member that names something other than WGS84.
    #[error(
        "the member crs does not name WGS84: reproject to EPSG:4326 (ogr2ogr -t_srs EPSG:4326)"
    )]
    WrongCrs,
    /// A feature collection without features, or a feature without points.
    #[error("empty: leave it out, or export it anew")]
    Empty,
    /// The property that the configuration names is not there or is no text.
    #[error("no property {property:?}: correct the layer's property names in the configuration")]
    NoProperty {
        /// Its configured name.
        property: String,
    },
    /// The property is there and holds no code.
    #[error("the code has not ten digits: map the property that holds the Kemendagri code")]
    BadCode,
    /// A code that no list has.
    #[error(
        "the code is in no list: correct it, choose the right numbering (codes = kemendagri or \
             bps2020), or add it to new_codes"
    )]
    UnknownCode,
    /// Two features with one code.
    #[error("the same code as feature {other}: merge the two into one MultiPolygon, or drop one")]
    SameCode {
        /// The earlier feature.
        other: usize,
    },
    /// No geometry, or one without area by its kind.
    #[error("the geometry is {found}, not Polygon or MultiPolygon: leave the feature out")]
    NotAPolygon {
        /// What it is.
        found: &'static str,
    },
    /// A feature that is no GeoJSON feature.
    #[error("no readable feature: a position is two finite numbers, a polygon a list of rings")]
    Unreadable,
    /// A ring of fewer than four positions.
    #[error("ring {ring} has fewer than 4 positions: a ring is a closed line around an area")]
    TooFewPoints {
        /// Counted over the feature.
        ring: usize,
    },
    /// A ring that does not end where it began.
    #[error("ring {ring} is not closed: repeat its first position at its end")]
    NotClosed {
        /// Counted over the feature.
        ring: usize,
    },
    /// A ring around nothing.
    #[error("ring {ring} encloses no area: drop it")]
    NoArea {
        /// Counted over the feature.
        ring: usize,
    },
    /// A number that is not finite, or a position of fewer than two numbers.
    #[error("ring {ring} has a position that is not two finite numbers")]
    NotAPosition {
        /// Counted over the feature.
        ring: usize,
    },
    /// Latitude first.
    #[error("latitude and longitude are in the wrong order: GeoJSON has longitude first")]
    Swapped,
    /// Metres, not degrees.
    #[error("these are no degrees but metres of a projection: reproject to EPSG:4326 (WGS84)")]
    Projected,
    /// Out of range for a latitude or longitude.
    #[error("a coordinate is out of range: check the projection, it must be WGS84")]
    OutOfRange,
    /// More than half around the earth: cut wrongly at the antimeridian.
    #[error(
        "reaches over more than 180 degrees of longitude: it crosses the antimeridian, split it \
             there (RFC 7946, 3.1.9)"
    )]
    Antimeridian,
    /// Somewhere else on earth.
    #[error("lies outside Indonesia: check the projection and the order of the coordinates")]
    Elsewhere,
    /// Sides that cross each other.
    #[error(
        "its sides cross each other or run over each other, near position {position} of ring \
             {ring}: repair the geometry (ST_MakeValid, or 'Fix geometries' in QGIS)"
    )]
    CrossesItself {
        /// Counted over the feature.
        ring: usize,
        /// Counted from 0.
        position: usize,
    },
    /// A hole that is not in its polygon.
    #[error("ring {ring} is a hole outside its polygon: make it a polygon of its own, or drop it")]
    HoleOutside {
        /// Counted over the feature.
        ring: usize,
    },
    /// A part of a multipolygon that lies within another part.
    #[error("ring {ring} lies within another part of the same feature: merge the parts")]
    PartInPart {
        /// Counted over the feature.
        ring: usize,
    },
    /// Two features claim the same ground.
    #[error(
        "overlaps feature {other} in {area_m2:.0} m2, {width_m:.1} m wide on average: correct \
             the border, or raise overlap_tolerance_m"
    )]
    Overlap {
        /// The other feature.
        other: usize,
        /// Square metres.
        area_m2: f64,
        /// Metres: twice the area by the outline's length.
        width_m: f64,
    },
    /// Two features with one shape.
    #[error("the same shape as feature {other}: drop one")]
    SameShape {
        /// The earlier feature.
        other: usize,
    },
    /// Warning: an overlap within the tolerance.
    #[error("overlaps feature {other} in a sliver of {area_m2:.0} m2")]
    Sliver {
        /// The other feature.
        other: usize,
        /// Square metres.
        area_m2: f64,
    },
    /// Warning: ground between features that none claims.
    #[error("a gap of {area_m2:.0} m2 between features, beside {}", beside.join(", "))]
    Gap {
        /// Square metres.
        area_m2: f64,
        /// The codes of the features around it, by how much of its outline they touch.
        beside: Vec<String>,
    },
    /// Warning: a ring that meets itself in a point.
    #[error("ring {ring} touches itself in position {position}")]
    TouchesItself {
        /// Counted over the feature.
        ring: usize,
        /// Counted from 0.
        position: usize,
    },
    /// Warning: rings that went the wrong way round; they were turned.
    #[error("{rings} rings went the wrong way round and were turned")]
    Turned {
        /// How many.
        rings: usize,
    },
    /// Warning: the name means another kelurahan too, so that it finds neither.
    #[error("shares a name with another feature: it is found by its code only")]
    SameName,
    /// Warning: built-in codes that the layer has not got.
    #[error("{codes} of the built-in codes are missing")]
    MissingCodes {
        /// How many.
        codes: usize,
    },
}

impl Fault {
    /// Whether the layer can't be used with it; what is no error is a warning.
    pub fn is_error(&self) -> bool {
        !matches!(
            self,
            Self::Sliver { .. }
                | Self::Gap { .. }
                | Self::TouchesItself { .. }
                | Self::Turned { .. }
                | Self::SameName
                | Self::MissingCodes { .. }
        )
    }
}

/// A layer that can't be used, with everything that was found until then.
#[derive(Debug, Clone, PartialEq)]
pub struct BadLayer {
    /// How many features there were, as far as they could be counted.
    pub features: usize,
    /// Errors first; at least one.
    pub findings: Vec<Finding>,
}

impl BadLayer {
    pub(super) fn whole(fault: Fault) -> Self {
        Self {
            features: 0,
            findings: vec![Finding {
                feature: None,
                code: None,
                fault,
            }],
        }
    }

    /// The errors among the findings.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.is_error())
    }
}

impl fmt::Display for BadLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut errors = self.errors();
        match errors.next() {
            Some(first) => write!(f, "{first}")?,
            None => write!(f, "the layer can't be used")?,
        }
        match errors.count() {
            0 => Ok(()),
            more => write!(f, "; and {more} more errors"),
        }
    }
}

impl std::error::Error for BadLayer {}
