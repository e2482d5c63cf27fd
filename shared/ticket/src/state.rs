//! What a history amounts to: the ticket now, and the moments that clocks run on.

use std::fmt;

use jaga_contract::{EventId, OfficerId, PhotoId, Step, Submission, TicketId, UnitId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Steps came, the submission has not.
    Unsubmitted,
    /// Menunggu: nobody has acted.
    Waiting,
    /// Koordinasi: passed sideways.
    Coordinated,
    /// Disposisi: passed down.
    Dispositioned,
    /// Proses: a unit works on it.
    InProgress,
    /// EWS: a unit declared when it will be done.
    Estimated,
    /// The reporter was asked for more.
    InformationRequested,
    /// Menunggu Validasi: the unit says it is done.
    AwaitingValidation,
    /// TL Ditolak: the closure was refused, the work repeats.
    Refused,
    /// Selesai: validated.
    Done,
    /// Ditolak: the report itself was turned down.
    Rejected,
}

impl State {
    /// The wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unsubmitted => "unsubmitted",
            Self::Waiting => "waiting",
            Self::Coordinated => "coordinated",
            Self::Dispositioned => "dispositioned",
            Self::InProgress => "in_progress",
            Self::Estimated => "estimated",
            Self::InformationRequested => "information_requested",
            Self::AwaitingValidation => "awaiting_validation",
            Self::Refused => "refused",
            Self::Done => "done",
            Self::Rejected => "rejected",
        }
    }

    /// Whether only a reopening can change it.
    pub fn is_ended(self) -> bool {
        matches!(self, Self::Done | Self::Rejected)
    }
}

/// The kind of a step, as policies name it in `from`, `until` and `resume`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each is the like-named variant of jaga_contract::Step"
)]
pub enum StepKind {
    Submitted,
    Coordinated,
    Dispositioned,
    Accepted,
    EstimateDeclared,
    InformationRequested,
    InformationReceived,
    ClosureProposed,
    Validated,
    Refused,
    Reopened,
    Rejected,
    Rated,
}

impl StepKind {
    /// The wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Coordinated => "coordinated",
            Self::Dispositioned => "dispositioned",
            Self::Accepted => "accepted",
            Self::EstimateDeclared => "estimate_declared",
            Self::InformationRequested => "information_requested",
            Self::InformationReceived => "information_received",
            Self::ClosureProposed => "closure_proposed",
            Self::Validated => "validated",
            Self::Refused => "refused",
            Self::Reopened => "reopened",
            Self::Rejected => "rejected",
            Self::Rated => "rated",
        }
    }
}

impl From<&Step> for StepKind {
    fn from(step: &Step) -> Self {
        match step {
            Step::Submitted(_) => Self::Submitted,
            Step::Coordinated { .. } => Self::Coordinated,
            Step::Dispositioned { .. } => Self::Dispositioned,
            Step::Accepted => Self::Accepted,
            Step::EstimateDeclared { .. } => Self::EstimateDeclared,
            Step::InformationRequested => Self::InformationRequested,
            Step::InformationReceived => Self::InformationReceived,
            Step::ClosureProposed { .. } => Self::ClosureProposed,
            Step::Validated => Self::Validated,
            Step::Refused { .. } => Self::Refused,
            Step::Reopened { .. } => Self::Reopened,
            Step::Rejected { .. } => Self::Rejected,
            Step::Rated { .. } => Self::Rated,
        }
    }
}

/// What became of a proposed closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nobody has answered.
    Pending,
    /// Biro Pemerintahan agreed.
    Validated,
    /// Biro Pemerintahan refused, or the ticket was reopened.
    Refused,
}

/// A unit's claim that the work is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// The step that proposed it.
    pub event_id: EventId,
    /// When, by the CRM's clock.
    pub proposed_at: Timestamp,
    /// Who, if known.
    pub unit: Option<UnitId>,
    /// The photos offered as proof, in the order sent.
    pub evidence: Vec<PhotoId>,
    /// What the officer wrote.
    pub note: String,
    /// The officer's handle, if the CRM gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<OfficerId>,
    /// What became of it.
    pub outcome: Outcome,
}

/// A declared finish (EWS, estimasi waktu selesai).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// When it was declared.
    pub declared_at: Timestamp,
    /// The declared finish.
    pub finish_at: Timestamp,
}

/// A step that had an effect: what deadlines run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// When it took effect: its own time, but never before the submission.
    pub at: Timestamp,
    /// The step.
    pub event_id: EventId,
    /// Its kind.
    pub kind: StepKind,
    /// The ticket's state after it.
    pub state: State,
    /// The unit that holds the ticket after it, where one was named.
    pub unit: Option<UnitId>,
}

/// A step that does not fit the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contradiction {
    /// The step.
    pub event_id: EventId,
    /// What does not fit, for people.
    pub what: String,
    /// Whether a sound history may look so where a step is still to come, or was never sent.
    pub tolerable: bool,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.event_id, self.what)
    }
}

/// A ticket as its history tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// Which.
    pub id: TicketId,
    /// Where it stands.
    pub state: State,
    /// What was reported; absent until the submission came.
    pub submission: Option<Submission>,
    /// When it was reported.
    pub submitted_at: Option<Timestamp>,
    /// The unit that holds it now, if a step named one.
    pub owner: Option<UnitId>,
    /// How often it was passed on (koordinasi and disposisi).
    pub hops: u32,
    /// When it was last passed on.
    pub assigned_at: Option<Timestamp>,
    /// When a unit first took it as its work.
    pub accepted_at: Option<Timestamp>,
    /// Every proposed closure, earliest first.
    pub closures: Vec<Closure>,
    /// How often it was opened again after an end.
    pub reopened: u32,
    /// Waits for the reporter: from, and until (open: `None`), disjoint, earliest first.
    pub pauses: Vec<(Timestamp, Option<Timestamp>)>,
    /// When it was validated or rejected; `None` while open.
    pub ended_at: Option<Timestamp>,
    /// The declared finish that counts: the first. Later ones are in `estimates`.
    pub estimate: Option<Timestamp>,
    /// Every declared finish, earliest declaration first.
    pub estimates: Vec<Estimate>,
    /// The reporter's ratings, earliest first.
    pub ratings: Vec<(Timestamp, u8)>,
    /// The steps that had an effect, in order.
    pub timeline: Vec<Moment>,
    /// What in the history does not fit. No values of the report in it.
    pub contradictions: Vec<Contradiction>,
}

impl Ticket {
    /// Notes a step that can't be true together with the others.
    pub(crate) fn contradicts(&mut self, event_id: &EventId, what: impl Into<String>) {
        self.contradictions.push(Contradiction {
            event_id: event_id.clone(),
            what: what.into(),
            tolerable: false,
        });
    }

    /// Notes a step that another should have come before.
    pub(crate) fn misses(&mut self, event_id: &EventId, what: impl Into<String>) {
        self.contradictions.push(Contradiction {
            event_id: event_id.clone(),
            what: what.into(),
            tolerable: true,
        });
    }

    pub(crate) fn empty(id: TicketId) -> Self {
        Self {
            id,
            state: State::Unsubmitted,
            submission: None,
            submitted_at: None,
            owner: None,
            hops: 0,
            assigned_at: None,
            accepted_at: None,
            closures: Vec::new(),
            reopened: 0,
            pauses: Vec::new(),
            ended_at: None,
            estimate: None,
            estimates: Vec::new(),
            ratings: Vec::new(),
            timeline: Vec::new(),
            contradictions: Vec::new(),
        }
    }
}
