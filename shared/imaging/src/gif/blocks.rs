//! Splits a GIF into its frames and its extensions.

use std::ops::Range;

use super::{EXTENSION, IMAGE, LOOP_ALIAS, LOOP_NAME, TRAILER, carrier, label};
use crate::{
    bytes::{le16, part},
    limits::Limits,
    refusal::{Refusal, RefusalCode},
};

/// How a frame is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Control {
    /// What becomes of the frame afterwards, 0 to 7 as written.
    pub(crate) disposal: u8,
    /// Hundredths of a second.
    pub(crate) delay: u16,
    pub(crate) transparent: Option<u8>,
}

/// One frame.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) control: Control,
    pub(crate) left: u16,
    pub(crate) top: u16,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) interlaced: bool,
    /// Its own colours, 3 bytes each; empty where it uses those of the file.
    pub(crate) table: Range<usize>,
    /// Bits of a pixel before coding.
    pub(crate) code_size: u8,
    /// Its sub-blocks, with the terminator where there is one.
    pub(crate) data: Range<usize>,
    /// The terminator is there.
    pub(crate) ended: bool,
}

/// An extension that is not needed to show the picture.
#[derive(Debug)]
pub(crate) struct Extra {
    pub(crate) carrier: &'static str,
    /// From the introducer to the terminator.
    pub(crate) whole: Range<usize>,
    /// The sub-blocks after the one that names it (application), or all of them.
    pub(crate) data: Range<usize>,
}

/// Everything up to the trailer, or up to the first thing that can't be read.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// Width and height of the canvas; may be zero, then the first frame decides.
    pub(crate) screen: (u16, u16),
    /// Colours of the file, 3 bytes each; empty where there are none.
    pub(crate) table: Range<usize>,
    pub(crate) background: u8,
    pub(crate) frames: Vec<Frame>,
    pub(crate) extras: Vec<Extra>,
    /// How often the animation runs; 0 is for ever.
    pub(crate) loops: Option<u16>,
    /// A frame's control has several sub-blocks that can be one: some decoders believe the first, some the last. Or a
    /// frame has no data: some show nothing, some take what follows for it.
    pub(crate) ambiguous: bool,
    /// Zero bytes between blocks.
    pub(crate) junk: usize,
    /// The trailer was there.
    pub(crate) ended: bool,
    /// Where reading ended.
    pub(crate) end: usize,
    /// Why reading stopped early.
    pub(crate) stop: Option<Refusal>,
}

impl Blocks {
    /// Width and height of the canvas. Where the file says zero, the first frame decides, as in
    /// every browser.
    pub(crate) fn canvas(&self) -> Option<(u16, u16)> {
        let (width, height) = self.screen;
        if width > 0 && height > 0 {
            return Some(self.screen);
        }
        let first = self.frames.first()?;
        Some((
            first.left.checked_add(first.width)?,
            first.top.checked_add(first.height)?,
        ))
    }
}

/// Walks a whole file. The caller has sniffed `GIF87a` or `GIF89a`.
pub(crate) fn blocks(bytes: &[u8], limits: &Limits) -> Blocks {
    let mut found = Blocks::default();
    found.stop = walk(bytes, limits, &mut found).err();
    found
}

fn cut() -> Refusal {
    Refusal::truncated("the file ends before the picture does")
}

fn walk(bytes: &[u8], limits: &Limits, found: &mut Blocks) -> Result<(), Refusal> {
    let word = |at| le16(bytes, at).ok_or_else(cut);
    found.end = bytes.len();
    found.screen = (word(6)?, word(8)?);
    let packed = *bytes.get(10).ok_or_else(cut)?;
    found.background = *bytes.get(11).ok_or_else(cut)?;
    found.table = table(bytes, 13, packed)?;
    let mut at = found.table.end;
    let mut control = None;
    let mut parts = 0;
    while let Some(introducer) = bytes.get(at) {
        match *introducer {
            EXTENSION => at = extension(bytes, at, found, &mut control),
            IMAGE => {
                if found.frames.len() >= limits.max_frames as usize {
                    let detail = "the animation is too long";
                    return Err(Refusal::new(RefusalCode::TooManyFrames, detail));
                }
                let shown = control.take();
                found.ambiguous |= shown
                    .as_ref()
                    .is_some_and(|(_, it)| ends_in_four(bytes, &it.data));
                let shown = shown.map_or_else(Control::default, |(it, _)| it);
                let frame = frame(bytes, at, shown)?;
                found.ambiguous |= bytes.get(frame.data.start) == Some(&0);
                at = frame.data.end;
                found.frames.push(frame);
            }
            0 => {
                found.junk += 1;
                at += 1;
                continue;
            }
            other => {
                // Past the last frame anything may follow; decoders stop here too.
                found.ended = other == TRAILER;
                found.end = at + usize::from(found.ended);
                break;
            }
        }
        parts += 1;
        if parts > limits.max_chunks {
            return Err(Refusal::too_many_parts());
        }
    }
    // A control that controls nothing.
    found.extras.extend(control.map(|(_, extra)| extra));
    if found.frames.is_empty() {
        return Err(if found.ended || found.end < bytes.len() {
            Refusal::new(RefusalCode::NotAnImage, "the file holds no picture")
        } else {
            cut()
        });
    }
    Ok(())
}

