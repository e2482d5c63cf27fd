//! Writes a WebP again from only the chunks that show the picture.

use super::{
    Chunk, Chunks, bitstream_size, carrier,
    chunks::{canvas_size, chunks, walk},
    flag,
};
use crate::{
    bytes::{le24, part},
    evidence::xmp_orientation,
    exif_min::{read_orientation, tiff_with_orientation, without_prefix},
    format::Format,
    icc,
    limits::{Limits, MAX_ICC},
    refusal::{Refusal, RefusalCode},
    removed::Tally,
    strip::{Method, Stripped},
};

/// Rebuilds the file without decoding it. Bitstreams are copied byte for byte.
pub(crate) fn strip(bytes: &[u8], limits: &Limits) -> Result<Stripped, Refusal> {
    let found = chunks(bytes, limits);
    if let Some(stop) = found.stop {
        return Err(stop);
    }
    let mut clean = match found.list.first().map(|chunk| &chunk.kind) {
        Some(b"VP8 " | b"VP8L") => simple(bytes, &found, limits)?,
        Some(b"VP8X") => extended(bytes, &found, limits)?,
        _ => {
            return Err(Refusal::new(
                RefusalCode::NotAnImage,
                "the file holds no picture",
            ));
        }
    };
    let size = (clean.out.len() - 8) as u32;
    clean.out[4..8].copy_from_slice(&size.to_le_bytes());
    clean
        .tally
        .add("trailer", bytes.len().saturating_sub(found.end));
    // Chunks within frames and cut alpha planes are not listed one by one.
    let lost = bytes.len().saturating_sub(clean.out.len());
    let listed = clean.tally.total();
    clean.tally.add("slack", lost.saturating_sub(listed));
    Ok(Stripped {
        bytes: clean.out,
        format: Format::Webp,
        method: Method::Lossless,
        removed: clean.tally.into_list(),
        orientation: clean.orientation,
    })
}

struct Clean {
    out: Vec<u8>,
    tally: Tally,
    orientation: u8,
}

fn riff(capacity: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(capacity);
    out.extend_from_slice(b"RIFF\0\0\0\0WEBP");
    out
}

pub(super) fn push(out: &mut Vec<u8>, kind: [u8; 4], parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    out.extend(kind);
    out.extend((length as u32).to_le_bytes());
    for part in parts {
        out.extend_from_slice(part);
    }
    out.extend(std::iter::repeat_n(0, length & 1));
}

/// The simple layout: one bitstream. Decoders ignore whatever chunks follow it.
fn simple(bytes: &[u8], found: &Chunks, limits: &Limits) -> Result<Clean, Refusal> {
    let mut out = riff(bytes.len());
    let mut tally = Tally::default();
    for (index, chunk) in found.list.iter().enumerate() {
        let body = part(bytes, &chunk.body);
        if index == 0 {
            picture(chunk, bytes, limits)?;
            push(&mut out, chunk.kind, &[body]);
        } else {
            tally.add(carrier(chunk.kind), body.len() + 8);
        }
    }
    Ok(Clean {
        out,
        tally,
        orientation: 1,
    })
}

/// Checks a bitstream's own header.
fn picture(chunk: &Chunk, bytes: &[u8], limits: &Limits) -> Result<(u32, u32), Refusal> {
    let (width, height) = bitstream_size(chunk.kind, part(bytes, &chunk.body))
        .ok_or_else(|| Refusal::damaged("the picture's bitstream is damaged"))?;
    Refusal::check_size(width, height, limits.max_pixels)?;
    Ok((width, height))
}

/// The extended layout: VP8X says what else there is.
fn extended(bytes: &[u8], found: &Chunks, limits: &Limits) -> Result<Clean, Refusal> {
    let bad = || Refusal::damaged("the picture header is impossible");
    let header = found
        .list
        .first()
        .map(|chunk| part(bytes, &chunk.body))
        .ok_or_else(bad)?;
    let flags = *header.first().ok_or_else(bad)?;
    let canvas = canvas_size(header)
        .filter(|_| header.len() == 10)
        .ok_or_else(bad)?;
    Refusal::check_size(canvas.0, canvas.1, limits.max_pixels)?;
    let first = |kind: &[u8; 4]| {
        let chunk = found.list.iter().find(|chunk| chunk.kind == *kind);
        chunk.map(|chunk| part(bytes, &chunk.body))
    };
    // Decoders believe EXIF, XMP and ICC only where VP8X announces them.
    let by_xmp = || first(b"XMP ").filter(|_| flags & flag::XMP != 0);
    let orientation = first(b"EXIF")
        .filter(|_| flags & flag::EXIF != 0)
        .and_then(|block| read_orientation(without_prefix(block)))
        .or_else(|| by_xmp().and_then(xmp_orientation))
        .unwrap_or(1);
    let profile = first(b"ICCP")
        .filter(|raw| flags & flag::ICC != 0 && raw.len() <= MAX_ICC)
        .and_then(|raw| icc::rebuild(raw, 3));
    let mut body = Vec::with_capacity(bytes.len());
    if flags & flag::ANIMATION != 0 {
        animation(bytes, found, canvas, limits, &mut body)?;
    } else {
        still(bytes, found, canvas, limits, &mut body)?;
    }
    // Where it is silent about an alpha plane that is there, some decoders show it and some don't: as each did before.
    let mut clean_flags = flags & (flag::ANIMATION | flag::ALPHA);
    clean_flags |= if orientation == 1 { 0 } else { flag::EXIF };
    clean_flags |= if profile.is_some() { flag::ICC } else { 0 };
    let mut out = riff(body.len() + 512);
    let sides = header.get(4..10).ok_or_else(bad)?;
    push(&mut out, *b"VP8X", &[&[clean_flags, 0, 0, 0], sides]);
    if let Some(profile) = &profile {
        push(&mut out, *b"ICCP", &[profile]);
    }
    out.append(&mut body);
    let tiff = tiff_with_orientation(orientation);
    if orientation != 1 {
        push(&mut out, *b"EXIF", &[&tiff]);
    }
    let tally = tally(
        bytes,
        found,
        flags,
        profile.as_deref(),
        (orientation != 1).then_some(&tiff),
    );
    Ok(Clean {
        out,
        tally,
        orientation,
    })
}

