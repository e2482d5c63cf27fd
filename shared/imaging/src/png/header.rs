//! IHDR: size, colour type, and how many bytes of pixels that makes.

use crate::{bytes::be32, refusal::Refusal};

// Adam7: first column, column step, first row, row step of each pass.
const PASSES: [(u64, u64, u64, u64); 7] = [
    (0, 8, 0, 8),
    (4, 8, 0, 8),
    (0, 4, 4, 8),
    (2, 4, 0, 4),
    (0, 2, 2, 4),
    (1, 2, 0, 2),
    (0, 1, 1, 2),
];

/// Some of the rows of a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass {
    pub(super) rows: u64,
    /// Bytes of a row, its filter byte included.
    pub(super) length: u64,
    /// Pixels of a row.
    pub(super) width: u64,
}

/// What IHDR says, checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) depth: u8,
    pub(crate) colour: u8,
    pub(crate) interlaced: bool,
}

impl Header {
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let bad = || Refusal::damaged("the picture header is impossible");
        let (Some(width), Some(height), Some(&[depth, colour, method, filter, interlace])) = (
            be32(body, 0),
            be32(body, 4),
            body.get(8..13).and_then(|rest| rest.first_chunk()),
        ) else {
            return Err(bad());
        };
        let depth_fits = match colour {
            0 => matches!(depth, 1 | 2 | 4 | 8 | 16),
            3 => matches!(depth, 1 | 2 | 4 | 8),
            2 | 4 | 6 => matches!(depth, 8 | 16),
            _ => false,
        };
        let largest = i32::MAX as u32;
        let fits = body.len() == 13 && depth_fits && method == 0 && filter == 0 && interlace <= 1;
        if !fits || width > largest || height > largest {
            return Err(bad());
        }
        Ok(Self {
            width,
            height,
            depth,
            colour,
            interlaced: interlace == 1,
        })
    }

    /// Bits of one pixel.
    fn bits(self) -> u64 {
        let samples = match self.colour {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        samples * u64::from(self.depth)
    }

    /// Bytes that the pixel data of a frame of this size inflates to, filter bytes included.
    pub(crate) fn inflated(self, width: u32, height: u32) -> u64 {
        let passes = self.passes(width, height);
        passes.iter().map(|pass| pass.rows * pass.length).sum()
    }

    /// The passes of a frame; one if not interlaced.
    pub(super) fn passes(self, width: u32, height: u32) -> Vec<Pass> {
        let rows = |width: u64, height: u64| Pass {
            rows: if width == 0 { 0 } else { height },
            length: 1 + (width * self.bits()).div_ceil(8),
            width,
        };
        let (width, height) = (u64::from(width), u64::from(height));
        if !self.interlaced {
            return vec![rows(width, height)];
        }
        let along = |size: u64, first: u64, step: u64| size.saturating_sub(first).div_ceil(step);
        PASSES
            .iter()
            .map(|(x, dx, y, dy)| rows(along(width, *x, *dx), along(height, *y, *dy)))
            .collect()
    }
}
