//! What kind of file this is, by its content alone.

use serde::{Deserialize, Serialize};

use crate::bmp;

/// A container format. File names and declared media types are never believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG and APNG.
    Png,
    /// WebP.
    Webp,
    /// GIF, still or moving.
    Gif,
    /// HEIF or HEIC: encoded again.
    Heif,
    /// AVIF.
    Avif,
    /// TIFF: encoded again as JPEG. Raw formats built on it are refused.
    Tiff,
    /// Windows bitmap: encoded again as JPEG.
    Bmp,
    /// Anything else.
    Other,
}

impl Format {
    /// The name used on the wire and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Heif => "heif",
            Self::Avif => "avif",
            Self::Tiff => "tiff",
            Self::Bmp => "bmp",
            Self::Other => "other",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Names the container by its first bytes. Never fails: an unknown start is [`Format::Other`].
pub fn sniff(bytes: &[u8]) -> Format {
    if bytes.starts_with(b"\xff\xd8") {
        return Format::Jpeg;
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Format::Png;
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Format::Webp;
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        return Format::Gif;
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return sniff_brands(bytes);
    }
    if [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]
        .iter()
        .any(|magic| bytes.starts_with(*magic))
    {
        return Format::Tiff;
    }
    // "BM" alone starts many texts; how long the second header is tells which of the few kinds it is.
    if bytes.starts_with(b"BM") && bmp::header(bytes).is_some() {
        return Format::Bmp;
    }
    Format::Other
}

/// ISO base media: AVIF and HEIF differ only in the brands that the first box lists.
fn sniff_brands(bytes: &[u8]) -> Format {
    const AVIF: [&[u8]; 2] = [b"avif", b"avis"];
    const HEIF: [&[u8]; 12] = [
        b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"mif2", b"miaf",
        b"heif", b"avci",
    ];
    let size = bytes
        .first_chunk::<4>()
        .map_or(0, |size| u32::from_be_bytes(*size) as usize);
    let head = bytes
        .get(8..size.min(bytes.len()).min(256))
        .unwrap_or_default();
    let mut heif = false;
    for brand in head.chunks_exact(4) {
        if AVIF.contains(&brand) {
            return Format::Avif;
        }
        heif |= HEIF.contains(&brand);
    }
    if heif { Format::Heif } else { Format::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_the_format() {
        assert_eq!(sniff(b"\xff\xd8\xff\xe0"), Format::Jpeg);
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n...."), Format::Png);
        assert_eq!(sniff(b"RIFF\0\0\0\0WEBPVP8 "), Format::Webp);
        assert_eq!(sniff(b"RIFF\0\0\0\0WAVEfmt "), Format::Other);
        assert_eq!(sniff(b"GIF89a"), Format::Gif);
        assert_eq!(sniff(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), Format::Heif);
        assert_eq!(
            sniff(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"),
            Format::Avif
        );
        assert_eq!(sniff(b"\0\0\0\x18ftypisom\0\0\0\0isommp42"), Format::Other);
        assert_eq!(sniff(b"II*\0\x08\0\0\0"), Format::Tiff);
        assert_eq!(sniff(b"BM____anynumber\x28\0\0\0"), Format::Other);
        assert_eq!(sniff(b"BM____any_offs\x28\0\0\0"), Format::Bmp);
        assert_eq!(sniff(b"BMW is a car, but no picture"), Format::Other);
        assert_eq!(sniff(b""), Format::Other);
        assert_eq!(sniff(b"<svg"), Format::Other);
    }
}
