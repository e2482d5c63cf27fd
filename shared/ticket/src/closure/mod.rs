//! Does a closure deserve a second look? Facts in, verdict with reasons out.
//!
//! The same facts and the same rules always give the same verdict, in whatever order the facts
//! stand. What is unknown is never a signal. No text says that anybody cheated: each says what was
//! seen, what it may innocently be, and what to look at.

mod facts;
mod judge;
mod pictures;
mod rules;
mod signals;
mod words;

pub use self::facts::{CapturedAt, ClosureFacts, EvidenceFacts, EvidenceOutcome, PhotoMatch};
pub use self::judge::{Judgement, judge};
pub use self::rules::{
    BUILTIN, Capture, Category, Limits, Marks, Near, OneVisit, Rules, Weight, Weights,
};
