//! A photo into what it says, its clean file and its picture.

use std::ops::Range;

use crate::{
    decode::{self, Decoded},
    evidence::{Evidence, Preview, from_jpeg, gather, read_with_preview},
    format::Format,
    jpeg,
    kept::Kept,
    limits::Limits,
    refusal::Refusal,
    render,
    strip::{Method, Stripped, admit, exact, strip},
    verify::verify,
};

/// A clean file: bytes of its own, or lying where the upload lay, within that.
#[derive(Debug)]
pub enum Clean<U> {
    /// Bytes of its own.
    Made(Vec<u8>),
    /// This part of what was the upload's memory.
    Within(U, Range<usize>),
}

impl<U: AsRef<[u8]>> AsRef<[u8]> for Clean<U> {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Made(bytes) => bytes,
            Self::Within(upload, range) => upload.as_ref().get(range.clone()).unwrap_or_default(),
        }
    }
}

impl Clean<Vec<u8>> {
    /// The file alone.
    pub(crate) fn into_vec(self) -> Vec<u8> {
        match self {
            Self::Made(bytes) => bytes,
            Self::Within(mut upload, range) => {
                upload.truncate(range.end);
                upload.drain(..range.start.min(upload.len()));
                upload
            }
        }
    }
}

/// What [`apart`] finds.
pub(crate) struct Apart<U> {
    pub(crate) clean: Stripped<Clean<U>>,
    /// What the clean file has in common with the upload.
    pub(crate) kept: Option<Kept>,
    pub(crate) picture: Decoded,
    pub(crate) evidence: Evidence,
    pub(crate) preview: Option<Preview>,
}

/// Reads the evidence, strips, verifies, decodes.
pub(crate) fn apart<U: AsRef<[u8]> + AsMut<[u8]>>(
    mut upload: U,
    limits: &Limits,
) -> Result<Apart<U>, Refusal> {
    let format = admit(upload.as_ref(), limits)?;
    let mut picture = None;
    if format == Format::Jpeg {
        match in_place(&mut upload, limits)? {
            Outcome::Laid(laid) => {
                return Ok(Apart {
                    clean: laid.clean.with(|range| Clean::Within(upload, range)),
                    kept: Some(laid.kept),
                    picture: laid.picture,
                    evidence: laid.evidence,
                    preview: laid.preview,
                });
            }
            Outcome::Untouched(shown) => picture = shown,
        }
    }
    copied(upload, picture, limits)
}

/// What became of an upload whose clean file was to lie where it lies.
enum Outcome {
    Laid(Box<Laid>),
    /// It is as it was; its picture, if that is known by now.
    Untouched(Option<Decoded>),
}

struct Laid {
    clean: Stripped<Range<usize>>,
    kept: Kept,
    picture: Decoded,
    evidence: Evidence,
    preview: Option<Preview>,
}

/// A JPEG of one scan, which nearly all photos are: its coded data stays where it is, and the clean file's head is
/// written before it, over what is to go. Copying it would take as long as all its fingerprints.
fn in_place(
    upload: &mut (impl AsRef<[u8]> + AsMut<[u8]>),
    limits: &Limits,
) -> Result<Outcome, Refusal> {
    let bytes = upload.as_ref();
    let walk = jpeg::walk(bytes, limits);
    let Ok(drafted) = jpeg::draft(bytes, &walk, limits) else {
        return Ok(Outcome::Untouched(None));
    };
    if drafted.bytes.place(bytes.len()).is_none() {
        return Ok(Outcome::Untouched(None));
    }
    // What the head is written over is read first.
    let (evidence, preview) = read_with_preview(bytes, from_jpeg(bytes, &walk), limits);
    let Some(laid) = drafted.bytes.lay(upload.as_mut()) else {
        return Ok(Outcome::Untouched(None));
    };
    let clean = upload.as_ref().get(laid.range.clone()).unwrap_or_default();
    let mut shown = None;
    if verify(clean).is_ok() {
        let picture = show(clean, Format::Jpeg, limits)?;
        refuse_truncated(&picture, walk.ended)?;
        if !picture.slack() {
            return Ok(Outcome::Laid(Box::new(Laid {
                clean: drafted.with(|_| laid.range),
                kept: laid.kept,
                picture,
                evidence,
                preview,
            })));
        }
        shown = Some(picture);
    }
    laid.lift(upload.as_mut());
    Ok(Outcome::Untouched(shown))
}

/// Any photo, its clean file in memory of its own. `shown` is its picture, if that is known.
fn copied<U: AsRef<[u8]>>(
    owned: U,
    shown: Option<Decoded>,
    limits: &Limits,
) -> Result<Apart<U>, Refusal> {
    let upload = owned.as_ref();
    let mut clean = strip(upload, limits)?;
    let (evidence, preview) = read_with_preview(upload, gather(upload, limits), limits);
    // The codec sees the clean file only: fewer bytes that a stranger chose.
    let show = |clean: &Stripped| show(&clean.bytes, clean.format, limits);
    // Whether bytes hide behind their coded data is known as soon as they are decoded.
    let (picture, kept) = if matches!(clean.format, Format::Jpeg | Format::Avif) {
        let mut picture = match shown {
            Some(picture) if clean.method == Method::Lossless => picture,
            _ => show(&clean)?,
        };
        let copied = clean.format == Format::Jpeg && clean.method == Method::Lossless;
        if copied && !picture.intact() {
            refuse_truncated(&picture, jpeg::walk(upload, limits).ended)?;
        }
        if picture.slack() {
            let length = clean.bytes.len();
            clean = exact(upload, clean, limits)?;
            if clean.bytes.len() != length {
                picture = show(&clean)?;
            }
        }
        let kept = Kept::of(upload, &clean.bytes);
        drop(owned);
        (picture, kept)
    } else {
        // Its memory first: these formats may take much more of it.
        clean = exact(upload, clean, limits)?;
        let kept = Kept::of(upload, &clean.bytes);
        drop(owned);
        (show(&clean)?, kept)
    };
    Ok(Apart {
        clean: clean.with(Clean::Made),
        kept,
        picture,
        evidence,
        preview,
    })
}

fn show(clean: &[u8], format: Format, limits: &Limits) -> Result<Decoded, Refusal> {
    decode::display(clean, format, render::LONG_SIDES[0], limits)
}

/// A JPEG that stops in the middle of its pixels is an upload that broke off: ask for it again.
fn refuse_truncated(picture: &Decoded, ended: bool) -> Result<(), Refusal> {
    if picture.intact() || ended {
        Ok(())
    } else {
        Err(Refusal::truncated("the file ends before the picture does"))
    }
}
