#![doc = include_str!("../README.md")]

mod decode;
mod envelope;
mod events;
mod id;
mod incoming;
mod outgoing;
mod sweeps;

pub use decode::{DecodeError, Incoming, decode};
pub use envelope::Envelope;
pub use events::{EVENTS, EventData, EventInfo, envelope_schema};
pub use id::{EventId, IdError, KelurahanCode, OfficerId, PhotoId, TicketId, UnitId};
pub use incoming::{
    Channel, ObjectRef, PhotoUploaded, Point, Role, Step, Submission, TicketChanged, Told,
    Visibility,
};
pub use outgoing::{
    ClosureDue, ClosureJudged, Match, MatchKind, MatchTier, MatchTransform, PhotoProcessed,
    PhotoRejected, Place, Published, Rendition, Reroute, Signal, Strength, TicketEscalated,
    TicketWarned, Verdict,
};
pub use sweeps::{
    Moved, MovedBy, NightCity, NightLevel, NightLine, NightTicket, NightUnit, SweepFinished,
    TicketRedated,
};
