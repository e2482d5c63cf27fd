//! Numbers about colours that can be meant: in others, words could stand.

use crate::bytes::be32;

/// A hundred thousandths.
const ONE: u32 = 100_000;

/// A gamma between a tenth and five.
pub(super) fn gamma(body: &[u8]) -> bool {
    body.len() == 4 && be32(body, 0).is_some_and(|gamma| (ONE / 10..=5 * ONE).contains(&gamma))
}

/// White and three colours, each as a share of red and of green that leaves one for blue.
pub(super) fn chromaticities(body: &[u8]) -> bool {
    let share = |at: usize| be32(body, at).filter(|share| *share <= ONE);
    let colour = |at: usize| {
        let sum = share(at).zip(share(at + 4)).map(|(x, y)| x + y);
        // Writers round both.
        sum.is_some_and(|sum| sum <= ONE + 2)
    };
    body.len() == 32 && (0..32).step_by(8).all(colour)
}

/// Code points that ITU-T H.273 defines; pixels are red, green and blue, of the full range or not.
pub(super) fn code_points(body: &[u8]) -> bool {
    matches!(body, [1..=22, 1..=18, 0, 0 | 1])
}

/// Of each sample at least one bit, and no more than there are.
pub(super) fn significant(body: &[u8], colour: u8, depth: u8) -> bool {
    let count = match colour {
        0 => 1,
        2 | 3 => 3,
        4 => 2,
        _ => 4,
    };
    let most = if colour == 3 { 8 } else { depth };
    body.len() == count && body.iter().all(|bits| (1..=most).contains(bits))
}
