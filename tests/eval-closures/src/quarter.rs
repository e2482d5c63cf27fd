//! The quarter before the month: what each officer closed in each category, and what people did not accept
//! of it. Districts differ for reasons that have nothing to do with whether the work was done.

use crate::dice::Dice;
use crate::world::{CATEGORIES, OFFICERS_A_UNIT, UNITS, category};

/// Closures of an officer in a category, refused and disputed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answers {
    pub of: u32,
    pub refused: u32,
    pub disputed: u32,
}

pub struct Quarter {
    /// How much more often than elsewhere honest work of a unit is disputed: hard ground, a district
    /// whose people write more, a campaign.
    pub districts: Vec<f64>,
    /// By officer, then category.
    pub officers: Vec<[Answers; CATEGORIES.len()]>,
}

/// Reporters who say that it is not done: of work that was not done, of what comes back by itself, of the rest.
pub fn disputes(done: bool, recurs: bool, district: f64) -> f64 {
    match (done, recurs) {
        (false, _) => 0.25,
        (true, true) => 0.08 * district,
        (true, false) => 0.025 * district,
    }
}

/// Validators who send it back: they see a photo and a note, and are stricter in some districts.
fn refusals(done: bool, district: f64) -> f64 {
    if done { 0.04 * district } else { 0.12 }
}

/// Of a unit's closures, the share that was not done: a tenth of the units does most of it.
fn not_done(unit: usize) -> f64 {
    if unit < UNITS / 10 { 0.28 } else { 0.015 }
}

impl Quarter {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed ^ 0x7175_6172_7465_7200);
        let dice = &mut dice;
        // A third of the districts is off by more than two fifths; their mean is one.
        let districts: Vec<f64> = (0..UNITS).map(|_| dice.long_tailed(0.92, 0.4)).collect();
        let officer = |dice: &mut Dice, n: usize| {
            let unit = n / OFFICERS_A_UNIT;
            let mut all = [Answers::default(); CATEGORIES.len()];
            for _ in 0..20 + dice.below(100) {
                let kind = category(dice);
                let done = !dice.chance(not_done(unit));
                let disputed = disputes(done, CATEGORIES[kind].2, districts[unit]);
                all[kind].of += 1;
                all[kind].refused += u32::from(dice.chance(refusals(done, districts[unit])));
                all[kind].disputed += u32::from(dice.chance(disputed));
            }
            all
        };
        let officers = (0..UNITS * OFFICERS_A_UNIT)
            .map(|n| officer(dice, n))
            .collect();
        Self {
            districts,
            officers,
        }
    }
}
