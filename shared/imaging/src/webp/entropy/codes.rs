//! The five prefix codes that pixels are written with, and the numbers of copies.

use super::prefix::{Bits, Code};

/// One code each for green with lengths and cache, for red, blue, alpha, and distances.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) green: Code,
    pub(super) red: Code,
    pub(super) blue: Code,
    pub(super) alpha: Code,
    pub(super) distance: Code,
}

/// Order in which lengths of the code of lengths are written.
const ORDER: [usize; 19] = [
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
];

/// Near pixels that the first 120 distances stand for: columns to the left, rows up.
#[rustfmt::skip]
const NEAR: [(i8, i8); 120] = [
    (0, 1),  (1, 0),  (1, 1),  (-1, 1), (0, 2),  (2, 0),  (1, 2),  (-1, 2),
    (2, 1),  (-2, 1), (2, 2),  (-2, 2), (0, 3),  (3, 0),  (1, 3),  (-1, 3),
    (3, 1),  (-3, 1), (2, 3),  (-2, 3), (3, 2),  (-3, 2), (0, 4),  (4, 0),
    (1, 4),  (-1, 4), (4, 1),  (-4, 1), (3, 3),  (-3, 3), (2, 4),  (-2, 4),
    (4, 2),  (-4, 2), (0, 5),  (3, 4),  (-3, 4), (4, 3),  (-4, 3), (5, 0),
    (1, 5),  (-1, 5), (5, 1),  (-5, 1), (2, 5),  (-2, 5), (5, 2),  (-5, 2),
    (4, 4),  (-4, 4), (3, 5),  (-3, 5), (5, 3),  (-5, 3), (0, 6),  (6, 0),
    (1, 6),  (-1, 6), (6, 1),  (-6, 1), (2, 6),  (-2, 6), (6, 2),  (-6, 2),
    (4, 5),  (-4, 5), (5, 4),  (-5, 4), (3, 6),  (-3, 6), (6, 3),  (-6, 3),
    (0, 7),  (7, 0),  (1, 7),  (-1, 7), (5, 5),  (-5, 5), (7, 1),  (-7, 1),
    (4, 6),  (-4, 6), (6, 4),  (-6, 4), (2, 7),  (-2, 7), (7, 2),  (-7, 2),
    (3, 7),  (-3, 7), (7, 3),  (-7, 3), (5, 6),  (-5, 6), (6, 5),  (-6, 5),
    (8, 0),  (4, 7),  (-4, 7), (7, 4),  (-7, 4), (8, 1),  (8, 2),  (6, 6),
    (-6, 6), (8, 3),  (5, 7),  (-5, 7), (7, 5),  (-7, 5), (8, 4),  (6, 7),
    (-6, 7), (7, 6),  (-7, 6), (8, 5),  (7, 7),  (-7, 7), (8, 6),  (8, 7)
];

/// Reads the codes of one group; `cache` is the number of its bits.
pub(super) fn group(bits: &mut Bits, cache: u32) -> Option<Group> {
    let cached = if cache == 0 { 0 } else { 1 << cache };
    Some(Group {
        green: code(bits, 280 + cached)?,
        red: code(bits, 256)?,
        blue: code(bits, 256)?,
        alpha: code(bits, 256)?,
        distance: code(bits, 40)?,
    })
}

impl Group {
    /// Memory that the codes take, roughly.
    pub(super) fn weight(&self) -> usize {
        let all = [
            &self.green,
            &self.red,
            &self.blue,
            &self.alpha,
            &self.distance,
        ];
        all.into_iter().map(Code::weight).sum()
    }
}

/// A number from one on: its size by a symbol, then bits.
pub(super) fn number(bits: &mut Bits, symbol: usize) -> Option<usize> {
    if symbol < 4 {
        return Some(symbol + 1);
    }
    let more = (symbol as u32 - 2) >> 1;
    (more < 24).then(|| ((2 + (symbol & 1)) << more) + bits.take(more) + 1)
}

/// A distance in pixels.
pub(super) fn distance(bits: &mut Bits, symbol: usize, width: usize) -> Option<usize> {
    let number = number(bits, symbol)?;
    let Some((left, up)) = NEAR.get(number - 1) else {
        return Some(number - NEAR.len());
    };
    let near = isize::from(*left) + isize::from(*up) * isize::try_from(width).ok()?;
    Some(near.max(1).unsigned_abs())
}

/// Reads one code of so many symbols.
fn code(bits: &mut Bits, count: usize) -> Option<Code> {
    if bits.flag() {
        return simple(bits, count);
    }
    let mut lengths = [0; 19];
    for place in ORDER.iter().take(4 + bits.take(4)) {
        *lengths.get_mut(*place)? = bits.take(3) as u8;
    }
    let coded = Code::new(&lengths)?;
    let mut left = if bits.flag() {
        let size = 2 + 2 * bits.take(3) as u32;
        Some(2 + bits.take(size)).filter(|most| *most <= count)?
    } else {
        count
    };
    let mut lengths = Vec::with_capacity(count);
    let mut last = 8;
    while lengths.len() < count && left > 0 {
        left -= 1;
        let (length, times) = match bits.symbol(&coded)? {
            16 => (last, 3 + bits.take(2)),
            17 => (0, 3 + bits.take(3)),
            18 => (0, 11 + bits.take(7)),
            length => (length as u8, 1),
        };
        if length > 0 {
            last = length;
        }
        lengths.extend(std::iter::repeat_n(length, times));
    }
    if lengths.len() > count {
        return None;
    }
    Code::new(&lengths)
}

/// One or two symbols. Two in falling order are read in two ways by different decoders.
fn simple(bits: &mut Bits, count: usize) -> Option<Code> {
    let two = bits.flag();
    let size = if bits.flag() { 8 } else { 1 };
    let first = bits.take(size);
    let second = if two { bits.take(8) } else { first };
    if first >= count || second >= count || (two && first >= second) {
        return None;
    }
    let mut lengths = vec![0; second + 1];
    *lengths.get_mut(first)? = 1;
    *lengths.get_mut(second)? = 1;
    Code::new(&lengths)
}
