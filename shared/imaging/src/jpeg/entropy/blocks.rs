//! Blocks of coefficients as the coding processes of T.81 write them: how many bits each takes.
//! The values don't matter here, only where they end.

use super::huffman::{Bits, Table};

/// How a scan codes its blocks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Process {
    /// Sequential: all coefficients.
    Whole,
    /// Lossless: one difference a sample.
    Sample,
    /// Progressive: the first coefficient, for the first time.
    FirstDc,
    /// Progressive: one more bit of the first coefficient.
    MoreDc,
    /// Progressive: coefficients from .. to, for the first time.
    FirstAc(u8, u8),
    /// Progressive: one more bit of coefficients from .. to.
    MoreAc(u8, u8),
}

/// Moves over one sequential block.
pub(super) fn whole(bits: &mut Bits, dc: &Table, ac: &Table) -> Option<()> {
    first_dc(bits, dc)?;
    let mut place = 1_usize;
    while place < 64 {
        let symbol = bits.symbol(ac)?;
        let (run, size) = (usize::from(symbol >> 4), usize::from(symbol & 15));
        if size == 0 {
            if run != 15 {
                return Some(());
            }
            place += 16;
        } else {
            place += run + 1;
            bits.skip(size);
        }
    }
    // A run beyond the block: decoders differ in what they make of it.
    (place == 64).then_some(())
}

/// Moves over a first coefficient, or a lossless difference.
pub(super) fn first_dc(bits: &mut Bits, dc: &Table) -> Option<()> {
    match bits.symbol(dc)? {
        size @ 0..=15 => bits.skip(usize::from(size)),
        // Only lossless coding knows it: 32768, without further bits.
        16 => {}
        _ => return None,
    }
    Some(())
}

/// Moves over one block's first pass; `known` collects the coefficients that are not zero, `run`
/// holds how many blocks still end at once.
pub(super) fn first_ac(
    bits: &mut Bits,
    ac: &Table,
    (from, to): (u8, u8),
    run: &mut usize,
    known: &mut u64,
) -> Option<()> {
    if *run > 0 {
        *run -= 1;
        return Some(());
    }
    let (mut place, to) = (usize::from(from), usize::from(to));
    while place <= to {
        let symbol = bits.symbol(ac)?;
        let (zeros, size) = (usize::from(symbol >> 4), usize::from(symbol & 15));
        if size == 0 && zeros < 15 {
            *run = (1 << zeros) - 1 + bits.take(zeros);
            return Some(());
        }
        place += zeros;
        if size > 0 {
            *known |= 1_u64.checked_shl(place as u32).filter(|_| place <= to)?;
            bits.skip(size);
        }
        place += 1;
    }
    Some(())
}

/// Moves over one block's refinement: one bit for every coefficient that is known, and new ones.
pub(super) fn more_ac(
    bits: &mut Bits,
    ac: &Table,
    (from, to): (u8, u8),
    run: &mut usize,
    known: &mut u64,
) -> Option<()> {
    let (mut place, to) = (u32::from(from), u32::from(to));
    while *run == 0 && place <= to {
        let symbol = bits.symbol(ac)?;
        let (mut zeros, size) = (symbol >> 4, symbol & 15);
        match size {
            0 if zeros < 15 => {
                *run = (1 << zeros) + bits.take(usize::from(zeros));
                break;
            }
            // The sign of the new coefficient.
            0 | 1 => bits.skip(usize::from(size)),
            _ => return None,
        }
        while place <= to {
            if *known >> place & 1 == 1 {
                bits.skip(1);
            } else if zeros == 0 {
                break;
            } else {
                zeros -= 1;
            }
            place += 1;
        }
        if size == 1 {
            *known |= 1_u64.checked_shl(place).filter(|_| place <= to)?;
        }
        place += 1;
    }
    if *run > 0 {
        if place <= to {
            let band = (u64::MAX >> (63 - to)) & (u64::MAX << place);
            bits.skip((*known & band).count_ones() as usize);
        }
        *run -= 1;
    }
    Some(())
}
