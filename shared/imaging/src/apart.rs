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
    strip::{Method, Stripped, admit, checked, exact, strip},
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
    upload: U,
    limits: &Limits,
) -> Result<Apart<U>, Refusal> {
    if admit(upload.as_ref(), limits)? == Format::Jpeg {
        return photo(upload, limits);
    }
    let clean = strip(upload.as_ref(), limits)?;
    copied(upload, clean, Known::default(), limits)
}

/// What is known of an upload before its clean file is copied.
#[derive(Default)]
struct Known {
    read: Option<(Evidence, Option<Preview>)>,
    /// The picture of a clean file that keeps the coded data.
    shown: Option<Decoded>,
    /// A JPEG that has no end.
    endless: bool,
}

/// A JPEG. Of one scan, as nearly all photos are, the coded data stays where it is, and the clean file's head is written
/// before it, over what is to go. Copying it would take as long as all its fingerprints.
fn photo<U: AsRef<[u8]> + AsMut<[u8]>>(
    mut upload: U,
    limits: &Limits,
) -> Result<Apart<U>, Refusal> {
    let bytes = upload.as_ref();
    let walk = jpeg::walk(bytes, limits);
    let drafted = jpeg::draft(bytes, &walk, limits);
    let mut known = Known {
        endless: !walk.ended,
        ..Known::default()
    };
    let place = drafted
        .as_ref()
        .ok()
        .and_then(|it| it.bytes.place(bytes.len()));
    if let Some(place) = place {
        // What the head is written over is read first.
        let (evidence, preview) = read_with_preview(bytes, from_jpeg(bytes, &walk), limits);
        if let Some(laid) = place.lay(upload.as_mut()) {
            let clean = upload.as_ref().get(laid.range.clone()).unwrap_or_default();
            if verify(clean).is_ok() {
                let picture = show(clean, Format::Jpeg, limits)?;
                refuse_broken_off(&picture, known.endless)?;
                if picture.told() && !picture.slack() {
                    return Ok(Apart {
                        clean: drafted?.with(|_| Clean::Within(upload, laid.range)),
                        kept: Some(laid.kept),
                        picture,
                        evidence,
                        preview,
                    });
                }
                known.shown = Some(picture);
            }
            laid.lift(upload.as_mut());
        }
        known.read = Some((evidence, preview));
    }
    let bytes = upload.as_ref();
    let joined = drafted.map(|it| it.with(|draft| draft.join(bytes)));
    let clean = checked(bytes, Format::Jpeg, joined, limits)?;
    if known.read.is_none() {
        known.read = Some(read_with_preview(bytes, from_jpeg(bytes, &walk), limits));
    }
    copied(upload, clean, known, limits)
}

/// Any photo, its clean file in memory of its own.
fn copied<U: AsRef<[u8]>>(
    owned: U,
    mut clean: Stripped,
    known: Known,
    limits: &Limits,
) -> Result<Apart<U>, Refusal> {
    let upload = owned.as_ref();
    let (evidence, preview) = known
        .read
        .unwrap_or_else(|| read_with_preview(upload, gather(upload, limits), limits));
    // The codec sees the clean file only: fewer bytes that a stranger chose.
    let show = |clean: &Stripped| show(&clean.bytes, clean.format, limits);
    // Whether bytes hide behind their coded data is known as soon as they are decoded, but for a few behind a JPEG's.
    let (picture, kept) = if matches!(clean.format, Format::Jpeg | Format::Avif) {
        let lossless = clean.method == Method::Lossless;
        let mut picture = match known.shown {
            Some(picture) if lossless => picture,
            _ => show(&clean)?,
        };
        refuse_broken_off(&picture, lossless && known.endless)?;
        if picture.slack() || clean.format == Format::Jpeg && !picture.told() {
            let before = (clean.method, clean.bytes.len());
            clean = exact(upload, clean, Some(picture.slack()), limits)?;
            // A fresh file may be as long as the one before.
            if (clean.method, clean.bytes.len()) != before {
                picture = show(&clean)?;
            }
        }
        let kept = Kept::of(upload, &clean.bytes);
        drop(owned);
        (picture, kept)
    } else {
        // Its memory first: these formats may take much more of it.
        clean = exact(upload, clean, None, limits)?;
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
fn refuse_broken_off(picture: &Decoded, endless: bool) -> Result<(), Refusal> {
    if endless && !picture.intact() {
        return Err(Refusal::truncated("the file ends before the picture does"));
    }
    Ok(())
}
