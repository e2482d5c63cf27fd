//! Whether the first page is a picture, and what its decoder has to be told.

use std::ops::Range;

use super::{
    directory::{Directory, Tiff},
    tag,
};
use crate::{
    bytes::part,
    jpeg,
    limits::Limits,
    refusal::{Refusal, RefusalCode},
};

/// What the numbers of a pixel mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Colours {
    /// As the codec reads it.
    Plain,
    /// An index into these colours.
    Palette(Vec<[u8; 3]>),
    /// CIE L*a*b*, a and b with a sign.
    Lab,
}

/// The first page, ready to be decoded.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) colours: Colours,
    /// Where the low byte of the meaning of its pixels stands in the file.
    pub(crate) meaning_at: usize,
    /// The first extra sample: 1 is alpha that the colours were multiplied with, 2 is plain alpha.
    pub(crate) alpha: Option<u32>,
    /// Where bytes stand whose bits begin at the low end, which the codec does not know of.
    pub(crate) reversed: Vec<Range<usize>>,
    pub(crate) width: u32,
    /// Where the width stands, and what to write there so that the last column of tiles is whole.
    pub(crate) padded: Option<(Range<usize>, Vec<u8>)>,
}

/// Pages and directories that are looked at in search of the main picture.
const MOST: usize = 16;
/// Pictures up to this long side may be previews.
const PREVIEW_SIDE: u32 = 512;
const LZW: u32 = 5;
/// JPEG inside TIFF.
const JPEG: u32 = 7;
/// What sensors measure: mosaic and linear raw.
const RAW: [u32; 2] = [32_803, 34_892];
/// Compressions that only raw files have: Sony, Nikon, Samsung, Pentax, Kodak.
const RAW_CODECS: [u32; 6] = [32_767, 32_769, 32_770, 34_713, 65_000, 65_535];

fn raw() -> Refusal {
    Refusal::unsupported("raw photos of cameras are not handled: send the camera's JPEG")
}

/// Width and height of the first page.
pub(crate) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let tiff = Tiff::open(bytes)?;
    extent(tiff, &tiff.first()?)
}

/// The colour profile of the first page, where its numbers are red, green and blue, or indices into such.
pub(crate) fn profile(bytes: &[u8]) -> Option<&[u8]> {
    let tiff = Tiff::open(bytes)?;
    let first = tiff.first()?;
    matches!(tiff.number(&first, tag::PHOTOMETRIC)?, 2 | 3 | 6)
        .then(|| tiff.value(&first, tag::ICC))
        .flatten()
}

fn extent(tiff: Tiff, directory: &Directory) -> Option<(u32, u32)> {
    let width = tiff.number(directory, tag::WIDTH)?;
    Some((width, tiff.number(directory, tag::HEIGHT)?))
}

/// Checks the first page before a codec sees it.
///
/// Raw formats look like TIFF, with a preview as first page. Where the main picture is another one
/// the file is refused: a preview is never taken for the picture.
pub(crate) fn page(bytes: &[u8], limits: &Limits) -> Result<Page, Refusal> {
    let bad = || Refusal::damaged("the picture header is impossible");
    let tiff = Tiff::open(bytes)
        .ok_or_else(|| Refusal::unsupported("TIFF files of the 64-bit kind are not handled"))?;
    let first = tiff.first().ok_or_else(bad)?;
    if bytes.get(8..10) == Some(b"CR") || first.get(tag::DNG).is_some() {
        return Err(raw());
    }
    let (width, height) = extent(tiff, &first).ok_or_else(bad)?;
    Refusal::check_size(width, height, limits.max_pixels)?;
    refuse_preview(tiff, &first, (width, height))?;
    let reversed = check_parts(tiff, &first, (width, height), limits)?;
    let meaning = first.get(tag::PHOTOMETRIC).ok_or_else(bad)?;
    let colours = match tiff.number(&first, tag::PHOTOMETRIC) {
        Some(3) => Colours::Palette(palette(tiff, &first).ok_or_else(bad)?),
        Some(8) => Colours::Lab,
        _ => Colours::Plain,
    };
    Ok(Page {
        colours,
        // The low byte of a short: second of two where the big end comes first.
        meaning_at: meaning.value.start + usize::from(tiff.big && meaning.value.len() == 2),
        alpha: tiff.number(&first, tag::EXTRA_SAMPLES),
        reversed,
        width,
        padded: padded(tiff, &first, width),
    })
}

/// Of LZW tiles that stick out the codec leaves out the end of each row, and loses what its own decoder still holds
/// (image-rs/image-tiff, issue 395). It reads whole tiles well.
fn padded(tiff: Tiff, first: &Directory, width: u32) -> Option<(Range<usize>, Vec<u8>)> {
    let tile = tiff.number(first, tag::TILE_WIDTH)?;
    let whole = width.checked_next_multiple_of(tile)?;
    if tiff.number(first, tag::COMPRESSION)? != LZW || whole == width {
        return None;
    }
    let place = first.get(tag::WIDTH)?.value.clone();
    let bytes = whole.to_be_bytes();
    let mut bytes = bytes.get(bytes.len().checked_sub(place.len())?..)?.to_vec();
    let fits = u64::from(whole) < 1 << (8 * bytes.len());
    if !tiff.big {
        bytes.reverse();
    }
    fits.then_some((place, bytes))
}

