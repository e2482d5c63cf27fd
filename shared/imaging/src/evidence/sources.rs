//! Finds the blocks that carry evidence, in each container.

use std::{borrow::Cow, ops::Range};

use super::{
    coding::{self, Coding},
    place::within,
    xmp_extended::Pieces,
};
use crate::{
    bmp,
    bytes::part,
    exif_min::without_prefix,
    format::{Format, sniff},
    gif, isobmff,
    jpeg::{self, marker},
    limits::Limits,
    png,
    removed::{Removed, Tally},
    tiff, webp,
};

/// Metadata blocks of one file, whatever its container.
#[derive(Debug, Default)]
pub(crate) struct Sources<'a> {
    /// TIFF structures, in file order.
    pub(crate) exif: Vec<Cow<'a, [u8]>>,
    /// XMP packets.
    pub(crate) xmp: Vec<Cow<'a, [u8]>>,
    /// IPTC and C2PA blocks: searched for marks only.
    pub(crate) other: Vec<Cow<'a, [u8]>>,
    /// A C2PA container is there.
    pub(crate) c2pa: bool,
    /// Keyed texts.
    pub(crate) notes: Vec<Note<'a>>,
    /// Comments without a key.
    pub(crate) comments: Vec<Cow<'a, [u8]>>,
    /// The payload of PNG's tIME.
    pub(crate) changed: Option<&'a [u8]>,
    /// What follows the picture.
    pub(crate) trailer: &'a [u8],
    /// How a JPEG was encoded.
    pub(crate) coding: Option<Coding>,
    /// Its first quantisation tables.
    pub(crate) tables: Option<&'a [u8]>,
    /// Where blocks that had to be unpacked stand in the file: address of the unpacked, place.
    pub(crate) unpacked: Vec<(usize, Range<usize>)>,
    /// All carriers.
    pub(crate) carriers: Vec<Removed>,
}

/// A text with its keyword.
#[derive(Debug)]
pub(crate) struct Note<'a> {
    pub(crate) keyword: &'a [u8],
    pub(crate) value: Cow<'a, [u8]>,
}

impl Sources<'_> {
    /// Where a block stands in the file, unless it was put together from several places.
    pub(crate) fn range(&self, upload: &[u8], block: &[u8]) -> Option<Range<usize>> {
        let address = block.as_ptr().addr();
        let known = self.unpacked.iter().find(|(it, _)| *it == address);
        known
            .map(|(_, place)| place.clone())
            .or_else(|| within(upload, block))
    }

    /// Remembers where a block stands that is not a plain piece of the file.
    fn remember(&mut self, block: &[u8], place: &Range<usize>) {
        if !block.is_empty() {
            self.unpacked.push((block.as_ptr().addr(), place.clone()));
        }
    }
}

/// Text chunks inflate to at most this in all: enough for any real XMP, far from a bomb.
const INFLATE_BUDGET: usize = 4 << 20;

/// Collects the blocks of a file in a format that is handled; of other formats only nothing.
pub(crate) fn gather<'a>(bytes: &'a [u8], limits: &Limits) -> Sources<'a> {
    match sniff(bytes) {
        Format::Jpeg => from_jpeg(bytes, &jpeg::walk(bytes, limits)),
        Format::Png => from_png(bytes, limits),
        Format::Webp => from_webp(bytes, limits),
        Format::Gif => from_gif(bytes, limits),
        Format::Tiff => from_tiff(bytes, limits),
        Format::Bmp => from_bmp(bytes),
        Format::Heif | Format::Avif => from_isobmff(bytes, limits),
        Format::Other => Sources::default(),
    }
}

/// Width and height in pixels as stored, from the headers alone; `None` where they can't be read.
pub fn dimensions(bytes: &[u8], limits: &Limits) -> Option<(u32, u32)> {
    match sniff(bytes) {
        Format::Jpeg => {
            let frame = jpeg::frame(bytes, limits)?;
            Some((frame.width, frame.height))
        }
        Format::Png => {
            let found = png::chunks(bytes, limits);
            let header = png::Header::read(part(bytes, &found.list.first()?.body)).ok()?;
            Some((header.width, header.height))
        }
        Format::Webp => {
            let found = webp::chunks(bytes, limits);
            let first = found.list.first()?;
            let body = part(bytes, &first.body);
            if first.kind == *b"VP8X" {
                return webp::canvas_size(body);
            }
            webp::bitstream_size(first.kind, body)
        }
        Format::Gif => {
            let (width, height) = gif::blocks(bytes, limits).canvas()?;
            Some((width.into(), height.into()))
        }
        Format::Tiff => tiff::size(bytes),
        Format::Bmp => bmp::size(bytes),
        Format::Heif | Format::Avif => {
            let file = isobmff::File::read(bytes, limits);
            file.full_size(file.primary().ok()?)
        }
        Format::Other => None,
    }
}

