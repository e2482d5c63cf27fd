#![doc = include_str!("../README.md")]

mod address;
mod agree;
mod fold;
mod gazetteer;
mod layer;
mod layers;
mod locate;
mod places;
mod position;
mod reroute;
mod side;
mod suspicious;
mod tolerance;
mod verdict;

pub use address::{Level, Mention, Sureness, address_place, mentions};
pub use agree::{Pair, Positions, Says, Source, agreement};
pub use fold::fold;
pub use gazetteer::{BadGazetteer, Gazetteer};
pub use layer::{
    Area, BadLayer, Certainty, Codes, Credit, Fault, Finding, Layer, LayerDiff, LayerReport,
    LayerSpec, MAX_LAYER_BYTES, Moved, Near, PolygonLayer, Properties, REACH_OF_THE_NEAREST_M,
    Whereabouts, diff, property_names,
};
pub use layers::{BadLayers, Layers};
pub use locate::{Answer, Candidate, Standing};
pub use places::{Kelurahan, Places};
pub use position::{BadPosition, Position, distance_m};
pub use reroute::{Reroute, Worth, propose};
pub use side::{Side, side_of};
pub use suspicious::{Office, same_accuracy};
pub use tolerance::{
    BORDER_BAND_M, REACH_OF_A_LINE_M, REACH_OF_A_SPOT_M, border_band_m, confidence, tolerance_m,
};
pub use verdict::{Claim, PlaceVerdict, Placed, judge};
