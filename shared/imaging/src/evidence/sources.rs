//! Finds the blocks that carry evidence, in each container.

use std::borrow::Cow;

use crate::{
    bytes::part,
    exif_min::without_prefix,
    format::{Format, sniff},
    isobmff,
    jpeg::{self, marker},
    limits::Limits,
    png,
    removed::{Removed, Tally},
    webp,
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
    /// All carriers.
    pub(crate) carriers: Vec<Removed>,
}

/// Text chunks inflate to at most this in all: enough for any real XMP, far from a bomb.
const INFLATE_BUDGET: usize = 4 << 20;

/// Collects the blocks of a file in a format that is handled; of other formats only nothing.
pub(crate) fn gather<'a>(bytes: &'a [u8], limits: &Limits) -> Sources<'a> {
    match sniff(bytes) {
        Format::Jpeg => from_jpeg(bytes, limits),
        Format::Png => from_png(bytes, limits),
        Format::Webp => from_webp(bytes, limits),
        Format::Heif | Format::Avif => from_isobmff(bytes, limits),
        _ => Sources::default(),
    }
}

/// Width and height as stored, from the headers alone.
pub(crate) fn dimensions(bytes: &[u8], limits: &Limits) -> Option<(u32, u32)> {
    match sniff(bytes) {
        Format::Jpeg => {
            let walk = jpeg::walk(bytes, limits);
            let sof = walk
                .segments
                .iter()
                .find(|segment| marker::is_sof(segment.marker))?;
            let frame = jpeg::Frame::read(sof.marker, part(bytes, &sof.body)).ok()?;
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
        Format::Heif | Format::Avif => {
            let file = isobmff::File::read(bytes, limits);
            file.full_size(file.primary().ok()?)
        }
        _ => None,
    }
}

fn from_jpeg<'a>(bytes: &'a [u8], limits: &Limits) -> Sources<'a> {
    let walk = jpeg::walk(bytes, limits);
    let mut sources = Sources::default();
    let mut tally = Tally::default();
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
            "iptc" | "xmp_extended" => sources.other.push(body.into()),
            "jumbf" => {
                sources.c2pa = true;
                sources.other.push(body.into());
            }
            _ => {}
        }
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
            "xmp" => sources.xmp.extend(text(chunk.kind, body, &mut budget)),
            "jumbf" => {
                sources.c2pa = true;
                sources.other.push(body.into());
            }
            "raw_profile" => raw_profile(chunk.kind, body, &mut budget, &mut sources),
            _ => {}
        }
    }
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
fn raw_profile(kind: [u8; 4], body: &[u8], budget: &mut usize, sources: &mut Sources) {
    let Some(text) = text(kind, body, budget) else {
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
    let xmp = block.strip_prefix(jpeg::XMP_PREFIX).map(<[u8]>::to_vec);
    match (name.trim_ascii(), xmp) {
        (_, Some(packet)) => sources.xmp.push(packet.into()),
        (b"exif" | b"APP1" | b"app1", None) => {
            sources.exif.push(without_prefix(&block).to_vec().into());
        }
        (b"xmp", None) => sources.xmp.push(block.into()),
        _ => sources.other.push(block.into()),
    }
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
    tally.add("trailer", bytes.len().saturating_sub(found.end));
    sources.carriers = tally.into_list();
    sources
}

fn from_isobmff<'a>(bytes: &'a [u8], limits: &Limits) -> Sources<'a> {
    let found = isobmff::carriers(&isobmff::File::read(bytes, limits));
    Sources {
        exif: found.exif,
        xmp: found.xmp,
        c2pa: !found.jumbf.is_empty(),
        other: found.jumbf,
        carriers: found.carriers,
    }
}
