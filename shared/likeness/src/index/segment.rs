//! Many fingerprints, written once.

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
    codes: Box<[Code]>,
    handles: Box<[Handle]>,
    parts: Box<[Part]>,
    masks: Masks,
}

impl Segment {
    pub(super) fn new(codes: Vec<Code>, handles: Vec<Handle>) -> Self {
        // Pictures that are alike lie together then, and a crowd of them in few pages; and the first
        // part's entries need no numbers.
        let mut all: Vec<(Code, Handle)> = codes.into_iter().zip(handles).collect();
        all.sort_unstable_by_key(|(code, _)| code.part(0));
        let codes: Box<[Code]> = all.iter().map(|it| it.0).collect();
        let handles: Box<[Handle]> = all.into_iter().map(|it| it.1).collect();
        // 8 to 16 codes a key: fewer keys are more codes to pass over, more keys are more memory.
        let bits = codes.len().max(1).ilog2().saturating_sub(3).clamp(4, 20);
        let part = |index| {
            let parts = codes.iter().map(move |code| code.part(index));
            Part::new(parts, bits, index == 0)
        };
        Self {
            parts: (0..PARTS).map(part).collect(),
            masks: Masks::new(bits),
            codes,
            handles,
        }
    }

    pub(super) fn living(&self) -> usize {
        self.codes.len()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.codes)
            + size_of_val(&*self.handles)
            + self.parts.iter().map(Part::bytes).sum::<usize>()
            + self.masks.bytes()
    }

    /// All within `reach` bits, each once, appended.
    pub(super) fn search(&self, code: &Code, reach: u32, found: &mut Vec<Near>) {
        // The pigeonholes: where no part differs in its share of bits or fewer, all of them together
        // differ in more than `reach`. A share of 0 leaves the part out.
        let share = |index: usize| (reach as usize + PARTS - index) / PARTS;
        let mut met = Vec::new();
        let mut seen = Seen::default();
        for (index, part) in self.parts.iter().enumerate() {
            let Some(turned) = share(index).checked_sub(1) else {
                break;
            };
            part.near(code.part(index), turned as u32, &self.masks, &mut met);
            if met.len() > CROWD {
                seen.start(self.codes.len());
            }
            for id in &met {
                if seen.again(*id) {
                    continue;
                }
                let other = &self.codes[*id as usize];
                let distance = code.distance(other);
                if distance > reach {
                    continue;
                }
                // Met in an earlier part already?
                let again = self.parts[..index].iter().enumerate().any(|(at, earlier)| {
                    let differs = code.part(at) ^ other.part(at);
                    earlier.gives(differs, share(at) as u32 - 1)
                });
                if !again {
                    found.push(Near {
                        distance,
                        handle: self.handles[*id as usize],
                    });
                }
            }
        }
    }

    /// The same without some; `None` where it holds none of them.
    pub(super) fn without(&self, gone: &mut impl FnMut(Handle) -> bool) -> Option<Self> {
        let dead: Vec<bool> = self.handles.iter().map(|it| gone(*it)).collect();
        if !dead.contains(&true) {
            return None;
        }
        let kept = dead.iter().filter(|it| !**it).count();
        let (mut codes, mut handles) = (Vec::with_capacity(kept), Vec::with_capacity(kept));
        for (at, dead) in dead.iter().enumerate() {
            if !dead {
                codes.push(self.codes[at]);
                handles.push(self.handles[at]);
            }
        }
        Some(Self::new(codes, handles))
    }

    pub(super) fn into_parts(self, codes: &mut Vec<Code>, handles: &mut Vec<Handle>) {
        drop(self.parts);
        codes.extend_from_slice(&self.codes);
        handles.extend_from_slice(&self.handles);
    }
}

/// Who was met already: kept where a crowd is met, since each of it is met in nearly every part.
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
