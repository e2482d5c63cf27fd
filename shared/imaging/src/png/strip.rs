//! Writes a PNG again from only the chunks that show the picture.

use std::borrow::Cow;

use flate2::{Compress, Compression, FlushCompress};

use super::{
    Chunk, Chunks, Header, SIGNATURE,
    animation::{self, mark},
    carrier, chunks,
    indices::trimmed,
    is_palette, meant,
    rows::Rows,
    zlib::{extent, inflate_capped},
};
use crate::{
    bytes::{be32, part},
    decode,
    exif_min::{read_orientation, tiff_with_orientation, without_prefix},
    format::Format,
    icc,
    limits::{Limits, MAX_ICC},
    refusal::{Refusal, RefusalCode},
    removed::Tally,
    strip::{Method, Stripped},
};

/// The chunks of the clean file in the order they are written, as type and payload.
type Kept<'a> = Vec<([u8; 4], Payload<'a>)>;

/// What a chunk holds: the pixels' pieces stay where they are until they are written.
enum Payload<'a> {
    One(Cow<'a, [u8]>),
    Pieces(Vec<&'a [u8]>),
}

impl Payload<'_> {
    fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let (one, many): (Option<&[u8]>, &[&[u8]]) = match self {
            Self::One(bytes) => (Some(bytes), &[]),
            Self::Pieces(pieces) => (None, pieces),
        };
        one.into_iter().chain(many.iter().copied())
    }

    fn len(&self) -> usize {
        self.pieces().map(<[u8]>::len).sum()
    }

    fn is(&self, bytes: &[u8]) -> bool {
        matches!(self, Self::One(one) if **one == *bytes)
    }

    /// Bytes that are not what stands in its place.
    fn apart(&self, bytes: &[u8]) -> usize {
        let own = self.pieces().flatten();
        let other = own.zip(bytes).filter(|(own, byte)| own != byte).count();
        other + bytes.len().saturating_sub(self.len())
    }
}

impl<'a> From<&'a [u8]> for Payload<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::One(bytes.into())
    }
}

impl From<Vec<u8>> for Payload<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::One(bytes.into())
    }
}

/// Rebuilds the file without touching the compressed pixels.
pub(crate) fn strip(bytes: &[u8], limits: &Limits) -> Result<Stripped, Refusal> {
    let found = chunks(bytes, limits);
    // A missing IEND costs nothing when the pixels are complete; that is checked below.
    let stop = found
        .stop
        .clone()
        .filter(|stop| stop.code != RefusalCode::Truncated);
    if let Some(stop) = stop {
        return Err(stop);
    }
    let header = read_header(bytes, &found, limits)?;
    let orientation = orientation(bytes, &found, limits).unwrap_or(1);
    let mut kept: Kept = Vec::new();
    colour(bytes, &found, header, &mut kept)?;
    if orientation != 1 {
        kept.push((*b"eXIf", tiff_with_orientation(orientation).to_vec().into()));
    }
    let used = pixels(bytes, &found, header, limits, &mut kept)?;
    if header.colour == 3 {
        blank(&mut kept, &used);
    }
    kept.push((*b"IEND", [].as_slice().into()));
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(SIGNATURE);
    for (kind, body) in &kept {
        out.extend((body.len() as u32).to_be_bytes());
        let covered = out.len();
        out.extend_from_slice(kind);
        body.pieces().for_each(|piece| out.extend_from_slice(piece));
        let sum = crc32fast::hash(&out[covered..]);
        out.extend(sum.to_be_bytes());
    }
    let removed = tally(bytes, &found, &kept);
    Ok(Stripped {
        bytes: out,
        format: Format::Png,
        method: Method::Lossless,
        removed: removed.into_list(),
        orientation,
    })
}

fn read_header(bytes: &[u8], found: &Chunks, limits: &Limits) -> Result<Header, Refusal> {
    let first = found
        .list
        .first()
        .filter(|chunk| chunk.kind == *b"IHDR" && chunk.intact(bytes))
        .ok_or_else(|| Refusal::damaged("the picture header is missing or damaged"))?;
    let header = Header::read(part(bytes, &first.body))?;
    Refusal::check_size(header.width, header.height, limits.max_pixels)?;
    if header.inflated(header.width, header.height) > limits.max_decompressed as u64 {
        return Err(Refusal::new(
            RefusalCode::InflatesTooFar,
            "the picture inflates too far",
        ));
    }
    Ok(header)
}

