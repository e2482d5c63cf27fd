//! The tokens of a block's coefficients (RFC 6386, section 13): their values don't matter, only how they are coded.

use super::arithmetic::Decisions;

/// Whether the blocks of 4 x 4 along a border have coefficients: brightness, two colours, second transform.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context {
    luma: [bool; 4],
    colour: [[bool; 2]; 2],
    second: bool,
}

impl Context {
    /// A block without tokens lies here; one without a second transform says nothing about it.
    pub(super) fn clear(&mut self, split: bool) {
        let second = self.second && split;
        *self = Self {
            second,
            ..Self::default()
        };
    }
}

const BANDS: [usize; 16] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7];

/// Further bits of the four largest kinds of values.
const LARGE: [&[u8]; 4] = [
    &[173, 148, 140],
    &[176, 155, 140, 135],
    &[180, 157, 141, 134, 130],
    &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129],
];

/// Moves over all tokens of one block of 16 x 16.
pub(super) fn tokens(
    coded: &mut Decisions,
    zeros: &[u8; 1056],
    split: bool,
    above: &mut Context,
    left: &mut Context,
) -> Option<()> {
    let mut one = |kind: usize, over: &mut bool, beside: &mut bool| {
        let zeros = zeros.get(kind * 264..(kind + 1) * 264)?;
        let context = usize::from(*over) + usize::from(*beside);
        let some = block(coded, zeros, usize::from(kind == 0), context)?;
        (*over, *beside) = (some, some);
        Some(())
    };
    if !split {
        one(1, &mut above.second, &mut left.second)?;
    }
    for beside in &mut left.luma {
        for over in &mut above.luma {
            one(if split { 3 } else { 0 }, over, beside)?;
        }
    }
    for (above, left) in above.colour.iter_mut().zip(&mut left.colour) {
        for beside in left {
            for over in &mut *above {
                one(2, over, beside)?;
            }
        }
    }
    Some(())
}

/// Moves over one block of 4 x 4, from its first or second coefficient on; says whether it has any.
fn block(coded: &mut Decisions, zeros: &[u8], first: usize, context: usize) -> Option<bool> {
    let at = |place: usize, context: usize| {
        let from = 11 * (3 * BANDS.get(place)? + context);
        zeros.get(from..)?.first_chunk::<11>()
    };
    let mut place = first;
    let mut zero = at(place, context)?;
    if !coded.flag(zero[0]) {
        return Some(false);
    }
    loop {
        while !coded.flag(zero[1]) {
            place += 1;
            if place == 16 {
                return Some(true);
            }
            zero = at(place, 0)?;
        }
        let context = if coded.flag(zero[2]) {
            value(coded, zero)?;
            2
        } else {
            1
        };
        // The sign.
        coded.bit();
        place += 1;
        if place == 16 {
            return Some(true);
        }
        zero = at(place, context)?;
        if !coded.flag(zero[0]) {
            return Some(true);
        }
    }
}

/// Moves over what tells a value above one.
fn value(coded: &mut Decisions, zero: &[u8; 11]) -> Option<()> {
    if !coded.flag(zero[3]) {
        if coded.flag(zero[4]) {
            coded.flag(zero[5]);
        }
    } else if !coded.flag(zero[6]) {
        if coded.flag(zero[7]) {
            coded.flag(165);
            coded.flag(145);
        } else {
            coded.flag(159);
        }
    } else {
        let high = usize::from(coded.flag(zero[8]));
        let low = usize::from(coded.flag(zero[9 + high]));
        for zero in *LARGE.get(2 * high + low)? {
            coded.flag(*zero);
        }
    }
    Some(())
}
