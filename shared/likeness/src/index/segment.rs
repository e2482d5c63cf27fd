//! Many fingerprints, written once.

use super::best::Best;
use super::crowd::Crowd;
use super::masks::Masks;
use super::part::Part;
use super::{Code, Handle, Near};

/// Codes of a segment at most: an entry has 24 bits to name one.
pub(super) const LONGEST: usize = 1 << 24;

const PARTS: usize = 8;
/// So many that are met in one part are a crowd, and likely to be met in the other parts too.
const CROWD: usize = 8192;

#[derive(Debug)]
pub(super) struct Segment {
    crowds: Vec<Crowd>,
    /// Of those that are in no crowd.
    codes: Box<[Code]>,
    handles: Box<[Handle]>,
    parts: Box<[Part]>,
    masks: Masks,
}

impl Segment {
    pub(super) fn new(codes: Vec<Code>, handles: Vec<Handle>) -> Self {
        // Pictures that are alike lie together then, and the first part's entries need no numbers.
        let mut all: Vec<(Code, Handle)> = codes.into_iter().zip(handles).collect();
        all.sort_unstable_by_key(|(code, _)| code.part(0));
        let crowds = Crowd::taken_from(&mut all);
        let codes: Box<[Code]> = all.iter().map(|it| it.0).collect();
        let handles: Box<[Handle]> = all.into_iter().map(|it| it.1).collect();
        // 8 to 16 codes a key: fewer keys are more codes to pass over, more keys are more memory.
        let bits = codes.len().max(1).ilog2().saturating_sub(3).clamp(4, 20);
        let part = |index| {
            let parts = codes.iter().map(move |code| code.part(index));
            Part::new(parts, bits, index == 0)
        };
        Self {
            crowds,
            parts: (0..PARTS).map(part).collect(),
            masks: Masks::new(bits),
            codes,
            handles,
        }
    }

    pub(super) fn living(&self) -> usize {
        self.codes.len() + self.crowds.iter().map(Crowd::len).sum::<usize>()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.codes)
            + size_of_val(&*self.handles)
            + self.parts.iter().map(Part::bytes).sum::<usize>()
            + self.crowds.iter().map(Crowd::bytes).sum::<usize>()
            + self.masks.bytes()
    }

    fn members(&self) -> impl Iterator<Item = (Code, Handle)> {
        let alone = self.codes.iter().copied().zip(self.handles.iter().copied());
        alone.chain(self.crowds.iter().flat_map(Crowd::members))
    }

    /// All that may be among the best, each once.
    pub(super) fn search(&self, code: &Code, best: &mut Best) {
        // First, for whoever is of a crowd then has enough that are near, and needs few of the others.
        for crowd in &self.crowds {
            crowd.search(code, best);
        }
        self.search_tables(code, best);
    }

    fn search_tables(&self, code: &Code, best: &mut Best) {
        let (mut met, mut distances) = (Vec::new(), Vec::new());
        let mut seen = Seen::default();
        // How many bits were turned in the parts that were asked.
        let mut asked = [0_u32; PARTS];
        // Bits that a code must differ in that was not met in them.
        let mut spent = 0;
        for (index, part) in self.parts.iter().enumerate() {
            // The pigeonholes: what no part so far has met differs in `spent` bits already. Of what it may
            // differ in besides, the parts that are left take equal shares: where no part differs in its share
            // of bits or fewer, all of them together differ in more than the reach. The reach may shrink on the
            // way, and then fewer parts are asked.
            let reach = best.reach();
            let left = PARTS - index;
            let Some(budget) = (reach as usize + 1).checked_sub(spent) else {
                break;
            };
            let share = budget.div_ceil(left);
            let Some(turned) = share.checked_sub(1) else {
                break;
            };
            spent += share;
            asked[index] = turned as u32;
            part.near(code.part(index), asked[index], &self.masks, &mut met);
            if met.len() > CROWD && best.wants_all() {
                seen.start(self.codes.len());
            }
            met.retain(|id| !seen.again(*id));
            // All distances before any decision: the memory of many codes is fetched at once then.
            let distance = |id: &u32| code.distance(&self.codes[*id as usize]);
            distances.clear();
            distances.extend(met.iter().map(distance));
            for (id, distance) in met.iter().zip(&distances) {
                if *distance > best.reach() {
                    continue;
                }
                let other = &self.codes[*id as usize];
                // Met in an earlier part already?
                let again = self.parts[..index].iter().enumerate().any(|(at, earlier)| {
                    let differs = code.part(at) ^ other.part(at);
                    earlier.gives(differs, asked[at])
                });
                if !again {
                    best.push(Near {
                        distance: *distance,
                        handle: self.handles[*id as usize],
                    });
                }
            }
            best.tighten();
        }
    }

    /// The same without some; `None` where it holds none of them.
    pub(super) fn without(&self, gone: &mut impl FnMut(Handle) -> bool) -> Option<Self> {
        let dead: Vec<bool> = self.members().map(|it| gone(it.1)).collect();
        if !dead.contains(&true) {
            return None;
        }
        let kept = self.members().zip(dead).filter(|it| !it.1);
        let (codes, handles) = kept.map(|it| it.0).unzip();
        Some(Self::new(codes, handles))
    }

    pub(super) fn into_parts(self, codes: &mut Vec<Code>, handles: &mut Vec<Handle>) {
        drop(self.parts);
        for (code, handle) in self.crowds.iter().flat_map(Crowd::members) {
            codes.push(code);
            handles.push(handle);
        }
        codes.extend_from_slice(&self.codes);
        handles.extend_from_slice(&self.handles);
    }
}

/// Who was met already: kept where all of a crowd are wanted, since each of it is met in nearly every part. Where
/// only the nearest are wanted, the reach soon leaves most of them out.
#[derive(Default)]
struct Seen(Vec<u64>);

impl Seen {
    fn start(&mut self, size: usize) {
        if self.0.is_empty() {
            self.0 = vec![0; size.div_ceil(64)];
        }
    }

    /// Whether it was met before; false while nobody keeps count.
    fn again(&mut self, id: u32) -> bool {
        let Some(word) = self.0.get_mut(id as usize / 64) else {
            return false;
        };
        let bit = 1 << (id % 64);
        let again = *word & bit != 0;
        *word |= bit;
        again
    }
}
