//! What a comparison of two photos looks at: brightness alone, upright.

use crate::{
    analyse::pixel_digest,
    decode,
    limits::Limits,
    orient::upright,
    refusal::Refusal,
    strip::{admit, strip},
};

/// A picture's brightness as it is looked at: upright, row by row without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// Brightness by Rec. 601, 8 bits; what a JPEG stores is taken as it is.
    pub luma: Vec<u8>,
    /// Samples of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// BLAKE3 of the coded pixels alone, as in [`crate::Facts`].
    pub pixel_digest: [u8; 32],
}

/// Decodes a photo's brightness, with at least `enough` samples on the long side where it has them,
/// and fewer than twice as many where the picture is larger.
///
/// # Errors
/// A [`Refusal`] when the file is no supported picture, breaks a limit, or can't be decoded.
pub fn sight(bytes: &[u8], enough: u32, limits: &Limits) -> Result<Sight, Refusal> {
    admit(bytes, limits)?;
    // The codec sees the clean file only, as everywhere.
    let clean = strip(bytes, limits)?;
    let picture = decode::display(&clean.bytes, clean.format, enough, limits)?;
    let pixel_digest = pixel_digest(&clean.bytes, clean.format, limits);
    let seen = picture.brightness();
    let rows = seen.samples.chunks(seen.stride.max(1)).take(seen.height);
    let mut luma = Vec::with_capacity(seen.width * seen.height);
    rows.for_each(|row| luma.extend_from_slice(row.get(..seen.width).unwrap_or(row)));
    let (luma, width, height) = upright::<1>(&luma, seen.width, seen.height, clean.orientation);
    Ok(Sight {
        luma: luma.into_owned(),
        width,
        height,
        pixel_digest,
    })
}
