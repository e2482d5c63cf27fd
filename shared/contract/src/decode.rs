//! Reading what a worker is handed. A message is read wholly or refused with a reason.

use serde_json::Value;

use crate::{ClosureDue, Envelope, EventData, PhotoUploaded, TicketChanged};

/// The largest message that is decoded, bytes. History steps are small; a megabyte is an accident.
const MAX_MESSAGE: usize = 1024 * 1024;

/// The longest `source`, bytes.
const MAX_SOURCE: usize = 256;

/// The types that [`decode`] reads.
const INCOMING: [&str; 3] = [PhotoUploaded::TYPE, TicketChanged::TYPE, ClosureDue::TYPE];

/// A message a worker may be handed.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// `crm.photo.uploaded.v1`
    PhotoUploaded(Envelope<PhotoUploaded>),
    /// `crm.ticket.changed.v1`
    TicketChanged(Envelope<TicketChanged>),
    /// `jaga.closure.due.v1`
    ClosureDue(Envelope<ClosureDue>),
}

impl Incoming {
    /// Identity across redeliveries: CloudEvents makes `source` + `id` unique.
    pub fn message_id(&self) -> String {
        let (source, id) = match self {
            Self::PhotoUploaded(e) => (&e.source, &e.id),
            Self::TicketChanged(e) => (&e.source, &e.id),
            Self::ClosureDue(e) => (&e.source, &e.id),
        };
        format!("{source}#{id}")
    }
}

/// Why a message is no event we know. Never repeats values: they may be a reporter's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Larger than `MAX_MESSAGE`.
    #[error("the message has {0} bytes, at most {MAX_MESSAGE} are read")]
    TooLarge(usize),
    /// Not JSON at all.
    #[error("the message is not JSON (line {line}, column {column})")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON, but no CloudEvents 1.0 envelope.
    #[error("the message is no CloudEvents 1.0 envelope: {0}")]
    NotAnEnvelope(String),
    /// A family we know in a version we do not.
    #[error("version {version} of {family} is unknown here, known: {known}")]
    UnknownVersion {
        /// Type without version.
        family: String,
        /// The version sent.
        version: String,
        /// The newest version known.
        known: String,
    },
    /// A type we do not know.
    #[error("the event type is unknown here")]
    UnknownType,
    /// The envelope is right, the payload is not.
    #[error("{kind}: field `{field}`: {problem}")]
    BadData {
        /// The event's type.
        kind: String,
        /// The path to the field.
        field: String,
        /// What is wrong with it, without its value.
        problem: String,
    },
}

impl DecodeError {
    /// A stable code for reports and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "message_too_large",
            Self::NotJson { .. } => "not_json",
            Self::NotAnEnvelope(_) => "not_an_envelope",
            Self::UnknownVersion { .. } => "unknown_version",
            Self::UnknownType => "unknown_type",
            Self::BadData { .. } => "bad_data",
        }
    }
}

/// Reads one message.
pub fn decode(bytes: &[u8]) -> Result<Incoming, DecodeError> {
    if bytes.len() > MAX_MESSAGE {
        return Err(DecodeError::TooLarge(bytes.len()));
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|e| DecodeError::NotJson {
        line: e.line(),
        column: e.column(),
    })?;
    let kind = attributes(&value).map_err(|why| DecodeError::NotAnEnvelope(why.into()))?;
    if let Some(field) = nul(&value) {
        let problem = "a NUL character, which no database column takes".into();
        return Err(DecodeError::BadData {
            kind: known_kind(kind).into(),
            field,
            problem,
        });
    }
    match kind {
        PhotoUploaded::TYPE => payload(&value).map(Incoming::PhotoUploaded),
        TicketChanged::TYPE => payload(&value).map(Incoming::TicketChanged),
        ClosureDue::TYPE => payload(&value).map(Incoming::ClosureDue),
        other => Err(unknown(other)),
    }
}

/// Checks what CloudEvents asks of every envelope; gives the type.
fn attributes(value: &Value) -> Result<&str, &'static str> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    if text("specversion") != Some("1.0") {
        return Err("specversion is not \"1.0\"");
    }
    let kind = text("type").ok_or("type is missing")?;
    let source = text("source").ok_or("source is missing")?;
    // It becomes part of the message's identity, so it must be short and printable.
    if source.is_empty()
        || source.len() > MAX_SOURCE
        || !source.bytes().all(|b| b.is_ascii_graphic())
    {
        return Err("source is no short URI reference");
    }
    if text("id").is_none() {
        return Err("id is missing");
    }
    if value.get("data").is_none() {
        return Err("data is missing");
    }
    Ok(kind)
}

