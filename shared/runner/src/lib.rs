#![doc = include_str!("../README.md")]

mod dead;
mod decision;
mod deliver;
mod handler;
mod park;
mod session;
mod supervise;

pub use decision::Decision;
pub use handler::{Committed, Handler, Job, Runtime};
pub use session::consume;
pub use supervise::{Trouble, supervise};
