//! Values that a measuring device hardly ever writes. Each is a hint, none is a proof.

use serde::{Deserialize, Serialize};

use crate::Position;

/// Half of the sixth decimal, degrees (5 cm): pins have six decimals, and a measured position hits
/// one this closely about once in ten thousand photos.
const IDENTICAL_DEGREES: f64 = 5e-7;

/// So many photos of one value are no chance: phones round the accuracy, but it moves from fix to fix.
const FEWEST_PHOTOS: usize = 4;

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

/// The same accuracy in every photo.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConstantAccuracy {
    /// Metres.
    pub accuracy_m: f64,
    /// In so many photos.
    pub photos: usize,
}

/// Whether photos (of one officer, one day) all state the very same accuracy, as apps do that set a
/// position by hand. At least four must state one; those that state none do not count.
pub fn constant_accuracy(
    stated: impl IntoIterator<Item = Option<f64>>,
) -> Option<ConstantAccuracy> {
    let stated: Vec<f64> = stated
        .into_iter()
        .flatten()
        .filter(|a| a.is_finite())
        .collect();
    let first = *stated.first()?;
    let same = stated.iter().all(|a| a.to_bits() == first.to_bits());
    (same && stated.len() >= FEWEST_PHOTOS).then_some(ConstantAccuracy {
        accuracy_m: first,
        photos: stated.len(),
    })
}
