#![doc = include_str!("README.md")]

mod case;
mod interval;
mod propose;
mod queue;
mod recall;
mod statistics;
mod told;

pub use self::case::{Case, Decided, Decision, Strata, Stratum, Tally};
pub use self::interval::{Share, bounds_of_a_population, wilson};
pub use self::propose::{Advice, Goals, Proposals, SignalAdvice, Threshold, propose};
pub use self::queue::{Last, Waiting, in_order, is_open};
pub use self::recall::{Recall, recall};
pub use self::statistics::{Counts, Line, SignalLine, Statistics, statistics};
pub use self::told::told;
