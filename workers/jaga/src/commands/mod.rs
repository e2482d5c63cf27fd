//! One file a command.

pub mod audit;
pub mod compare;
pub mod config;
pub mod deadline;
pub mod demo;
pub mod doctor;
pub mod inspect;
mod inspect_words;
pub mod layer;
mod layer_words;
pub mod locate;
mod locate_batch;
mod locate_csv;
mod locate_point;
mod locate_row;
mod locate_words;
pub mod migrate;
pub mod parked;
mod photos;
pub mod publish;
pub mod report;
mod sla;
pub mod strip;
pub mod sweep;
pub mod up;
pub mod worker;
