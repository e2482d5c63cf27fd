//! One ticket of the week, and what is true of it.

use jaga_contract::{KelurahanCode, Point, TicketChanged, TicketId};
use jiff::Timestamp;

use super::Upload;
use crate::Problem;

/// A ticket from its report to wherever it came by the end of the week.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its number.
    pub ticket_id: TicketId,
    /// What it is about.
    pub kind: Problem,
    /// Where the problem really is; the ticket's own point may differ (see [`OddKind::WrongPin`]).
    pub spot: Point,
    /// The kelurahan the problem is really in.
    pub kelurahan: KelurahanCode,
    /// In order of time.
    pub timeline: Vec<Moment>,
    /// What a perfect judge would say.
    pub truth: Truth,
}

impl Case {
    /// Its photos, in order of time.
    pub fn uploads(&self) -> impl Iterator<Item = &Upload> {
        self.timeline
            .iter()
            .filter_map(|moment| match &moment.what {
                Happening::Upload(upload) => Some(upload),
                Happening::Ticket(_) => None,
            })
    }

    /// Its steps, in order of time.
    pub fn steps(&self) -> impl Iterator<Item = &TicketChanged> {
        self.timeline
            .iter()
            .filter_map(|moment| match &moment.what {
                Happening::Ticket(step) => Some(step),
                Happening::Upload(_) => None,
            })
    }
}

/// Something that reaches Jaga at this time.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// When the CRM says it. Tickets from before the week are told in the week's first minute,
    /// with `occurred_at` and `uploaded_at` as they were.
    pub at: Timestamp,
    /// What it says.
    pub what: Happening,
}

/// What the CRM tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// A step of the ticket's history.
    Ticket(TicketChanged),
    /// A photo.
    Upload(Upload),
}

/// What is true of a ticket's closure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// The work was done, and the evidence shows it.
    Honest,
    /// The same, but it looks odd.
    HonestOdd(OddKind),
    /// The work was not done.
    Faked(FakeKind),
    /// No closure was proposed within the week.
    Open,
}

/// How a closure was faked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FakeKind {
    /// The bytes of another ticket's evidence, of another place.
    ReusedEvidence,
    /// Another ticket's evidence with a new date printed on it (Angke 2025).
    NewDateBanner,
    /// The reporter's own photo with the problem taken out (Kalisari 2026).
    EditedReport,
    /// Taken days before the ticket existed.
    OlderThanTicket,
    /// Taken kilometres away.
    FarAway,
    /// Closed 14 seconds after it was accepted, with some picture.
    FourteenSeconds,
    /// Closed without any evidence.
    NoEvidence,
    /// The file itself says that a model made or changed it.
    AiMarked,
}

impl FakeKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::ReusedEvidence,
        Self::NewDateBanner,
        Self::EditedReport,
        Self::OlderThanTicket,
        Self::FarAway,
        Self::FourteenSeconds,
        Self::NoEvidence,
        Self::AiMarked,
    ];

    /// A name for tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReusedEvidence => "reused evidence",
            Self::NewDateBanner => "reused with a new date",
            Self::EditedReport => "edited report photo",
            Self::OlderThanTicket => "older than the ticket",
            Self::FarAway => "taken far away",
            Self::FourteenSeconds => "closed in 14 seconds",
            Self::NoEvidence => "no evidence",
            Self::AiMarked => "marked as AI",
        }
    }
}

/// How an honest closure looks odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OddKind {
    /// One visit, one photo, two tickets of the same spot.
    OneVisit,
    /// The same photo again on the same ticket after a refusal.
    RetryUpload,
    /// A messenger dropped all metadata.
    MessengerStripped,
    /// The officer stood where the reporter had stood.
    SameAngle,
    /// The reporter's pin is some 200 m off, over the border.
    WrongPin,
    /// After dark, hardly anything to see, badly compressed.
    NightFlat,
    /// The phone believes in a zone one hour off.
    ClockOffByZone,
    /// The work was done shortly before the report came in.
    ProactiveWork,
}

impl OddKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::OneVisit,
        Self::RetryUpload,
        Self::MessengerStripped,
        Self::SameAngle,
        Self::WrongPin,
        Self::NightFlat,
        Self::ClockOffByZone,
        Self::ProactiveWork,
    ];

    /// A name for tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneVisit => "one visit, two tickets",
            Self::RetryUpload => "retried upload",
            Self::MessengerStripped => "no metadata left",
            Self::SameAngle => "same angle, honest",
            Self::WrongPin => "wrong pin over the border",
            Self::NightFlat => "dark and flat",
            Self::ClockOffByZone => "clock off by a zone",
            Self::ProactiveWork => "done before the report",
        }
    }
}