/// Copies the optional alpha plane and the bitstream.
fn still(
    bytes: &[u8],
    found: &Chunks,
    canvas: (u32, u32),
    limits: &Limits,
    out: &mut Vec<u8>,
) -> Result<(), Refusal> {
    let is_picture = |chunk: &&Chunk| matches!(&chunk.kind, b"VP8 " | b"VP8L");
    let chunk = found
        .list
        .iter()
        .find(is_picture)
        .ok_or_else(|| Refusal::new(RefusalCode::NotAnImage, "the file holds no picture"))?;
    if picture(chunk, bytes, limits)? != canvas {
        return Err(Refusal::damaged(
            "the picture and its header differ in size",
        ));
    }
    let before = found.list.iter().take_while(|chunk| !is_picture(chunk));
    let alpha = before.into_iter().find(|other| other.kind == *b"ALPH");
    let alpha = alpha.filter(|_| chunk.kind == *b"VP8 ");
    if let Some(alpha) = alpha {
        let (head, plane) = alpha_plane(part(bytes, &alpha.body), canvas)?;
        push(out, *b"ALPH", &[&[head], plane]);
    }
    push(out, chunk.kind, &[part(bytes, &chunk.body)]);
    Ok(())
}

/// The alpha plane's head without its reserved bits, and the plane: of exactly its size where it is
/// not compressed. Where a compressed one ends only a decoder knows.
fn alpha_plane(body: &[u8], size: (u32, u32)) -> Result<(u8, &[u8]), Refusal> {
    let bad = || Refusal::damaged("the alpha plane is damaged");
    let (head, plane) = body.split_first().ok_or_else(bad)?;
    let plane = match head & 3 {
        0 => plane
            .get(..size.0 as usize * size.1 as usize)
            .ok_or_else(bad)?,
        1 => plane,
        _ => return Err(bad()),
    };
    Ok((head & 0x3f, plane))
}

/// Copies the frames, each with only its own alpha plane and bitstream.
fn animation(
    bytes: &[u8],
    found: &Chunks,
    canvas: (u32, u32),
    limits: &Limits,
    out: &mut Vec<u8>,
) -> Result<(), Refusal> {
    let bad = || Refusal::damaged("the animation contradicts itself");
    let control = found
        .list
        .iter()
        .find(|chunk| chunk.kind == *b"ANIM")
        .ok_or_else(bad)?;
    let control = part(bytes, &control.body);
    push(
        out,
        *b"ANIM",
        &[control
            .get(..6)
            .filter(|_| control.len() == 6)
            .ok_or_else(bad)?],
    );
    let (mut frames, mut pixels) = (0_u32, 0_u64);
    for chunk in found.list.iter().filter(|chunk| chunk.kind == *b"ANMF") {
        frames += 1;
        if frames > limits.max_frames {
            return Err(Refusal::new(
                RefusalCode::TooManyFrames,
                "the animation is too long",
            ));
        }
        let body = part(bytes, &chunk.body);
        let size = (
            le24(body, 6).ok_or_else(bad)? + 1,
            le24(body, 9).ok_or_else(bad)? + 1,
        );
        let right = 2 * le24(body, 0).ok_or_else(bad)? + size.0;
        let bottom = 2 * le24(body, 3).ok_or_else(bad)? + size.1;
        if right > canvas.0 || bottom > canvas.1 {
            return Err(bad());
        }
        // Every frame is painted on the whole canvas: that is the work.
        pixels += u64::from(canvas.0) * u64::from(canvas.1);
        if pixels > limits.max_decompressed as u64 {
            return Err(Refusal::new(
                RefusalCode::InflatesTooFar,
                "the frames inflate too far",
            ));
        }
        let inside = walk(bytes, chunk.body.start + 16..chunk.body.end, 64);
        let mut inner = Vec::with_capacity(body.len());
        inner.extend_from_slice(body.get(..15).ok_or_else(bad)?);
        // Six reserved bits, then how to blend and dispose.
        inner.push(body.get(15).ok_or_else(bad)? & 3);
        still(bytes, &inside, size, limits, &mut inner)?;
        push(out, *b"ANMF", &[&inner]);
    }
    if frames == 0 {
        return Err(Refusal::new(
            RefusalCode::NotAnImage,
            "the animation has no frames",
        ));
    }
    Ok(())
}

/// Lists what went.
fn tally(
    bytes: &[u8],
    found: &Chunks,
    flags: u8,
    profile: Option<&[u8]>,
    exif: Option<&[u8; 26]>,
) -> Tally {
    let mut tally = Tally::default();
    let mut picture_seen = false;
    for chunk in found.list.iter().skip(1) {
        let body = part(bytes, &chunk.body);
        match &chunk.kind {
            b"ANIM" | b"ANMF" if flags & flag::ANIMATION != 0 => {}
            b"ALPH" if !picture_seen && flags & flag::ANIMATION == 0 => {}
            b"VP8 " | b"VP8L" if !picture_seen && flags & flag::ANIMATION == 0 => {
                picture_seen = true;
            }
            b"ICCP" if profile == Some(body) => {}
            b"EXIF" if exif.is_some_and(|exif| body == exif) => {}
            kind => tally.add(carrier(*kind), body.len() + 8),
        }
    }
    tally
}
