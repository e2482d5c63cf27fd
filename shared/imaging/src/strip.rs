//! Cleaning a photo: losslessly where the file allows it, by encoding again where it does not.

use serde::{Deserialize, Serialize};

use crate::{
    avif, decode,
    format::{Format, sniff},
    jpeg,
    limits::Limits,
    png,
    refusal::{Refusal, RefusalCode},
    removed::Removed,
    render,
    verify::verify,
    webp,
};

/// How the clean bytes came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Every coded pixel is byte for byte the original's.
    Lossless,
    /// Decoded and encoded again as JPEG, upright.
    Reencoded,
}

/// A photo without anything that is not picture. Checked by [`verify`] before it is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stripped {
    /// The clean file.
    pub bytes: Vec<u8>,
    /// Its format; after encoding again always JPEG.
    pub format: Format,
    /// How it was made.
    pub method: Method,
    /// What the original carried besides its picture.
    pub removed: Vec<Removed>,
    /// EXIF orientation, 1 to 8, that the clean file says; 1 where it says none.
    pub orientation: u8,
}

/// Removes everything but the picture, by allow-list, and has the result checked independently.
///
/// # Errors
/// A [`Refusal`] when the file is no supported picture, breaks a limit, or is damaged.
pub fn strip(bytes: &[u8], limits: &Limits) -> Result<Stripped, Refusal> {
    let format = admit(bytes, limits)?;
    let lossless = match format {
        Format::Jpeg => jpeg::strip(bytes, limits),
        Format::Png => png::strip(bytes, limits),
        // HEIC is never kept: its bitstream has places that only a decoder could check.
        Format::Heif => return reencode(bytes, format, limits),
        Format::Avif => avif::strip(bytes, limits),
        _ => webp::strip(bytes, limits),
    };
    let reason = match lossless {
        Ok(clean) => match verify(&clean.bytes) {
            Ok(()) => return Ok(clean),
            Err(error) => Refusal::new(RefusalCode::VerificationFailed, error.to_string()),
        },
        Err(refusal) => refusal,
    };
    // A limit stays a limit; only structure that can't be kept is worth another way.
    match reason.code {
        RefusalCode::Damaged | RefusalCode::VerificationFailed => {
            reencode(bytes, format, limits).map_err(|_| reason)
        }
        _ => Err(reason),
    }
}

/// Refuses what is empty, too large or of another format; names the format otherwise.
pub(crate) fn admit(bytes: &[u8], limits: &Limits) -> Result<Format, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::new(RefusalCode::Empty, "the upload has no bytes"));
    }
    if bytes.len() > limits.max_bytes {
        let detail = format!("the upload has more than {} bytes", limits.max_bytes);
        return Err(Refusal::new(RefusalCode::TooLarge, detail));
    }
    match sniff(bytes) {
        format @ (Format::Jpeg | Format::Png | Format::Webp | Format::Heif | Format::Avif) => {
            Ok(format)
        }
        Format::Other => Err(Refusal::new(
            RefusalCode::NotAnImage,
            "the content is no known picture format",
        )),
        format => Err(Refusal::unsupported(&format!(
            "{format} pictures are not handled"
        ))),
    }
}

/// Decodes strictly and encodes again. Refuses where the picture can't be decoded without doubt.
fn reencode(bytes: &[u8], format: Format, limits: &Limits) -> Result<Stripped, Refusal> {
    let picture = decode::decode(bytes, format, None, limits)?;
    if !picture.intact {
        return Err(Refusal::damaged(
            "the picture can't be decoded without doubt",
        ));
    }
    let orientation = decode::orientation(bytes, format, limits).unwrap_or(1);
    let encoded = render::encode_upright(&picture, orientation, render::KEEP_QUALITY)?;
    drop(picture);
    let clean = jpeg::strip(&encoded.jpeg, limits)?;
    verify(&clean.bytes)
        .map_err(|error| Refusal::new(RefusalCode::VerificationFailed, error.to_string()))?;
    let removed = crate::evidence::read_evidence(bytes, limits).carriers;
    Ok(Stripped {
        method: Method::Reencoded,
        removed,
        orientation: 1,
        ..clean
    })
}
