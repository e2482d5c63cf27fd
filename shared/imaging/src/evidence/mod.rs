//! What a photo says about itself: when, where, with what. Read before everything is removed.
//!
//! Reading never fails. What is missing is unknown, not suspicious; what is there may be wrong or
//! forged. Values that real phones write without meaning them (0,0; year 1970; 213 degrees) are
//! reported as unreadable with a reason, never passed on. Names are sorted into classes, not kept.

mod c2pa;
mod coding;
mod double;
mod exif;
mod gps;
mod huffman;
mod iptc;
mod jumbf;
mod model;
mod place;
mod provenance;
mod samsung;
mod software;
mod sources;
mod thumbnail;
mod time;
mod traits;
mod xmp;
mod xmp_extended;

pub use c2pa::{Action, ActionKind, C2pa, Ingredients, Integrity};
pub use coding::{Coding, Sampling};
pub use double::DoubleCompression;
pub use model::{
    Capture, CaptureSource, CaptureTime, Device, Evidence, Flaw, Gps, GpsSource, Provenance,
    Reading, SoftwareClass,
};
pub use place::{Container, Found, Subject};
pub use sources::dimensions;
pub(crate) use sources::{Sources, from_jpeg, gather};
pub use thumbnail::{Likeness, Thumbnail};
pub(crate) use thumbnail::{Preview, compare};
pub use traits::Trait;
pub(crate) use xmp::orientation as xmp_orientation;

use place::Places;

use crate::limits::Limits;

/// Reads all there is to read. Damaged parts are skipped; nothing here returns an error.
pub fn read_evidence(bytes: &[u8], limits: &Limits) -> Evidence {
    read_with_preview(bytes, gather(bytes, limits), limits).0
}

/// The same from blocks that are found already, with the thumbnail's own bytes, for whoever has the picture to compare
/// it with.
pub(crate) fn read_with_preview(
    bytes: &[u8],
    sources: Sources<'_>,
    limits: &Limits,
) -> (Evidence, Option<Preview>) {
    let mut places = Places {
        sources: &sources,
        upload: bytes,
        list: Vec::new(),
    };
    let mut exif = exif::Fields::default();
    let blocks = || sources.exif.iter().take(MAX_BLOCKS);
    let block = blocks().find(|block| exif.read(block));
    let block = block.or_else(|| blocks().next()).map(AsRef::as_ref);
    let xmp = xmp::Properties::read(&sources.xmp);
    let mut iptc = iptc::Iptc::default();
    for other in sources.other.iter().take(MAX_BLOCKS) {
        iptc.read(other);
    }

    let capture = exif.unless_broken(time::capture(&exif, &xmp, &iptc, &sources));
    note_capture(&mut places, &capture, block, &xmp, &iptc);
    let gps = exif.unless_broken(gps::position(&exif, &xmp, &capture));
    note_position(&mut places, &gps, block, &xmp);
    let camera = exif.unless_broken(exif.camera());
    let modified = exif.unless_broken(time::modified(&exif));
    let device = exif.device();
    for (subject, said) in [
        (Subject::Camera, camera != Reading::Absent),
        (Subject::Modified, modified != Reading::Absent),
        (Subject::Device, device != Device::default()),
    ] {
        if said {
            places.note(subject, Container::Exif, block);
        }
    }
    let software = software::software(&sources, &exif, &xmp, &iptc, &mut places);
    let software = exif.unless_broken(software);
    // A name was noted where it was read.
    if matches!(software, Reading::Unreadable(_)) {
        places.note(Subject::Software, Container::Exif, block);
    }
    let c2pa = c2pa::read(&sources);
    if c2pa != Reading::Absent {
        let first = sources
            .other
            .iter()
            .find(|it| !it.starts_with(b"Photoshop"));
        places.note(Subject::C2pa, Container::Jumbf, first.map(AsRef::as_ref));
    }
    let origins = provenance::Origins {
        sources: &sources,
        exif: &exif,
        xmp: &xmp,
        iptc: &iptc,
        c2pa: &c2pa,
    };
    let provenance = provenance::markers(&origins, &mut places);
    let (thumbnail, preview) = thumbnail::read(&exif);
    let thumbnail = exif.unless_broken(thumbnail);
    if thumbnail != Reading::Absent {
        places.note(Subject::Thumbnail, Container::Exif, block);
    }
    if sources.coding.is_some() {
        places.note(Subject::Coding, Container::Tables, sources.tables);
    }
    let size = dimensions(bytes, limits);
    let traits = traits::traits(&sources, &exif, &xmp, size);
    let evidence = Evidence {
        capture,
        gps,
        camera,
        software,
        provenance,
        modified,
        device,
        c2pa,
        thumbnail,
        traits,
        places: places.list,
        coding: sources
            .coding
            .clone()
            .map_or(Reading::Absent, Reading::Present),
        carriers: sources.carriers,
    };
    (evidence, preview)
}

/// A file with more blocks of one kind than this is not a camera's.
const MAX_BLOCKS: usize = 4;

fn note_capture(
    places: &mut Places<'_, '_>,
    capture: &Reading<Capture>,
    exif: Option<&[u8]>,
    xmp: &xmp::Properties<'_>,
    iptc: &iptc::Iptc<'_>,
) {
    let source = match capture {
        Reading::Absent => return,
        Reading::Present(capture) => Some(capture.source),
        Reading::Unreadable(_) => None,
    };
    let sources = places.sources;
    let in_xmp = || (Container::Xmp, xmp.block(&time::XMP_NAMES));
    let named = |it: &&sources::Note<'_>| it.keyword == time::PNG_KEYWORD;
    let note = sources.notes.iter().find(named);
    let (container, block) = match source {
        Some(CaptureSource::Xmp) => in_xmp(),
        Some(CaptureSource::Iptc) => (Container::Iptc, iptc.block),
        Some(CaptureSource::PngText) => (Container::Text, note.map(|it| it.value.as_ref())),
        Some(CaptureSource::PngTime) => (Container::Text, sources.changed),
        None if exif.is_none() => in_xmp(),
        _ => (Container::Exif, exif),
    };
    places.note(Subject::Capture, container, block);
}

fn note_position(
    places: &mut Places<'_, '_>,
    gps: &Reading<Gps>,
    exif: Option<&[u8]>,
    xmp: &xmp::Properties<'_>,
) {
    let in_xmp = match gps {
        Reading::Absent => return,
        Reading::Present(gps) => gps.source == GpsSource::Xmp,
        Reading::Unreadable(_) => exif.is_none(),
    };
    if in_xmp {
        let names = gps::XMP_NAMES.map(|(name, _)| name);
        places.note(Subject::Gps, Container::Xmp, xmp.block(&names));
    } else {
        places.note(Subject::Gps, Container::Exif, exif);
    }
}
