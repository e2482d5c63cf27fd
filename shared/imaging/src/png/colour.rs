//! Which colours the pixels mean: colour space, palette and transparency.

use flate2::{Compress, Compression, FlushCompress};

use super::{
    Chunk, Chunks, Header, chunks,
    indices::trimmed,
    is_palette,
    kept::{Kept, Payload},
    meant,
    zlib::inflate_capped,
};
use crate::{
    bytes::part,
    icc,
    limits::{Limits, MAX_ICC},
    refusal::Refusal,
};

/// Header, colour space, palette and transparency; and the chunks that the last two were taken from.
pub(super) fn colour<'a, 'c>(
    bytes: &'a [u8],
    found: &'c Chunks,
    header: Header,
    kept: &mut Kept<'a>,
) -> Result<Vec<&'c Chunk>, Refusal> {
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
    let colours = first(bytes, found, *b"PLTE", is_palette);
    let palette = colours.map(|chunk| part(bytes, &chunk.body));
    if header.colour == 3 && palette.is_none() {
        return Err(Refusal::damaged("the palette is missing or damaged"));
    }
    let said_clear = clear(bytes, found, header)?;
    let clear = said_clear.map(|chunk| part(bytes, &chunk.body));
    let transparency = clear.filter(|body| match header.colour {
        0 => body.len() == 2,
        2 => body.len() == 6,
        3 => (1..=palette.map_or(0, <[u8]>::len) / 3).contains(&body.len()),
        _ => false,
    });
    // Of a colour said in too many bytes some decoders take the first, others nothing.
    let said = if header.colour == 0 { 2 } else { 6 };
    if matches!(header.colour, 0 | 2) && clear.is_some_and(|body| body.len() > said) {
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
    let tables = [
        colours.filter(|_| palette.is_some()),
        said_clear.filter(|_| transparency.is_some()),
    ];
    kept.extend(palette.map(|body| (*b"PLTE", body.into())));
    kept.extend(transparency.map(|body| (*b"tRNS", body.into())));
    Ok(tables.into_iter().flatten().collect())
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
pub(super) fn blank(kept: &mut Kept, used: &[bool; 256]) {
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

/// What the first chunk of a kind holds, when its checksum holds and its length is right.
fn single<'a>(
    bytes: &'a [u8],
    found: &Chunks,
    kind: [u8; 4],
    fits: impl Fn(&[u8]) -> bool,
) -> Option<&'a [u8]> {
    first(bytes, found, kind, fits).map(|chunk| part(bytes, &chunk.body))
}

fn first<'c>(
    bytes: &[u8],
    found: &'c Chunks,
    kind: [u8; 4],
    fits: impl Fn(&[u8]) -> bool,
) -> Option<&'c Chunk> {
    let first = found.before_pixels().find(|chunk| chunk.kind == kind);
    first.filter(|chunk| chunk.intact(bytes) && fits(part(bytes, &chunk.body)))
}

/// The one chunk that says what is clear. Decoders pass over those with a wrong checksum and, where it speaks of a
/// palette, those in front of it; which of several they take is up to them.
fn clear<'c>(
    bytes: &[u8],
    found: &'c Chunks,
    header: Header,
) -> Result<Option<&'c Chunk>, Refusal> {
    let unknown = |kind: [u8; 4]| header.colour == 3 && kind != *b"PLTE";
    let mut said = found
        .before_pixels()
        .skip_while(|chunk| unknown(chunk.kind))
        .filter(|chunk| chunk.kind == *b"tRNS" && chunk.intact(bytes));
    let first = said.next();
    if matches!(header.colour, 0 | 2 | 3) && said.next().is_some() {
        return Err(Refusal::damaged("transparency is said twice"));
    }
    Ok(first)
}
