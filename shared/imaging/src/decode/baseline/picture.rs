//! Coding units to planes.

use super::super::Planes;
use super::{
    bits::{Bits, Source},
    block::{self, Batch, LANES, Order},
    full, half,
    head::Head,
    huffman::{Ac, Dc},
    idct::{Samples, Scratch},
};
use crate::jpeg::marker::EOI;

/// One row of coding units of one component.
struct Strip {
    samples: Vec<u8>,
    /// Length of a row.
    stride: usize,
    /// Rows that make a row of coding units.
    rows: usize,
    /// Columns and rows of the plane, and its rows that are done.
    width: usize,
    done: usize,
}

/// One block of a coding unit.
struct Slot<'a> {
    component: usize,
    /// Place of its upper left sample in the first unit of the strip, and how far the next unit's is.
    at: usize,
    step: usize,
    dc: &'a Dc,
    ac: &'a Ac,
    scale: [i16; 64],
    batch: Batch,
}

/// Decodes the coded data to planes whose blocks have sides of 4 or 8 samples; says whether there is
/// slack.
pub(super) fn decode<const SIDE: usize>(head: &Head, planes: &mut Planes) -> Option<bool> {
    let order = block::order(if SIDE == 4 { half::place } else { full::place });
    let luma = head.components.first()?;
    let columns = head.width.div_ceil(8 * luma.across) as usize;
    let rows = head.height.div_ceil(8 * luma.down) as usize;
    let sizes = planes.colour.sizes(planes.width, planes.height);
    let mut strips: Vec<Strip> = Vec::new();
    let mut slots: Vec<Slot> = Vec::new();
    for (component, part) in head.components.iter().enumerate() {
        let (across, down) = (part.across as usize, part.down as usize);
        let stride = columns.next_multiple_of(LANES) * across * SIDE;
        let scale = head.scales.get(part.scale)?.as_ref()?;
        let mut turned = [0; 64];
        for (place, value) in order.iter().zip(scale) {
            if let Some(to) = turned.get_mut(usize::from(*place) / LANES) {
                *to = i16::from(*value);
            }
        }
        for (y, x) in (0..down).flat_map(|y| (0..across).map(move |x| (y, x))) {
            slots.push(Slot {
                component,
                at: y * SIDE * stride + x * SIDE,
                step: across * SIDE,
                dc: head.dc.get(part.dc)?.as_ref()?,
                ac: head.ac.get(part.ac)?.as_ref()?,
                scale: turned,
                batch: [0; 1024],
            });
        }
        strips.push(Strip {
            samples: vec![0; stride * down * SIDE],
            stride,
            rows: down * SIDE,
            width: sizes.get(component.min(1))?.0 as usize,
            done: 0,
        });
    }
    let mut source = Source::new(head.coded);
    let mut bits = source.start();
    let mut before = [0_i32; 3];
    let mut slack = false;
    let mut scratch = Scratch::EMPTY;
    let (mut left, mut number) = (head.interval, 0_u8);
    for _ in 0..rows {
        for from in (0..columns).step_by(LANES) {
            for lane in 0..LANES.min(columns - from) {
                if head.interval > 0 {
                    if left == 0 {
                        slack |= source.end(bits, 0xd0 | number & 7)?;
                        number = number.wrapping_add(1);
                        bits = source.start();
                        before = [0; 3];
                        left = head.interval;
                    }
                    left -= 1;
                }
                source.provide(&mut bits);
                bits = unit(bits, &source, &mut slots, &order, &mut before, lane)?;
                if !source.holds(bits) {
                    return None;
                }
            }
            for slot in &mut slots {
                if SIDE == 4 {
                    half::transform(&slot.batch, &slot.scale, &mut scratch)?;
                } else {
                    full::transform(&slot.batch, &slot.scale, &mut scratch)?;
                }
                slot.batch[..64 * LANES].fill(0);
                let strip = strips.get_mut(slot.component)?;
                strip.put::<SIDE>(slot.at + from * slot.step, slot.step, &scratch.samples)?;
            }
        }
        for (strip, plane) in strips.iter_mut().zip(planes.split_mut()) {
            strip.copy_to(plane);
        }
    }
    slack |= source.end(bits, EOI)?;
    source.ended().then_some(slack)
}

/// Reads one coding unit.
#[inline(always)]
fn unit(
    mut bits: Bits,
    source: &Source,
    slots: &mut [Slot],
    order: &Order,
    before: &mut [i32; 3],
    lane: usize,
) -> Option<Bits> {
    for slot in slots {
        let difference = block::first(&mut bits, source, slot.dc)?;
        let value = before.get_mut(slot.component)?;
        *value = value.wrapping_add(difference);
        slot.batch[lane & (LANES - 1)] = *value as i16;
        block::others(&mut bits, source, slot.ac, order, &mut slot.batch, lane)?;
    }
    Some(bits)
}

impl Strip {
    /// Takes the samples of a batch, whose blocks lie `step` apart.
    #[inline(always)]
    fn put<const SIDE: usize>(&mut self, at: usize, step: usize, samples: &Samples) -> Option<()> {
        let rows = self.samples.get_mut(at..)?.chunks_mut(self.stride);
        for (to, from) in rows.zip(samples.iter().take(SIDE)) {
            for (to, from) in to
                .chunks_mut(step)
                .zip(from.as_chunks::<SIDE>().0.iter().take(LANES))
            {
                *to.first_chunk_mut()? = *from;
            }
        }
        Some(())
    }

    /// Copies what belongs to the plane.
    fn copy_to(&mut self, plane: &mut [u8]) {
        let rest = plane.get_mut(self.done * self.width..).unwrap_or_default();
        let to = rest.chunks_exact_mut(self.width).take(self.rows);
        for (to, from) in to.zip(self.samples.chunks_exact(self.stride)) {
            if let Some(from) = from.get(..self.width) {
                to.copy_from_slice(from);
            }
        }
        self.done += self.rows;
    }
}
