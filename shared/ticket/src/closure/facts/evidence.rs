//! What is known about one evidence photo, and about the photos that it was compared with.

use jaga_contract::{MatchKind, PhotoId, Role, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::form::{Edit, Share, Thumbnail};

/// What is known about one evidence photo. Each field beyond `photo` and `outcome` may be missing:
/// then it is unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFacts {
    /// The photo.
    pub photo: PhotoId,
    /// What became of it.
    pub outcome: EvidenceOutcome,
    /// When it was taken, if it says so: the best of its own times.
    #[serde(default)]
    pub captured_at: Option<CapturedAt>,
    /// Other times of it, each with its source, any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<TimeMark>,
    /// Metres from its position to the ticket's point, if both are known.
    #[serde(default)]
    pub distance_to_ticket_m: Option<f64>,
    /// The location verdict, as in [`jaga_contract::Place`].
    #[serde(default)]
    pub place: Option<String>,
    /// Metres from its position to the border of the ticket's kelurahan, from either side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub border_m: Option<f64>,
    /// Seconds from the receiver's fix to the capture: much more than a minute is a stale position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_age_s: Option<i64>,
    /// Its position is the ticket's point to the last digit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identical_to_pin: bool,
    /// Its position is a listed office's to the last digit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identical_to_office: bool,
    /// Of the unit's recent evidence with a position: how many have the pin's to the last digit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin_copies: Option<Share>,
    /// The officer's photo before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
    /// How many of the officer's photos in a row, this one included, claim exactly this accuracy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_accuracy: Option<u32>,
    /// Marks of provenance, such as `ai_edited`; a prefix up to a colon is ignored.
    #[serde(default)]
    pub marks: Vec<String>,
    /// What is known of an edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
    /// Traits of the file's form: `says_screenshot`, `screen_size`, `stripped`, `messenger_size`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<String>,
    /// How much the picture has the pattern of a screen that was photographed, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen_pattern: Option<f64>,
    /// How far the thumbnail within the file is from the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Thumbnail>,
    /// Unevenness of the coefficients, per cent: above about 10 an earlier compression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub double_compression: Option<u8>,
    /// Whether a camera names itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<bool>,
    /// Of the officer's other evidence: in how many a camera names itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer_camera: Option<Share>,
    /// Other photos that show the same picture, any order.
    #[serde(default)]
    pub matches: Vec<PhotoMatch>,
    /// What comparing it, pixel by pixel, with other photos gave, any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scenes: Vec<SceneFacts>,
}

impl EvidenceFacts {
    /// A photo of which nothing is known but what became of it.
    pub fn bare(photo: PhotoId, outcome: EvidenceOutcome) -> Self {
        Self {
            photo,
            outcome,
            captured_at: None,
            times: Vec::new(),
            distance_to_ticket_m: None,
            place: None,
            border_m: None,
            position_age_s: None,
            identical_to_pin: false,
            identical_to_office: false,
            pin_copies: None,
            previous: None,
            same_accuracy: None,
            marks: Vec::new(),
            edit: None,
            traits: Vec::new(),
            screen_pattern: None,
            thumbnail: None,
            double_compression: None,
            camera: None,
            officer_camera: None,
            matches: Vec::new(),
            scenes: Vec::new(),
        }
    }
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

/// Where a time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// The camera's clock, in EXIF.
    Exif,
    /// The receiver's own clock, which no phone setting moves.
    Gps,
    /// The file's, or written by software.
    File,
    /// Printed onto the picture.
    Printed,
    /// What the officer stated as the time of the work.
    Stated,
}

/// A time that belongs to a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeMark {
    /// The instant; of a date alone its noon in Jakarta.
    pub at: Timestamp,
    /// Where it stands.
    pub source: TimeSource,
    /// Only the day is known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub date_only: bool,
}

/// The way from the same officer's photo before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previous {
    /// That photo.
    pub photo: PhotoId,
    /// Metres between the two positions.
    pub distance_m: f64,
    /// Seconds between the two.
    pub seconds: i64,
    /// By the photos' own times; otherwise by their uploads, which may come in a batch.
    #[serde(default)]
    pub by_capture: bool,
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
    /// PDQ Hamming distance, 0 to 256; of the fingerprints that are nearest (whole, mirrored, without
    /// banners, a crop).
    pub distance: u32,
    /// The lower PDQ quality of the two, 0 to 100.
    pub quality: u8,
    /// When the other photo was uploaded.
    pub other_uploaded_at: Timestamp,
    /// Whether it belongs to the same ticket.
    #[serde(default)]
    pub same_ticket: bool,
    /// Whether it was offered with the same closure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub same_closure: bool,
    /// Metres between the two tickets' points, if both are known.
    #[serde(default)]
    pub other_ticket_point_distance_m: Option<f64>,
    /// The two tickets' report photos show one place, whatever their pins say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reports_same_place: Option<bool>,
}

/// How two photos are related, by comparing them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It can't be told.
    Unknown,
    /// Nothing in common was found.
    Unrelated,
    /// One place, another exposure.
    SameScene,
    /// One exposure, changed.
    EditedCopy,
    /// The same picture.
    Identical,
}

/// An evidence photo compared with another photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SceneFacts {
    /// The other photo. One of another ticket counts only beside its entry in `matches`.
    pub photo: PhotoId,
    /// Report or evidence.
    pub role: Role,
    /// Whether it belongs to the same ticket.
    #[serde(default)]
    pub same_ticket: bool,
    /// How they are related.
    pub relation: Relation,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// Why it can't be told, where it is unknown: a stable code, such as `too_plain` or `not_kept`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Share of the evidence photo that the other shows too, changed or not, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aligned: Option<f64>,
    /// Share of the other photo that was changed, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<f64>,
}