/// Collects the blocks of a JPEG.
pub(crate) fn from_jpeg<'a>(bytes: &'a [u8], walk: &jpeg::Walk) -> Sources<'a> {
    let quantised = |it: &&jpeg::Segment| it.marker == marker::DQT;
    let tables = walk.segments.iter().find(quantised);
    let mut sources = Sources {
        coding: coding::read(bytes, walk),
        tables: tables.map(|it| part(bytes, &it.body)),
        ..Sources::default()
    };
    let mut tally = Tally::default();
    let mut extended = Pieces::default();
    for segment in &walk.segments {
        let body = part(bytes, &segment.body);
        let carrier = match segment.marker {
            code if marker::is_sof(code) => continue,
            marker::DQT | marker::DHT | marker::DAC | marker::DRI | marker::SOS => continue,
            code => jpeg::carrier(code, body),
        };
        tally.add(carrier, body.len() + 4);
        match carrier {
            // "Exif\0" and one more byte, which some writers do not make zero.
            "exif" => sources.exif.extend(body.get(6..).map(Cow::Borrowed)),
            "xmp" => sources
                .xmp
                .extend(body.strip_prefix(jpeg::XMP_PREFIX).map(Cow::Borrowed)),
            "xmp_extended" => extended.add(body, &segment.body),
            "iptc" => sources.other.push(body.into()),
            "comment" => sources.comments.push(body.into()),
            "jumbf" => {
                sources.c2pa = true;
                sources.other.push(body.into());
            }
            _ => {}
        }
    }
    for (packet, place) in extended.into_packets() {
        sources.remember(&packet, &place);
        sources.xmp.push(packet);
    }
    if walk.ended {
        sources.trailer = bytes.get(walk.end..).unwrap_or_default();
    }
    tally.add("junk", walk.junk);
    tally.add(
        "trailer",
        if walk.ended {
            bytes.len().saturating_sub(walk.end)
        } else {
            0
        },
    );
    sources.carriers = tally.into_list();
    sources
}

fn from_png<'a>(bytes: &'a [u8], limits: &Limits) -> Sources<'a> {
    let found = png::chunks(bytes, limits);
    let mut sources = Sources::default();
    let mut tally = Tally::default();
    let mut budget = INFLATE_BUDGET;
    for chunk in &found.list {
        let body = part(bytes, &chunk.body);
        if matches!(
            &chunk.kind,
            b"IHDR"
                | b"PLTE"
                | b"tRNS"
                | b"IDAT"
                | b"IEND"
                | b"acTL"
                | b"fcTL"
                | b"fdAT"
                | b"sRGB"
                | b"gAMA"
                | b"cHRM"
                | b"cICP"
                | b"sBIT"
        ) {
            continue;
        }
        let carrier = png::carrier(chunk.kind, body);
        tally.add(carrier, body.len() + 12);
        match carrier {
            "exif" => sources.exif.push(without_prefix(body).into()),
            "xmp" => {
                if let Some(packet) = text(chunk.kind, body, &mut budget) {
                    sources.remember(&packet, &chunk.body);
                    sources.xmp.push(packet);
                }
            }
            "text" => {
                let keyword = body.split(|byte| *byte == 0).next().unwrap_or_default();
                if let Some(value) = text(chunk.kind, body, &mut budget) {
                    sources.remember(&value, &chunk.body);
                    sources.notes.push(Note { keyword, value });
                }
            }
            "time" => sources.changed = sources.changed.or(Some(body)),
            "jumbf" => {
                sources.c2pa = true;
                sources.other.push(body.into());
            }
            "raw_profile" => raw_profile(chunk, body, &mut budget, &mut sources),
            _ => {}
        }
    }
    sources.trailer = bytes.get(found.end..).unwrap_or_default();
    tally.add("trailer", bytes.len().saturating_sub(found.end));
    sources.carriers = tally.into_list();
    sources
}

/// The text of a tEXt, zTXt or iTXt chunk, inflated within what is left of the budget.
fn text<'a>(kind: [u8; 4], body: &'a [u8], budget: &mut usize) -> Option<Cow<'a, [u8]>> {
    let after = |from: usize| Some(from + memchr::memchr(0, body.get(from..)?)? + 1);
    let keyword_end = after(0)?;
    let (compressed, data) = match &kind {
        b"tEXt" => (false, body.get(keyword_end..)?),
        b"zTXt" => (true, body.get(keyword_end + 1..)?),
        _ => {
            let compressed = *body.get(keyword_end)? == 1;
            let language_end = after(keyword_end + 2)?;
            (compressed, body.get(after(language_end)?..)?)
        }
    };
    if !compressed {
        return Some(data.into());
    }
    let inflated = png::inflate_capped(data, *budget).ok();
    // A bomb has used the budget up: what follows it is not read.
    *budget = inflated
        .as_ref()
        .map_or(0, |inflated| budget.saturating_sub(inflated.len()));
    inflated.map(Cow::Owned)
}

