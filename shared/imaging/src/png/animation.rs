//! APNG: the frames after the first picture.

use super::{Chunks, Header, rows::Rows, strip::sequence, zlib::extent};
use crate::{
    bytes::{be32, part},
    limits::Limits,
    refusal::{Refusal, RefusalCode},
};

/// An animation that keeps its own promises.
pub(super) struct Animation {
    /// The acTL payload.
    pub(super) control: Vec<u8>,
    /// fcTL and fdAT chunks in order, renumbered.
    pub(super) chunks: Vec<([u8; 4], Vec<u8>)>,
    /// The first fcTL describes the IDAT picture.
    pub(super) starts_with_picture: bool,
}

/// Data of one frame, collected from its fdAT chunks.
struct Frame {
    control: Vec<u8>,
    data: Vec<u8>,
    size: (u32, u32),
}

/// Reads the animation and marks the indices that its pixels have. `None` where there is none; an error where it contradicts itself.
pub(super) fn read(
    bytes: &[u8],
    found: &Chunks,
    header: Header,
    limits: &Limits,
    used: &mut [bool; 256],
) -> Result<Option<Animation>, Refusal> {
    let bad = || Refusal::damaged("the animation contradicts itself");
    let before_pixels = |kind: &[u8; 4]| {
        let list = found.before_pixels();
        list.filter(|chunk| chunk.kind == *kind).count()
    };
    if before_pixels(b"acTL") == 0 {
        return Ok(None);
    }
    let control = found
        .list
        .iter()
        .find(|chunk| chunk.kind == *b"acTL")
        .ok_or_else(bad)?;
    let control = part(bytes, &control.body);
    let announced = be32(control, 0).ok_or_else(bad)?;
    if control.len() != 8 || announced == 0 {
        return Err(bad());
    }
    if announced > limits.max_frames {
        return Err(Refusal::new(
            RefusalCode::TooManyFrames,
            "the animation has too many frames",
        ));
    }
    let starts_with_picture = before_pixels(b"fcTL") == 1;
    let frames = collect(bytes, found, header).ok_or_else(bad)?;
    if frames.len() != announced as usize {
        return Err(bad());
    }
    let mut total = header.inflated(header.width, header.height);
    let mut chunks = Vec::new();
    let mut number = 0_u32;
    let mut push = |kind: [u8; 4], body: &[u8]| {
        chunks.push((kind, [&number.to_be_bytes(), body].concat()));
        number += 1;
    };
    for (index, frame) in frames.iter().enumerate() {
        push(*b"fcTL", &frame.control);
        if index == 0 && starts_with_picture {
            if frame.size != (header.width, header.height) {
                return Err(bad());
            }
            continue;
        }
        let expected = header.inflated(frame.size.0, frame.size.1);
        total = total.saturating_add(expected);
        if total > limits.max_decompressed as u64 {
            return Err(Refusal::new(
                RefusalCode::InflatesTooFar,
                "the frames inflate too far",
            ));
        }
        let mut rows = Rows::new(header, frame.size.0, frame.size.1);
        let length = extent(std::iter::once(frame.data.as_slice()), expected, &mut rows)?;
        mark(used, &rows);
        push(*b"fdAT", frame.data.get(..length).unwrap_or_default());
    }
    Ok(Some(Animation {
        control: control.to_vec(),
        chunks,
        starts_with_picture,
    }))
}

/// Adds the indices of one frame.
pub(super) fn mark(used: &mut [bool; 256], rows: &Rows) {
    for (used, here) in used.iter_mut().zip(rows.used().into_iter().flatten()) {
        *used |= *here;
    }
}

/// Groups fcTL and fdAT chunks into frames; checks numbers, checksums, places and sizes.
fn collect(bytes: &[u8], found: &Chunks, header: Header) -> Option<Vec<Frame>> {
    let mut frames: Vec<Frame> = Vec::new();
    let mut number = 0;
    for chunk in &found.list {
        if !matches!(&chunk.kind, b"fcTL" | b"fdAT") {
            continue;
        }
        let body = part(bytes, &chunk.body);
        if sequence(body) != Some(number) || !chunk.intact(bytes) {
            return None;
        }
        number += 1;
        if chunk.kind == *b"fdAT" {
            frames.last_mut()?.data.extend_from_slice(body.get(4..)?);
            continue;
        }
        let (width, height) = (be32(body, 4)?, be32(body, 8)?);
        let right = be32(body, 12)?.checked_add(width)?;
        let bottom = be32(body, 16)?.checked_add(height)?;
        let (dispose, blend) = (*body.get(24)?, *body.get(25)?);
        let inside = right <= header.width && bottom <= header.height && width > 0 && height > 0;
        if body.len() != 26 || !inside || dispose > 2 || blend > 1 {
            return None;
        }
        let control = body.get(4..)?.to_vec();
        frames.push(Frame {
            control,
            data: Vec::new(),
            size: (width, height),
        });
    }
    Some(frames)
}
