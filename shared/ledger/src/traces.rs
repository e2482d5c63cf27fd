//! What the file of an evidence photo says beyond where and when: kept so that a verdict can rest on it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Traces of one file. What is missing was not there, or not looked for: unknown.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Traces {
    /// The accuracy that its position states, metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    /// Seconds from the receiver's fix to the capture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position_age_s: Option<i64>,
    /// Further times, each with its source: `exif`, `gps` or `file`; `stated` by the officer, `printed` or
    /// `printed_day` (its noon in Jakarta) as the CRM read them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<(String, Timestamp)>,
    /// Whether a camera names itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<bool>,
    /// Hints such as `says_screenshot`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub traits: Vec<String>,
    /// The thumbnail beside the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<ThumbnailTrace>,
    /// Unevenness of the coefficients, per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub double_compression: Option<u8>,
    /// What was done to it, as its signed history says, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<String>,
}

/// How far a thumbnail is from its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThumbnailTrace {
    /// PDQ bits that differ, 0 to 256.
    pub distance: u32,
    /// The lower PDQ quality of the two, 0 to 100.
    pub quality: u8,
    /// The largest difference of brightness of one cell of a grid, 0 to 255.
    pub largest_difference: u8,
    /// One of the two was turned, or dark bars were left out.
    pub reframed: bool,
}
