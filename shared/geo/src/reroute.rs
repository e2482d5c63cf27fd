//! Where a report should have gone: a proposal with its reasons, for a person to accept.

use serde::{Deserialize, Serialize};

use crate::agree::says;
use crate::{Certainty, Layer, Pair, Position, Positions, Says, Source, border_band_m};

/// How much a proposal is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worth {
    /// Something speaks for the kelurahan on the ticket: the photo may have been taken elsewhere.
    Weak,
    /// One source says so, and none speaks against it.
    Likely,
    /// Two sources say so, and none speaks against it.
    Strong,
}

/// A proposal to give the ticket to another kelurahan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reroute {
    /// The code of the right kelurahan.
    pub to: String,
    /// How much it is worth.
    pub worth: Worth,
    /// What says so.
    pub by: Vec<Source>,
    /// What speaks for the kelurahan on the ticket.
    pub against: Vec<Source>,
}

/// Proposes the kelurahan that the photo, else the pin, is in for certain, if the ticket names another
/// one. Near a border nothing is proposed: two good maps differ there.
pub fn propose(layer: &dyn Layer, positions: &Positions<'_>, pairs: &[Pair]) -> Option<Reroute> {
    let claimed = layer.places().find(positions.kelurahan?)?;
    let certain = |raw: Option<(f64, f64)>, accuracy_m: Option<f64>| {
        let (lat, lon) = raw?;
        let (position, _) = Position::repaired(lat, lon).ok()?;
        let found = layer.whereabouts(position, border_band_m(accuracy_m));
        (found.certainty == Certainty::Certain)
            .then_some(found.kelurahan)
            .flatten()
    };
    let in_photo = certain(positions.photo, positions.accuracy_m);
    let in_pin = certain(positions.pin, None);
    let to = in_photo.clone().or_else(|| in_pin.clone())?;
    if to == claimed.code {
        return None;
    }
    let in_address = positions.address.and_then(|text| {
        let found = crate::address_place(text, layer.places())?;
        (found.level == crate::Level::Kelurahan).then_some(())?;
        found.kelurahan.first().map(|k| k.code.clone())
    });
    let named = [
        (Source::Photo, in_photo),
        (Source::Pin, in_pin),
        (Source::Address, in_address),
    ];
    let by: Vec<Source> = named
        .iter()
        .filter(|(_, code)| code.as_ref() == Some(&to))
        .map(|(source, _)| *source)
        .collect();
    let against: Vec<Source> = named
        .iter()
        .filter(|(source, _)| says(pairs, *source, Source::Ticket) == Says::Agree)
        .map(|(source, _)| *source)
        .filter(|source| !by.contains(source))
        .collect();
    let worth = match (by.len(), against.is_empty()) {
        (_, false) => Worth::Weak,
        (0 | 1, true) => Worth::Likely,
        (_, true) => Worth::Strong,
    };
    Some(Reroute {
        to,
        worth,
        by,
        against,
    })
}
