#![doc = include_str!("../README.md")]

mod dating;
mod dead;
mod decision;
mod deliver;
mod handler;
mod in_force;
mod park;
mod session;
mod supervise;

pub use dating::{Dated, DeadlineRules, date, re_dated};
pub use decision::Decision;
pub use handler::{Committed, Handler, Job, Runtime};
pub use in_force::InForce;
pub use session::consume;
pub use supervise::{Trouble, supervise};
