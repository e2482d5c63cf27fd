//! Pixels that strangers chose are parsed in a child process that can be killed: it has its own
//! limits, an empty environment, and nothing but a pipe in and a pipe out.

mod child;
mod frame;
mod parent;

pub use child::child_main;
pub use parent::Decoder;
pub(crate) use parent::Verdict;
