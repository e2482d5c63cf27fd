//! What every layer can be asked, whether it has borders or only circles.

pub(crate) mod check;
mod cross;
mod diff;
mod fault;
mod grid;
mod known;
mod nearest;
mod plane;
mod polygons;
mod read;
mod report;
mod rings;
mod spec;

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

pub use diff::{LayerDiff, Moved, diff};
pub use fault::{BadLayer, Fault, Finding};
pub use known::property_names;
pub use polygons::PolygonLayer;
pub use report::{Area, LayerReport};
pub use spec::{Codes, LayerSpec, MAX_LAYER_BYTES, Properties};

use crate::{Answer, Gazetteer, Places, Position, Standing};

/// Metres: a point in no polygon but this near to one is on land that the layer has not got yet
/// (reclaimed coast, a pier), or just across a border drawn by other hands.
pub const REACH_OF_THE_NEAREST_M: f64 = 100.0;

/// Whose layer it is, to be shown wherever its answers are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// The licence, such as `CC BY 3.0 IGO`; empty if nobody said.
    pub licence: String,
    /// The attribution that the licence asks for; empty if nobody said.
    pub attribution: String,
}

/// How sure a layer is of where a position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// In the named kelurahan, and farther from its border than the margin.
    Certain,
    /// A border is within the margin: in the named kelurahan or in one of the neighbours.
    NearBorder,
    /// In no polygon, but within [`REACH_OF_THE_NEAREST_M`] (or the margin) of the named one.
    Approximate,
    /// The layer has circles only: in one of the neighbours named, or in none.
    Candidates,
    /// In no kelurahan of the layer.
    Outside,
}

impl Certainty {
    /// The wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::NearBorder => "near_border",
            Self::Approximate => "approximate",
            Self::Candidates => "candidates",
            Self::Outside => "outside",
        }
    }
}

/// A kelurahan and how far it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// Its code.
    pub code: String,
    /// Metres to its border. From circles: it is at most this far.
    pub distance_m: f64,
}

/// Where a position is, by one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Whereabouts {
    /// How sure the layer is.
    pub certainty: Certainty,
    /// The code of the kelurahan whose polygon holds the position, or of the nearest if that is
    /// [`Certainty::Approximate`]; `None` for candidates and outside.
    pub kelurahan: Option<String>,
    /// Metres to the border of `kelurahan`; outside, to the nearest border of the layer. `None` if
    /// the layer has no borders.
    pub distance_to_border_m: Option<f64>,
    /// Other kelurahan within the margin, the nearest first; for [`Certainty::Candidates`] all that
    /// may hold the position, the likeliest first.
    pub neighbours: Vec<Near>,
    /// For [`Certainty::Outside`]: the nearest kelurahan of all, if the layer has borders.
    pub nearest: Option<Near>,
}

/// A layer of kelurahan: the built-in [`Gazetteer`] or a loaded [`PolygonLayer`].
pub trait Layer: Debug + Send + Sync {
    /// Names the layer and its edition; it stands in every verdict.
    fn version(&self) -> &str;
    /// Whose it is.
    fn credit(&self) -> &Credit;
    /// Its kelurahan.
    fn places(&self) -> &Places;
    /// Where a position known to `margin_m` metres is.
    fn whereabouts(&self, position: Position, margin_m: f64) -> Whereabouts;
    /// How a position known to `margin_m` metres stands to one kelurahan; `None` if the layer does
    /// not know the code.
    fn standing(&self, position: Position, code: &str, margin_m: f64) -> Option<Standing>;
    /// Metres to a kelurahan's border, from inside or outside; `None` if the layer has no borders or
    /// does not know the code.
    fn border_m(&self, position: Position, code: &str) -> Option<f64>;
    /// Metres from a position to a kelurahan: 0 inside. `None` if that is not known for certain.
    fn way_m(&self, position: Position, code: &str) -> Option<f64>;
    /// The polygons, if it has them.
    fn polygons(&self) -> Option<&PolygonLayer> {
        None
    }
}

impl Layer for Gazetteer {
    fn version(&self) -> &str {
        self.version()
    }

    fn credit(&self) -> &Credit {
        self.credit()
    }

    fn places(&self) -> &Places {
        self.places()
    }

    fn whereabouts(&self, position: Position, margin_m: f64) -> Whereabouts {
        let (certainty, kelurahan, neighbours) = match self.locate_within(position, margin_m) {
            Answer::Certain(code) => (Certainty::Certain, Some(code), Vec::new()),
            Answer::OutsideForCertain => (Certainty::Outside, None, Vec::new()),
            Answer::Candidates(some) => {
                let near = some.into_iter().map(|c| Near {
                    code: c.code,
                    distance_m: c.distance_m,
                });
                (Certainty::Candidates, None, near.collect())
            }
        };
        Whereabouts {
            certainty,
            kelurahan,
            distance_to_border_m: None,
            neighbours,
            nearest: None,
        }
    }

    fn standing(&self, position: Position, code: &str, margin_m: f64) -> Option<Standing> {
        self.standing(position, code, margin_m)
    }

    fn border_m(&self, _: Position, _: &str) -> Option<f64> {
        None
    }

    fn way_m(&self, position: Position, code: &str) -> Option<f64> {
        // Inside for certain is no way at all; how far it is from outside, circles can't say.
        (self.standing(position, code, 0.0)? == Standing::Within).then_some(0.0)
    }
}
