//! One file a command.

pub mod compare;
pub mod config;
pub mod deadline;
pub mod demo;
pub mod doctor;
pub mod inspect;
mod inspect_words;
pub mod locate;
pub mod migrate;
pub mod parked;
mod photos;
pub mod publish;
pub mod report;
pub mod strip;
pub mod up;
pub mod worker;
