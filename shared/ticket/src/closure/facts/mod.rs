//! What is known about one closure. Plain data: `jaga judge --facts` reads it from a file. Everything
//! that may be missing has a default, so that facts of before can still be read.

mod evidence;
mod form;

use jaga_contract::{EventId, PhotoId, TicketId, UnitId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::evidence::{
    CapturedAt, EvidenceFacts, EvidenceOutcome, PhotoMatch, Previous, Relation, SceneFacts,
    TimeMark, TimeSource,
};
pub use self::form::{Edit, Rate, Share, Thumbnail};

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
    /// The unit that closed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Whether that unit has authority for the category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_authority: Option<bool>,
    /// Metres from where the officer was when the ticket was assigned to the ticket's point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub travel_m: Option<f64>,
    /// Seconds from the photo that says where the officer was to the assignment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub travel_s: Option<u32>,
    /// That photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub travel_from: Option<PhotoId>,
    /// Metres from where the report's own photo was taken to the ticket's point, if it says so; of
    /// several the farthest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_distance_m: Option<f64>,
    /// The officer's, or else the unit's, closures around this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<Burst>,
    /// Other tickets closed with the same words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_note: Option<SameNote>,
    /// What came from reporters after the closure.
    #[serde(default, skip_serializing_if = "Response::is_empty")]
    pub response: Response,
    /// The unit's rates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unit_rates: Vec<Rate>,
    /// The officer's rates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub officer_rates: Vec<Rate>,
    /// The photos offered as proof.
    #[serde(default)]
    pub evidence: Vec<EvidenceFacts>,
}

/// Closures of one hand around this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Burst {
    /// How many, this one included, within the window of the rules.
    pub closures: u32,
    /// How many of them at this ticket's spot, this one included.
    #[serde(default)]
    pub same_spot: u32,
    /// Seconds from the first to the last capture of their evidence, by the photos' own times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_span_s: Option<u32>,
}

/// Other tickets closed with the same words, as [`normal_note`](super::normal_note) writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SameNote {
    /// Other tickets of the same unit within the window that the worker asks about.
    pub tickets: u32,
    /// How many of them at this ticket's spot.
    #[serde(default)]
    pub same_spot: u32,
}

/// What came from reporters after a closure.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Response {
    /// When the reporter said that it is not done.
    pub disputes: Vec<Timestamp>,
    /// The lowest rating since the closure, 1 to 5.
    pub rating: Option<u8>,
    /// Reports of the same kind close by.
    pub again: Vec<ReportedAgain>,
}

impl Response {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A later report of the same kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportedAgain {
    /// Its ticket.
    pub ticket: TicketId,
    /// When it came.
    pub at: Timestamp,
    /// Metres from this ticket's point.
    pub distance_m: f64,
}

impl ClosureFacts {
    /// The evidence in one order, so that the order in which it came can't matter.
    pub(super) fn sorted(&self) -> Vec<&EvidenceFacts> {
        let mut evidence: Vec<&EvidenceFacts> = self.evidence.iter().collect();
        evidence.sort_by(|a, b| a.photo.cmp(&b.photo).then_with(|| text(a).cmp(&text(b))));
        evidence.dedup_by(|a, b| a.photo == b.photo && text(a) == text(b));
        evidence
    }
}

impl EvidenceFacts {
    /// The matches in one order.
    pub(super) fn sorted_matches(&self) -> Vec<&PhotoMatch> {
        let mut matches: Vec<&PhotoMatch> = self.matches.iter().collect();
        matches.sort_by(|a, b| {
            (&a.photo, &a.ticket)
                .cmp(&(&b.photo, &b.ticket))
                .then_with(|| text(a).cmp(&text(b)))
        });
        matches.dedup();
        matches
    }
}

/// Orders what differs in nothing but its lesser fields. Lists within are brought into order first:
/// one photo that is told twice, in two orders, is one.
fn text<T: Serialize>(value: &T) -> String {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    settle(&mut value);
    value.to_string()
}

fn settle(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Array(list) => {
            list.iter_mut().for_each(settle);
            list.sort_by_key(ToString::to_string);
        }
        serde_json::Value::Object(map) => map.values_mut().for_each(settle),
        _ => {}
    }
}

/// A length in whole metres, if it is one.
pub(super) fn metres(value: Option<f64>) -> Option<u32> {
    value
        .filter(|m| m.is_finite() && *m >= 0.0)
        .map(|m| m.round().min(f64::from(u32::MAX)) as u32)
}
