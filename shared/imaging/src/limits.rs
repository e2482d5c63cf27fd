//! What one photo may cost at most.

use crate::refusal::{Refusal, RefusalCode};

/// Caps that hold before memory is spent. Every reader in this crate obeys them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Length of the upload in bytes.
    pub max_bytes: usize,
    /// Width times height of the picture, and of the canvas of an animation.
    pub max_pixels: u64,
    /// Frames of an animation.
    pub max_frames: u32,
    /// Segments, chunks or boxes in the container.
    pub max_chunks: u32,
    /// Bytes that compressed parts may inflate to, all together.
    pub max_decompressed: usize,
    /// Bytes of memory that any file may need to be decoded. One that brings more of its own may need
    /// more: 64 bytes for each of them.
    pub max_memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 25 << 20,
            max_pixels: 100_000_000,
            max_frames: 300,
            max_chunks: 16_384,
            max_decompressed: 512 << 20,
            max_memory: 192 << 20,
        }
    }
}

impl Limits {
    /// Refuses to decode what would take more memory than a file of this length may ask for. `needed` is a
    /// decoder's, measured, in bytes.
    pub(crate) fn afford(&self, file: usize, needed: u64) -> Result<(), Refusal> {
        if needed <= self.max_memory + MEMORY_PER_BYTE * file as u64 {
            return Ok(());
        }
        Err(Refusal::new(
            RefusalCode::TooCostly,
            "to decode the picture takes more memory than a file of its length may ask for",
        ))
    }
}

/// Memory that each byte of a file buys, beyond what every file may take. A photo of 48 megapixels in HEIC has three
/// megabytes and more and takes 390 to decode; thirty bytes that claim to be as large get nothing for it.
const MEMORY_PER_BYTE: u64 = 64;

/// Scans of one JPEG. Progressive encoders write about ten; thousands are an attack on the decoder.
pub(crate) const MAX_SCANS: u64 = 256;

/// Scans times pixels of one JPEG: bounds the work of a decoder that visits every block per scan, to about a second.
pub(crate) const MAX_SCAN_WORK: u64 = 1_500_000_000;

/// Frames times pixels of the canvas of a GIF: bounds the work of whoever shows it. About 2.5 times
/// the most frames on a screen of 1920 by 1080.
pub(crate) const MAX_CANVAS_WORK: u64 = 1_500_000_000;

/// An ICC profile larger than this is not read. Those of printing presses come to about 2 MB.
pub(crate) const MAX_ICC: usize = 4 << 20;

/// Times that the codes of a GIF frame may start anew without a pixel since the last time. Encoders do
/// it once; millions of them keep a decoder busy with nothing.
pub(crate) const MAX_IDLE_CLEARS: u32 = 1024;