/// The path of the first text with a NUL in it. PostgreSQL's TEXT takes none, so that a message with
/// one would fail at every attempt. Only names of known shape are repeated in the path.
fn nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => items.iter().find_map(nul),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            if name.contains('\0') {
                return Some(String::new());
            }
            let below = nul(value)?;
            let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            let name = if plain { name.as_str() } else { "?" };
            Some(if below.is_empty() {
                name.to_owned()
            } else {
                format!("{name}.{below}")
            })
        }),
        _ => None,
    }
}

fn known_kind(kind: &str) -> &'static str {
    INCOMING
        .into_iter()
        .find(|known| *known == kind)
        .unwrap_or("an unknown type")
}

fn unknown(kind: &str) -> DecodeError {
    let Some((family, version)) = kind.rsplit_once('.') else {
        return DecodeError::UnknownType;
    };
    let digits = version.strip_prefix('v').unwrap_or("");
    let numbered = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    INCOMING
        .iter()
        .filter_map(|k| k.rsplit_once('.'))
        .find(|(f, _)| numbered && *f == family)
        .map_or(DecodeError::UnknownType, |(f, k)| {
            DecodeError::UnknownVersion {
                family: f.to_owned(),
                version: version.to_owned(),
                known: k.to_owned(),
            }
        })
}

fn payload<T: EventData>(value: &Value) -> Result<Envelope<T>, DecodeError> {
    serde_path_to_error::deserialize(value).map_err(|e| DecodeError::BadData {
        kind: T::TYPE.to_owned(),
        field: e.path().to_string(),
        problem: problem(e.inner()),
    })
}

/// serde quotes the offending value in some messages (`invalid type: string "…"`); keep only the
/// kind of trouble and what was expected.
fn problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.split_once(": "), text.rsplit_once(", expected ")) {
        (Some(("invalid type" | "invalid value" | "invalid length", _)), Some((_, expected))) => {
            format!("expected {expected}")
        }
        _ if text.starts_with("missing field") || text.starts_with("an identifier") => text,
        _ if text.starts_with("unknown variant") => "unknown name".into(),
        _ => "not readable as what it should be".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> serde_json::Value {
        serde_json::json!({
            "specversion": "1.0", "id": "e1", "source": "/crm", "type": "crm.photo.uploaded.v1",
            "data": {"photo_id": "p1", "ticket_id": "JK2611020001", "role": "report",
                     "object": {"bucket": "jaga-quarantine", "key": "p1"},
                     "uploaded_at": "2026-11-02T01:00:00Z", "a_field_of_tomorrow": 7}
        })
    }

    fn with(path: &str, to: serde_json::Value) -> Result<Incoming, DecodeError> {
        let mut v = sample();
        if let Some(place) = v.pointer_mut(path) {
            *place = to;
        }
        decode(v.to_string().as_bytes())
    }

    #[test]
    fn an_event_with_unknown_fields_is_read() {
        let event = decode(sample().to_string().as_bytes());
        assert_eq!(event.map(|e| e.message_id()), Ok("/crm#e1".into()));
    }

    #[test]
    fn each_kind_of_bad_message_has_its_own_code_and_no_value_in_its_text() {
        let secret = "Jl. Rahasia 7";
        let cases = [
            (decode(b"{\"specversion\""), "not_json"),
            (decode(b"[]"), "not_an_envelope"),
            (with("/specversion", "0.3".into()), "not_an_envelope"),
            (
                with("/type", "crm.photo.uploaded.v9".into()),
                "unknown_version",
            ),
            (with("/type", secret.into()), "unknown_type"),
            (with("/source", secret.into()), "not_an_envelope"),
            (with("/source", "x".repeat(257).into()), "not_an_envelope"),
            (with("/id", 7.into()), "not_an_envelope"),
            (with("/id", secret.into()), "bad_data"),
            (with("/data/role", secret.into()), "bad_data"),
            (
                with("/data/object/key", format!("{secret}\0").into()),
                "bad_data",
            ),
            (
                with(
                    "/data/a_field_of_tomorrow",
                    serde_json::json!({(secret): "\0"}),
                ),
                "bad_data",
            ),
            (with("/data/photo_id", secret.into()), "bad_data"),
            (with("/data/uploaded_at", secret.into()), "bad_data"),
            (with("/data/object", secret.into()), "bad_data"),
            (decode(&vec![b' '; MAX_MESSAGE + 1]), "message_too_large"),
        ];
        for (result, code) in cases {
            let Err(error) = result else {
                unreachable!("{code} was read")
            };
            assert_eq!(error.code(), code, "{error}");
            assert!(!error.to_string().contains("Rahasia"), "{error}");
        }
    }
}
