#![doc = include_str!("../README.md")]

mod compare;
pub mod index;

pub use compare::{
    Comparison, Drawing, Luma, Match, Reason, Region, Relation, Seen, Transform, compare,
    compare_seen, draw,
};
