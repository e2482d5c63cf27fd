#![doc = include_str!("../README.md")]

pub mod calendar;
pub mod closure;
mod date;
mod deadline;
mod escalate;
mod explain;
mod fold;
mod history;
mod hops;
pub mod policy;
mod read;
pub mod review;
mod run;
mod shift;
mod state;
mod text;
mod work;

pub use calendar::{Calendar, Calendars, Span};
pub use closure::{
    CapturedAt, ClosureFacts, EvidenceFacts, EvidenceOutcome, Judgement, PhotoMatch, Rules, judge,
};
pub use deadline::{Deadline, LevelDue, deadlines, explained_deadlines};
pub use escalate::{Action, Done, due_actions, next_after, next_at};
pub use explain::{Moved, explain_deadline, explain_ticket};
pub use fold::fold;
pub use history::History;
pub use policy::{Level, NoPolicy, Policies, Policy, Target};
pub use read::PolicyError;
pub use shift::{Ruling, Shift, reasons, shifts};
pub use state::{Closure, Contradiction, Estimate, Moment, Outcome, State, StepKind, Ticket};
