//! Cleaning a photo: losslessly where the file allows it, by encoding again where it does not.

use serde::{Deserialize, Serialize};

use crate::{
    avif,
    decode::{self, Picture},
    evidence,
    format::{Format, sniff},
    gif, isobmff,
    jpeg::{self, Tails},
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
    /// Every coded pixel is byte for byte the original's, of all frames.
    Lossless,
    /// Decoded and encoded again as JPEG, upright. Of several frames the first or the still picture: then `animation` is
    /// among what was removed.
    Reencoded,
}

/// A photo without anything that is not picture. Checked by [`verify`] before it is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stripped<B = Vec<u8>> {
    /// The clean file.
    pub bytes: B,
    /// Its format; after encoding again always JPEG.
    pub format: Format,
    /// How it was made.
    pub method: Method,
    /// What the original carried besides its picture.
    pub removed: Vec<Removed>,
    /// EXIF orientation, 1 to 8, that the clean file says; 1 where it says none.
    pub orientation: u8,
}

impl<B> Stripped<B> {
    /// The same with its bytes somewhere else.
    pub(crate) fn with<C>(self, put: impl FnOnce(B) -> C) -> Stripped<C> {
        Stripped {
            bytes: put(self.bytes),
            format: self.format,
            method: self.method,
            removed: self.removed,
            orientation: self.orientation,
        }
    }
}

/// Removes everything but the picture, by allow-list, and has the result checked independently.
///
/// # Errors
/// A [`Refusal`] when the file is no supported picture, breaks a limit, or is damaged.
pub fn strip(bytes: &[u8], limits: &Limits) -> Result<Stripped, Refusal> {
    let format = admit(bytes, limits)?;
    let kept = match format {
        // TIFF's and BMP's layout leaves room for anything, between and within, and HEIC's
        // bitstream has places that only a decoder could check: only the pixels are taken.
        Format::Tiff | Format::Bmp | Format::Heif => {
            return reencode(bytes, format, limits, Picture::is_intact);
        }
        Format::Avif if !isobmff::File::read(bytes, limits).can_stay() => {
            return reencode(bytes, format, limits, Picture::is_intact);
        }
        Format::Jpeg => jpeg::strip(bytes, limits),
        Format::Png => png::strip(bytes, limits),
        Format::Gif => gif::strip(bytes, limits),
        Format::Avif => avif::strip(bytes, limits),
        _ => webp::strip(bytes, limits),
    };
    checked(bytes, format, kept, limits)
}

