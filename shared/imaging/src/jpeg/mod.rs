//! JPEG: walking the segments, reading the frame, writing the clean file.

mod draft;
mod entropy;
mod frame;
mod strip;
mod tables;
mod walk;

pub(crate) use draft::Draft;
pub(crate) use entropy::{Tails, tails};
pub(crate) use frame::Frame;
#[cfg(feature = "turbo")]
pub(crate) use frame::Work;
pub(crate) use strip::{draft, profile, strip};
pub(crate) use walk::{Segment, Walk, frame, walk};

/// Marker codes by the names of ITU-T T.81, table B.1.
pub(crate) mod marker {
    pub(crate) const TEM: u8 = 0x01;
    pub(crate) const DHT: u8 = 0xc4;
    pub(crate) const DAC: u8 = 0xcc;
    pub(crate) const SOI: u8 = 0xd8;
    pub(crate) const EOI: u8 = 0xd9;
    pub(crate) const SOS: u8 = 0xda;
    pub(crate) const DQT: u8 = 0xdb;
    pub(crate) const DNL: u8 = 0xdc;
    pub(crate) const DRI: u8 = 0xdd;
    pub(crate) const DHP: u8 = 0xde;
    pub(crate) const EXP: u8 = 0xdf;
    pub(crate) const APP0: u8 = 0xe0;
    pub(crate) const APP1: u8 = 0xe1;
    pub(crate) const APP2: u8 = 0xe2;
    pub(crate) const APP11: u8 = 0xeb;
    pub(crate) const APP13: u8 = 0xed;
    pub(crate) const APP14: u8 = 0xee;
    pub(crate) const APP15: u8 = 0xef;
    /// Start of frame of JPEG-LS: another codec in the same clothes.
    pub(crate) const SOF55: u8 = 0xf7;
    pub(crate) const COM: u8 = 0xfe;

    /// Any start-of-frame marker, of every coding process.
    pub(crate) const fn is_sof(marker: u8) -> bool {
        matches!(marker, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf)
    }

    pub(crate) const fn is_rst(marker: u8) -> bool {
        matches!(marker, 0xd0..=0xd7)
    }

    /// The restart marker that follows so many others of its scan.
    pub(crate) const fn rst(before: u64) -> u8 {
        0xd0 + (before % 8) as u8
    }
}

/// Where XMP starts in an APP1 segment.
pub(crate) const XMP_PREFIX: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// Where extended XMP starts in an APP1 segment.
pub(crate) const XMP_EXT_PREFIX: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
/// Where a piece of an ICC profile starts in an APP2 segment.
pub(crate) const ICC_PREFIX: &[u8] = b"ICC_PROFILE\0";

/// The segments that stand first in a clean file, before its tables and pixels, as marker and
/// payload, and all that follows them.
fn head(clean: &[u8]) -> (Vec<(u8, &[u8])>, &[u8]) {
    let mut segments = Vec::new();
    let mut rest = clean.get(2..).unwrap_or_default();
    while let [0xff, code @ marker::APP0..=marker::APP15, high, low, ..] = *rest {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (Some(body), Some(after)) = (rest.get(4..2 + length), rest.get(2 + length..)) else {
            break;
        };
        segments.push((code, body));
        rest = after;
    }
    (segments, rest)
}

/// Tables, frame and scans of a clean file, to its end.
pub(crate) fn after_head(clean: &[u8]) -> &[u8] {
    head(clean).1
}

/// The colour profile of a clean file, where it kept one; its pieces stand in order there.
pub(crate) fn kept_profile(clean: &[u8]) -> Option<Vec<u8>> {
    let (segments, _) = head(clean);
    let pieces = segments.iter().filter(|(code, _)| *code == marker::APP2);
    let pieces = pieces.filter_map(|(_, body)| body.strip_prefix(ICC_PREFIX)?.get(2..));
    let profile: Vec<u8> = pieces.flatten().copied().collect();
    (!profile.is_empty()).then_some(profile)
}

/// A JPEG of ours with a profile, as it was told, before all else.
pub(crate) fn with_profile(jpeg: &[u8], profile: &[u8]) -> Vec<u8> {
    let (start, rest) = jpeg.split_at(jpeg.len().min(2));
    let mut out = Vec::with_capacity(jpeg.len() + profile.len() + 64);
    out.extend_from_slice(start);
    strip::push_profile(&mut out, profile);
    out.extend_from_slice(rest);
    out
}

/// Names the carrier that a segment is, by marker and signature.
pub(crate) fn carrier(code: u8, body: &[u8]) -> &'static str {
    const APPS: [&str; 16] = [
        "app0", "app1", "app2", "app3", "app4", "app5", "app6", "app7", "app8", "app9", "app10",
        "app11", "app12", "app13", "app14", "app15",
    ];
    let starts = |prefix: &[u8]| body.starts_with(prefix);
    match code {
        marker::COM => "comment",
        marker::APP0 if starts(b"JFIF\0") => "jfif",
        marker::APP0 if starts(b"JFXX\0") => "thumbnail",
        marker::APP1 if starts(b"Exif\0") => "exif",
        marker::APP1 if starts(XMP_PREFIX) => "xmp",
        marker::APP1 if starts(XMP_EXT_PREFIX) => "xmp_extended",
        marker::APP2 if starts(ICC_PREFIX) => "icc",
        marker::APP2 if starts(b"MPF\0") => "mpf",
        marker::APP11 if starts(b"JP") => "jumbf",
        marker::APP13 => "iptc",
        marker::APP14 if starts(b"Adobe") => "adobe",
        marker::APP0..=marker::APP15 => APPS
            .get(usize::from(code - marker::APP0))
            .copied()
            .unwrap_or("app"),
        _ => "reserved",
    }
}
