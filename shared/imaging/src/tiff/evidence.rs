//! What a TIFF carries besides its first page.

use super::{
    directory::{Directory, Entry, Tiff},
    slack::slack,
    tag,
};
use crate::{bytes::part, limits::Limits, removed::Tally};

/// A longer value is none that evidence is read from.
const MAX_VALUE: usize = 1024;

/// Whether a tag only says how pixels are stored.
fn structural(tag: u16) -> bool {
    matches!(
        tag,
        254..=259 | 262..=266 | 273 | 274 | 277..=284 | 290..=293 | 296 | 317..=325 | 332 | 334
            | 336 | 338..=343 | 347 | 529..=532
    )
}

fn carrier(tag: u16) -> &'static str {
    match tag {
        tag::XMP => "xmp",
        tag::IPTC | tag::PHOTOSHOP => "iptc",
        tag::ICC => "icc",
        tag::C2PA => "jumbf",
        tag::SUB_DIRECTORIES => "preview",
        tag::EXIF | tag::GPS => "exif",
        _ => "tag",
    }
}

/// Everything that is not the first page, and further pages one by one.
pub(crate) fn carriers(bytes: &[u8], limits: &Limits, tally: &mut Tally) {
    let Some(tiff) = Tiff::open(bytes) else {
        return;
    };
    let Some(first) = tiff.first() else { return };
    for entry in first.entries.iter().filter(|it| !structural(it.tag)) {
        let inner = if carrier(entry.tag) == "exif" {
            tiff.inner(&first, entry.tag, 1)
        } else {
            Vec::new()
        };
        let inside: usize = inner.iter().map(weight).sum();
        let own = inside
            + 12
            + if entry.value.len() > 4 {
                entry.value.len()
            } else {
                0
            };
        tally.add(carrier(entry.tag), own);
    }
    let sum = |it: &Directory, tag| -> usize {
        let lengths = it.get(tag).map(|entry| tiff.numbers(entry, 4096));
        lengths.into_iter().flatten().map(|it| it as usize).sum()
    };
    let pixels = |it: &Directory| {
        let tags = [tag::STRIP_BYTES, tag::TILE_BYTES, tag::THUMBNAIL_BYTES];
        tags.map(|tag| sum(it, tag)).iter().sum::<usize>()
    };
    tally.add("slack", slack(tiff));
    for page in tiff.inner(&first, tag::SUB_DIRECTORIES, 16) {
        tally.add("preview", weight(&page).saturating_add(pixels(&page)));
    }
    for page in tiff.following(&first, limits.max_frames as usize) {
        tally.add("page", weight(&page).saturating_add(pixels(&page)));
    }
}

/// Bytes of a directory and of what its entries point to.
fn weight(directory: &Directory) -> usize {
    let outside = directory.entries.iter().map(|it| it.value.len());
    directory.place.len() + outside.filter(|length| *length > 4).sum::<usize>()
}

/// Whole values of the first page.
#[derive(Debug, Default)]
pub(crate) struct Values<'a> {
    pub(crate) xmp: Option<&'a [u8]>,
    /// IPTC and Photoshop blocks.
    pub(crate) other: Vec<&'a [u8]>,
    pub(crate) c2pa: Option<&'a [u8]>,
}

pub(crate) fn values(bytes: &[u8]) -> Values<'_> {
    let Some(tiff) = Tiff::open(bytes) else {
        return Values::default();
    };
    let first = tiff.first().unwrap_or_default();
    let value = |tag| tiff.value(&first, tag);
    let other = [tag::IPTC, tag::PHOTOSHOP].into_iter().filter_map(value);
    Values {
        xmp: value(tag::XMP),
        other: other.collect(),
        c2pa: value(tag::C2PA),
    }
}

/// The small values of the first page, of its EXIF and of its GPS directory, as a TIFF structure of
/// their own: what a camera would have put into a JPEG. Bounded, whatever the file claims.
pub(crate) fn block(bytes: &[u8]) -> Option<Vec<u8>> {
    let tiff = Tiff::open(bytes)?;
    let first = tiff.first()?;
    let mut out = bytes.get(..4)?.to_vec();
    out.extend([0; 4]);
    let mut pointers = Vec::new();
    for tag in [tag::EXIF, tag::GPS] {
        if let Some(inner) = tiff.inner(&first, tag, 1).first() {
            pointers.push((tag, number(tiff, out.len())));
            write(tiff, inner, &[], &mut out);
        }
    }
    let at = number(tiff, out.len());
    out.splice(4..8, at);
    write(tiff, &first, &pointers, &mut out);
    Some(out)
}

fn number(tiff: Tiff, value: usize) -> [u8; 4] {
    if tiff.big {
        (value as u32).to_be_bytes()
    } else {
        (value as u32).to_le_bytes()
    }
}

fn short(tiff: Tiff, value: u16) -> [u8; 2] {
    if tiff.big {
        value.to_be_bytes()
    } else {
        value.to_le_bytes()
    }
}

/// Appends a directory with its small values, and pointers to others.
fn write(tiff: Tiff, from: &Directory, pointers: &[(u16, [u8; 4])], out: &mut Vec<u8>) {
    let wanted = |it: &&Entry| {
        let pixels = structural(it.tag) && it.tag != 274;
        let pointer = matches!(it.tag, tag::SUB_DIRECTORIES | tag::EXIF | tag::GPS);
        it.value.len() <= MAX_VALUE && !pixels && !pointer
    };
    let kept: Vec<&Entry> = from.entries.iter().filter(wanted).take(256).collect();
    let count = kept.len() + pointers.len();
    let mut values = Vec::new();
    let values_at = out.len() + 2 + 12 * count + 4;
    out.extend(short(tiff, count as u16));
    for entry in kept {
        let value = part(tiff.bytes, &entry.value);
        out.extend(short(tiff, entry.tag));
        out.extend(short(tiff, entry.kind));
        out.extend(number(tiff, entry.count as usize));
        if value.len() <= 4 {
            out.extend_from_slice(value);
            out.extend(std::iter::repeat_n(0, 4 - value.len()));
        } else {
            out.extend(number(tiff, values_at + values.len()));
            values.extend_from_slice(value);
        }
    }
    for (tag, at) in pointers {
        out.extend(short(tiff, *tag));
        out.extend(short(tiff, 4));
        out.extend(number(tiff, 1));
        out.extend(at);
    }
    out.extend([0; 4]);
    out.append(&mut values);
}