/// A file whose pixels were kept is looked at by an independent reader. Where that finds fault with it, or the upload's
/// structure can't be kept, it is encoded again.
pub(crate) fn checked(
    bytes: &[u8],
    format: Format,
    kept: Result<Stripped, Refusal>,
    limits: &Limits,
) -> Result<Stripped, Refusal> {
    let reason = match kept {
        Ok(clean) => match verify(&clean.bytes) {
            Ok(()) => return Ok(clean),
            Err(error) => Refusal::new(RefusalCode::VerificationFailed, error.to_string()),
        },
        Err(refusal) => refusal,
    };
    // A limit stays a limit; only structure that can't be kept is worth another way.
    match reason.code {
        RefusalCode::Damaged | RefusalCode::VerificationFailed => {
            reencode(bytes, format, limits, Picture::is_intact).map_err(|_| reason)
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
        Format::Other => Err(Refusal::new(
            RefusalCode::NotAnImage,
            "the content is no known picture format",
        )),
        format => Ok(format),
    }
}

/// Like [`strip`], and nothing is left behind the last coded bit of a JPEG scan or a bitstream of WebP, nor behind the
/// tiles of an AVIF. Follows the coded data from the first bit to the last, so it is far slower than copying it.
///
/// # Errors
/// A [`Refusal`] as from [`strip`].
pub fn strip_exact(bytes: &[u8], limits: &Limits) -> Result<Stripped, Refusal> {
    exact(bytes, strip(bytes, limits)?, None, limits)
}

/// Cuts off what lies behind the coded data of a clean file. Where its end can't be found and the
/// codec skips bytes there, the picture is encoded again from its pixels; whether it does may be known.
pub(crate) fn exact(
    bytes: &[u8],
    mut clean: Stripped,
    skips: Option<bool>,
    limits: &Limits,
) -> Result<Stripped, Refusal> {
    let format = clean.format;
    let tails = match format {
        _ if clean.method != Method::Lossless => return Ok(clean),
        Format::Jpeg => jpeg::tails(&clean.bytes, limits),
        Format::Webp => webp::tails(&clean.bytes, limits),
        // Only its codec can tell.
        Format::Avif => Tails::Unknown,
        _ => return Ok(clean),
    };
    let hides = || Refusal::damaged("bytes hide in the coded picture");
    match tails {
        Tails::None => Ok(clean),
        Tails::Cut(shorter, count) => {
            verify(&shorter).map_err(|error| {
                Refusal::new(RefusalCode::VerificationFailed, error.to_string())
            })?;
            if format == Format::Webp && shown(&clean.bytes, limits)? != shown(&shorter, limits)? {
                return Err(hides());
            }
            clean.bytes = shorter;
            add(&mut clean.removed, SLACK, count as u64);
            Ok(clean)
        }
        Tails::Unknown => {
            let asked = || match decode::decode(&clean.bytes, format, None, limits) {
                Ok(picture) => picture.slack || format == Format::Webp,
                // What can't be shown can hide anything.
                Err(_) => format != Format::Jpeg,
            };
            let slack = skips.unwrap_or_else(asked);
            if !slack {
                return Ok(clean);
            }
            let mut fresh =
                encode_again(bytes, &clean.bytes, format, limits, |_| true).map_err(|_| hides())?;
            add(&mut fresh.removed, SLACK, 0);
            Ok(fresh)
        }
    }
}

/// Digest of the pixels that a codec makes of a file.
fn shown(bytes: &[u8], limits: &Limits) -> Result<[u8; 32], Refusal> {
    let picture = decode::decode(bytes, Format::Webp, None, limits)?;
    Ok(*blake3::hash(&picture.rgb).as_bytes())
}

/// Name of the bytes behind the last coded bits.
const SLACK: &str = "slack";

/// Name of the frames after the first.
const ANIMATION: &str = "animation";

fn add(removed: &mut Vec<Removed>, carrier: &str, bytes: u64) {
    match removed.iter_mut().find(|it| it.carrier == carrier) {
        Some(known) => known.bytes += bytes,
        None => removed.push(Removed {
            carrier: carrier.to_owned(),
            bytes,
        }),
    }
}

/// Decodes and encodes again. Refused where the picture can't be decoded well enough.
fn reencode(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
    enough: impl Fn(&Picture) -> bool,
) -> Result<Stripped, Refusal> {
    encode_again(bytes, bytes, format, limits, enough)
}

/// The same with the pixels of `source`, which is the upload or a copy of it with less in it.
fn encode_again(
    bytes: &[u8],
    source: &[u8],
    format: Format,
    limits: &Limits,
    enough: impl Fn(&Picture) -> bool,
) -> Result<Stripped, Refusal> {
    let picture = decode::decode(source, format, None, limits)?;
    if !enough(&picture) {
        return Err(Refusal::damaged("the picture can't be decoded"));
    }
    let orientation = decode::orientation(source, format, limits).unwrap_or(1);
    let mut fresh = render::encode_upright(&picture, orientation, render::KEEP_QUALITY)?.jpeg;
    drop(picture);
    // What its numbers mean goes along, and is cleaned like any other photo's.
    let told = decode::told(source, format, limits);
    if let Some(profile) = &told {
        fresh = jpeg::with_profile(&fresh, profile);
    }
    let clean = jpeg::strip(&fresh, limits)?;
    verify(&clean.bytes)
        .map_err(|error| Refusal::new(RefusalCode::VerificationFailed, error.to_string()))?;
    let mut removed = evidence::gather(bytes, limits).carriers;
    if told.is_some() && jpeg::kept_profile(&clean.bytes) == told {
        removed.retain(|it| it.carrier != "icc");
    }
    // A JPEG does not move.
    let lost = match format {
        Format::Gif => gif::lost_frames(bytes, limits),
        Format::Webp => webp::lost_frames(bytes, limits),
        _ => 0,
    };
    if lost > 0 {
        add(&mut removed, ANIMATION, lost as u64);
    }
    Ok(Stripped {
        method: Method::Reencoded,
        removed,
        orientation: 1,
        ..clean
    })
}
