//! Writes a GIF again from only the blocks that show the picture.

use std::ops::Range;

use super::{
    EXTENSION, IMAGE, LOOP_NAME, TRAILER,
    blocks::{Blocks, Control, Frame, blocks, joined},
    label,
    lzw::pack,
};
use crate::{
    bytes::part,
    format::Format,
    limits::{Limits, MAX_CANVAS_WORK},
    refusal::{Refusal, RefusalCode},
    removed::Tally,
    strip::{Method, Stripped},
};

/// Rebuilds the file without painting it. Codes of pixels are copied bit for bit.
pub(crate) fn strip(bytes: &[u8], limits: &Limits) -> Result<Stripped, Refusal> {
    let mut found = blocks(bytes, limits);
    if let Some(stop) = found.stop.take() {
        return Err(stop);
    }
    if found.ambiguous {
        return Err(Refusal::damaged(
            "how a frame is shown can be read in two ways",
        ));
    }
    let canvas = check_sizes(&found, limits)?;
    let mut tally = Tally::default();
    for extra in &found.extras {
        tally.add(extra.carrier, extra.whole.len());
    }
    tally.add("junk", found.junk);
    tally.add("trailer", bytes.len().saturating_sub(found.end));
    let mut body = Vec::with_capacity(bytes.len());
    let (mut used, mut shared, mut pixels) = ([false; 256], false, 0);
    for frame in &found.frames {
        if frame.table.is_empty() {
            shared = true;
            pixels += push_frame(bytes, frame, &mut used, &mut tally, &mut body)?;
        } else {
            pixels += push_frame(bytes, frame, &mut [false; 256], &mut tally, &mut body)?;
        }
    }
    if pixels == 0 {
        return Err(Refusal::damaged("the picture has no pixels"));
    }
    let mut out = Vec::with_capacity(body.len() + 1024);
    push_header(
        bytes,
        &found,
        canvas,
        shared.then_some(used),
        &mut tally,
        &mut out,
    );
    match found.loops {
        // A picture that does not move can't be repeated.
        Some(_) if found.frames.len() == 1 => tally.add("loop", 19),
        Some(count) => push_loops(count, &mut out),
        None => {}
    }
    out.append(&mut body);
    out.push(TRAILER);
    Ok(Stripped {
        bytes: out,
        format: Format::Gif,
        method: Method::Lossless,
        removed: tally.into_list(),
        orientation: 1,
    })
}

/// Holds canvas and frames against the limits; nothing of their size is allocated here.
fn check_sizes(found: &Blocks, limits: &Limits) -> Result<(u16, u16), Refusal> {
    let canvas = found
        .canvas()
        .ok_or_else(|| Refusal::damaged("the picture has no size"))?;
    let area = |(width, height): (u16, u16)| u64::from(width) * u64::from(height);
    Refusal::check_size(canvas.0.into(), canvas.1.into(), limits.max_pixels)?;
    let mut work = 0;
    for frame in &found.frames {
        let (width, height) = (frame.width, frame.height);
        Refusal::check_size(width.into(), height.into(), limits.max_pixels)?;
        // Every frame is painted on the whole canvas: that is the work of whoever shows it.
        work += area(canvas).max(area((width, height)));
    }
    if work > MAX_CANVAS_WORK {
        let detail = "the frames inflate too far";
        return Err(Refusal::new(RefusalCode::InflatesTooFar, detail));
    }
    Ok(canvas)
}

