//! Bytes of memory that decoding takes at most for each pixel of the picture, from the first plane to the upright
//! picture in red, green and blue; measured with pictures of one colour, which pay for nothing by their length. For
//! [`Limits::afford`](crate::limits::Limits::afford).

/// Colours, and the same turned. What a progressive one keeps beside them its header tells.
#[cfg(feature = "turbo")]
pub(super) const JPEG: u64 = 7;
/// Samples as they are, and without what shines through.
pub(super) const PNG: u64 = 8;
/// The same of 16 bits.
pub(super) const PNG_16: u64 = 16;
/// Planes and colours.
pub(super) const WEBP_SIMPLE: u64 = 5;
/// With alpha or frames another picture of four bytes a pixel.
pub(super) const WEBP: u64 = 10;
/// The canvas and the frame painted on it.
pub(super) const GIF: u64 = 8;
/// Colours, with what shines through and without.
pub(super) const BMP: u64 = 7;
/// Red, green and blue, the same turned, and the parts that they are read from.
pub(super) const TIFF: u64 = 8;
/// The coded planes, what their decoder keeps beside them, red, green and blue, and the same turned.
pub(super) const HEIF: u64 = 8;
/// Colours and alpha that others are painted on.
pub(super) const CANVAS: u64 = 4;
/// And the same planes once more, of which only brightness counts.
pub(super) const HEIF_ALPHA: u64 = 12;