fn refuse_preview(tiff: Tiff, first: &Directory, size: (u32, u32)) -> Result<(), Refusal> {
    let is_raw = |it: &Directory| {
        let number = |tag| tiff.number(it, tag).unwrap_or(0);
        RAW.contains(&number(tag::PHOTOMETRIC)) || RAW_CODECS.contains(&number(tag::COMPRESSION))
    };
    let reduced = |it: &Directory| {
        tiff.number(it, tag::SUBFILE).unwrap_or(0) & 1 == 1
            || tiff.number(it, tag::OLD_SUBFILE) == Some(2)
    };
    let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
    let inner = tiff.inner(first, tag::SUB_DIRECTORIES, MOST);
    let pages = tiff.following(first, MOST);
    if is_raw(first) || inner.iter().chain(&pages).any(is_raw) {
        return Err(raw());
    }
    let larger = |it: &Directory, times: u64| {
        extent(tiff, it).is_some_and(|other| !reduced(it) && area(other) > times * area(size))
    };
    // A later page may well be larger; sixteen times larger than a small first one is a photo
    // after its preview.
    let small = size.0.max(size.1) <= PREVIEW_SIDE;
    let preview = reduced(first)
        || inner.iter().any(|it| larger(it, 1))
        || (small && pages.iter().any(|it| larger(it, 16)));
    if preview {
        return Err(Refusal::unsupported(
            "the first picture of the file is only a preview of another one",
        ));
    }
    Ok(())
}

/// Strips or tiles: how many, how much of the file they claim, and how large the JPEGs in them say
/// they are. A codec would believe all of it. Returns those whose bits must be reversed first.
fn check_parts(
    tiff: Tiff,
    first: &Directory,
    (width, height): (u32, u32),
    limits: &Limits,
) -> Result<Vec<Range<usize>>, Refusal> {
    let most = limits.max_chunks as usize;
    let read = |tag| first.get(tag).map(|it| tiff.numbers(it, most + 1));
    let (offsets, lengths) = match (read(tag::STRIP_OFFSETS), read(tag::TILE_OFFSETS)) {
        (Some(offsets), None) => (offsets, read(tag::STRIP_BYTES)),
        (None, Some(offsets)) => (offsets, read(tag::TILE_BYTES)),
        _ => {
            return Err(Refusal::damaged(
                "the file does not say where its pixels are",
            ));
        }
    };
    let lengths = lengths.unwrap_or_default();
    if offsets.len() > most || lengths.len() > most {
        return Err(Refusal::too_many_parts());
    }
    let codec = tiff.number(first, tag::COMPRESSION).unwrap_or(1);
    let claimed: u64 = lengths.iter().map(|it| u64::from(*it)).sum();
    let tables = tiff.value(first, tag::JPEG_TABLES).map_or(0, <[u8]>::len) * offsets.len();
    let reversed = tiff.number(first, tag::FILL_ORDER) == Some(2);
    // Parts that lie over each other make a small file cost much.
    if (codec != 1 || reversed) && claimed > 2 * tiff.bytes.len() as u64
        || tables > 4 * limits.max_bytes
    {
        let detail = "the picture's parts claim more bytes than the file has";
        return Err(Refusal::new(RefusalCode::InflatesTooFar, detail));
    }
    let place = |(start, length): (&u32, &u32)| {
        let start = *start as usize;
        let end = start.saturating_add(*length as usize).min(tiff.bytes.len());
        start.min(end)..end
    };
    if codec != JPEG {
        let places = offsets.iter().zip(&lengths).filter(|_| reversed);
        return Ok(places.map(place).collect());
    }
    let rows = tiff.number(first, tag::ROWS_PER_STRIP).unwrap_or(height);
    let wide = tiff.number(first, tag::TILE_WIDTH).unwrap_or(width);
    let high = tiff
        .number(first, tag::TILE_HEIGHT)
        .unwrap_or(rows.min(height));
    for inner in offsets.iter().zip(&lengths).map(place) {
        let inner = part(tiff.bytes, &inner);
        let walk = jpeg::walk(inner, limits);
        let frame = walk
            .segments
            .iter()
            .find(|it| jpeg::marker::is_sof(it.marker));
        let frame = frame.and_then(|it| jpeg::Frame::read(it.marker, part(inner, &it.body)).ok());
        let fits = frame.as_ref().is_some_and(|it| {
            it.width <= wide.next_multiple_of(16) && it.height <= high.next_multiple_of(16)
        });
        // The codec's reader of JPEG takes brightness with alpha for something else.
        if frame.is_some_and(|it| it.components() == 2) {
            let detail = "a TIFF with JPEGs of two components is not handled";
            return Err(Refusal::unsupported(detail));
        }
        if !fits {
            return Err(Refusal::damaged("a part of the picture has another size"));
        }
    }
    // JPEG has an order of its own.
    Ok(Vec::new())
}

/// Reds, then greens, then blues, of 16 bits each; some writers write 8.
fn palette(tiff: Tiff, first: &Directory) -> Option<Vec<[u8; 3]>> {
    let bits = tiff.number(first, tag::BITS).unwrap_or(1);
    let length = 1_usize << u32::min(bits, 8);
    let values = tiff.numbers(first.get(tag::COLOUR_MAP)?, 3 * length);
    let shift = if values.iter().all(|value| *value < 256) {
        0
    } else {
        8
    };
    let colour = |index: usize| {
        let light = |at| values.get(at).map(|value: &u32| (value >> shift) as u8);
        let green = light(index + length)?;
        Some([light(index)?, green, light(index + 2 * length)?])
    };
    (0..length).map(colour).collect()
}
