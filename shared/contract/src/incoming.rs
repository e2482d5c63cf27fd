//! What the CRM tells Jaga. Unknown fields are ignored, so that the CRM may add some.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{EventId, KelurahanCode, OfficerId, PhotoId, TicketId, UnitId};

/// Whose photo it is, and so which class of care it gets.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A citizen's photo of the problem: everything that identifies goes, the original is deleted.
    Report,
    /// An officer's proof of the work: the clean copy is published, the original is sealed.
    Evidence,
}

impl Role {
    /// The wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Evidence => "evidence",
        }
    }
}

/// Where an object lies in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct ObjectRef {
    /// Bucket name; only buckets on the allow-list are read.
    pub bucket: String,
    /// Key within the bucket, at most 1024 bytes.
    pub key: String,
}

/// `crm.photo.uploaded.v1`: a photo lies in the quarantine bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PhotoUploaded {
    /// The photo's identity.
    pub photo_id: PhotoId,
    /// The ticket it belongs to.
    pub ticket_id: TicketId,
    /// Report or evidence.
    pub role: Role,
    /// Where the upload lies.
    pub object: ObjectRef,
    /// When the upload was complete.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub uploaded_at: Timestamp,
    /// What is said of when it was taken, beside what its file says. Read of evidence only.
    #[serde(default, skip_serializing_if = "Told::is_empty")]
    pub told: Told,
}

/// What is said of when an evidence photo was taken. Jaga reads no print itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Told {
    /// By the officer, as the time of the work.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub stated_at: Option<Timestamp>,
    /// Printed onto the picture with a time of day, where the city has a reader of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub printed_at: Option<Timestamp>,
    /// Printed onto the picture as a day alone, of Jakarta's calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub printed_on: Option<Date>,
}

impl Told {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A point on WGS84, degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// Degrees north.
    #[schemars(range(min = -90.0, max = 90.0))]
    pub lat: f64,
    /// Degrees east.
    #[schemars(range(min = -180.0, max = 180.0))]
    pub lon: f64,
}

/// Who may see a ticket. Private is JAKI's default since May 2021: not even officers see the
/// reporter's photo of a private report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Listed publicly.
    Public,
    /// Nothing of it is published.
    Private,
}

/// The channel a report came through. An open list: the city adds and drops channels.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Channel(#[schemars(length(min = 1, max = 64))] pub String);

impl Channel {
    /// The thirteen channels of 2022/23 (VIVA) plus the website of the 2025 list. Others are taken too.
    pub const KNOWN: [&str; 14] = [
        "balai_kota",
        "jaki",
        "twitter",
        "facebook",
        "email",
        "governor_social_media",
        "sms_whatsapp",
        "inspektorat",
        "wali_kota",
        "camat",
        "lurah",
        "mass_media",
        "lapor",
        "website",
    ];

    /// Only JAKI pins a report to a point, which routes it to that kelurahan.
    pub fn is_geo_tagged(&self) -> bool {
        self.0 == "jaki"
    }
}

/// What is known of a report when it is submitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Submission {
    /// The number citizens see.
    #[schemars(length(min = 1, max = 64))]
    pub number: String,
    /// How it came in.
    pub channel: Channel,
    /// The category's name in the CRM (118 of them in 2023).
    #[schemars(length(min = 1, max = 128))]
    pub category: String,
    /// Public or private.
    pub visibility: Visibility,
    /// LAPOR's "anonim": the reporter is hidden from the reported party and the public.
    #[serde(default)]
    pub anonymous: bool,
    /// LAPOR's "rahasia": the content is not public at all.
    #[serde(default)]
    pub secret: bool,
    /// The reporter's pin, if the channel has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// The kelurahan the ticket was given to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kelurahan: Option<KelurahanCode>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Submission {
    /// Strictest wins: a private, anonymous-and-secret or secret report is withheld from all output.
    pub fn is_withheld(&self) -> bool {
        self.secret || self.visibility == Visibility::Private
    }
}

/// One step of a ticket's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Step {
    /// The report exists.
    Submitted(Submission),
    /// Passed sideways, from one unit to the unit responsible (koordinasi).
    Coordinated {
        /// The receiving unit.
        to: UnitId,
    },
    /// Passed down, from a Dinas to its Suku Dinas (disposisi).
    Dispositioned {
        /// The receiving unit.
        to: UnitId,
    },
    /// The unit took it as its own work (status Proses).
    Accepted,
    /// The unit declared when it will be done (EWS, estimasi waktu selesai).
    EstimateDeclared {
        /// The declared finish.
        #[schemars(with = "String", extend("format" = "date-time"))]
        finish_at: Timestamp,
        /// Why it takes longer.
        reason: String,
    },
    /// The reporter was asked for more.
    InformationRequested,
    /// The reporter answered.
    InformationReceived,
    /// The unit says it is done (Menunggu Validasi).
    ClosureProposed {
        /// The photos offered as proof.
        evidence: Vec<PhotoId>,
        /// What the officer wrote.
        #[serde(default)]
        note: String,
        /// Who closed it, where the CRM says: a handle, never a name. Without it what is known of an
        /// officer's other closures stays unknown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        officer: Option<OfficerId>,
    },
    /// Biro Pemerintahan agreed (Selesai).
    Validated,
    /// Biro Pemerintahan refused the closure (TL Ditolak).
    Refused {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// Open again.
    Reopened {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// The report itself was turned down (Ditolak).
    Rejected {
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// The reporter rated the handling.
    Rated {
        /// 1 to 5.
        #[schemars(range(min = 1, max = 5))]
        stars: u8,
    },
}

impl Step {
    /// The wire name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Submitted(_) => "submitted",
            Self::Coordinated { .. } => "coordinated",
            Self::Dispositioned { .. } => "dispositioned",
            Self::Accepted => "accepted",
            Self::EstimateDeclared { .. } => "estimate_declared",
            Self::InformationRequested => "information_requested",
            Self::InformationReceived => "information_received",
            Self::ClosureProposed { .. } => "closure_proposed",
            Self::Validated => "validated",
            Self::Refused { .. } => "refused",
            Self::Reopened { .. } => "reopened",
            Self::Rejected { .. } => "rejected",
            Self::Rated { .. } => "rated",
        }
    }
}

/// `crm.ticket.changed.v1`: one step of a ticket's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TicketChanged {
    /// Identity of the step; the same step sent again has the same id.
    pub event_id: EventId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// When it happened, by the CRM's clock.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub occurred_at: Timestamp,
    /// The unit that acted, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// What happened.
    pub step: Step,
}
