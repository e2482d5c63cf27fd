//! The second opinion: reads a finished file from its first byte to its last and accepts only
//! what is on the list. Shares no parsing code with the writers it checks; only whether a profile is one that everyone
//! has is asked of where that is known, after all else.

mod apng;
mod avif;
mod cursor;
mod gif;
mod icc;
mod indices;
mod jpeg;
mod png;
mod tiff;
mod webp;

use cursor::Cursor;

/// What the independent reader objected to. Says where, never what was there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cleaned file rejected at byte {at}: {what}")]
pub struct VerifyError {
    /// Offset in the checked bytes.
    pub at: usize,
    /// The rule that was broken.
    pub what: &'static str,
}

/// Accepts a JPEG, PNG, WebP, GIF or AVIF file only if every part of it is needed to show the picture:
/// no metadata but one Orientation tag, no text in colour profiles, nothing before, between or
/// after, no padding that could hide anything.
///
/// Coded pixels are inflated (PNG) or taken as they are: what stands behind their last bit within a scan of JPEG, a
/// bitstream of WebP or a tile of AVIF is not seen here. [`crate::strip_exact`] and [`crate::analyse()`] leave nothing
/// there.
///
/// # Errors
/// [`VerifyError`] names the first rule that the bytes break.
pub fn verify(bytes: &[u8]) -> Result<(), VerifyError> {
    let mut cursor = Cursor::new(bytes);
    match bytes.first() {
        Some(0xff) => jpeg::verify(&mut cursor),
        Some(0x89) => png::verify(&mut cursor),
        Some(b'R') => webp::verify(&mut cursor),
        Some(b'G') => gif::verify(&mut cursor),
        Some(0) => avif::verify(&mut cursor),
        _ => Err(cursor.reject("not a jpeg, png, webp, gif or avif file")),
    }
}
