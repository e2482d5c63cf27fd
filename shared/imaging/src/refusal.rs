//! Why a photo was not taken.

use serde::{Deserialize, Serialize};

/// A reason that programs match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// No bytes at all.
    Empty,
    /// A picture format, or an encoding within a format, that is not handled.
    UnsupportedFormat,
    /// More bytes than the limit.
    TooLarge,
    /// More pixels than the limit.
    TooManyPixels,
    /// More frames than the limit.
    TooManyFrames,
    /// More segments, chunks or scans than the limit.
    TooManyParts,
    /// A compressed part inflates beyond the limit.
    InflatesTooFar,
    /// Decoding it would take more memory than a file of its length may ask for.
    TooCostly,
    /// The file ends before the picture does.
    Truncated,
    /// The file breaks the rules of its own format in a way that no picture can be shown.
    Damaged,
    /// Not a picture.
    NotAnImage,
    /// The cleaned file did not pass the independent check; nothing was handed out.
    VerificationFailed,
}

impl RefusalCode {
    /// The name used on the wire and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::UnsupportedFormat => "unsupported_format",
            Self::TooLarge => "too_large",
            Self::TooManyPixels => "too_many_pixels",
            Self::TooManyFrames => "too_many_frames",
            Self::TooManyParts => "too_many_parts",
            Self::InflatesTooFar => "inflates_too_far",
            Self::TooCostly => "too_costly",
            Self::Truncated => "truncated",
            Self::Damaged => "damaged",
            Self::NotAnImage => "not_an_image",
            Self::VerificationFailed => "verification_failed",
        }
    }
}

impl std::fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A photo that is not taken, and why. Never repeats a value from the file's metadata.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("photo refused ({code}): {detail}")]
pub struct Refusal {
    /// The reason to match on.
    pub code: RefusalCode,
    /// One plain sentence for a person; its wording may change.
    pub detail: String,
}

impl Refusal {
    pub(crate) fn new(code: RefusalCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }

    pub(crate) fn damaged(detail: &str) -> Self {
        Self::new(RefusalCode::Damaged, detail)
    }

    pub(crate) fn truncated(detail: &str) -> Self {
        Self::new(RefusalCode::Truncated, detail)
    }

    pub(crate) fn unsupported(detail: &str) -> Self {
        Self::new(RefusalCode::UnsupportedFormat, detail)
    }

    pub(crate) fn too_many_parts() -> Self {
        Self::new(RefusalCode::TooManyParts, "the file has too many parts")
    }

    /// Checks a picture's size against the limit, before anything of that size is allocated.
    pub(crate) fn check_size(width: u32, height: u32, max_pixels: u64) -> Result<(), Self> {
        if width == 0 || height == 0 {
            return Err(Self::damaged("the picture has no width or no height"));
        }
        if u64::from(width) * u64::from(height) > max_pixels {
            return Err(Self::new(
                RefusalCode::TooManyPixels,
                format!("the picture has more than {max_pixels} pixels"),
            ));
        }
        Ok(())
    }
}
