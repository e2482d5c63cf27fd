//! Which corner of one picture is which of the other.

use super::describe::Feature;

/// Bits of 256 that two descriptions of one corner differ by at most.
const ALIKE: u32 = 76;
/// The second best must be further than the best divided by this.
const RATIO: f32 = 0.92;

/// Two corners that may be one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) a: Feature,
    pub(super) b: Feature,
    /// Best distance by second best: small is sure.
    ratio: f32,
}

impl Pair {
    pub(super) fn from(&self) -> (f64, f64) {
        (f64::from(self.a.x), f64::from(self.a.y))
    }

    pub(super) fn to(&self) -> (f64, f64) {
        (f64::from(self.b.x), f64::from(self.b.y))
    }

    /// How much further the direction of the one is turned than that of the other, radians.
    pub(super) fn turn(&self) -> f64 {
        f64::from(self.b.angle - self.a.angle)
    }

    /// How much larger the second is, by the rungs they were found on.
    pub(super) fn scale(&self) -> f64 {
        f64::from(self.b.scale / self.a.scale)
    }
}

#[derive(Clone, Copy)]
struct Best {
    index: usize,
    distance: u32,
    second: u32,
}

const NONE: Best = Best {
    index: usize::MAX,
    distance: u32::MAX,
    second: u32::MAX,
};

impl Best {
    fn see(&mut self, index: usize, distance: u32) {
        if distance < self.distance {
            self.second = self.distance;
            self.distance = distance;
            self.index = index;
        } else if distance < self.second {
            self.second = distance;
        }
    }
}

/// Pairs that are each other's best, surest first.
pub(super) fn pairs(a: &[Feature], b: &[Feature]) -> Vec<Pair> {
    let mut back = vec![NONE; b.len()];
    let mut forth = vec![NONE; a.len()];
    // Word by word beside each other, so that a processor counts several at once.
    let words = [0, 1, 2, 3].map(|word| b.iter().map(|it| it.bits[word]).collect::<Vec<u64>>());
    let mut distances = vec![0_u64; b.len()];
    for (i, one) in a.iter().enumerate() {
        one.distances(&words, &mut distances);
        let best = &mut forth[i];
        for (j, (distance, back)) in distances.iter().zip(&mut back).enumerate() {
            best.see(j, *distance as u32);
            back.see(i, *distance as u32);
        }
    }
    let pair = |(i, best): (usize, &Best)| {
        let other = back.get(best.index)?;
        let second = best.second.min(other.second) as f32;
        // Two that fit without any difference are no sure pair.
        let ratio = if second > 0.0 {
            best.distance as f32 / second
        } else {
            1.0
        };
        let is_pair = other.index == i && best.distance <= ALIKE && ratio <= RATIO;
        is_pair.then(|| Pair {
            a: a[i],
            b: b[best.index],
            ratio,
        })
    };
    let mut pairs: Vec<Pair> = forth.iter().enumerate().filter_map(pair).collect();
    pairs.sort_by(|one, other| one.ratio.total_cmp(&other.ratio));
    pairs
}

/// An angle between minus and plus half a turn.
pub(super) fn wrapped(angle: f64) -> f64 {
    let turn = std::f64::consts::TAU;
    angle - (angle / turn).round() * turn
}
