//! A photo file as a phone writes it: pixels, and everything beside the pixels.

mod exif;
mod icc;
mod jpeg;
mod model;
mod orient;
mod png;
mod tiff;
mod trailer;
mod xmp;

pub use model::{AiMark, Captured, Extras, Gps, MARKER, PhoneModel, Trailer};
pub use tiff::Endian;

use crate::Rgb;

/// One press of the shutter.
#[derive(Debug, Clone, PartialEq)]
pub struct PhoneShot {
    /// The picture as it is seen upright.
    pub rgb: Rgb,
    /// The phone's clock; none if it wrote no time.
    pub captured: Option<Captured>,
    /// The phone's position; none if it wrote none.
    pub gps: Option<Gps>,
    /// The phone.
    pub model: PhoneModel,
    /// What else the file carries.
    pub extras: Extras,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
}

impl PhoneShot {
    /// A shot with nothing but pixels, time and place; see [`Extras`] for the rest.
    pub fn new(rgb: Rgb, captured: Option<Captured>, gps: Option<Gps>) -> Self {
        Self {
            rgb,
            captured,
            gps,
            model: PhoneModel::ALL[0],
            extras: Extras::plain("0"),
            quality: 90,
        }
    }

    /// The JPEG file, baseline 4:2:0.
    pub fn jpeg(&self) -> Vec<u8> {
        jpeg::file(self)
    }

    /// The same as PNG: EXIF in `eXIf`, owner and XMP as text chunks. Nothing comes after `IEND`.
    pub fn png(&self) -> Vec<u8> {
        png::file(self)
    }

    /// Byte strings that are in the JPEG file and must be in nothing that is made from it.
    ///
    /// Serial, owner, maker note, time and position exactly as written. Most carry [`MARKER`],
    /// but a position is numbers and can only be searched for as such.
    pub fn secrets(&self) -> Vec<Vec<u8>> {
        let mut secrets = exif::secrets(self);
        secrets.extend(xmp::secrets(self));
        secrets.extend(jpeg::secrets(self));
        secrets
    }
}
