//! The thumbnail within EXIF, and how far it is from the picture that it should show.
//!
//! Editors that save a changed picture and keep the old thumbnail are a known trace of an edit
//! (Kee, Farid: "Digital Image Authentication from Thumbnails", 2010). The figures are distances,
//! never verdicts: some cameras crop, letterbox or turn their thumbnails.

use serde::{Deserialize, Serialize};

use super::{
    exif::Fields,
    model::{Flaw, Reading},
};
use crate::{
    decode::{self, Brightness},
    format::{Format, sniff},
    jpeg,
    limits::Limits,
    pdq::{self, Fingerprint},
};

/// A thumbnail, and what came of comparing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// Bytes of the coded thumbnail.
    pub bytes: u32,
    /// How like the picture it is; `None` where it was not compared or can't be decoded.
    pub likeness: Option<Likeness>,
}

/// How far a thumbnail is from its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Likeness {
    /// Width of the decoded thumbnail as stored.
    pub width: u32,
    /// Height of the decoded thumbnail as stored.
    pub height: u32,
    /// PDQ bits that differ, 0 to 256: above 31 another picture, or a crop of it.
    pub pdq_distance: u32,
    /// The lower PDQ quality of the two: below 50 the distance means little.
    pub pdq_quality: u8,
    /// Mean difference of brightness over a grid of 32 x 24 cells, 0 to 255, after both were
    /// brought to the same mean.
    pub mean_difference: u8,
    /// The largest difference of one cell: high with a low mean is a change in one place.
    pub largest_difference: u8,
    /// Dark bars were left out, as of a 4:3 thumbnail of a 16:9 picture.
    pub letterboxed: bool,
    /// The thumbnail fits best when turned against the picture, so that one of them was turned later.
    pub turned: bool,
}

/// The bytes of a thumbnail.
pub(crate) struct Preview(Vec<u8>);

/// EXIF in JPEG holds less than this.
const MAX_BYTES: usize = 256 << 10;
/// Real ones have 160 x 120; some phones write 512 x 384.
const MAX_PIXELS: u64 = 640 * 640;
/// A brightness that is black after lossy coding.
const BLACK: u8 = 28;
const GRID: (usize, usize) = (32, 24);
/// Distance from which other turns are tried.
const UNLIKE: u32 = 60;

pub(super) fn read(exif: &Fields) -> (Reading<Thumbnail>, Option<Preview>) {
    let bytes = match exif.thumbnail() {
        None => return (Reading::Absent, None),
        Some(Err(flaw)) => return (Reading::Unreadable(flaw), None),
        Some(Ok(bytes)) => bytes,
    };
    if sniff(bytes) != Format::Jpeg || bytes.len() > MAX_BYTES {
        return (Reading::Unreadable(Flaw::Malformed), None);
    }
    let thumbnail = Thumbnail {
        bytes: bytes.len() as u32,
        likeness: None,
    };
    (Reading::Present(thumbnail), Some(Preview(bytes.to_vec())))
}

/// Brightness of pixels, row by row.
struct Luma {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
}

/// Decodes the thumbnail and compares it with the decoded picture, both as stored. `print` is the
/// picture's fingerprint as it looks upright by `orientation`, which holds for both; `full` its
/// size before it was scaled down.
pub(crate) fn compare(
    preview: &Preview,
    picture: &Brightness<'_>,
    full: (u32, u32),
    orientation: u8,
    print: &Fingerprint,
) -> Option<Likeness> {
    let limits = Limits {
        max_bytes: MAX_BYTES,
        max_pixels: MAX_PIXELS,
        max_chunks: 64,
        ..Limits::default()
    };
    // Like any file: the codec sees only what the writer has let through.
    let clean = jpeg::strip(&preview.0, &limits).ok()?;
    let thumb = decode::decode(&clean.bytes, Format::Jpeg, None, &limits).ok()?;
    let size = (thumb.width, thumb.height);
    let (pixels, _) = thumb.rgb.as_chunks::<3>();
    let luma = Luma {
        pixels: pixels.iter().copied().map(bright).collect(),
        width: thumb.width as usize,
        height: thumb.height as usize,
    };
    if luma.width < 16 || luma.height < 16 {
        return None;
    }
    let (luma, letterboxed) = without_bars(luma, full);
    let whole = Brightness {
        samples: luma.pixels.as_slice().into(),
        stride: luma.width,
        width: luma.width,
        height: luma.height,
    };
    let fingerprint = |turn| pdq::fingerprint(&whole, turn);
    let own = fingerprint(orientation);
    let mut distance = own.pdq.distance(&print.pdq);
    let mut turned = false;
    if distance > UNLIKE {
        for turn in [1, 3, 6, 8].into_iter().filter(|turn| *turn != orientation) {
            let other = fingerprint(turn).pdq.distance(&print.pdq);
            if other < distance {
                (distance, turned) = (other, other <= UNLIKE);
            }
        }
    }
    let (mean_difference, largest_difference) = differences(&luma, picture);
    Some(Likeness {
        width: size.0,
        height: size.1,
        pdq_distance: distance,
        pdq_quality: own.quality.min(print.quality),
        mean_difference,
        largest_difference,
        letterboxed,
        turned,
    })
}

