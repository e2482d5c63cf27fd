#![doc = include_str!("../README.md")]

mod fold;
mod gazetteer;
mod locate;
mod position;
mod tolerance;
mod verdict;

pub use fold::fold;
pub use gazetteer::{BadGazetteer, Gazetteer, Kelurahan};
pub use locate::{Answer, Candidate, Standing};
pub use position::{BadPosition, Position, distance_m};
pub use tolerance::{
    BORDER_BAND_M, REACH_OF_A_LINE_M, REACH_OF_A_SPOT_M, border_band_m, tolerance_m,
};
pub use verdict::{Claim, PlaceVerdict, Placed, judge};
