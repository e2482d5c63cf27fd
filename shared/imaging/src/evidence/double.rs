//! Traces of an earlier JPEG compression in the spread of coefficients.
//!
//! A photo that was compressed, changed and compressed again with other tables has coefficients
//! that were rounded twice: some values become rare and others frequent, in a regular pattern, where
//! one compression leaves a smooth slope (Lukáš, Fridrich: "Estimation of Primary Quantization
//! Matrix in Double Compressed JPEG Images", 2003; Popescu, Farid: "Statistical Tools for Digital
//! Forensics", 2004). Here the nine lowest frequencies of brightness are counted on some blocks at
//! five places of the picture, and compared with the smooth slope between their neighbours.

use serde::{Deserialize, Serialize};

use super::huffman::Sampler;
use crate::jpeg::Walk;

/// How uneven the spread is. A figure, never a verdict: messengers, galleries and phones themselves
/// compress twice, and a second compression with the same tables, or after scaling, shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubleCompression {
    /// Blocks of 8 x 8 that were counted.
    pub blocks: u32,
    /// Frequencies, of nine, with enough coefficients to tell.
    pub frequencies: u8,
    /// Per cent by which the counts leave their slope beyond what chance explains: the middle one
    /// of the frequencies. Below about 10 after one compression.
    pub unevenness: u8,
    /// The same for the most uneven frequency.
    pub highest: u8,
}

/// Frequencies that are counted, in coded order after the mean.
pub(super) const FREQUENCIES: usize = 9;
/// Absolute values that are told apart.
pub(super) const VALUES: usize = 64;
/// Counts by frequency and absolute value.
pub(super) type Counts = [[u32; VALUES]; FREQUENCIES];

/// Fewer blocks say nothing.
const LEAST_BLOCKS: u32 = 256;
/// Counts of a value below this are chance.
const LEAST_COUNT: u32 = 16;
/// Values of one frequency that must be told apart.
const LEAST_VALUES: usize = 6;

/// Looks at a sequential JPEG with Huffman coding; nothing for others and for small pictures.
pub(super) fn read(bytes: &[u8], walk: &Walk) -> Option<DoubleCompression> {
    let (counts, blocks) = Sampler::new(bytes, walk)?.count();
    if blocks < LEAST_BLOCKS {
        return None;
    }
    let mut figures: Vec<u8> = counts.iter().filter_map(unevenness).collect();
    figures.sort_unstable();
    Some(DoubleCompression {
        blocks,
        frequencies: figures.len() as u8,
        unevenness: *figures.get(figures.len() / 2)?,
        highest: *figures.last()?,
    })
}

/// Root mean square of the distance from the geometric mean of both neighbours, as a share of that
/// mean, without what counting by chance adds; per cent. For an exponential slope it is zero.
fn unevenness(counts: &[u32; VALUES]) -> Option<u8> {
    // Up to where the slope gets lost in chance; a comb has gaps before that.
    let reach = counts.iter().rposition(|count| *count >= LEAST_COUNT)?;
    if reach < LEAST_VALUES {
        return None;
    }
    let (mut apart, mut chance, mut whole) = (0.0_f64, 0.0, 0.0);
    // Zero is a value of its own kind, and one stands beside it.
    for at in 2..=reach {
        let [Some(before), Some(here), Some(after)] =
            [at - 1, at, at + 1].map(|at| counts.get(at).map(|it| f64::from(*it)))
        else {
            break;
        };
        let slope = (before * after).sqrt();
        apart += (here - slope).powi(2);
        // Both the count and its neighbours vary by chance.
        chance += here + (before + after) / 4.0;
        whole += here.max(slope).powi(2);
    }
    if whole <= 0.0 {
        return None;
    }
    let share = ((apart - chance).max(0.0) / whole).sqrt();
    Some((100.0 * share).round().min(100.0) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smooth_slope_is_even_and_a_comb_is_not() {
        let slope: [u32; VALUES] =
            std::array::from_fn(|at| (4000.0 * (-0.12 * at as f64).exp()) as u32);
        assert!(unevenness(&slope).unwrap() <= 3);
        let mut comb = slope;
        for at in (1..VALUES).step_by(3) {
            comb[at] = 0;
        }
        assert!(unevenness(&comb).unwrap() >= 50);
        assert_eq!(unevenness(&[0; VALUES]), None);
    }
}
