#![doc = include_str!("../README.md")]
#![allow(
    missing_docs,
    reason = "shared by measuring programs alone; the modules say what they are"
)]

pub mod dice;
pub mod likeness;
pub mod measure;
pub mod month;
pub mod odd;
pub mod photo;
pub mod quarter;
pub mod rates;
pub mod rivals;
pub mod table;
pub mod tally;
pub mod ways;
pub mod whereabouts;
pub mod world;
