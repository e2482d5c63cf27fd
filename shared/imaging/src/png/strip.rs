//! Writes a PNG again from only the chunks that show the picture.

use super::{
    Chunk, Chunks, Header, SIGNATURE,
    animation::{self, mark},
    chunks,
    colour::{blank, colour},
    kept::{Kept, Payload, tally},
    rows::Rows,
    zlib::extent,
};
use crate::{
    bytes::{be32, part},
    decode,
    exif_min::{read_orientation, tiff_with_orientation, without_prefix},
    format::Format,
    limits::Limits,
    refusal::{Refusal, RefusalCode},
    strip::{Method, Stripped},
};

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
    let tables = colour(bytes, &found, header, &mut kept)?;
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
    let removed = tally(bytes, &found, &tables, &kept);
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

/// Orientation, from the first eXIf chunk, which may stand before or after the pixels; else from
/// EXIF as a text, which writers used before that chunk existed and viewers still obey; else XMP.
fn orientation(bytes: &[u8], found: &Chunks, limits: &Limits) -> Option<u8> {
    let chunk = found.list.iter().find(|chunk| chunk.kind == *b"eXIf");
    chunk
        .and_then(|chunk| read_orientation(without_prefix(part(bytes, &chunk.body))))
        .or_else(|| decode::orientation(bytes, Format::Png, limits))
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

/// The number that orders the chunks of an animation.
pub(super) fn sequence(body: &[u8]) -> Option<u32> {
    be32(body, 0)
}