/// Brightness by Rec. 601, rounded down.
fn bright([r, g, b]: [u8; 3]) -> u8 {
    ((77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b)) >> 8) as u8
}

/// Cuts bars that a thumbnail of another shape than its picture has at two opposite sides, if they
/// are dark.
fn without_bars(luma: Luma, (width, height): (u32, u32)) -> (Luma, bool) {
    let (width, height) = (width as usize, height as usize);
    if width == 0 || height == 0 {
        return (luma, false);
    }
    let tall = luma.width * height / width;
    let wide = luma.height * width / height;
    let (across, down) = if tall + 3 < luma.height {
        (0, (luma.height - tall) / 2)
    } else if wide + 3 < luma.width {
        ((luma.width - wide) / 2, 0)
    } else {
        return (luma, false);
    };
    // The edge of a bar falls inside a coded block, which blurs it.
    let inner = (across.saturating_sub(2), down.saturating_sub(2));
    let rows = luma.pixels.chunks_exact(luma.width).enumerate();
    let (mut dark, mut all) = (0_usize, 0_usize);
    for (y, row) in rows {
        for (x, value) in row.iter().enumerate() {
            let bar = y < inner.1
                || y >= luma.height - inner.1
                || x < inner.0
                || x >= luma.width - inner.0;
            all += usize::from(bar);
            dark += usize::from(bar && *value <= BLACK);
        }
    }
    if all == 0 || dark * 20 < all * 19 {
        return (luma, false);
    }
    let kept = luma.pixels.chunks_exact(luma.width);
    let kept = kept.skip(down).take(luma.height - 2 * down);
    let pixels: Vec<u8> = kept
        .filter_map(|row| row.get(across..luma.width - across))
        .flatten()
        .copied()
        .collect();
    let cut = Luma {
        pixels,
        width: luma.width - 2 * across,
        height: luma.height - 2 * down,
    };
    (cut, true)
}

/// Mean and largest difference of a grid's cells.
fn differences(luma: &Luma, picture: &Brightness<'_>) -> (u8, u8) {
    let thumb = cells(luma.width, luma.height, usize::MAX, |x, y| {
        luma.pixels.get(y * luma.width + x).copied().unwrap_or(0)
    });
    let whole = cells(picture.width, picture.height, 8, |x, y| {
        let place = y * picture.stride + x;
        picture.samples.get(place).copied().unwrap_or(0)
    });
    let mean = |list: &[f32]| list.iter().sum::<f32>() / list.len() as f32;
    let shift = mean(&thumb) - mean(&whole);
    let apart = thumb.iter().zip(&whole).map(|(a, b)| (a - b - shift).abs());
    let (sum, largest) = apart.fold((0.0_f32, 0.0_f32), |(sum, most), it| {
        (sum + it, most.max(it))
    });
    let cells = (GRID.0 * GRID.1) as f32;
    ((sum / cells).round() as u8, largest.round() as u8)
}

/// Mean brightness of each cell, from at most `most` rows and columns of it.
fn cells(width: usize, height: usize, most: usize, at: impl Fn(usize, usize) -> u8) -> Vec<f32> {
    let mut out = Vec::with_capacity(GRID.0 * GRID.1);
    for row in 0..GRID.1 {
        let (top, bottom) = (row * height / GRID.1, (row + 1) * height / GRID.1);
        let down = (bottom - top).div_ceil(most).max(1);
        for column in 0..GRID.0 {
            let (left, right) = (column * width / GRID.0, (column + 1) * width / GRID.0);
            let across = (right - left).div_ceil(most).max(1);
            let (mut sum, mut count) = (0_u32, 0_u32);
            for y in (top..bottom.max(top + 1)).step_by(down) {
                for x in (left..right.max(left + 1)).step_by(across) {
                    sum += u32::from(at(x, y));
                    count += 1;
                }
            }
            out.push(sum as f32 / count as f32);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(width: usize, height: usize) -> Luma {
        let value = |x: usize, y: usize| {
            let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
            (128.0 + 60.0 * (9.0 * u).sin() + 60.0 * (7.0 * v * v).cos()) as u8
        };
        let pixels = (0..width * height).map(|at| value(at % width, at / width));
        Luma {
            pixels: pixels.collect(),
            width,
            height,
        }
    }

    #[test]
    fn dark_bars_are_cut_and_bright_edges_are_not() {
        let content = wave(160, 90);
        let bar = vec![3; 160 * 15];
        let boxed = Luma {
            pixels: [bar.as_slice(), &content.pixels, &bar].concat(),
            width: 160,
            height: 120,
        };
        let (cut, was) = without_bars(boxed, (1600, 900));
        assert!(was);
        assert!((cut.width, cut.height) == (160, 90) && cut.pixels == content.pixels);
        assert!(!without_bars(wave(160, 120), (1600, 900)).1);
        assert!(!without_bars(wave(160, 120), (1600, 1200)).1);
    }
}
