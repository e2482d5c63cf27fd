//! The parent looks at an answer before it believes it: a decoder that a photo took over must not
//! be able to hand out a file that is not clean.
//!
//! Only structure is read, by the verifier that shares nothing with the writers; no pixel is decoded
//! here. What the photo says about itself (time, place, marks) and the fingerprint stay the child's
//! word: they decide what is looked at, and nothing of the file itself leaves by them.

use jaga_imaging::{
    Analysis, Format, Limits, Refusal, RefusalCode, Removed, dimensions, sniff, verify,
};

/// The longest side of a rendition in pixels.
const LONGEST: u32 = 1600;
/// A carrier's name and a refusal's sentence are short, and of our own making.
const CARRIER: usize = 40;
const DETAIL: usize = 200;

/// The rule that an answer breaks first.
pub(super) fn recheck(analysis: &Analysis, limits: &Limits) -> Result<(), &'static str> {
    let facts = &analysis.facts;
    recheck_clean(&analysis.clean, facts.format, &facts.removed)?;
    let size = (facts.width, facts.height);
    if !same_size(&analysis.clean, size, limits) {
        return Err("the clean file has another size than it is said to have");
    }
    if analysis.renditions.is_empty() {
        return Err("a rendition is missing");
    }
    for rendition in &analysis.renditions {
        if sniff(&rendition.jpeg) != Format::Jpeg || verify(&rendition.jpeg).is_err() {
            return Err("a rendition is not a clean JPEG");
        }
        let size = (rendition.width, rendition.height);
        if size.0.max(size.1) > LONGEST || !same_size(&rendition.jpeg, size, limits) {
            return Err("a rendition has another size than it is said to have");
        }
    }
    Ok(())
}

/// The rule that a clean file breaks first, whatever else comes with it.
pub(super) fn recheck_clean(
    clean: &[u8],
    format: Format,
    removed: &[Removed],
) -> Result<(), &'static str> {
    if verify(clean).is_err() {
        return Err("the clean file is not clean");
    }
    if sniff(clean) != format {
        return Err("the clean file has another format than it is said to have");
    }
    if !removed.iter().all(|it| is_plain(&it.carrier, CARRIER)) {
        return Err("a carrier has no name of ours");
    }
    Ok(())
}

/// A refusal is told to others: it must be one plain sentence. And it must be the photo's fault: where what was written
/// did not pass the verifier and pixels could not be encoded again either, the writer is to be mended.
pub(super) fn recheck_refusal(refusal: &Refusal) -> Result<(), &'static str> {
    if refusal.code == RefusalCode::VerificationFailed {
        Err("what it made of the photo is not clean")
    } else if is_plain(&refusal.detail, DETAIL) {
        Ok(())
    } else {
        Err("the reason is no plain sentence")
    }
}

fn is_plain(text: &str, most: usize) -> bool {
    text.len() <= most && text.bytes().all(|b| (b' '..=b'~').contains(&b))
}

/// Stored pixels may lie on their side: width and height may be swapped.
fn same_size(file: &[u8], (width, height): (u32, u32), limits: &Limits) -> bool {
    let stored = dimensions(file, limits);
    stored == Some((width, height)) || stored == Some((height, width))
}
