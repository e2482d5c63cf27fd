//! Frames written by an encoder of their own, with one to eight partitions: every one is followed to its last bit.

use super::{
    arithmetic::{Decisions, End},
    probabilities::{TOKENS, UPDATES},
    vp8,
};
use crate::{decode, format::Format, limits::Limits, webp::tails};

/// The boolean encoder of RFC 6386, section 7.3.
struct Writer {
    out: Vec<u8>,
    bottom: u64,
    range: u32,
    left: u32,
}

impl Writer {
    fn new() -> Self {
        let (out, bottom, range, left) = (Vec::new(), 0, 255, 24);
        Self {
            out,
            bottom,
            range,
            left,
        }
    }

    fn flag(&mut self, zero: u8, one: bool) {
        let split = 1 + (((self.range - 1) * u32::from(zero)) >> 8);
        if one {
            self.bottom += u64::from(split);
            self.range -= split;
        } else {
            self.range = split;
        }
        while self.range < 128 {
            self.range <<= 1;
            self.bottom <<= 1;
            if self.bottom >> 32 & 1 == 1 {
                let mut carried = self.out.iter_mut().rev();
                carried
                    .find_map(|byte| {
                        *byte = byte.wrapping_add(1);
                        (*byte != 0).then_some(())
                    })
                    .unwrap();
                self.bottom &= u64::from(u32::MAX);
            }
            self.left -= 1;
            if self.left == 0 {
                self.out.push((self.bottom >> 24) as u8);
                self.bottom &= 0xff_ffff;
                self.left = 8;
            }
        }
    }

    fn number(&mut self, bits: u32, value: u32) {
        (0..bits)
            .rev()
            .for_each(|bit| self.flag(128, value >> bit & 1 == 1));
    }

    fn done(mut self) -> Vec<u8> {
        self.number(32, 0);
        self.out
    }
}

/// A picture of 5 x 9 blocks, each with one coefficient or none; its pieces, the first partition first.
fn pieces(partitions: u32) -> Vec<Vec<u8>> {
    let mut head = Writer::new();
    // Colours, segments, loop filter and its adjustments, partitions, steps, memory.
    head.number(2 + 1 + 10 + 1, 0);
    head.number(2, partitions.ilog2());
    head.number(7, 20);
    head.number(5 + 1, 0);
    for zero in UPDATES {
        head.flag(zero, false);
    }
    head.number(1, 0);
    let mut coded: Vec<Writer> = (0..partitions).map(|_| Writer::new()).collect();
    let mut above = [false; 5];
    let mut seed = 77_u32;
    for row in 0..9 {
        let (mut left, to) = (false, &mut coded[row % partitions as usize]);
        for above in &mut above {
            seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            // All sixteen by their mean, colours too.
            for (zero, one) in [(145, true), (156, false), (163, false), (142, false)] {
                head.flag(zero, one);
            }
            let zero =
                |kind: usize, band: usize, context: usize| 11 * (3 * (8 * kind + band) + context);
            let (some, context) = (seed >> 16 & 3 != 0, usize::from(*above) + usize::from(left));
            let at = zero(1, 0, context);
            to.flag(TOKENS[at], some);
            if some {
                to.flag(TOKENS[at + 1], true);
                to.flag(TOKENS[at + 2], false);
                to.flag(128, seed >> 20 & 1 == 1);
                to.flag(TOKENS[zero(1, 1, 1)], false);
            }
            (*above, left) = (some, some);
            (0..16).for_each(|_| to.flag(TOKENS[zero(0, 1, 0)], false));
            (0..8).for_each(|_| to.flag(TOKENS[zero(2, 0, 0)], false));
        }
    }
    let all = std::iter::once(head).chain(coded);
    all.map(Writer::done).collect()
}

fn frame(pieces: &[Vec<u8>]) -> Vec<u8> {
    let tag = 1 << 4 | (pieces[0].len() as u32) << 5;
    let mut out = tag.to_le_bytes()[..3].to_vec();
    out.extend(*b"\x9d\x01\x2a\x50\0\x90\0");
    out.extend(&pieces[0]);
    for piece in &pieces[1..pieces.len() - 1] {
        out.extend(&(piece.len() as u32).to_le_bytes()[..3]);
    }
    pieces[1..].iter().for_each(|piece| out.extend(piece));
    out
}

fn file(frame: &[u8]) -> Vec<u8> {
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    super::push(&mut out, *b"VP8 ", &[frame]);
    let size = (out.len() as u32 - 8).to_le_bytes();
    out[4..8].copy_from_slice(&size);
    out
}

fn pixels(frame: &[u8]) -> Vec<u8> {
    let decoded = decode::decode(&file(frame), Format::Webp, None, &Limits::default());
    decoded.unwrap().rgb
}

#[test]
fn every_partition_ends_with_its_last_bit() {
    for count in [1, 2, 4, 8] {
        let sound = pieces(count);
        let plain = frame(&sound);
        assert_eq!(vp8::end(&plain), Some(End::Sound));
        assert_eq!(tails(&file(&plain), &Limits::default()), super::Tails::None);
        for which in 0..sound.len() {
            for tail in [
                b"\x01".as_slice(),
                b"some words behind it",
                b"\0\0\0\0\0\0\0\0a",
                &[0; 40],
            ] {
                let mut more = sound.clone();
                more[which].extend(tail);
                let odd = frame(&more);
                let Some(End::Shorter(clean)) = vp8::end(&odd) else {
                    panic!("not found behind partition {which} of {count}");
                };
                assert!(clean.len() <= plain.len());
                assert_eq!(pixels(&clean), pixels(&plain));
                assert_eq!(vp8::end(&clean), Some(End::Sound));
            }
        }
    }
}

/// All data between two limits stands for the same decisions: of all of it, one is written.
#[test]
fn a_number_of_free_choice_is_replaced_by_the_smallest() {
    let mut writer = Writer::new();
    let zeros: Vec<u8> = (0..400_u32).map(|at| (at * 37 % 255 + 1) as u8).collect();
    let ones: Vec<bool> = (0..400_u32).map(|at| at * at % 7 < 3).collect();
    for (zero, one) in zeros.iter().zip(&ones) {
        writer.flag(*zero, *one);
    }
    let plain = writer.done();
    let read = |bytes: &[u8]| {
        let mut decisions = Decisions::new(bytes);
        let same = zeros
            .iter()
            .zip(&ones)
            .all(|(zero, one)| decisions.flag(*zero) == *one);
        same.then(|| decisions.end())
    };
    assert_eq!(read(&plain), Some(Some(End::Sound)));
    let mut others = 0;
    for at in plain.len() - 7..plain.len() {
        for value in 0..=255 {
            let mut other = plain.clone();
            other[at] = value;
            if other == plain {
                continue;
            }
            if let Some(end) = read(&other) {
                let Some(End::Shorter(clean)) = end else {
                    panic!("{value} at {at} stays");
                };
                assert_eq!(clean, plain[..clean.len()]);
                assert_eq!(read(&clean), Some(Some(End::Sound)));
                others += 1;
            }
        }
    }
    assert!(others > 255, "{others}");
    assert_eq!(read(&plain[..plain.len() - 8]).flatten(), None);
}
