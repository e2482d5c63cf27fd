//! The index answers as a look at every fingerprint would.

use jaga_likeness::index::{Code, FARTHEST, Handle, Index, Near};
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

type Bytes = [u8; 32];

fn random(chance: &mut ChaCha8Rng) -> Bytes {
    let mut bytes = [0; 32];
    chance.fill_bytes(&mut bytes);
    bytes
}

/// The same with this many bits turned.
fn moved(from: Bytes, bits: u32, chance: &mut ChaCha8Rng) -> Bytes {
    let mut to = from;
    let mut left = bits;
    while left > 0 {
        let bit = chance.random_range(0..256_usize);
        let mask = 1 << (bit % 8);
        if (to[bit / 8] ^ from[bit / 8]) & mask == 0 {
            to[bit / 8] ^= mask;
            left -= 1;
        }
    }
    to
}

/// All of the bits in one part of the code: the hardest case for the pigeonholes.
fn moved_within(from: Bytes, part: usize, bits: u32) -> Bytes {
    let mut to = from;
    for bit in 0..bits as usize {
        to[part * 4 + bit / 8] ^= 1 << (bit % 8);
    }
    to
}

fn brute(all: &[(Bytes, Handle)], asked: &Bytes, reach: u32) -> Vec<Near> {
    let distance = |code: &Bytes| {
        let pairs = code.iter().zip(asked);
        pairs.map(|(a, b)| (a ^ b).count_ones()).sum::<u32>()
    };
    let mut found: Vec<Near> = all
        .iter()
        .map(|(code, handle)| Near {
            distance: distance(code),
            handle: *handle,
        })
        .filter(|near| near.distance <= reach)
        .collect();
    found.sort_unstable();
    found
}

fn seeds() -> impl Iterator<Item = (u64, ChaCha8Rng)> {
    (1..=2).map(|seed| (seed, ChaCha8Rng::seed_from_u64(seed)))
}

/// Strangers, families around some of them, a sky of near-identical ones, and many of the very same.
fn world(size: u32, chance: &mut ChaCha8Rng) -> Vec<(Bytes, Handle)> {
    let sky = random(chance);
    let same = random(chance);
    let mut all: Vec<(Bytes, Handle)> = Vec::new();
    for handle in 0..size {
        let code = match chance.random_range(0..10_u32) {
            0 => {
                let bits = chance.random_range(0..12);
                moved(sky, bits, chance)
            }
            1 => same,
            2..=4 if !all.is_empty() => {
                let (of, _) = all[chance.random_range(0..all.len())];
                let bits = chance.random_range(0..48);
                moved(of, bits, chance)
            }
            5 => {
                // Half of the bits equal to all others of the kind: crowds in every table.
                let mut code = random(chance);
                code[..16].copy_from_slice(&sky[..16]);
                code
            }
            _ => random(chance),
        };
        all.push((code, handle));
    }
    all
}

fn questions(all: &[(Bytes, Handle)], chance: &mut ChaCha8Rng) -> Vec<Bytes> {
    let mut asked = vec![random(chance)];
    for _ in 0..25 {
        let (of, _) = all[chance.random_range(0..all.len())];
        let bits = chance.random_range(0..40);
        asked.push(moved(of, bits, chance));
        let (part, bits) = (chance.random_range(0..8), chance.random_range(0..=32));
        asked.push(moved_within(of, part, bits));
    }
    asked
}

#[test]
fn nothing_within_reach_is_missed_and_nothing_else_is_found() {
    for (seed, mut chance) in seeds() {
        for size in [1, 40, 5_000, 30_000] {
            let all = world(size, &mut chance);
            let index = Index::of(all.iter().map(|(code, handle)| (Code::new(code), *handle)));
            assert_eq!(index.len(), all.len());
            for asked in questions(&all, &mut chance) {
                for reach in [0, 1, 6, 7, 8, 15, 23, 30, FARTHEST] {
                    let found = index.search(&Code::new(&asked), reach);
                    let want = brute(&all, &asked, reach);
                    assert_eq!(found, want, "{size} within {reach}, seed {seed}");
                    for most in [1, 7, 100, 2_000] {
                        let nearest = index.nearest(&Code::new(&asked), reach, most);
                        let want = &want[..want.len().min(most)];
                        assert_eq!(
                            nearest, want,
                            "{most} of {size} within {reach}, seed {seed}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_crowd_is_answered_as_a_look_at_each_of_it_would() {
    for (seed, mut chance) in seeds() {
        // Close together, so far apart that its edge is drawn through it, and one on the edge of another.
        let tight = random(&mut chance);
        let crowds = [
            (tight, 20),
            (random(&mut chance), 90),
            (moved(tight, 66, &mut chance), 30),
        ];
        let mut all: Vec<(Bytes, Handle)> = Vec::new();
        for handle in 0..40_000 {
            let code = match crowds.get(chance.random_range(0..4_usize)) {
                Some((middle, wide)) => moved(*middle, chance.random_range(0..=*wide), &mut chance),
                None => random(&mut chance),
            };
            all.push((code, handle));
        }
        let mut index = Index::of(all.iter().map(|(code, handle)| (Code::new(code), *handle)));
        for round in 0..2 {
            for asked in questions(&all, &mut chance) {
                let want = brute(&all, &asked, FARTHEST);
                let asked = Code::new(&asked);
                assert_eq!(index.search(&asked, FARTHEST), want, "seed {seed}");
                for most in [1, 600] {
                    let want = &want[..want.len().min(most)];
                    assert_eq!(index.nearest(&asked, FARTHEST, most), want, "seed {seed}");
                }
            }
            // Every tenth goes, and those that are left are found as before.
            all.retain(|(_, handle)| handle % 10 != round);
            index.remove(|handle| handle % 10 == round);
            assert_eq!(index.len(), all.len());
        }
    }
}

#[test]
fn what_comes_and_goes_one_by_one_is_answered_the_same_at_every_moment() {
    for (seed, mut chance) in seeds() {
        let mut all: Vec<(Bytes, Handle)> = Vec::new();
        let mut index = Index::new();
        for (turn, (code, handle)) in world(24_000, &mut chance).into_iter().enumerate() {
            // Several fingerprints to a handle, as the kinds of one photo have.
            let handle = handle / 3;
            index.insert(Code::new(&code), handle);
            all.push((code, handle));
            if turn % 3_000 == 2_999 {
                let gone = all[chance.random_range(0..all.len())].1;
                let before = all.len();
                all.retain(|(_, handle)| *handle != gone);
                assert_eq!(index.remove(|it| it == gone), before - all.len());
                assert_eq!(index.len(), all.len());
                for asked in questions(&all, &mut chance) {
                    let found = index.search(&Code::new(&asked), FARTHEST);
                    assert_eq!(
                        found,
                        brute(&all, &asked, FARTHEST),
                        "turn {turn}, seed {seed}"
                    );
                }
            }
        }
        assert_eq!(index.remove(|_| true), all.len());
        assert!(index.is_empty() && index.search(&Code::new(&[0; 32]), FARTHEST).is_empty());
    }
}

#[test]
fn a_million_fingerprints_need_at_most_70_bytes_each() {
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    // Just above a power of two the tables are largest beside what they hold.
    let all = (0..1 << 20).map(|handle| (Code::new(&random(&mut chance)), handle));
    let index = Index::of(all);
    let each = index.bytes() as f64 / index.len() as f64;
    assert!(each <= 70.0, "{each}");
}
