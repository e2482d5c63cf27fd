//! Values that a measuring device hardly ever writes. Each is a hint, none is a proof.

use crate::Position;

/// Half of the sixth decimal, degrees (5 cm): pins have six decimals, and a measured position hits
/// one this closely about once in ten thousand photos.
const IDENTICAL_DEGREES: f64 = 5e-7;

/// Whether two positions are the same to the last digit: copied or set, not measured twice.
pub(crate) fn is_copy(a: Position, b: Position) -> bool {
    (a.lat - b.lat).abs() <= IDENTICAL_DEGREES && (a.lon - b.lon).abs() <= IDENTICAL_DEGREES
}

/// A known address of an office, as configuration lists them.
#[derive(Debug, Clone, PartialEq)]
pub struct Office {
    /// What it is called in a verdict, such as the kelurahan's code.
    pub name: String,
    /// Where it is.
    pub position: Position,
}

/// In how many photos in a row, from the newest back, stand exactly the newest's accuracy (metres), as
/// apps write that set a position by hand: a receiver's moves from fix to fix. Photos that state none do
/// not count and do not end the row; `None` where the newest states none. From how many on it says
/// something is the caller's rule.
pub fn same_accuracy(newest_first: impl IntoIterator<Item = Option<f64>>) -> Option<u32> {
    let mut stated = newest_first.into_iter();
    let usable = |a: &f64| a.is_finite() && *a > 0.0;
    let newest = stated.next()?.filter(usable)?;
    let row = stated
        .flatten()
        .filter(usable)
        .take_while(|a| a.to_bits() == newest.to_bits());
    Some(1 + row.count() as u32)
}
