//! What is known about one closure. Plain data: `jaga judge --facts` reads it from a file.

use jaga_contract::{EventId, MatchKind, PhotoId, Role, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Everything that a verdict may rest on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosureFacts {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The step that proposed the closure.
    pub closure: EventId,
    /// When the report came, if its submission is known.
    #[serde(default)]
    pub submitted_at: Option<Timestamp>,
    /// When a unit took it as its work.
    #[serde(default)]
    pub accepted_at: Option<Timestamp>,
    /// When it was passed to the unit that closed it.
    #[serde(default)]
    pub assigned_at: Option<Timestamp>,
    /// When the closure was proposed.
    pub proposed_at: Timestamp,
    /// The category's name in the CRM; empty where unknown.
    #[serde(default)]
    pub category: String,
    /// What the officer wrote.
    #[serde(default)]
    pub note: String,
    /// The photos offered as proof.
    #[serde(default)]
    pub evidence: Vec<EvidenceFacts>,
}

/// What is known about one evidence photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFacts {
    /// The photo.
    pub photo: PhotoId,
    /// What became of it.
    pub outcome: EvidenceOutcome,
    /// When it was taken, if it says so.
    #[serde(default)]
    pub captured_at: Option<CapturedAt>,
    /// Metres from its position to the ticket's point, if both are known.
    #[serde(default)]
    pub distance_to_ticket_m: Option<f64>,
    /// The location verdict, as in [`jaga_contract::Place`].
    #[serde(default)]
    pub place: Option<String>,
    /// Its position is the ticket's point to the last digit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identical_to_pin: bool,
    /// Its position is a listed office's to the last digit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identical_to_office: bool,
    /// Marks of provenance, such as `ai_edited`; a prefix up to a colon is ignored.
    #[serde(default)]
    pub marks: Vec<String>,
    /// Other photos that show the same picture, any order.
    #[serde(default)]
    pub matches: Vec<PhotoMatch>,
}

/// What became of an evidence photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EvidenceOutcome {
    /// Read and stored.
    Processed,
    /// It can't be used.
    Rejected {
        /// A stable code, such as `unsupported_format`.
        reason: String,
    },
    /// It could not be read, and waits for a human.
    Parked,
    /// It was named in the closure and never came.
    Missing,
}

/// When a photo says it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapturedAt {
    /// The instant; without a zone the photo's clock is read as Jakarta's.
    pub at: Timestamp,
    /// Whether the photo said in which zone.
    pub zone_known: bool,
}

/// Another photo that shows the same picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoMatch {
    /// The other photo.
    pub photo: PhotoId,
    /// Its ticket.
    pub ticket: TicketId,
    /// Report or evidence.
    pub role: Role,
    /// How alike.
    pub kind: MatchKind,
    /// PDQ Hamming distance, 0 to 256.
    pub distance: u32,
    /// The lower PDQ quality of the two, 0 to 100.
    pub quality: u8,
    /// When the other photo was uploaded.
    pub other_uploaded_at: Timestamp,
    /// Whether it belongs to the same ticket.
    #[serde(default)]
    pub same_ticket: bool,
    /// Metres between the two tickets' points, if both are known.
    #[serde(default)]
    pub other_ticket_point_distance_m: Option<f64>,
}

impl ClosureFacts {
    /// The same facts in one order, so that the order in which they came can't matter.
    pub(crate) fn sorted(&self) -> Vec<EvidenceFacts> {
        let mut evidence = self.evidence.clone();
        for photo in &mut evidence {
            photo.marks.sort();
            photo.marks.dedup();
            photo.matches.sort_by(|a, b| {
                (&a.photo, &a.ticket)
                    .cmp(&(&b.photo, &b.ticket))
                    .then_with(|| text(a).cmp(&text(b)))
            });
            photo.matches.dedup();
        }
        evidence.sort_by(|a, b| a.photo.cmp(&b.photo).then_with(|| text(a).cmp(&text(b))));
        evidence.dedup();
        evidence
    }
}

/// Orders what differs in nothing but its lesser fields.
fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A length in whole metres, if it is one.
pub(crate) fn metres(value: Option<f64>) -> Option<u32> {
    value
        .filter(|m| m.is_finite() && *m >= 0.0)
        .map(|m| m.round().min(f64::from(u32::MAX)) as u32)
}
