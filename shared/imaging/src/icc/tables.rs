//! Colours in tables: `mft1` and `mft2` of version 2, `mAB ` of version 4. Taken apart into
//! curves, matrix and grid, and put together again without what lies between.

use super::curves::curve;
use crate::bytes::{be16, be32};

/// Entries of the longest curve in a table.
const MAX_ENTRIES: usize = 4096;
/// Grid points times outputs of the largest table.
const MAX_GRID: usize = 1 << 20;

/// Colours of the profile connection space have three numbers.
const OUTPUTS: usize = 3;

/// Rebuilds a table that leads from so many components to the profile connection space.
pub(super) fn rebuild(raw: &[u8], inputs: usize) -> Option<Vec<u8>> {
    let (from, to) = (usize::from(*raw.get(8)?), usize::from(*raw.get(9)?));
    if from != inputs || to != OUTPUTS {
        return None;
    }
    match raw.get(..4)? {
        b"mft1" => flat(raw, inputs, 1),
        b"mft2" => flat(raw, inputs, 2),
        b"mAB " => staged(raw, inputs),
        _ => None,
    }
}

/// One grid between input and output curves; numbers of one or two bytes.
fn flat(raw: &[u8], inputs: usize, width: usize) -> Option<Vec<u8>> {
    const IDENTITY: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x1_0000];
    let points = *raw.get(10)?;
    let (before, after, start) = if width == 1 {
        (256, 256, 48)
    } else {
        let entries = |at| be16(raw, at).map(usize::from);
        (entries(48)?, entries(50)?, 52)
    };
    let sound = |entries| (2..=MAX_ENTRIES).contains(&entries);
    if points < 2 || !sound(before) || !sound(after) {
        return None;
    }
    let grid = grid(&vec![points; inputs])?;
    let numbers = before * inputs + grid + after * OUTPUTS;
    let mut out = raw.get(..4)?.to_vec();
    out.extend([0, 0, 0, 0, inputs as u8, OUTPUTS as u8, points, 0]);
    if inputs == 3 {
        out.extend_from_slice(raw.get(12..48)?);
    } else {
        // Defined for three inputs only; the rest would be nobody's bytes.
        out.extend(IDENTITY.iter().flat_map(|number| number.to_be_bytes()));
    }
    out.extend_from_slice(raw.get(48..start)?);
    out.extend_from_slice(raw.get(start..start + numbers * width)?);
    Some(out)
}

/// Numbers in a grid of so many points along each input.
fn grid(points: &[u8]) -> Option<usize> {
    points.iter().try_fold(OUTPUTS, |total, points| {
        let total = total.checked_mul(usize::from(*points))?;
        (total > 0 && total <= MAX_GRID).then_some(total)
    })
}

/// Curves A, grid, curves M, matrix, curves B; all but the last may be missing.
fn staged(raw: &[u8], inputs: usize) -> Option<Vec<u8>> {
    let place = |at| be32(raw, at).map(|place| place as usize);
    let (b, matrix, m, table, a) = (place(12)?, place(16)?, place(20)?, place(24)?, place(28)?);
    // The stages that the format allows: B; M and matrix; A and grid; or all.
    let sound = b != 0 && (matrix == 0) == (m == 0) && (table == 0) == (a == 0);
    if !sound || (table == 0 && inputs != OUTPUTS) {
        return None;
    }
    let mut out = vec![0; 32];
    out[..4].copy_from_slice(b"mAB ");
    out[8..10].copy_from_slice(&[inputs as u8, OUTPUTS as u8]);
    let mut stage = |slot: usize, bytes: Vec<u8>| {
        let at = out.len() as u32;
        out[slot..slot + 4].copy_from_slice(&at.to_be_bytes());
        out.extend(bytes);
        out.resize(out.len().next_multiple_of(4), 0);
    };
    stage(12, curves(raw, b, OUTPUTS)?);
    if matrix != 0 {
        stage(16, raw.get(matrix..matrix.checked_add(48)?)?.to_vec());
        stage(20, curves(raw, m, OUTPUTS)?);
    }
    if table != 0 {
        let points = raw.get(table..table.checked_add(inputs)?)?;
        let width = *raw.get(table + 16)?;
        if !matches!(width, 1 | 2) || points.iter().any(|points| *points < 2) {
            return None;
        }
        let start = table + 20;
        let numbers = raw.get(start..start + grid(points)? * usize::from(width))?;
        let mut bytes = points.to_vec();
        bytes.resize(16, 0);
        bytes.extend([width, 0, 0, 0]);
        bytes.extend_from_slice(numbers);
        stage(24, bytes);
        stage(28, curves(raw, a, inputs)?);
    }
    Some(out)
}

/// So many curves one after the other, each padded to four bytes.
fn curves(raw: &[u8], mut at: usize, count: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for _ in 0..count {
        let mut curve = curve(raw.get(at..)?)?;
        curve.resize(curve.len().next_multiple_of(4), 0);
        at += curve.len();
        out.extend(curve);
    }
    Some(out)
}
