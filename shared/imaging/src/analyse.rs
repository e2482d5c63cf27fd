//! Everything about one photo in one call.

use serde::{Deserialize, Serialize};

use crate::{
    apart::{Apart, Clean, apart},
    bytes::part,
    decode,
    evidence::{self, Evidence, Reading, compare, read_evidence},
    format::{Format, sniff},
    hex32, isobmff, jpeg,
    kept::Kept,
    limits::Limits,
    orient::swaps,
    pdq::Fingerprint,
    png,
    prints::{self, Prints},
    refusal::Refusal,
    removed::Removed,
    render::{self, Rendition},
    strip::Method,
    webp,
};

/// What is known about a photo after it was taken apart. Holds private values (position, time):
/// for the ledger and the rules, never for logs or the public.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Format of the clean file.
    pub format: Format,
    /// How the clean file was made.
    pub method: Method,
    /// Width of the upright picture in pixels.
    pub width: u32,
    /// Height of the upright picture in pixels.
    pub height: u32,
    /// EXIF orientation in the clean file, 1 to 8: how its stored pixels must be turned.
    pub stored_orientation: u8,
    /// The codec found errors in the coded pixels and filled in what was missing.
    pub damaged: bool,
    /// What the original carried besides its picture.
    pub removed: Vec<Removed>,
    /// What the original said about itself.
    pub evidence: Evidence,
    /// BLAKE3 of the upload.
    #[serde(with = "hex32")]
    pub upload_digest: [u8; 32],
    /// BLAKE3 of the coded pixels alone: equal for two copies that differ only in metadata.
    #[serde(with = "hex32")]
    pub pixel_digest: [u8; 32],
    /// BLAKE3 of the clean file.
    #[serde(with = "hex32")]
    pub clean_digest: [u8; 32],
    /// What the picture looks like.
    pub fingerprint: Fingerprint,
    /// What parts of it look like.
    pub prints: Prints,
}

/// A photo taken apart: facts, the clean file, and copies for display.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis<B = Vec<u8>> {
    /// What is known.
    pub facts: Facts,
    /// The clean file, verified.
    pub clean: B,
    /// Long side 1600, then 320 pixels; smaller where the picture is smaller.
    pub renditions: Vec<Rendition>,
}

/// Sniffs, checks limits, reads evidence, strips, verifies, decodes once, fingerprints, renders, hashes.
///
/// # Errors
/// A [`Refusal`] when the file is no supported picture, breaks a limit, or can't be decoded.
pub fn analyse(bytes: &[u8], limits: &Limits) -> Result<Analysis, Refusal> {
    let Analysis {
        facts,
        clean,
        renditions,
    } = analyse_owned(bytes.to_vec(), limits)?;
    Ok(Analysis {
        facts,
        clean: clean.into_vec(),
        renditions,
    })
}

/// The same for bytes that nobody needs afterwards: the clean file lies where they lay, or their memory is given back
/// before the pixels take theirs.
///
/// # Errors
/// As [`analyse`].
pub fn analyse_owned<U: AsRef<[u8]> + AsMut<[u8]>>(
    bytes: U,
    limits: &Limits,
) -> Result<Analysis<Clean<U>>, Refusal> {
    let upload = *blake3::hash(bytes.as_ref()).as_bytes();
    let (mut analysis, _) = analyse_unhashed(bytes, limits)?;
    analysis.hash(upload, limits);
    Ok(analysis)
}

