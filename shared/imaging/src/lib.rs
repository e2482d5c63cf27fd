#![doc = include_str!("../README.md")]

mod analyse;
mod apart;
mod avif;
mod bmp;
mod bytes;
mod cells;
mod decode;
mod evidence;
mod exif_min;
mod format;
mod gif;
mod hex32;
mod icc;
mod isobmff;
mod jpeg;
mod kept;
mod limits;
mod orient;
mod pdq;
mod png;
mod prints;
mod refusal;
mod removed;
mod render;
mod sight;
mod strip;
mod tiff;
mod verify;
mod webp;

pub use analyse::{Analysis, Facts, Inspection, analyse, analyse_owned, analyse_unhashed, inspect};
pub use apart::Clean;
pub use evidence::{
    Action, ActionKind, C2pa, Capture, CaptureSource, CaptureTime, Coding, Container, Device,
    DoubleCompression, Evidence, Flaw, Found, Gps, GpsSource, Ingredients, Integrity, Likeness,
    Provenance, Reading, Sampling, SoftwareClass, Subject, Thumbnail, Trait, dimensions,
    read_evidence,
};
pub use format::{Format, sniff};
pub use kept::Kept;
pub use limits::Limits;
pub use pdq::{Fingerprint, Pdq};
pub use prints::{Change, Part, Prints, Question};
pub use refusal::{Refusal, RefusalCode};
pub use removed::Removed;
pub use render::{Rendition, draw_png};
pub use sight::{Sight, sight};
pub use strip::{Method, Stripped, strip, strip_exact};
pub use verify::{VerifyError, verify};

/// The planes of a JPEG by this crate's own decoder, whole or at half the size; `None` where it leaves
/// the file to others. For `benches/decode.rs` alone: nothing else needs to know who decoded.
#[cfg(feature = "turbo")]
#[doc(hidden)]
pub fn planes_for_measuring(jpeg: &[u8], enough: u32) -> Option<Vec<u8>> {
    decode::by_own_hand(jpeg, enough)
}