/// `ImageMagick`'s way to carry other blocks: a name, a length, and the bytes in hex.
fn raw_profile(chunk: &png::Chunk, body: &[u8], budget: &mut usize, sources: &mut Sources) {
    let Some(text) = text(chunk.kind, body, budget) else {
        return;
    };
    let mut lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let (Some(name), Some(_length)) = (lines.next(), lines.next()) else {
        return;
    };
    let digits: Vec<u8> = lines
        .flatten()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let even = digits.get(..digits.len() & !1).unwrap_or_default();
    let Ok(block) = hex::decode(even) else { return };
    let name = name.trim_ascii();
    let (list, block) = if let Some(packet) = block.strip_prefix(jpeg::XMP_PREFIX) {
        (&mut sources.xmp, packet.to_vec())
    } else if matches!(name, b"exif" | b"APP1" | b"app1") {
        (&mut sources.exif, without_prefix(&block).to_vec())
    } else if name == b"xmp" {
        (&mut sources.xmp, block)
    } else {
        (&mut sources.other, block)
    };
    // Moving the owner does not move its bytes: the address stays good.
    let address = block.as_ptr().addr();
    list.push(Cow::Owned(block));
    sources.unpacked.push((address, chunk.body.clone()));
}

fn from_webp<'a>(bytes: &'a [u8], limits: &Limits) -> Sources<'a> {
    let found = webp::chunks(bytes, limits);
    let mut sources = Sources::default();
    let mut tally = Tally::default();
    for chunk in &found.list {
        let body = part(bytes, &chunk.body);
        if matches!(
            &chunk.kind,
            b"VP8X" | b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF"
        ) {
            continue;
        }
        let carrier = webp::carrier(chunk.kind);
        tally.add(carrier, body.len() + 8);
        match carrier {
            "exif" => sources.exif.push(without_prefix(body).into()),
            "xmp" => sources.xmp.push(body.into()),
            "jumbf" => {
                sources.c2pa = true;
                sources.other.push(body.into());
            }
            _ => {}
        }
    }
    sources.trailer = bytes.get(found.end..).unwrap_or_default();
    tally.add("trailer", bytes.len().saturating_sub(found.end));
    sources.carriers = tally.into_list();
    sources
}

fn from_gif<'a>(bytes: &'a [u8], limits: &Limits) -> Sources<'a> {
    let found = gif::blocks(bytes, limits);
    let mut sources = Sources::default();
    let mut tally = Tally::default();
    let mut budget = INFLATE_BUDGET;
    for extra in &found.extras {
        tally.add(extra.carrier, extra.whole.len());
        let raw = part(bytes, &extra.data);
        if extra.carrier == "xmp" && raw.first() == Some(&b'<') {
            // As Adobe defines it: text that pays no regard to sub-blocks.
            sources.xmp.push(raw.into());
            continue;
        }
        let block = gif::joined(bytes, &extra.data, budget);
        budget -= block.len();
        match extra.carrier {
            "xmp" => sources.xmp.push(block.into()),
            "jumbf" => {
                sources.c2pa = true;
                sources.other.push(block.into());
            }
            "comment" => sources.comments.push(block.into()),
            _ => {}
        }
    }
    sources.trailer = bytes.get(found.end..).unwrap_or_default();
    tally.add("junk", found.junk);
    tally.add("trailer", sources.trailer.len());
    sources.carriers = tally.into_list();
    sources
}

fn from_tiff<'a>(bytes: &'a [u8], limits: &Limits) -> Sources<'a> {
    let mut tally = Tally::default();
    tiff::carriers(bytes, limits, &mut tally);
    let values = tiff::values(bytes);
    let other = values.other.into_iter().chain(values.c2pa);
    Sources {
        exif: tiff::block(bytes).map(Cow::Owned).into_iter().collect(),
        xmp: values.xmp.map(Cow::Borrowed).into_iter().collect(),
        other: other.map(Cow::Borrowed).collect(),
        c2pa: values.c2pa.is_some(),
        carriers: tally.into_list(),
        ..Sources::default()
    }
}

fn from_bmp<'a>(bytes: &[u8]) -> Sources<'a> {
    let mut tally = Tally::default();
    tally.add("slack", bmp::slack(bytes).unwrap_or(0));
    tally.add("trailer", bmp::trailer(bytes).unwrap_or(0));
    Sources {
        carriers: tally.into_list(),
        ..Sources::default()
    }
}

fn from_isobmff<'a>(bytes: &'a [u8], limits: &Limits) -> Sources<'a> {
    let found = isobmff::carriers(&isobmff::File::read(bytes, limits));
    Sources {
        exif: found.exif,
        xmp: found.xmp,
        c2pa: !found.jumbf.is_empty(),
        other: found.jumbf,
        carriers: found.carriers,
        ..Sources::default()
    }
}
