//! The one list of events: type, way and schema. Schemas, examples, AsyncAPI and the bus are held
//! against it by tests.

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{
    ClosureDue, ClosureJudged, Envelope, NightCity, NightUnit, PhotoProcessed, PhotoRejected,
    PhotoUploaded, SweepFinished, TicketChanged, TicketEscalated, TicketRedated, TicketWarned,
};

/// A payload and its versioned type.
pub trait EventData: Serialize + DeserializeOwned + JsonSchema {
    /// Such as `crm.photo.uploaded.v1`; also the routing key.
    const TYPE: &'static str;
    /// What the event is about.
    fn subject(&self) -> &str;
}

/// One event of the contract.
#[derive(Debug, Clone, Copy)]
pub struct EventInfo {
    /// The type, which is also the routing key.
    pub kind: &'static str,
    /// The topic exchange it is published to: `crm` (the CRM speaks) or `jaga` (Jaga speaks).
    pub exchange: &'static str,
    /// The queue it ends in: a worker's, or `crm`, the CRM's mailbox.
    pub queue: &'static str,
    /// The JSON Schema of its payload (draft 2020-12).
    pub schema: fn() -> Schema,
    /// Reads a message of this type and writes it again: what comes back is all that was understood.
    pub reread: fn(&[u8]) -> Result<Vec<u8>, serde_json::Error>,
}

impl EventInfo {
    const fn of<T: EventData>(exchange: &'static str, queue: &'static str) -> Self {
        Self {
            kind: T::TYPE,
            exchange,
            queue,
            schema: schema::<T>,
            reread: reread::<T>,
        }
    }

    /// Whether Jaga reads it; the rest is what Jaga tells the CRM.
    pub fn is_incoming(&self) -> bool {
        self.queue != "crm"
    }
}

fn schema<T: EventData>() -> Schema {
    let mut schema = schema_for!(T);
    schema.insert("title".into(), T::TYPE.into());
    schema
}

fn reread<T: EventData>(bytes: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::from_slice::<Envelope<T>>(bytes)?.to_bytes()
}

/// The JSON Schema of the envelope around any payload (draft 2020-12).
pub fn envelope_schema() -> Schema {
    let mut schema = schema_for!(Envelope<serde_json::Value>);
    schema.insert("title".into(), "envelope".into());
    schema
}

macro_rules! events {
    ($($exchange:literal => $queue:literal: $data:ty, $type:literal, $subject:ident;)*) => {
        $(impl EventData for $data {
            const TYPE: &'static str = $type;
            fn subject(&self) -> &str {
                self.$subject.as_str()
            }
        })*

        /// Every event there is.
        pub const EVENTS: &[EventInfo] = &[$(EventInfo::of::<$data>($exchange, $queue)),*];
    };
}

events! {
    "crm" => "photo": PhotoUploaded, "crm.photo.uploaded.v1", photo_id;
    "crm" => "intake": TicketChanged, "crm.ticket.changed.v1", ticket_id;
    "jaga" => "closure": ClosureDue, "jaga.closure.due.v1", ticket_id;
    "jaga" => "crm": PhotoProcessed, "jaga.photo.processed.v1", photo_id;
    "jaga" => "crm": PhotoRejected, "jaga.photo.rejected.v1", photo_id;
    "jaga" => "crm": TicketWarned, "jaga.ticket.warned.v1", ticket_id;
    "jaga" => "crm": TicketEscalated, "jaga.ticket.escalated.v1", ticket_id;
    "jaga" => "crm": TicketRedated, "jaga.ticket.redated.v1", ticket_id;
    "jaga" => "crm": ClosureJudged, "jaga.closure.judged.v1", ticket_id;
    "jaga" => "crm": SweepFinished, "jaga.sweep.finished.v1", sweep_id;
    "jaga" => "crm": NightUnit, "jaga.night.unit.v1", night;
    "jaga" => "crm": NightCity, "jaga.night.city.v1", night;
}