/// Signature, canvas and the colours that are used. Where no frame uses them there are none.
fn push_header(
    bytes: &[u8],
    found: &Blocks,
    canvas: (u16, u16),
    used: Option<[bool; 256]>,
    tally: &mut Tally,
    out: &mut Vec<u8>,
) {
    let entries = found.table.len() / 3;
    let table = used.filter(|_| entries > 0);
    if table.is_none() {
        tally.add("palette", found.table.len());
    }
    let background = found.background;
    let background = match table {
        Some(_) if usize::from(background) < entries => background,
        _ => 0,
    };
    out.extend_from_slice(b"GIF89a");
    out.extend(canvas.0.to_le_bytes());
    out.extend(canvas.1.to_le_bytes());
    // Eight bits a colour, unsorted; the shape of a pixel is a square.
    let packed = table.map_or(0, |_| 0x80 | size_bits(entries));
    out.extend([0x70 | packed, background, 0]);
    if let Some(mut used) = table {
        if let Some(mark) = used.get_mut(usize::from(background)) {
            *mark = true;
        }
        push_colours(part(bytes, &found.table), &used, tally, out);
    }
}

/// How a table's length is written: 2 to 256 entries as 0 to 7.
fn size_bits(entries: usize) -> u8 {
    entries.trailing_zeros().saturating_sub(1) as u8 & 7
}

/// Colours that no pixel has could be anything: they become black.
fn push_colours(table: &[u8], used: &[bool; 256], tally: &mut Tally, out: &mut Vec<u8>) {
    let (colours, _) = table.as_chunks::<3>();
    for (colour, used) in colours.iter().zip(used) {
        if *used || *colour == [0; 3] {
            out.extend(colour);
        } else {
            tally.add("palette", 3);
            out.extend([0; 3]);
        }
    }
}

fn push_loops(count: u16, out: &mut Vec<u8>) {
    out.extend([EXTENSION, label::APPLICATION, LOOP_NAME.len() as u8]);
    out.extend_from_slice(LOOP_NAME);
    let [low, high] = count.to_le_bytes();
    out.extend([3, 1, low, high, 0]);
}

/// Writes one frame, marks the colours that it uses and counts its pixels.
fn push_frame(
    bytes: &[u8],
    frame: &Frame,
    used: &mut [bool; 256],
    tally: &mut Tally,
    out: &mut Vec<u8>,
) -> Result<u64, Refusal> {
    let wanted = u64::from(frame.width) * u64::from(frame.height);
    let coded = joined(bytes, &frame.data, frame.data.len());
    let length = coded.len();
    let packed = pack(coded, frame.code_size, wanted, used)?;
    if packed.pixels < wanted {
        if !frame.ended {
            let detail = "the file ends before the picture does";
            return Err(Refusal::truncated(detail));
        }
        // What is missing is shown in the first colour.
        used[0] = true;
    }
    tally.add("pixel_tail", length.saturating_sub(packed.codes.len()));
    push_control(frame.control, out);
    out.push(IMAGE);
    for number in [frame.left, frame.top, frame.width, frame.height] {
        out.extend(number.to_le_bytes());
    }
    let interlaced = u8::from(frame.interlaced) << 6;
    let Range { start, end } = frame.table;
    if start == end {
        out.push(interlaced);
    } else {
        out.push(0x80 | interlaced | size_bits((end - start) / 3));
        push_colours(part(bytes, &frame.table), used, tally, out);
    }
    out.push(frame.code_size);
    for block in packed.codes.chunks(255) {
        out.push(block.len() as u8);
        out.extend_from_slice(block);
    }
    out.push(0);
    Ok(packed.pixels)
}

/// Only where it says something. Meanings that the standard does not define are none.
fn push_control(control: Control, out: &mut Vec<u8>) {
    let disposal = match control.disposal {
        known @ 0..=3 => known,
        // Written by old encoders, and read by browsers, as "restore what was before".
        4 => 3,
        _ => 0,
    };
    let clean = Control {
        disposal,
        ..control
    };
    if clean == Control::default() {
        return;
    }
    let packed = disposal << 2 | u8::from(clean.transparent.is_some());
    let [low, high] = clean.delay.to_le_bytes();
    let index = clean.transparent.unwrap_or_default();
    out.extend([EXTENSION, label::CONTROL, 4, packed, low, high, index, 0]);
}