/// The same with all digests zero, for a process whose word does not count: [`Analysis::hash`] is for
/// the one that it answers to. Says also what the clean file has in common with the upload.
///
/// # Errors
/// As [`analyse`].
pub fn analyse_unhashed<U: AsRef<[u8]> + AsMut<[u8]>>(
    bytes: U,
    limits: &Limits,
) -> Result<(Analysis<Clean<U>>, Option<Kept>), Refusal> {
    let Apart {
        clean,
        kept,
        picture,
        mut evidence,
        preview,
    } = apart(bytes, limits)?;
    let file = clean.bytes.as_ref();
    let (width, height) = match picture.full() {
        (width, height) if swaps(clean.orientation) => (height, width),
        full => full,
    };
    let damaged = !picture.intact();
    let profile = decode::profile(file, clean.format, limits);
    let brightness = picture.brightness();
    let (fingerprint, prints) = prints::prints(&brightness, clean.orientation);
    if let (Some(preview), Reading::Present(thumbnail)) = (preview, &mut evidence.thumbnail) {
        thumbnail.likeness = compare(
            &preview,
            &brightness,
            picture.full(),
            clean.orientation,
            &fingerprint,
        );
    }
    drop(brightness);
    let renditions = render::renditions(picture, clean.orientation, profile.as_deref())?;
    let facts = Facts {
        format: clean.format,
        method: clean.method,
        width,
        height,
        stored_orientation: clean.orientation,
        damaged,
        removed: clean.removed,
        evidence,
        upload_digest: [0; 32],
        pixel_digest: [0; 32],
        clean_digest: [0; 32],
        fingerprint,
        prints,
    };
    let analysis = Analysis {
        facts,
        clean: clean.bytes,
        renditions,
    };
    Ok((analysis, kept))
}

impl<B: AsRef<[u8]>> Analysis<B> {
    /// Sets the digests: that of the upload, which is given, and those of what is here. Reads the clean
    /// file's structure, so it comes after [`crate::verify()`] where the file is a stranger's.
    pub fn hash(&mut self, upload: [u8; 32], limits: &Limits) {
        let clean = self.clean.as_ref();
        self.facts.upload_digest = upload;
        self.facts.clean_digest = *blake3::hash(clean).as_bytes();
        self.facts.pixel_digest = pixel_digest(clean, self.facts.format, limits);
    }
}

/// Hashes what decides the pixels of a clean file, and nothing else.
pub(crate) fn pixel_digest(clean: &[u8], format: Format, limits: &Limits) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(format.as_str().as_bytes());
    let mut piece = |kind: &[u8], data: &[u8]| {
        hasher.update(kind);
        hasher.update(&(data.len() as u64).to_le_bytes());
        hasher.update(data);
    };
    match format {
        Format::Jpeg => {
            // What a clean file says about its pixels stands first; the rest is they.
            piece(&[], jpeg::after_head(clean));
        }
        Format::Png => {
            for chunk in &png::chunks(clean, limits).list {
                if matches!(
                    &chunk.kind,
                    b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"acTL" | b"fcTL" | b"fdAT"
                ) {
                    piece(&chunk.kind, part(clean, &chunk.body));
                }
            }
        }
        // A clean GIF holds nothing but what is painted, when, and in which colours.
        Format::Gif => piece(b"GIF ", clean),
        Format::Avif => {
            let file = isobmff::File::read(clean, limits);
            for item in file.meta.items.values() {
                piece(&item.kind, &file.data(item).unwrap_or_default());
            }
        }
        _ => {
            for chunk in &webp::chunks(clean, limits).list {
                if matches!(&chunk.kind, b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF") {
                    piece(&chunk.kind, part(clean, &chunk.body));
                }
            }
        }
    }
    *hasher.finalize().as_bytes()
}

/// What can be said about a file without changing or decoding it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// The container, by content.
    pub format: Format,
    /// Width and height as stored, where the headers can be read.
    pub dimensions: Option<(u32, u32)>,
    /// EXIF orientation, where there is a valid one.
    pub orientation: Option<u8>,
    /// What the file says about itself, and its carriers.
    pub evidence: Evidence,
}

/// Looks at a file of any kind, damaged or not. Never fails; for the operator's eyes.
pub fn inspect(bytes: &[u8], limits: &Limits) -> Inspection {
    let format = sniff(bytes);
    Inspection {
        format,
        dimensions: evidence::dimensions(bytes, limits),
        orientation: decode::orientation(bytes, format, limits),
        evidence: read_evidence(bytes, limits),
    }
}
