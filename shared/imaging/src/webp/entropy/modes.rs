//! How a block of 16 x 16 is predicted (RFC 6386, section 11): each way is coded by those around it.

use super::{arithmetic::Decisions, probabilities::BLOCK_MODES, vp8::Coding};

/// Ways to predict the four blocks of 4 x 4 along a border, as section 8.1 counts them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Above([u8; 4]);

/// The same along the left border.
pub(super) type Left = Above;

/// What the tokens of a block depend on.
pub(super) struct Block {
    /// It has no tokens.
    pub(super) skipped: bool,
    /// Its blocks of 4 x 4 are predicted each in its own way, and have no second transform.
    pub(super) split: bool,
}

const SEGMENT: [i8; 6] = [2, 4, 0, -1, -2, -3];

/// 4 is split; 0 to 3 stand for a way to predict all sixteen.
const BLOCK: [i8; 8] = [-4, 2, 4, 6, 0, -1, -2, -3];
const BLOCK_ZEROS: [u8; 4] = [145, 156, 163, 128];

const PART: [i8; 18] = [
    0, 2, -1, 4, -2, 6, 8, 12, -3, 10, -5, -6, -4, 14, -7, 16, -8, -9,
];

const COLOUR: [i8; 6] = [0, 2, -1, 4, -2, -3];
const COLOUR_ZEROS: [u8; 3] = [142, 114, 183];

/// Reads one block's segment, whether it has tokens, and how it is predicted.
pub(super) fn modes(
    head: &mut Decisions,
    coding: &Coding,
    above: &mut Above,
    left: &mut Left,
) -> Option<Block> {
    if let Some(zeros) = &coding.segments {
        head.leaf(&SEGMENT, zeros)?;
    }
    let skipped = coding.skip.is_some_and(|zero| head.flag(zero));
    let way = head.leaf(&BLOCK, &BLOCK_ZEROS)?;
    let split = way == 4;
    if split {
        for beside in &mut left.0 {
            for over in &mut above.0 {
                let place = 9 * (10 * usize::from(*over) + usize::from(*beside));
                let part = head.leaf(&PART, BLOCK_MODES.get(place..place + 9)?)?;
                (*over, *beside) = (part, part);
            }
        }
    } else {
        // Mean, up, left and both, as a block of 4 x 4 counts them.
        let part = match way {
            0 => 0,
            1 => 2,
            2 => 3,
            _ => 1,
        };
        (above.0, left.0) = ([part; 4], [part; 4]);
    }
    head.leaf(&COLOUR, &COLOUR_ZEROS)?;
    Some(Block { skipped, split })
}