/// The first chunk of a kind, when its checksum holds and its length is right.
fn single<'a>(
    bytes: &'a [u8],
    found: &Chunks,
    kind: [u8; 4],
    fits: impl Fn(&[u8]) -> bool,
) -> Option<&'a [u8]> {
    // All of these must come before the pixels; later ones are ignored by decoders.
    found
        .list
        .iter()
        .take_while(|chunk| chunk.kind != *b"IDAT")
        .find(|chunk| chunk.kind == kind)
        .filter(|chunk| chunk.intact(bytes))
        .map(|chunk| part(bytes, &chunk.body))
        .filter(|body| fits(body))
}

/// Orientation, from the first eXIf chunk, which may stand before or after the pixels; else from
/// EXIF as a text, which writers used before that chunk existed and viewers still obey; else XMP.
fn orientation(bytes: &[u8], found: &Chunks, limits: &Limits) -> Option<u8> {
    let chunk = found.list.iter().find(|chunk| chunk.kind == *b"eXIf");
    chunk
        .and_then(|chunk| read_orientation(without_prefix(part(bytes, &chunk.body))))
        .or_else(|| decode::orientation(bytes, Format::Png, limits))
}

/// Header, colour space, palette and transparency.
fn colour<'a>(
    bytes: &'a [u8],
    found: &Chunks,
    header: Header,
    kept: &mut Kept<'a>,
) -> Result<(), Refusal> {
    let meant = |kind: &[u8; 4], fits: &dyn Fn(&[u8]) -> bool| {
        single(bytes, found, *kind, fits).map(|body| (*kind, body.into()))
    };
    kept.extend(meant(b"IHDR", &|body| body.len() == 13));
    kept.extend(meant(b"cICP", &meant::code_points));
    let components = if matches!(header.colour, 0 | 4) { 1 } else { 3 };
    let raw = single(bytes, found, *b"iCCP", |_| true).and_then(raw_profile);
    if let Some(profile) = raw.and_then(|raw| icc::rebuild(&raw, components)) {
        kept.push((*b"iCCP", profile_chunk(&profile)?.into()));
    } else if let Some(intent) = meant(b"sRGB", &|body| matches!(body, [0..=3])) {
        kept.push(intent);
    } else {
        // Where a profile or sRGB stands, these are not looked at.
        kept.extend(meant(b"gAMA", &meant::gamma));
        kept.extend(meant(b"cHRM", &meant::chromaticities));
    }
    let (kind, depth) = (header.colour, header.depth);
    let significant = |body: &[u8]| meant::significant(body, kind, depth);
    kept.extend(meant(b"sBIT", &significant));
    let palette = single(bytes, found, *b"PLTE", is_palette);
    if header.colour == 3 && palette.is_none() {
        return Err(Refusal::damaged("the palette is missing or damaged"));
    }
    let transparency = single(bytes, found, *b"tRNS", |body| match header.colour {
        0 => body.len() == 2,
        2 => body.len() == 6,
        3 => (1..=palette.map_or(0, <[u8]>::len) / 3).contains(&body.len()),
        _ => false,
    });
    // Of a colour said in too many bytes some decoders take the first, others nothing.
    let said = if header.colour == 0 { 2 } else { 6 };
    let long = single(bytes, found, *b"tRNS", |body| body.len() > said);
    if matches!(header.colour, 0 | 2) && long.is_some() {
        return Err(Refusal::damaged("transparency of an impossible length"));
    }
    // With full colours a palette is a suggestion that nobody takes up; of indices, no more than a pixel can name.
    let nameable = 1 << header.depth.min(8);
    let palette = palette.filter(|_| header.colour == 3);
    let palette = palette.map(|body| &body[..body.len().min(3 * nameable)]);
    if header.colour == 3 && transparency.is_some_and(|body| body.len() > nameable) {
        // Some decoders then take none of it, some what fits.
        return Err(Refusal::damaged(
            "transparency of colours that no pixel can name",
        ));
    }
    kept.extend(palette.map(|body| (*b"PLTE", body.into())));
    kept.extend(transparency.map(|body| (*b"tRNS", body.into())));
    Ok(())
}

/// The colour profile as it is.
pub(crate) fn profile(bytes: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    raw_profile(single(bytes, &chunks(bytes, limits), *b"iCCP", |_| true)?)
}

/// Name, zero, compression method, zlib stream.
fn raw_profile(body: &[u8]) -> Option<Vec<u8>> {
    let name = body.iter().take(80).position(|byte| *byte == 0)?;
    inflate_capped(body.get(name + 2..)?, MAX_ICC).ok()
}

