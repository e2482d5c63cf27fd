//! One HEVC intra picture, by heifer-hevc-dec: safe Rust, no threads.

use heifer_hevc_dec::{
    decoder::{DecodeOptions, decode_picture},
    recon::Frame,
};

use super::yuv::Planes;
use crate::{
    bytes::{be16, be32},
    isobmff::Colour,
    refusal::Refusal,
};

/// Kinds of NAL units: the three parameter sets.
const PARAMETERS: std::ops::RangeInclusive<u8> = 32..=34;
/// The longest list of parameter sets that is read.
const MAX_SETS: usize = 64;

/// Decodes one coded item with its `hvcC` property.
pub(super) fn decode(configuration: &[u8], data: &[u8], max_pixels: u64) -> Result<Frame, Refusal> {
    let stream = stream(configuration, data)
        .ok_or_else(|| Refusal::damaged("the picture's coded data is damaged"))?;
    let options = DecodeOptions {
        max_pixels,
        ..DecodeOptions::default()
    };
    decode_picture(&stream, options).map_err(|error| match error {
        heifer_hevc_dec::Error::Unimplemented(_) => {
            Refusal::unsupported("no decoder for this way of coding a picture")
        }
        _ => Refusal::damaged("the picture can't be decoded"),
    })
}

/// The byte stream of ITU-T H.265 annex B: parameter sets from the property, then the slices.
fn stream(configuration: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let mut stream = Vec::with_capacity(data.len() + configuration.len());
    let mut push = |unit: &[u8], parameters: bool| {
        let kind = (unit.first().copied().unwrap_or(0x80) >> 1) & 63;
        // Everything else is messages, which decide nothing.
        if PARAMETERS.contains(&kind) || (!parameters && kind < 32) {
            stream.extend_from_slice(&[0, 0, 1]);
            stream.extend_from_slice(unit);
        }
    };
    let width = usize::from(configuration.get(21)? & 3) + 1;
    let (mut at, mut sets) = (23, 0);
    for _ in 0..*configuration.get(22)? {
        let count = be16(configuration, at + 1)?;
        at += 3;
        for _ in 0..count {
            sets += 1;
            let length = usize::from(be16(configuration, at)?);
            push(configuration.get(at + 2..at + 2 + length)?, true);
            at += 2 + length;
            if sets > MAX_SETS {
                return None;
            }
        }
    }
    at = 0;
    while at < data.len() {
        let length = match width {
            1 => usize::from(*data.get(at)?),
            2 => usize::from(be16(data, at)?),
            4 => be32(data, at)? as usize,
            _ => return None,
        };
        at += width;
        push(data.get(at..at.checked_add(length)?)?, false);
        at += length;
    }
    Some(stream)
}

/// What the bitstream itself says about its colours.
pub(super) fn colour(frame: &Frame) -> Colour {
    Colour {
        primaries: 2,
        transfer: 2,
        matrix: frame.matrix_coeffs.into(),
        full_range: frame.full_range,
    }
}

impl Planes for Frame {
    fn size(&self) -> (u32, u32) {
        (self.widths[0], self.heights[0])
    }

    fn shifts(&self) -> Option<(u32, u32)> {
        match self.chroma_format {
            1 => Some((1, 1)),
            2 => Some((1, 0)),
            3 if self.widths[1] > 0 => Some((0, 0)),
            _ => None,
        }
    }

    fn depth(&self) -> u8 {
        self.bit_depth[0]
    }

    fn row(&self, plane: usize, y: usize, out: &mut Vec<u16>) {
        out.clear();
        let (Some(width), Some(samples)) = (self.widths.get(plane), self.planes.get(plane)) else {
            return;
        };
        let width = *width as usize;
        out.extend_from_slice(samples.get(y * width..(y + 1) * width).unwrap_or_default());
        // Both kinds of planes are read at the depth of brightness.
        let (own, asked) = (self.bit_depth[usize::from(plane > 0)], self.bit_depth[0]);
        for sample in out.iter_mut().filter(|_| own != asked) {
            *sample = if own > asked {
                *sample >> (own - asked)
            } else {
                *sample << (asked - own)
            };
        }
    }
}
