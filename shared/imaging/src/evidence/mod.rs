//! What a photo says about itself: when, where, with what. Read before everything is removed.
//!
//! Reading never fails. What is missing is unknown, not suspicious; what is there may be wrong or
//! forged. Values that real phones write without meaning them (0,0; year 1970; 213 degrees) are
//! reported as unreadable with a reason, never passed on.

mod exif;
mod gps;
mod model;
mod provenance;
mod sources;
mod time;
mod xmp;

pub use model::{
    Capture, CaptureSource, CaptureTime, Evidence, Flaw, Gps, GpsSource, Provenance, Reading,
    SoftwareClass,
};
pub(crate) use sources::{dimensions, gather};

use crate::limits::Limits;

/// Reads all there is to read. Damaged parts are skipped; nothing here returns an error.
pub fn read_evidence(bytes: &[u8], limits: &Limits) -> Evidence {
    let sources = gather(bytes, limits);
    let mut exif = exif::Fields::default();
    for block in sources.exif.iter().take(MAX_BLOCKS) {
        if exif.read(block) {
            break;
        }
    }
    let xmp = xmp::Properties::read(&sources.xmp);
    let capture = time::capture(&exif, &xmp);
    let gps = gps::position(&exif, &xmp);
    Evidence {
        capture,
        gps,
        camera: exif.camera(),
        software: provenance::software(&exif, &xmp),
        provenance: provenance::markers(&sources),
        carriers: sources.carriers,
    }
}

/// A file with more EXIF blocks than this is not a camera's.
const MAX_BLOCKS: usize = 4;