/// A table of 2 to 256 colours, where its flag is set.
fn table(bytes: &[u8], at: usize, packed: u8) -> Result<Range<usize>, Refusal> {
    let length = if packed & 0x80 == 0 {
        0
    } else {
        3 * (2 << (packed & 7))
    };
    if at + length > bytes.len() {
        return Err(cut());
    }
    Ok(at..at + length)
}

/// The end of a chain of sub-blocks, and whether it has its terminator.
fn chain_end(bytes: &[u8], mut at: usize) -> (usize, bool) {
    while let Some(length) = bytes.get(at) {
        at += 1 + usize::from(*length);
        if *length == 0 {
            return (at, true);
        }
    }
    (bytes.len(), false)
}

/// Whether a chain has several sub-blocks, of which the last has four bytes.
fn ends_in_four(bytes: &[u8], chain: &Range<usize>) -> bool {
    let (mut at, mut lengths) = (chain.start, Vec::new());
    while let Some(length) = bytes.get(at).filter(|_| at < chain.end) {
        lengths.push(*length);
        at += 1 + usize::from(*length);
    }
    matches!(lengths[..], [_, .., 4, 0])
}

/// The contents of a chain of sub-blocks, at most so many bytes.
pub(crate) fn joined(bytes: &[u8], chain: &Range<usize>, most: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(chain.len().min(most));
    let mut at = chain.start;
    while let Some(length) = bytes.get(at).filter(|_| at < chain.end) {
        let end = at + 1 + usize::from(*length);
        let block = part(bytes, &(at + 1..end.min(chain.end)));
        let room = most.saturating_sub(out.len());
        out.extend_from_slice(block.get(..block.len().min(room)).unwrap_or_default());
        if *length == 0 || room <= block.len() {
            break;
        }
        at = end;
    }
    out
}

/// Reads one extension and says where it ends.
fn extension(
    bytes: &[u8],
    at: usize,
    found: &mut Blocks,
    control: &mut Option<(Control, Extra)>,
) -> usize {
    let code = bytes.get(at + 1).copied().unwrap_or_default();
    let start = (at + 2).min(bytes.len());
    let (end, _) = chain_end(bytes, start);
    let length = bytes.get(start).copied().map_or(0, usize::from);
    let head_end = (start + 1 + length).min(end);
    let head = part(bytes, &((start + 1).min(head_end)..head_end));
    let named = code == label::APPLICATION;
    let extra = Extra {
        carrier: carrier(code, head),
        whole: at..end,
        data: if named { head_end } else { start }..end,
    };
    if code == label::CONTROL && (head.len() >= 4 || ends_in_four(bytes, &extra.data)) {
        let packed = head.first().copied().unwrap_or_default();
        let read = Control {
            disposal: packed >> 2 & 7,
            delay: le16(head, 1).unwrap_or_default(),
            transparent: head.get(3).copied().filter(|_| packed & 1 == 1),
        };
        // The last one before a frame counts.
        let before = control.replace((read, extra));
        found.extras.extend(before.map(|(_, extra)| extra));
        return end;
    }
    if named && (head == LOOP_NAME || head == LOOP_ALIAS) && found.loops.is_none() {
        let body = joined(bytes, &extra.data, 3);
        found.loops = le16(&body, 1).filter(|_| body.first().is_some_and(|id| id & 7 == 1));
        if found.loops.is_some() {
            return end;
        }
    }
    found.extras.push(extra);
    end
}

fn frame(bytes: &[u8], at: usize, control: Control) -> Result<Frame, Refusal> {
    let word = |at| le16(bytes, at).ok_or_else(cut);
    let packed = *bytes.get(at + 9).ok_or_else(cut)?;
    let table = table(bytes, at + 10, packed)?;
    let code_size = *bytes.get(table.end).ok_or_else(cut)?;
    let start = table.end + 1;
    let (end, ended) = chain_end(bytes, start);
    Ok(Frame {
        control,
        left: word(at + 1)?,
        top: word(at + 3)?,
        width: word(at + 5)?,
        height: word(at + 7)?,
        interlaced: packed & 0x40 != 0,
        table,
        code_size,
        data: start..end,
        ended,
    })
}
