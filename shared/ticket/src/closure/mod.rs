#![doc = include_str!("README.md")]

mod around;
mod city;
mod facts;
mod judge;
mod note;
mod past;
mod rate;
mod rules;
mod sample;
#[expect(
    clippy::unnecessary_wraps,
    reason = "one shape for all signals: some can always be looked for"
)]
mod signals;
mod words;

pub use self::around::{Near, burst, earlier_words};
pub use self::city::{City, Counted};
pub use self::facts::{
    Burst, CapturedAt, ClosureFacts, Edit, EvidenceFacts, EvidenceOutcome, PhotoMatch, Previous,
    Rate, Relation, ReportedAgain, Response, SameNote, SceneFacts, Share, Thumbnail, TimeMark,
    TimeSource,
};
pub use self::judge::{Judgement, Unknown, judge};
pub use self::note::{normal_note, note_digest};
pub use self::past::{Answered, Before, answers, bears_on, counted, span};
pub use self::rules::{BUILTIN, Explanation, Name, Rules, Weight, Weights};

/// The sections of a rules file.
pub mod section {
    pub use super::rules::{
        Authority, Burst, Capture, Category, Limits, Marks, Near, Note, OneVisit, Outlier, Place,
        Response, Sample, Scene, Traces,
    };
}
