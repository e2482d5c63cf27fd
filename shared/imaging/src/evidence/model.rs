//! The shapes of evidence. They cross a pipe as JSON, so every name here is part of a contract.

use jiff::{Timestamp, civil::DateTime, tz::Offset};
use serde::{Deserialize, Serialize};

use super::{
    c2pa::C2pa, coding::Coding, place::Found, place::Subject, thumbnail::Thumbnail, traits::Trait,
};
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
    /// Of the block that may have held it nothing can be read.
    Block,
    /// Not of the type or shape that its field asks for, or a division by zero.
    Malformed,
    /// A number that no such value can have: latitude 213, minute 75, month 13.
    OutOfRange,
    /// Half of a pair: a latitude without a longitude.
    Incomplete,
    /// A hemisphere letter that is neither N, S, E nor W.
    UnknownReference,
    /// A latitude beyond 90 with a longitude within: perhaps the two were swapped.
    Swapped,
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
    /// IPTC date and time created, written by software.
    Iptc,
    /// The GPS receiver's own clock, in UTC.
    Gps,
    /// The PNG text `Creation Time`.
    PngText,
    /// PNG's tIME: when the file was last changed, in UTC. The picture is no younger.
    PngTime,
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
    /// Dilution of precision, where the receiver wrote it: about 1 is good, above 10 is a guess.
    #[serde(default)]
    pub dop: Option<f64>,
    /// Seconds from the receiver's fix to the capture: much more than a minute is a stale position
    /// from somewhere else, less than zero a clock that is wrong. Without a zone it can't be told
    /// exactly: then `None`, or what is certain in every zone.
    #[serde(default)]
    pub age_s: Option<i64>,
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
    /// A generator's own data: the text keys `parameters`, `prompt` and `workflow`, as the common
    /// programs that make pictures from words write them.
    GeneratorData,
    /// Samsung's gallery kept what it needs to undo an edit.
    SamsungReEdit,
    /// An XMP editing history.
    EditHistory,
    /// Resources that Photoshop keeps for itself, such as its own thumbnail.
    PhotoshopResources,
    /// A comment in which an editor names itself.
    EditorComment,
}

/// What is there of camera and owner. What they are called is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent things are there or not"
)]
pub struct Device {
    /// A lens names itself.
    pub lens: bool,
    /// An owner or artist is named.
    pub owner: bool,
    /// A serial or unique number is there.
    pub serial: bool,
    /// The maker left its own notes.
    pub maker_note: bool,
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
    /// When it was last changed, as EXIF says.
    #[serde(default)]
    pub modified: Reading<CaptureTime>,
    /// What is there of camera and owner.
    #[serde(default)]
    pub device: Device,
    /// The C2PA manifest store.
    #[serde(default)]
    pub c2pa: Reading<C2pa>,
    /// The thumbnail within EXIF.
    #[serde(default)]
    pub thumbnail: Reading<Thumbnail>,
    /// How a JPEG was encoded.
    #[serde(default)]
    pub coding: Reading<Coding>,
    /// Hints at screenshots and messengers, each once, in a fixed order.
    #[serde(default)]
    pub traits: Vec<Trait>,
    /// Where in the upload the block stands that each reading was made from. Not there for blocks
    /// that the container holds in several pieces.
    #[serde(default)]
    pub places: Vec<Found>,
}

impl Evidence {
    /// The block that a reading was made from.
    pub fn place(&self, subject: Subject) -> Option<&Found> {
        self.places.iter().find(|found| found.subject == subject)
    }
}
