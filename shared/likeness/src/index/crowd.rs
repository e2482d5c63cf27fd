//! Crowds: thousands of fingerprints around one, as clear skies and bare walls give.
//!
//! A table meets each of a crowd again and again, wherever memory has put it. Side by side they are looked
//! through one by one for a fraction of that; and how far each is from the middle tells, by the triangle
//! inequality, which ones cannot be near.

use super::best::Best;
use super::{Code, Handle, Near};

/// Bits from the middle to the outermost. Two codes of different pictures differ in 128, give or take 8: what is
/// within half of that is there for a reason.
const WIDE: u32 = 64;
/// Where about so many stand around one of the sample, there is a crowd: fewer cost little in the tables too.
const LEAST: usize = 4096;
/// Crowds are looked for among a sixteenth of the codes, at most so many (some 60 ms), and are seen where so many of
/// these stand together: of the longest segment, a crowd of 30,000.
const SAMPLE: usize = 4096;
const SHARE: usize = 16;
const SEEN: usize = 8;
/// Each is a look more for every question, and a pass more over the codes when they are written.
const MOST: usize = 16;
/// Codes that are compared before a decision about any of them.
const BLOCK: usize = 256;

#[derive(Debug)]
pub(super) struct Crowd {
    middle: Code,
    /// Nearest to the middle first.
    codes: Box<[Code]>,
    handles: Box<[Handle]>,
    /// How many are nearer to the middle than so many bits.
    nearer: Box<[u32]>,
}

impl Crowd {
    /// Takes the crowds out of `all`, by the sample's word the largest first. What is left keeps its order.
    ///
    /// `all` are in an order that has to do with their codes only, so that what was sent at regular intervals is
    /// met as often as anything else.
    pub(super) fn taken_from(all: &mut Vec<(Code, Handle)>) -> Vec<Self> {
        let middles = middles(all);
        let mut crowds = vec![Vec::new(); middles.len()];
        if !crowds.is_empty() {
            all.retain(|(code, handle)| {
                let distances = middles.iter().map(|middle| middle.distance(code));
                let nearest = distances.zip(&mut crowds).min_by_key(|it| it.0);
                let home = nearest.filter(|(distance, _)| *distance <= WIDE);
                if let Some((distance, crowd)) = home {
                    crowd.push((distance, *code, *handle));
                    return false;
                }
                true
            });
        }
        let pairs = middles.into_iter().zip(crowds);
        pairs.map(|(middle, all)| Self::new(middle, all)).collect()
    }

    fn new(middle: Code, mut all: Vec<(u32, Code, Handle)>) -> Self {
        all.sort_unstable_by_key(|it| it.0);
        let nearer = (0..=WIDE + 1).map(|bits| all.partition_point(|it| it.0 < bits) as u32);
        Self {
            middle,
            nearer: nearer.collect(),
            codes: all.iter().map(|it| it.1).collect(),
            handles: all.iter().map(|it| it.2).collect(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.codes.len()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.codes) + size_of_val(&*self.handles) + size_of_val(&*self.nearer)
    }

    pub(super) fn members(&self) -> impl Iterator<Item = (Code, Handle)> {
        self.codes.iter().copied().zip(self.handles.iter().copied())
    }

    /// All that may be among the best, each once.
    pub(super) fn search(&self, code: &Code, best: &mut Best) {
        let far = self.middle.distance(code);
        // Whoever is within reach is as far from the middle, give or take the reach.
        let nearer = |bits: u32| self.nearer.get(bits as usize).map(|it| *it as usize);
        let start = nearer(far.saturating_sub(best.reach())).unwrap_or(self.len());
        let end = nearer(far + best.reach() + 1).unwrap_or(self.len());
        let codes = self.codes[start..end].chunks(BLOCK);
        let handles = self.handles[start..end].chunks(BLOCK);
        let mut distances = [0; BLOCK];
        for (codes, handles) in codes.zip(handles) {
            for (distance, other) in distances.iter_mut().zip(codes) {
                *distance = code.distance(other);
            }
            for (distance, handle) in distances.iter().zip(handles) {
                if *distance <= best.reach() {
                    best.push(Near {
                        distance: *distance,
                        handle: *handle,
                    });
                }
            }
        }
        best.tighten();
    }
}

/// The middles of the crowds, the largest crowd's first.
fn middles(all: &[(Code, Handle)]) -> Vec<Code> {
    let step = all.len().div_ceil(SAMPLE).max(SHARE);
    let least = LEAST.div_ceil(step).max(SEEN);
    let sample: Vec<Code> = all.iter().step_by(step).map(|it| it.0).collect();
    let around = |code: &Code| sample.iter().filter(|it| it.distance(code) <= WIDE).count();
    let mut left: Vec<(usize, Code)> = sample.iter().map(|code| (around(code), *code)).collect();
    let mut middles = Vec::new();
    while middles.len() < MOST {
        let Some((_, fullest)) = left.iter().max().filter(|it| it.0 >= least) else {
            break;
        };
        let company = left.iter().map(|it| &it.1);
        let middle = Code::middle(company.filter(|it| it.distance(fullest) <= WIDE));
        // The middle is no farther from them on average than any of them: someone is within its reach.
        let gone = left.extract_if(.., |it| middle.distance(&it.1) <= WIDE);
        let gone: Vec<(usize, Code)> = gone.collect();
        for (count, code) in &mut left {
            *count -= gone.iter().filter(|it| it.1.distance(code) <= WIDE).count();
        }
        middles.push(middle);
    }
    middles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrambled(seed: u64) -> u64 {
        let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn bytes(seed: u64) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (at, word) in bytes.chunks_mut(8).enumerate() {
            word.copy_from_slice(&scrambled(4 * seed + at as u64).to_le_bytes());
        }
        bytes
    }

    fn stranger(seed: u64) -> Code {
        Code::new(&bytes(seed))
    }

    /// The stranger of `seed`, ten bits or so turned.
    fn near(seed: u64, shot: u64) -> Code {
        let mut bytes = bytes(seed);
        for at in 0..10 {
            let bit = scrambled(16 * shot + at) % 256;
            bytes[bit as usize / 8] ^= 1 << (bit % 8);
        }
        Code::new(&bytes)
    }

    #[test]
    fn two_skies_are_found_and_strangers_stay_where_they_are() {
        // Half are strangers, a third is one sky, a sixth the other.
        let codes = (100..40_100).map(|seed| match seed % 6 {
            0..=2 => stranger(seed),
            3 | 4 => near(1, seed),
            _ => near(2, seed),
        });
        let mut all: Vec<(Code, Handle)> = codes.zip(0..).collect();
        all.sort_unstable();
        let before = all.clone();
        let crowds = Crowd::taken_from(&mut all);
        let sizes: Vec<usize> = crowds.iter().map(Crowd::len).collect();
        assert_eq!(sizes, [13_333, 6_667]);
        for (crowd, sky) in crowds.iter().zip([stranger(1), stranger(2)]) {
            assert!(crowd.middle.distance(&sky) <= 1);
        }
        let mut after: Vec<(Code, Handle)> = crowds.iter().flat_map(Crowd::members).collect();
        assert!(all.is_sorted() && all.len() == 20_000);
        after.extend(all);
        after.sort_unstable();
        assert_eq!(after, before, "nobody is lost, nobody is there twice");
    }

    #[test]
    fn strangers_are_no_crowd() {
        let mut all: Vec<(Code, Handle)> = (0..40_000).map(|at| (stranger(at), 0)).collect();
        assert!(Crowd::taken_from(&mut all).is_empty() && all.len() == 40_000);
    }
}
