//! The shapes of evidence. They cross a pipe as JSON, so every name here is part of a contract.

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde::{Deserialize, Serialize};

use crate::removed::Removed;

/// One thing that a photo may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading<T> {
    /// It says so.
    Present(T),
    /// It does not say: unknown, and no ground for suspicion.
    #[default]
    Absent,
    /// It says something that can't be what it means.
    Unreadable(Flaw),
}

impl<T> Reading<T> {
    /// The value, where there is one.
    pub fn present(&self) -> Option<&T> {
        match self {
            Self::Present(value) => Some(value),
            Self::Absent | Self::Unreadable(_) => None,
        }
    }

    /// This reading where it is present, else the other where that says more.
    pub(crate) fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Present(_) => self,
            Self::Absent => other(),
            Self::Unreadable(_) => match other() {
                Self::Absent => self,
                other => other,
            },
        }
    }
}

/// Why a value can't be what it means. Never the value itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// Not of the type or shape that its field asks for, or a division by zero.
    Malformed,
    /// A number that no such value can have: latitude 213, minute 75, month 13.
    OutOfRange,
    /// Half of a pair: a latitude without a longitude.
    Incomplete,
    /// A hemisphere letter that is neither N, S, E nor W.
    UnknownReference,
    /// Exactly 0,0: what phones write when they have no position.
    NullIsland,
    /// A clock that was never set.
    UnsetClock,
}

/// A local date and time as the camera wrote it, with its distance from UTC where it wrote that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CaptureTime {
    /// Wall-clock time where the camera was, or thought it was.
    pub local: DateTime,
    /// Seconds east of UTC; `None` where the photo does not say.
    pub offset_seconds: Option<i32>,
}

impl CaptureTime {
    /// The instant, taking `assumed_offset_seconds` where the photo says no offset.
    pub fn instant(&self, assumed_offset_seconds: i32) -> Option<Timestamp> {
        let seconds = self.offset_seconds.unwrap_or(assumed_offset_seconds);
        Offset::from_seconds(seconds)
            .ok()?
            .to_timestamp(self.local)
            .ok()
    }
}

/// Which field a time was read from, most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureSource {
    /// EXIF `DateTimeOriginal`.
    ExifOriginal,
    /// EXIF `DateTimeDigitized`.
    ExifDigitized,
    /// XMP, written by software rather than a camera.
    Xmp,
    /// The GPS receiver's own clock, in UTC.
    Gps,
}

/// When the photo was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Capture {
    /// The best time that the photo says.
    pub at: CaptureTime,
    /// Where it was read.
    pub source: CaptureSource,
    /// The GPS receiver's clock in UTC, where it is there too: a second opinion on `at`.
    pub gps_utc: Option<DateTime>,
}

/// Which block a position was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GpsSource {
    /// The EXIF GPS directory.
    Exif,
    /// XMP.
    Xmp,
}

/// Where the photo was taken. Personal data of whoever took it: never log or publish.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gps {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
    /// Horizontal accuracy in metres, where the phone wrote it.
    pub accuracy_m: Option<f64>,
    /// Where it was read.
    pub source: GpsSource,
}

/// What kind of software names itself. The name is not kept: rare names point at people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoftwareClass {
    /// Makes pictures from words.
    Generator,
    /// Edits pictures.
    Editor,
    /// A camera application that prints place and time onto the picture.
    StampCamera,
    /// Firmware or anything not known by name.
    Other,
}

/// A mark of where the picture came from or what was done to it. Marks can be removed or forged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// IPTC digital source type: made by a trained model.
    AiGenerated,
    /// IPTC digital source type: a photo with parts made by a trained model.
    AiEdited,
    /// IPTC digital source type: composed of several pictures.
    Composite,
    /// IPTC digital source type: edited by a person.
    HumanEdited,
    /// IPTC digital source type: several exposures joined by the camera. Ordinary for phones.
    ComputationalCapture,
    /// The credit line "Made with Google AI".
    MadeWithGoogleAi,
    /// The credit line "Edited with Google AI".
    EditedWithGoogleAi,
    /// A C2PA manifest is there. Its signature is not checked.
    C2pa,
}

/// Everything that was read from one photo.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// When it was taken.
    pub capture: Reading<Capture>,
    /// Where it was taken.
    pub gps: Reading<Gps>,
    /// Whether a camera names itself. Its name is not kept.
    pub camera: Reading<()>,
    /// What kind of software names itself.
    pub software: Reading<SoftwareClass>,
    /// Marks of origin, each once, in a fixed order.
    pub provenance: Vec<Provenance>,
    /// Everything in the file that is not picture.
    pub carriers: Vec<Removed>,
}
