//! What Jaga tells the CRM. No reporter data: no coordinates, no EXIF value, no file name. Of a
//! withheld (private or secret) report nothing but the outcome.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{EventId, KelurahanCode, ObjectRef, PhotoId, Role, TicketId, UnitId};

/// `jaga.photo.processed.v1`: a photo is clean, stored and known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhotoProcessed {
    /// The photo.
    pub photo_id: PhotoId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// Report or evidence.
    pub role: Role,
    /// What is public of it; absent for the photo of a withheld report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
}

/// The publishable side of a processed photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Published {
    /// `jpeg`, `png`, `webp`, `gif` or `avif`.
    #[schemars(extend("enum" = ["jpeg", "png", "webp", "gif", "avif"]))]
    pub format: String,
    /// Pixels as shown upright.
    pub width: u32,
    /// Pixels as shown upright.
    pub height: u32,
    /// BLAKE3 of the clean copy, hex.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    pub digest: String,
    /// The clean copy.
    pub clean: ObjectRef,
    /// Smaller copies, largest first.
    pub renditions: Vec<Rendition>,
    /// Where it was taken, as a verdict.
    pub place: Place,
    /// Earlier photos that show the same picture.
    pub matches: Vec<Match>,
    /// Of a report's photo: other citizens' open reports of the same category and place, within days,
    /// whose photo shows the same picture. A proposal, for a person to accept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merge_with: Vec<TicketId>,
}

/// A smaller copy for screens: upright JPEG without metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rendition {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Where it lies.
    pub object: ObjectRef,
}

/// A location verdict without coordinates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// `inside`, `near_border`, `outside`, `not_applicable` or `unusable`.
    #[schemars(extend(
        "enum" = ["inside", "near_border", "outside", "not_applicable", "unusable"]
    ))]
    pub verdict: String,
    /// The kelurahan the photo was taken in, if that is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kelurahan: Option<KelurahanCode>,
    /// Metres from the photo's position to the ticket's point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_to_ticket_m: Option<u32>,
    /// Other kelurahan whose border is near, the nearest first: the problem may be next door.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub neighbours: Vec<KelurahanCode>,
    /// The version of the layer of kelurahan that was asked: the one in force when the ticket was
    /// submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Of a report's photo: the kelurahan that the ticket rather belongs to. A proposal, for a person
    /// to accept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reroute: Option<Reroute>,
}

/// A proposal to give a ticket to another kelurahan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reroute {
    /// The right kelurahan.
    pub to: KelurahanCode,
    /// `strong`: two sources say so; `likely`: one; `weak`: something speaks for the ticket's own.
    #[schemars(extend("enum" = ["weak", "likely", "strong"]))]
    pub worth: String,
    /// What says so: the photo's position, the reporter's pin, the address.
    #[schemars(inner(regex(pattern = "^(pin|photo|address)$")))]
    pub by: Vec<String>,
    /// What speaks for the kelurahan on the ticket, of the same.
    #[schemars(inner(regex(pattern = "^(pin|photo|address)$")))]
    pub against: Vec<String>,
}

/// How two pictures are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchKind {
    /// The same bytes were uploaded.
    SameBytes,
    /// The same pixels, other metadata.
    SamePixels,
    /// A near fingerprint.
    Near,
}

/// How sure it is that two photos are the same shot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchTier {
    /// The same shot, coded or edited anew.
    Duplicate,
    /// Alike enough for a look.
    Similar,
}

/// What was done to one picture to make the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchTransform {
    /// Nothing of the following.
    None,
    /// Left and right are exchanged.
    Mirrored,
    /// They differ in the bands at top or bottom, where dates are printed.
    Banded,
    /// One shows a part of the other.
    Cropped,
}

/// An earlier photo that shows the same picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Match {
    /// The other photo.
    pub photo_id: PhotoId,
    /// The other photo's ticket.
    pub ticket_id: TicketId,
    /// The other photo's role.
    pub role: Role,
    /// How alike.
    pub kind: MatchKind,
    /// PDQ Hamming distance, 0 to 256.
    #[schemars(range(min = 0, max = 256))]
    pub distance: u32,
    /// How sure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<MatchTier>,
    /// What was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transform: Option<MatchTransform>,
}

/// `jaga.photo.rejected.v1`: the photo can't be used; nothing of it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PhotoRejected {
    /// The photo.
    pub photo_id: PhotoId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// Report or evidence.
    pub role: Role,
    /// A stable code, such as `unsupported_format` or `too_many_pixels`.
    pub reason: String,
    /// The same for people.
    pub detail: String,
}

/// `jaga.ticket.warned.v1`: a deadline comes near.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketWarned {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Which deadline, such as `resolution`.
    pub target: String,
    /// Which warning of that deadline, from 1.
    pub warning: u32,
    /// The deadline.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub due_at: Timestamp,
    /// The unit that holds the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The policy's version.
    pub policy: String,
    /// Why, for people.
    pub reason: String,
}

/// `jaga.ticket.escalated.v1`: a deadline passed, and this level is told. Once each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TicketEscalated {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Which deadline, such as `resolution`.
    pub target: String,
    /// 1 lurah or owner, 2 camat, 3 wali kota, 4 Biro Pemerintahan, 5 Sekda (by policy).
    pub level: u32,
    /// The role that is told, by the policy's name for it.
    pub role: String,
    /// The deadline.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub due_at: Timestamp,
    /// Seconds past the deadline when it was written.
    pub overdue_seconds: i64,
    /// The unit that holds the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The policy's version.
    pub policy: String,
    /// Why, for people.
    pub reason: String,
}

/// What a closure looks like to a reader of evidence: never "fake".
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing was seen.
    Clear,
    /// A human should look.
    Review,
    /// A human should look before it is validated.
    Hold,
}

impl Verdict {
    /// The wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Review => "review",
            Self::Hold => "hold",
        }
    }
}

/// How much a signal weighs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Seen, and explained innocently: shown, weighs nothing.
    Withdrawn,
    /// Adds up.
    Soft,
    /// Holds alone.
    Hard,
}

/// One thing that was seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Signal {
    /// A stable name, such as `same_picture_elsewhere`.
    pub name: String,
    /// How much it weighs.
    pub strength: Strength,
    /// The figures behind it, by name with unit (`distance_m`, `elapsed_s`).
    pub figures: BTreeMap<String, f64>,
    /// The photos it is about, the matched ones included.
    pub photos: Vec<PhotoId>,
    /// What was seen, in Indonesian.
    pub text_id: String,
    /// What was seen, in English.
    pub text_en: String,
}

/// `jaga.closure.judged.v1`: a closure was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClosureJudged {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The step that proposed the closure.
    pub closure: EventId,
    /// The outcome.
    pub verdict: Verdict,
    /// Orders the reviewers' queue, 0 to 100; means nothing else.
    #[schemars(range(min = 0, max = 100))]
    pub score: u32,
    /// The reasons, strongest first.
    pub signals: Vec<Signal>,
    /// The rules' version.
    pub rules: String,
    /// Clear, and drawn by chance for a review, so that what is missed can be measured. Whoever shows
    /// a queue of reviews does not show this: it must be looked at like the others.
    #[serde(default)]
    pub sample: bool,
    /// When.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub judged_at: Timestamp,
}

/// `jaga.closure.due.v1`: internal; look at this ticket's proposed closures again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClosureDue {
    /// The ticket.
    pub ticket_id: TicketId,
}
