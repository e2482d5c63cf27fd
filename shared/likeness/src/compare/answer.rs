//! What a comparison says.

use serde::{Deserialize, Serialize};

/// How two photos are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The same picture, all of it, unchanged; its size and coding may differ.
    Identical,
    /// One exposure: the one was made from the other, or both from a third. What was done is in
    /// the transform and in the regions.
    EditedCopy,
    /// One place, another exposure.
    SameScene,
    /// Nothing in common was found.
    Unrelated,
    /// It can't be told: see the reason.
    Unknown,
}

impl Relation {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::EditedCopy => "edited_copy",
            Self::SameScene => "same_scene",
            Self::Unrelated => "unrelated",
            Self::Unknown => "unknown",
        }
    }
}

/// Why it can't be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A picture is too small, or too thin, to have anything in it.
    TooSmall,
    /// A picture shows too little: sky, a wall, the night.
    TooPlain,
    /// They fit in several ways, as tiles and fences do.
    Repeating,
    /// Something agrees, and too little to be sure.
    TooLittleAgrees,
}

impl Reason {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooSmall => "too_small",
            Self::TooPlain => "too_plain",
            Self::Repeating => "repeating",
            Self::TooLittleAgrees => "too_little_agrees",
        }
    }
}

/// How the first picture lies in the second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Transform {
    /// From a place in the first picture to one in the second, both in shares of their own width
    /// and height: a 3 by 3 matrix, row by row.
    pub matrix: [f64; 9],
    /// The second shows it mirrored.
    pub mirrored: bool,
    /// Pixels of the second for one of the first.
    pub scale: f64,
    /// Degrees that the second is turned clockwise, -180 to 180.
    pub rotation: f64,
}

/// A part of the first picture that the second shows otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// Its outline, in shares of the first picture's width and height.
    pub polygon: Vec<[f64; 2]>,
    /// Its share of the first picture's area, 0 to 1.
    pub share: f64,
}

/// What was measured, for whoever wants to check the answer.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// Corners found in the first and the second picture.
    pub corners: [u32; 2],
    /// Pairs of corners that are each other's best.
    pub pairs: u32,
    /// Share of the blocks that both show which are the same, 0 to 1.
    pub same_blocks: f64,
    /// How far such blocks lie from where the transform puts them: the median, pixels.
    pub spread: f64,
    /// The same of the worst tenth.
    pub spread_worst: f64,
    /// The sine of what is missing from a right angle: a turned or scaled copy has none.
    pub shear: f64,
    /// By how much more it is stretched across than down.
    pub stretch: f64,
    /// It takes a change of perspective.
    pub perspective: bool,
    /// Correlation of the grain on calm ground, -1 to 1; absent where there is too little of it.
    pub grain: Option<f64>,
    /// Deviation of the weaker grain, levels.
    pub grain_strength: f64,
    /// Of the detail that a coder kept in one picture, the share that the other has not, 0 to 1; of the two pictures
    /// the one that has less of its own. Absent where too little can be looked at.
    #[serde(default)]
    pub unshared: Option<f64>,
}

/// Two corners that are one, in shares of width and height of the first and the second picture.
pub type Match = ([f64; 2], [f64; 2]);

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How they are related.
    pub relation: Relation,
    /// How sure that is, 0 to 1; not a probability.
    pub confidence: f64,
    /// Why it can't be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// How the first lies in the second; absent where nothing was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transform: Option<Transform>,
    /// Pairs of corners that agree on the transform.
    pub inliers: u32,
    /// Share of the first picture that the second shows, 0 to 1, changed or not.
    pub aligned: f64,
    /// The same, of the second picture.
    pub aligned_second: f64,
    /// What changed, largest first, at most 16.
    pub regions: Vec<Region>,
    /// Share of the first picture that changed, 0 to 1: all regions together.
    pub changed: f64,
    /// Mean difference after levelling, in levels of 255, inside and outside the regions.
    pub residual_inside: f64,
    /// See `residual_inside`.
    pub residual_outside: f64,
    /// What was measured.
    pub seen: Seen,
}

impl Comparison {
    /// An answer without an alignment.
    pub(super) fn without(relation: Relation, reason: Option<Reason>, confidence: f64) -> Self {
        Self {
            relation,
            confidence,
            reason,
            transform: None,
            inliers: 0,
            aligned: 0.0,
            aligned_second: 0.0,
            regions: Vec::new(),
            changed: 0.0,
            residual_inside: 0.0,
            residual_outside: 0.0,
            seen: Seen::default(),
        }
    }
}