/// Stored, not compressed: the same bytes from every version of every zlib.
fn profile_chunk(profile: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::with_capacity(profile.len() + 64);
    out.extend_from_slice(b"icc\0\0");
    Compress::new(Compression::none(), true)
        .compress_vec(profile, &mut out, FlushCompress::Finish)
        .map_err(|_| Refusal::damaged("the colour profile can't be written"))?;
    Ok(out)
}

/// Colours that no pixel has could be anything: the last of them go, the others become black and opaque.
fn blank(kept: &mut Kept, used: &[bool; 256]) {
    for (kind, payload) in kept {
        let Payload::One(table) = payload else {
            continue;
        };
        let clean = match &*kind {
            b"PLTE" => trimmed(table, 3, used, 0),
            b"tRNS" => trimmed(table, 1, used, 255),
            _ => continue,
        };
        if **table != *clean {
            *table = clean.into();
        }
    }
}

/// The pixels, and the frames of an animation, without what follows their compressed streams; which indices they have,
/// where they are such.
fn pixels<'a>(
    bytes: &'a [u8],
    found: &Chunks,
    header: Header,
    limits: &Limits,
    kept: &mut Kept<'a>,
) -> Result<[bool; 256], Refusal> {
    let idat: Vec<&Chunk> = found
        .list
        .iter()
        .filter(|chunk| chunk.kind == *b"IDAT")
        .collect();
    if idat.is_empty() {
        return Err(found.stop.clone().unwrap_or_else(|| {
            Refusal::new(RefusalCode::NotAnImage, "the file holds no picture")
        }));
    }
    if !idat.iter().all(|chunk| chunk.intact(bytes)) {
        return Err(Refusal::damaged("the pixels have a wrong checksum"));
    }
    let pieces = || idat.iter().map(|chunk| part(bytes, &chunk.body));
    let mut rows = Rows::new(header, header.width, header.height);
    let expected = header.inflated(header.width, header.height);
    let mut room = extent(pieces(), expected, &mut rows)?;
    let mut used = [false; 256];
    mark(&mut used, &rows);
    let joined = pieces().map(|piece| {
        let piece = piece.get(..room).unwrap_or(piece);
        room -= piece.len();
        piece
    });
    let joined = Payload::Pieces(joined.collect());
    let animation = animation::read(bytes, found, header, limits, &mut used)?;
    let Some(animation) = animation else {
        kept.push((*b"IDAT", joined));
        return Ok(used);
    };
    kept.push((*b"acTL", animation.control.into()));
    let mut frames = animation.chunks.into_iter().peekable();
    if animation.starts_with_picture {
        kept.extend(frames.next().map(|(kind, body)| (kind, body.into())));
    }
    kept.push((*b"IDAT", joined));
    kept.extend(frames.map(|(kind, body)| (kind, body.into())));
    Ok(used)
}

/// Lists what went: every chunk whose bytes are not in the clean file, and what follows IEND.
fn tally(bytes: &[u8], found: &Chunks, kept: &Kept) -> Tally {
    let mut tally = Tally::default();
    let length = |kind: &[u8; 4]| -> usize {
        kept.iter()
            .filter(|chunk| chunk.0 == *kind)
            .map(|chunk| chunk.1.len())
            .sum()
    };
    let (mut pixels, mut tables) = (0_usize, Vec::new());
    for chunk in &found.list {
        let body = part(bytes, &chunk.body);
        match &chunk.kind {
            b"IDAT" => pixels += body.len(),
            b"IEND" => {}
            _ if kept
                .iter()
                .any(|kept| kept.0 == chunk.kind && kept.1.is(body)) => {}
            // Without what no pixel has or can name; a second one is no part of it.
            b"PLTE" | b"tRNS" if !tables.contains(&chunk.kind) && length(&chunk.kind) > 0 => {
                let table = kept.iter().find(|kept| kept.0 == chunk.kind);
                tally.add("palette", table.map_or(0, |table| table.1.apart(body)));
            }
            kind => tally.add(carrier(*kind, body), body.len() + 12),
        }
        if matches!(&chunk.kind, b"PLTE" | b"tRNS") {
            tables.push(chunk.kind);
        }
    }
    tally.add("pixel_tail", pixels.saturating_sub(length(b"IDAT")));
    tally.add("trailer", bytes.len().saturating_sub(found.end));
    tally
}

/// The number that orders the chunks of an animation.
pub(super) fn sequence(body: &[u8]) -> Option<u32> {
    be32(body, 0)
}
