//! The envelope: CloudEvents 1.0 in structured JSON mode (<https://cloudevents.io>, v1.0.2).

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{EventData, EventId};

/// A CloudEvents 1.0 envelope. Extension attributes (`traceparent` and the like) are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope<T> {
    /// Always `1.0`.
    #[schemars(extend("const" = "1.0"))]
    pub specversion: String,
    /// Unique within `source`; a repeat has the same.
    pub id: EventId,
    /// Who says so, such as `/crm` or `/jaga/photo`: a URI reference of at most 256 bytes.
    #[schemars(length(min = 1, max = 256), regex(pattern = r"^[!-~]+$"))]
    pub source: String,
    /// The payload's versioned type.
    #[serde(rename = "type")]
    #[schemars(regex(pattern = r"^(crm|jaga)\.[a-z]+\.[a-z]+\.v[1-9][0-9]*$"))]
    pub kind: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub time: Option<Timestamp>,
    /// Always `application/json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datacontenttype: Option<String>,
    /// The payload.
    pub data: T,
}

impl<T: EventData> Envelope<T> {
    /// Wraps a payload.
    pub fn new(id: EventId, source: impl Into<String>, time: Timestamp, data: T) -> Self {
        Self {
            specversion: "1.0".into(),
            id,
            source: source.into(),
            kind: T::TYPE.into(),
            subject: Some(data.subject().to_owned()),
            time: Some(time),
            datacontenttype: Some("application/json".into()),
            data,
        }
    }

    /// The bytes on the wire.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}
