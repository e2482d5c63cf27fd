//! One photo's position held against what its ticket claims.

use serde::{Deserialize, Serialize};

use crate::suspicious::is_copy;
use crate::{
    Certainty, Layer, Near, Office, Pair, Position, Positions, Reroute, Side, Standing, agreement,
    border_band_m, confidence, distance_m, propose, side_of, tolerance_m,
};

/// How a photo's position stands to the ticket's kelurahan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceVerdict {
    /// In it for certain.
    Inside,
    /// Within the border band, in no polygon but close to the claimed one, or the layer can't tell.
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

/// What a ticket says of its place, and what to hold the photo against besides.
#[derive(Clone, Copy, Default)]
pub struct Claim<'a> {
    /// The kelurahan: its Kemendagri code or its name.
    pub kelurahan: Option<&'a str>,
    /// The reporter's pin as it came: latitude, longitude, degrees.
    pub point: Option<(f64, f64)>,
    /// The category's name; it sets how far away is normal.
    pub category: Option<&'a str>,
    /// The address as the reporter wrote it.
    pub address: Option<&'a str>,
    /// Whether the photo is the reporter's: then another place is a wrong address to be put right,
    /// and a re-route is proposed. Of an evidence photo it is a signal against the closure.
    pub is_report: bool,
    /// Offices, at which no evidence is taken.
    pub offices: &'a [Office],
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
    /// How sure the layer is of where the photo was taken; `None` without a usable position.
    #[serde(default)]
    pub certainty: Option<Certainty>,
    /// The share of cases in which a second source names the same kelurahan, 0 to 1, by the way to
    /// the border; `None` where the layer has no borders.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// Metres to the border of the claimed kelurahan, from inside or outside; without a known claim,
    /// to the border of the kelurahan the photo is in, or to the nearest. `None` without borders.
    #[serde(default)]
    pub distance_to_border_m: Option<f64>,
    /// Other kelurahan within the border band, the nearest first.
    #[serde(default)]
    pub neighbours: Vec<Near>,
    /// Outside Jakarta: on whose side, if it can be said.
    #[serde(default)]
    pub side: Option<Side>,
    /// Metres from the photo's position to the ticket's point, if there are both.
    pub distance_to_ticket_m: Option<f64>,
    /// Metres up to which that distance is normal (see [`tolerance_m`]).
    pub tolerance_m: f64,
    /// The photo's position is the ticket's point to the last digit: copied or set, not measured.
    pub identical_to_pin: bool,
    /// The name of the office whose listed position the photo has to the last digit.
    #[serde(default)]
    pub identical_to_office: Option<String>,
    /// The photo's latitude and longitude came in the wrong order and were turned.
    pub swapped: bool,
    /// All pairs of the ticket's positions.
    #[serde(default)]
    pub pairs: Vec<Pair>,
    /// Of a report's photo: the kelurahan the ticket rather belongs to, and why.
    #[serde(default)]
    pub reroute: Option<Reroute>,
    /// The version of the layer that was asked.
    pub layer: String,
}

/// Judges a photo's raw position (latitude, longitude, degrees; accuracy in metres) by its ticket and
/// the layer that was in force when the ticket was submitted.
///
/// A ticket's point that can't be a position is taken as not there; one in the wrong order is turned.
pub fn judge(
    layer: &dyn Layer,
    photo: Option<(f64, f64)>,
    accuracy_m: Option<f64>,
    claim: &Claim<'_>,
) -> Placed {
    let positions = Positions {
        pin: claim.point,
        photo,
        accuracy_m,
        kelurahan: claim.kelurahan,
        address: claim.address,
        category: claim.category,
    };
    let pairs = agreement(layer, &positions);
    let reroute = claim
        .is_report
        .then(|| propose(layer, &positions, &pairs))
        .flatten();
    let mut placed = Placed {
        verdict: PlaceVerdict::NotApplicable,
        kelurahan: None,
        candidates: Vec::new(),
        certainty: None,
        confidence: None,
        distance_to_border_m: None,
        neighbours: Vec::new(),
        side: None,
        distance_to_ticket_m: None,
        tolerance_m: tolerance_m(accuracy_m, claim.category),
        identical_to_pin: false,
        identical_to_office: None,
        swapped: false,
        pairs,
        reroute,
        layer: layer.version().to_owned(),
    };
    let Some((lat, lon)) = photo else {
        return placed;
    };
    let Ok((position, swapped)) = Position::repaired(lat, lon) else {
        placed.verdict = PlaceVerdict::Unusable;
        return placed;
    };
    placed.swapped = swapped;
    placed.locate(layer, position, accuracy_m);
    if let Some((lat, lon)) = claim.point
        && let Ok((pin, _)) = Position::repaired(lat, lon)
    {
        placed.distance_to_ticket_m = Some(distance_m(position, pin));
        placed.identical_to_pin = is_copy(position, pin);
    }
    let office = claim.offices.iter().find(|o| is_copy(o.position, position));
    placed.identical_to_office = office.map(|o| o.name.clone());

    let claimed = claim.kelurahan.and_then(|text| layer.places().find(text));
    let Some(claimed) = claimed else {
        return placed;
    };
    placed.distance_to_border_m = layer
        .border_m(position, &claimed.code)
        .or(placed.distance_to_border_m);
    let band_m = border_band_m(accuracy_m);
    placed.verdict = match layer.standing(position, &claimed.code, band_m) {
        Some(Standing::Within) => PlaceVerdict::Inside,
        Some(Standing::Unsure) => PlaceVerdict::NearBorder,
        Some(Standing::Beyond) => PlaceVerdict::Outside,
        None => PlaceVerdict::NotApplicable,
    };
    placed
}

impl Placed {
    /// Writes down where the photo was taken, whatever the ticket claims.
    fn locate(&mut self, layer: &dyn Layer, position: Position, accuracy_m: Option<f64>) {
        let found = layer.whereabouts(position, border_band_m(accuracy_m));
        let named = found.kelurahan.clone();
        if found.certainty == Certainty::Certain {
            self.kelurahan = named;
        } else {
            let others = found.neighbours.iter().map(|n| n.code.clone());
            self.candidates = named.into_iter().chain(others).collect();
        }
        self.confidence = match found.certainty {
            Certainty::Certain | Certainty::NearBorder => found
                .distance_to_border_m
                .map(|m| confidence(m - (border_band_m(accuracy_m) - border_band_m(None)))),
            _ => None,
        };
        self.side = match found.certainty {
            Certainty::Outside => found.nearest.as_ref().and_then(side_of),
            _ => None,
        };
        self.certainty = Some(found.certainty);
        self.distance_to_border_m = found.distance_to_border_m;
        if layer.polygons().is_some() {
            self.neighbours = found.neighbours;
        }
    }
}
