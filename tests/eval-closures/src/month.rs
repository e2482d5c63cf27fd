//! A month: plain closures, odd ones, faked ones, and an archive of the month before.

use crate::dice::Dice;
use crate::quarter::Quarter;
use crate::world::{Closure, DAY, Photo, Truth, UNITS, plain};
use crate::{odd, ways};

/// Closures of a month, and the shares of the issue: 5 % faked, 20 % of the honest odd.
pub const CLOSURES: usize = 3600;
const FAKED: usize = CLOSURES / 20;
const ODD: usize = (CLOSURES - FAKED) / 5;
const ARCHIVE: usize = 600;

pub struct Month {
    /// Of the month before: evidence that can be reused and matched, not judged.
    pub archive: Vec<Closure>,
    pub closures: Vec<Closure>,
    /// What people did not accept in the quarter before.
    pub quarter: Quarter,
}

impl Month {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let dice = &mut dice;
        let any = |dice: &mut Dice| {
            let unit = dice.below(UNITS);
            plain(dice, unit)
        };
        let archive: Vec<Closure> = (0..ARCHIVE).map(|_| before(any(dice))).collect();
        let mut closures = Vec::new();
        while closures.len() < ODD {
            let kind = odd::KINDS[dice.below(odd::KINDS.len())];
            closures.extend(odd::closures(dice, kind));
        }
        while closures.len() < CLOSURES - FAKED {
            closures.push(any(dice));
        }
        let earlier: Vec<(f64, Photo)> = archive
            .iter()
            .chain(&closures)
            .filter(|c| matches!(c.truth, Truth::Plain))
            .flat_map(|c| c.photos.iter().map(|p| (c.proposed, p.clone())))
            .collect();
        for n in 0..FAKED {
            let (way, _) = ways::WAYS[n % ways::WAYS.len()];
            closures.push(ways::closure(dice, way, &earlier));
        }
        closures.sort_by(|a, b| a.proposed.total_cmp(&b.proposed));
        Self {
            archive,
            closures,
            quarter: Quarter::new(seed),
        }
    }
}

fn before(mut c: Closure) -> Closure {
    let shift = 32.0 * DAY;
    c.ticket.submitted -= shift;
    c.assigned -= shift;
    c.proposed -= shift;
    for photo in &mut c.photos {
        photo.at -= shift;
    }
    c
}
