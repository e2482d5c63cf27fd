//! One photo's position held against what its ticket claims.

use serde::{Deserialize, Serialize};

use crate::{Answer, Gazetteer, Position, Standing, border_band_m, distance_m, tolerance_m};

/// How a photo's position stands to the ticket's kelurahan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceVerdict {
    /// In it for certain.
    Inside,
    /// Within the border band, or the layer can't tell.
    NearBorder,
    /// Not in it for certain.
    Outside,
    /// No position to compare, which is normal, or nothing claimed that the layer knows.
    NotApplicable,
    /// The photo states a position that can't be one.
    Unusable,
}

impl PlaceVerdict {
    /// The wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::NearBorder => "near_border",
            Self::Outside => "outside",
            Self::NotApplicable => "not_applicable",
            Self::Unusable => "unusable",
        }
    }
}

/// What a ticket says of its place.
#[derive(Clone, Copy, Default)]
pub struct Claim<'a> {
    /// The kelurahan's Kemendagri code.
    pub kelurahan: Option<&'a str>,
    /// The reporter's pin as it came: latitude, longitude, degrees.
    pub point: Option<(f64, f64)>,
    /// The category's name; it sets how far away is normal.
    pub category: Option<&'a str>,
}

/// A photo's place, without coordinates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// Against the claimed kelurahan.
    pub verdict: PlaceVerdict,
    /// The code of the kelurahan the photo was taken in, if certain.
    pub kelurahan: Option<String>,
    /// Codes of those it may have been taken in, the likeliest first; empty if one is certain.
    pub candidates: Vec<String>,
    /// Metres from the photo's position to the ticket's point, if there are both.
    pub distance_to_ticket_m: Option<f64>,
    /// Metres up to which that distance is normal (see [`tolerance_m`]).
    pub tolerance_m: f64,
    /// The photo's position is the ticket's point to the last digit: copied or set, not measured.
    pub identical_to_pin: bool,
    /// The photo's latitude and longitude came in the wrong order and were turned.
    pub swapped: bool,
    /// The version of the layer that was asked.
    pub layer: String,
}

/// Half of the sixth decimal, degrees (5 cm): pins have six decimals, and a measured position hits
/// one this closely about once in ten thousand photos.
const IDENTICAL_DEGREES: f64 = 5e-7;

/// Judges a photo's raw position (latitude, longitude, degrees; accuracy in metres) by its ticket.
///
/// A ticket's point that can't be a position is taken as not there; one in the wrong order is turned.
pub fn judge(
    gaz: &Gazetteer,
    photo: Option<(f64, f64)>,
    accuracy_m: Option<f64>,
    claim: &Claim<'_>,
) -> Placed {
    let mut placed = Placed {
        verdict: PlaceVerdict::NotApplicable,
        kelurahan: None,
        candidates: Vec::new(),
        distance_to_ticket_m: None,
        tolerance_m: tolerance_m(accuracy_m, claim.category),
        identical_to_pin: false,
        swapped: false,
        layer: gaz.version().to_owned(),
    };
    let Some((lat, lon)) = photo else {
        return placed;
    };
    let Ok((position, swapped)) = Position::repaired(lat, lon) else {
        placed.verdict = PlaceVerdict::Unusable;
        return placed;
    };
    placed.swapped = swapped;

    let band = border_band_m(accuracy_m);
    match gaz.locate_within(position, band) {
        Answer::Certain(code) => placed.kelurahan = Some(code),
        Answer::Candidates(some) => placed.candidates = some.into_iter().map(|c| c.code).collect(),
        Answer::OutsideForCertain => {}
    }
    if let Some((lat, lon)) = claim.point
        && let Ok((pin, _)) = Position::repaired(lat, lon)
    {
        placed.distance_to_ticket_m = Some(distance_m(position, pin));
        placed.identical_to_pin = (position.lat - pin.lat).abs() <= IDENTICAL_DEGREES
            && (position.lon - pin.lon).abs() <= IDENTICAL_DEGREES;
    }
    placed.verdict = match claim
        .kelurahan
        .and_then(|code| gaz.standing(position, code, band))
    {
        Some(Standing::Within) => PlaceVerdict::Inside,
        Some(Standing::Unsure) => PlaceVerdict::NearBorder,
        Some(Standing::Beyond) => PlaceVerdict::Outside,
        None => PlaceVerdict::NotApplicable,
    };
    placed
}
