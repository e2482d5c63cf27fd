//! Walks the codes of a frame, without painting, to find where its pixels end.

use crate::{
    limits::MAX_IDLE_CLEARS,
    refusal::{Refusal, RefusalCode},
};

/// The most bits a code has.
const WIDEST: u32 = 12;
const TABLE: usize = 1 << WIDEST;

/// The codes of one frame and nothing after them.
#[derive(Debug)]
pub(super) struct Packed {
    /// Codes with the end code as last; unused bits of the last byte are zero.
    pub(super) codes: Vec<u8>,
    /// Pixels that the codes stand for: at least as many as wanted, or fewer where they stop.
    pub(super) pixels: u64,
}

/// Cuts a frame's codes after the one that completes its pixels, or after the end code, and ends
/// them properly. Marks every colour that is used: whatever a code stands for was once a code of
/// one pixel.
pub(super) fn pack(
    mut codes: Vec<u8>,
    code_size: u8,
    wanted: u64,
    used: &mut [bool; 256],
) -> Result<Packed, Refusal> {
    if !(2..=8).contains(&code_size) {
        return Err(damaged());
    }
    let clear = 1_usize << code_size;
    let end = clear + 1;
    let first_width = u32::from(code_size) + 1;
    // How many pixels each code stands for.
    let mut lengths = [1_u16; TABLE];
    let (mut next, mut width) = (clear + 2, first_width);
    let mut previous = None;
    let (mut at, mut pixels, mut idle) = (0_usize, 0_u64, 0_u32);
    // Where no code is left the file broke off, or its encoder left the end code out.
    while let Some(code) = read(&codes, at, width) {
        if code == end || pixels >= wanted {
            break;
        }
        at += width as usize;
        if code == clear {
            idle += u32::from(previous.is_none());
            if idle > MAX_IDLE_CLEARS {
                let detail = "the pixels start anew too often";
                return Err(Refusal::new(RefusalCode::InflatesTooFar, detail));
            }
            (next, width, previous) = (clear + 2, first_width, None);
            continue;
        }
        let length = match previous {
            _ if code < next => lengths.get(code).copied(),
            // The code that is just being made: the one before and its first pixel again.
            Some(before) if code == next => Some(before + 1),
            _ => None,
        };
        let length = length.ok_or_else(damaged)?;
        if let Some(mark) = used.get_mut(code).filter(|_| code < clear) {
            *mark = true;
        }
        if let (Some(before), Some(slot)) = (previous, lengths.get_mut(next)) {
            *slot = before + 1;
            next += 1;
            if next == 1 << width && width < WIDEST {
                width += 1;
            }
        }
        previous = Some(length);
        pixels += u64::from(length);
    }
    finish(&mut codes, at, end as u32, width);
    Ok(Packed { codes, pixels })
}

fn damaged() -> Refusal {
    Refusal::damaged("the coded pixels are damaged")
}

/// The code at a bit, lowest bit first.
fn read(codes: &[u8], at: usize, width: u32) -> Option<usize> {
    if at + width as usize > 8 * codes.len() {
        return None;
    }
    let from = at / 8;
    let mut word = 0_usize;
    for (place, byte) in codes.get(from..)?.iter().take(3).enumerate() {
        word |= usize::from(*byte) << (8 * place);
    }
    Some(word >> (at % 8) & ((1 << width) - 1))
}

/// Puts the end code at a bit and drops everything after it.
fn finish(codes: &mut Vec<u8>, at: usize, end: u32, width: u32) {
    codes.truncate(at.div_ceil(8));
    let open = at % 8;
    let mut word = end << open;
    let mut bits = width as usize + open;
    if open > 0
        && let Some(last) = codes.pop()
    {
        word |= u32::from(last) & ((1 << open) - 1);
    }
    while bits > 0 {
        codes.push(word as u8);
        word >>= 8;
        bits = bits.saturating_sub(8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clear, pixels, end: each in so many bits.
    fn coded(codes: &[(u32, u32)]) -> Vec<u8> {
        let (mut out, mut bits) = (Vec::new(), 0);
        for (code, width) in codes {
            for bit in 0..*width {
                if bits % 8 == 0 {
                    out.push(0);
                }
                *out.last_mut().unwrap() |= ((code >> bit & 1) as u8) << (bits % 8);
                bits += 1;
            }
        }
        out
    }

    #[test]
    fn what_follows_the_pixels_goes() {
        // Two bits a pixel: clear is 4, end is 5.
        let good = coded(&[(4, 3), (1, 3), (6, 3), (5, 3)]);
        let dirty = [
            [good.as_slice(), b"hidden"].concat(),
            coded(&[(4, 3), (1, 3), (6, 3), (5, 3), (0xf, 4)]),
            // More pixels than there is room for, then no end.
            coded(&[(4, 3), (1, 3), (6, 3), (2, 4), (3, 4)]),
            // A clear code instead of the end.
            coded(&[(4, 3), (1, 3), (6, 3), (4, 3), (3, 3)]),
        ];
        let mut used = [false; 256];
        for codes in dirty {
            let packed = pack(codes, 2, 3, &mut used).unwrap();
            assert_eq!((packed.codes, packed.pixels), (good.clone(), 3));
        }
        assert!(used[1] && !used[0] && !used[6]);
    }

    #[test]
    fn codes_that_were_never_made_are_damage() {
        let mut used = [false; 256];
        for codes in [
            coded(&[(4, 3), (6, 3)]),
            coded(&[(4, 3), (1, 3), (7, 3), (5, 3)]),
        ] {
            assert!(pack(codes, 2, 9, &mut used).is_err());
        }
        assert!(pack(vec![0; 9], 9, 9, &mut used).is_err());
        assert!(pack(vec![0; 9], 1, 9, &mut used).is_err());
    }

    #[test]
    fn starting_anew_without_end_is_refused() {
        let codes = coded(&vec![(4, 3); 4000]);
        let refusal = pack(codes, 2, 9, &mut [false; 256]).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::InflatesTooFar);
    }

    #[test]
    fn a_missing_end_is_written() {
        let mut used = [false; 256];
        let packed = pack(coded(&[(4, 3), (1, 3)]), 2, 1, &mut used).unwrap();
        assert_eq!(packed.codes, coded(&[(4, 3), (1, 3), (5, 3)]));
        let none = pack(Vec::new(), 2, 1, &mut used).unwrap();
        assert_eq!((none.codes, none.pixels), (coded(&[(5, 3)]), 0));
    }
}
