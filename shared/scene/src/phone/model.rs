//! What a phone knows of itself, its owner, the time and the place.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::Endian;

/// In every identifying text that is written, so that a leak check is a search for these bytes.
pub const MARKER: &str = "JAGA-PRIVATE-";

/// A phone of no real maker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneModel {
    /// EXIF Make.
    pub make: &'static str,
    /// EXIF Model.
    pub model: &'static str,
    /// EXIF Software.
    pub software: &'static str,
    /// Byte order of its EXIF.
    pub endian: Endian,
    /// Whether it writes its offset from UTC beside the local time; older phones do not.
    pub writes_offset: bool,
}

impl PhoneModel {
    /// The phones of this city.
    pub const ALL: [Self; 5] = [
        Self::of("Nusa", "Nusa X1", "NusaOS 14.2", Endian::Little, true),
        Self::of("Nusa", "Nusa Lite 5", "NusaOS 11.0", Endian::Little, false),
        Self::of(
            "Garuda Mobile",
            "Garuda A32",
            "A32XXU5CWB1",
            Endian::Little,
            true,
        ),
        Self::of("Melati", "Melati Note 9", "9.0.4", Endian::Big, true),
        Self::of("Rakit", "Rakit Pro", "18.1", Endian::Big, true),
    ];

    const fn of(
        make: &'static str,
        model: &'static str,
        software: &'static str,
        endian: Endian,
        writes_offset: bool,
    ) -> Self {
        Self {
            make,
            model,
            software,
            endian,
            writes_offset,
        }
    }
}

/// The phone's clock at the shot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Captured {
    /// What its display showed.
    pub local: DateTime,
    /// Which zone it believed to be in.
    pub offset: Offset,
}

impl Captured {
    /// What a phone set to Jakarta's time (UTC+7) shows at this instant.
    pub fn jakarta(at: Timestamp) -> Self {
        let offset = Offset::constant(7);
        Self {
            local: offset.to_datetime(at),
            offset,
        }
    }

    /// A phone that shows Jakarta's time but believes in another zone, `hours` from UTC: its
    /// instant is wrong by the difference.
    pub fn mistaken_zone(at: Timestamp, hours: i8) -> Self {
        Self {
            offset: Offset::constant(hours),
            ..Self::jakarta(at)
        }
    }

    /// The instant the phone claims.
    pub fn instant(&self) -> Option<Timestamp> {
        self.offset.to_timestamp(self.local).ok()
    }

    /// The same clock, this much later.
    #[must_use]
    pub fn later(self, by: SignedDuration) -> Self {
        Self {
            local: self.local.saturating_add(by),
            ..self
        }
    }
}

/// The phone's idea of where it is, WGS84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gps {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Claimed horizontal error, metres (`GPSHPositioningError`); many phones write none.
    pub accuracy_m: Option<f64>,
}

impl Gps {
    /// A position without a claimed error.
    pub fn at(lat: f64, lon: f64) -> Self {
        Self {
            lat,
            lon,
            accuracy_m: None,
        }
    }
}

/// What the metadata says of a machine's hand in the picture (IPTC digital source type).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AiMark {
    /// `trainedAlgorithmicMedia`: made by a model.
    Generated,
    /// `compositeWithTrainedAlgorithmicMedia`: a photo changed by a model.
    Edited,
}

/// What some phones put behind the end of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trailer {
    /// Nothing.
    None,
    /// A motion photo: an MP4 that starts right after the picture.
    Motion,
    /// A block of named parts that ends in `SEFT`, with a motion video inside.
    Sef,
}

/// What a file carries beside pixels, time and place.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one carrier, there or not"
)]
pub struct Extras {
    /// Whether there is EXIF at all; messengers drop it, time and place with it.
    pub exif: bool,
    /// EXIF Orientation, 1 to 8; the pixels are stored so that viewing is upright.
    pub orientation: u8,
    /// `BodySerialNumber`; also in the maker note.
    pub serial: String,
    /// `CameraOwnerName`, `Artist`, `XPAuthor`, XMP creator.
    pub owner: String,
    /// Maker note.
    pub maker_note: bool,
    /// EXIF thumbnail (IFD1).
    pub thumbnail: bool,
    /// XMP packet.
    pub xmp: bool,
    /// Colour profile (sRGB, names nobody).
    pub icc: bool,
    /// A second picture after the first, announced by an MPF segment.
    pub mpf: bool,
    /// Bytes after the last picture.
    pub trailer: Trailer,
    /// A JPEG comment.
    pub comment: Option<String>,
    /// A machine's mark, in XMP.
    pub ai: Option<AiMark>,
    /// EXIF Software, if not the phone's own (an editor, a stamp app).
    pub software: Option<String>,
}

impl Extras {
    /// EXIF and nothing more. `label` tells one phone from another.
    pub fn plain(label: &str) -> Self {
        Self {
            exif: true,
            orientation: 1,
            serial: format!("{MARKER}SERIAL-{label}"),
            owner: format!("{MARKER}OWNER-{label}"),
            maker_note: false,
            thumbnail: false,
            xmp: false,
            icc: false,
            mpf: false,
            trailer: Trailer::None,
            comment: None,
            ai: None,
            software: None,
        }
    }

    /// All carriers at once.
    pub fn full(label: &str) -> Self {
        Self {
            maker_note: true,
            thumbnail: true,
            xmp: true,
            icc: true,
            mpf: true,
            trailer: Trailer::Motion,
            comment: Some(format!("{MARKER}COMMENT-{label}")),
            ..Self::plain(label)
        }
    }

    /// What is left after a messenger: nothing.
    pub fn stripped() -> Self {
        Self {
            exif: false,
            ..Self::plain("none")
        }
    }
}
