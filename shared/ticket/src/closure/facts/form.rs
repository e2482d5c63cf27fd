//! What is known of a photo's file, and how often something happened.

use serde::{Deserialize, Serialize};

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// So many.
    pub count: u32,
    /// Of so many.
    pub of: u32,
}

impl Share {
    /// At least `least` were looked at, and at least `share` of them count.
    pub(crate) fn is_habit(self, least: u32, share: f64) -> bool {
        self.of >= least && f64::from(self.count) >= share * f64::from(self.of)
    }
}

/// What is known of an edit, from the file or by comparing it with what it was made of.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Edit {
    /// What was done, as the file's history says: `framed`, `converted`, `edited`, `placed`, …
    pub actions: Vec<String>,
    /// Share of the picture that differs from what it was made of, 0 to 1.
    pub changed: Option<f64>,
    /// Share of the picture that only lost its detail, as where faces and plates are hidden.
    pub blurred: Option<f64>,
}

/// The thumbnail within a file beside the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thumbnail {
    /// PDQ bits that differ, 0 to 256.
    pub distance: u32,
    /// The lower PDQ quality of the two, 0 to 100.
    pub quality: u8,
    /// The largest difference of brightness of one cell of a grid, 0 to 255.
    #[serde(default)]
    pub largest_difference: u8,
    /// One of the two was turned, or dark bars were left out: they differ by that alone.
    #[serde(default)]
    pub reframed: bool,
}

/// A unit's or an officer's rate of something, beside the city's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Of what: `refused`, `disputed`, `reused`. Outcomes that people or pictures decided, never
    /// verdicts of these rules: those would confirm themselves.
    pub of: String,
    /// Of this unit or officer, this closure not counted.
    pub own: Share,
    /// Of the city, in the same mix of categories.
    pub city: Share,
    /// Variance of the rate between units of the city, where it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<f64>,
}
