#![doc = include_str!("README.md")]

mod card;
mod changed;
mod compared;
mod folder;
mod material;
mod pictures;
mod sketch;
pub mod words;

pub use folder::{Desk, file_name, write_all};
pub use material::Material;
