//! How a JPEG was encoded: its quantisation tables, sampling and process, from the headers alone.

use serde::{Deserialize, Serialize};

use super::double::{self, DoubleCompression};
use crate::{
    bytes::{be16, part},
    jpeg::{Walk, marker},
};

/// Traits of the encoder. Figures, never verdicts: every program that saves a photo has its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    /// Quality 1 to 100 whose tables by the Independent JPEG Group's rule come nearest to the
    /// brightness table.
    pub quality: Option<u8>,
    /// All tables are exactly the Group's at that quality, as libjpeg writes them.
    pub standard_tables: bool,
    /// Start of a BLAKE3 of all tables, 16 hex digits: equal for the same encoder and quality.
    pub tables: String,
    /// How colour is sampled.
    pub sampling: Sampling,
    /// The picture comes in several passes.
    pub progressive: bool,
    /// Traces of an earlier compression, where they were looked for.
    #[serde(default)]
    pub double: Option<DoubleCompression>,
}

/// Sampling of brightness against colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sampling {
    /// No colour.
    #[serde(rename = "grey")]
    Grey,
    /// Full colour.
    #[serde(rename = "4:4:4")]
    Full,
    /// Half across.
    #[serde(rename = "4:2:2")]
    HalfAcross,
    /// Half down.
    #[serde(rename = "4:4:0")]
    HalfDown,
    /// Half in both directions.
    #[serde(rename = "4:2:0")]
    Quarter,
    /// A quarter across.
    #[serde(rename = "4:1:1")]
    QuarterAcross,
    /// Anything else.
    #[serde(rename = "other")]
    Other,
}

/// Table K.1 of ITU-T T.81, row by row.
const LUMA: [u16; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
/// Table K.2 of ITU-T T.81, row by row.
const CHROMA: [u16; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];
/// Place in the block, row by row, of the n-th coefficient in coded order.
const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Tables 0 to 3, row by row, as they stand before the first scan.
type Tables = [Option<[u16; 64]>; 4];

/// What the headers say; nothing where there is no frame or no table.
pub(super) fn read(bytes: &[u8], walk: &Walk) -> Option<Coding> {
    let tables = tables(bytes, walk);
    let sof = walk.segments.iter().find(|it| marker::is_sof(it.marker))?;
    let frame = part(bytes, &sof.body);
    let used = |index: usize| usize::from(frame.get(8 + 3 * index).copied().unwrap_or(4));
    let luma = tables.get(used(0)).copied().flatten()?;
    let chroma = tables.get(used(1)).copied().flatten();
    let (quality, exact) = nearest(&luma);
    let standard = exact && chroma.is_none_or(|it| it == scaled(&CHROMA, quality) || it == luma);
    let mut hasher = blake3::Hasher::new();
    for table in tables.iter().flatten() {
        for value in table {
            hasher.update(&value.to_be_bytes());
        }
    }
    let digest = hasher.finalize();
    Some(Coding {
        quality: Some(quality),
        standard_tables: standard,
        tables: hex::encode(digest.as_bytes().first_chunk::<8>()?),
        sampling: sampling(frame),
        progressive: matches!(sof.marker, 0xc2 | 0xc6 | 0xca | 0xce),
        double: double::read(bytes, walk),
    })
}

fn tables(bytes: &[u8], walk: &Walk) -> Tables {
    let mut found = Tables::default();
    let before = walk
        .segments
        .iter()
        .take_while(|it| it.marker != marker::SOS);
    for segment in before.filter(|it| it.marker == marker::DQT) {
        let mut body = part(bytes, &segment.body);
        while let Some((&head, rest)) = body.split_first() {
            let wide = usize::from(head >> 4 != 0);
            let Some(values) = rest.get(..64 << wide) else {
                break;
            };
            let mut table = [0; 64];
            for (coded, at) in ZIGZAG.into_iter().enumerate() {
                table[at] = if wide == 1 {
                    be16(values, 2 * coded).unwrap_or(0)
                } else {
                    values.get(coded).copied().unwrap_or(0).into()
                };
            }
            if let Some(slot) = found.get_mut(usize::from(head & 15)) {
                *slot = Some(table);
            }
            body = rest.get(64 << wide..).unwrap_or_default();
        }
    }
    found
}

/// The Group's rule (`jpeg_quality_scaling` of libjpeg): a table at a quality.
fn scaled(base: &[u16; 64], quality: u8) -> [u16; 64] {
    let quality = u32::from(quality.clamp(1, 100));
    let scale = if quality < 50 {
        5000 / quality
    } else {
        200 - 2 * quality
    };
    base.map(|value| ((u32::from(value) * scale + 50) / 100).clamp(1, 255) as u16)
}

/// The quality whose brightness table is nearest, and whether it is the very same.
fn nearest(table: &[u16; 64]) -> (u8, bool) {
    let distance = |quality: u8| -> u32 {
        let other = scaled(&LUMA, quality);
        table
            .iter()
            .zip(other)
            .map(|(a, b)| u32::from(a.abs_diff(b)))
            .sum()
    };
    (1..=100)
        .map(|quality| (distance(quality), quality))
        // Of equals the higher one: at the top many qualities share a table.
        .min_by_key(|(distance, quality)| (*distance, 100 - *quality))
        .map_or((1, false), |(distance, quality)| (quality, distance == 0))
}

fn sampling(frame: &[u8]) -> Sampling {
    let factor = |index: usize| frame.get(7 + 3 * index).map(|it| (it >> 4, it & 15));
    match (frame.get(5), factor(0), factor(1), factor(2)) {
        (Some(1), ..) => Sampling::Grey,
        (Some(3), Some((x, y)), Some(blue), Some(red)) if blue == red => {
            let (bx, by) = blue;
            if bx == 0 || by == 0 || x % bx != 0 || y % by != 0 {
                return Sampling::Other;
            }
            match (x / bx, y / by) {
                (1, 1) => Sampling::Full,
                (2, 1) => Sampling::HalfAcross,
                (1, 2) => Sampling::HalfDown,
                (2, 2) => Sampling::Quarter,
                (4, 1) => Sampling::QuarterAcross,
                _ => Sampling::Other,
            }
        }
        _ => Sampling::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quality_of_standard_tables_is_found_again() {
        for quality in 1..=100 {
            let (found, exact) = nearest(&scaled(&LUMA, quality));
            assert!(exact);
            assert_eq!(scaled(&LUMA, found), scaled(&LUMA, quality));
            // Below 10 values are cut at 255, so that several qualities look alike.
            assert!(
                found == quality || quality < 10,
                "{quality} read as {found}"
            );
        }
        let mut odd = scaled(&LUMA, 90);
        odd[5] += 1;
        assert_eq!(nearest(&odd), (90, false));
    }

    #[test]
    fn coded_order_reaches_every_place_once() {
        let mut places = ZIGZAG;
        places.sort_unstable();
        assert!(places.into_iter().eq(0..64));
    }
}
