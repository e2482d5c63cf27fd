#![doc = include_str!("../README.md")]

mod canvas;
pub mod edit;
mod font;
mod paint;
mod phone;
mod problem;
mod render;
mod rng;
mod scene;
mod tile;
mod view;
pub mod week;

pub use canvas::Rgb;
pub use phone::{AiMark, Captured, Endian, Extras, Gps, MARKER, PhoneModel, PhoneShot, Trailer};
pub use problem::Problem;
pub use scene::{Scene, State};
pub use view::View;
pub use week::Week;
