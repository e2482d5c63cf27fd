//! Pixels that strangers chose are parsed in a child process that can be killed: it has its own
//! limits, nothing of the worker's environment, and nothing but sealed memory in and a pipe out.

mod answer;
mod child;
mod compare;
mod confine;
mod ending;
mod frame;
mod handed;
mod parent;
mod recheck;
mod report;
mod selftest;
mod syscalls;
mod tasks;
mod trial;

pub use child::child_main;
pub use compare::{Compared, Exact, luma, seen};
pub use parent::{Decoder, OF_TIME, Verdict};
pub use report::{Guard, GuardState, Report};
pub use tasks::Inspected;
pub use trial::Trial;
