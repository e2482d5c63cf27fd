//! Fingerprints of very many pictures that have nothing to do with each other: that none is called a duplicate
//! of another one shows in hundreds of thousands of pairs alone.

use anyhow::Result;
use jaga_imaging::Facts;
use jaga_ledger::Tier;
use jaga_photo::Pile;

use crate::honest;
use crate::photos::{Half, Photo, firsts};
use crate::pool;
use crate::raster::jpeg;
use crate::tally::{line, percent, wilson};
use crate::tiers::{REACH, facts};

/// Seeds of streets that nothing else is made of.
const FROM: u64 = 1_000_000;

/// One of each group, and so many made streets.
pub fn print(photos: &[&Photo], half: Half, streets: u64, threads: usize) -> Result<()> {
    let mut pile = Pile::new(REACH);
    let mut known: Vec<String> = Vec::new();
    let (mut duplicates, mut similar) = (Vec::new(), 0_u32);
    let mut take = |name: String, facts: &Facts| {
        for (other, likeness) in pile.take(known.len(), facts) {
            match likeness.tier {
                Tier::Duplicate => duplicates.push(format!("{name} / {}", known[other])),
                Tier::Similar => similar += 1,
            }
        }
        known.push(name);
    };
    let of_photos = firsts(photos);
    let taken = pool::each(&of_photos, threads, |it| facts(&it.file), |_| ())?;
    for (photo, facts) in of_photos.iter().zip(&taken) {
        take(photo.name.clone(), facts);
    }
    let odd = u64::from(half == Half::Test);
    let seeds: Vec<u64> = (0..streets).map(|at| FROM + 2 * at + odd).collect();
    let street = |seed: &u64| facts(&jpeg(&honest::small(*seed), 85)?);
    let taken = pool::each(&seeds, threads, street, |_| ())?;
    for (seed, facts) in seeds.iter().zip(&taken) {
        take(format!("made street {seed}"), facts);
    }
    let count = known.len();
    let pairs = u32::try_from(count * count.saturating_sub(1) / 2)?;
    let wrong = u32::try_from(duplicates.len())?;
    let (_, high) = wilson(wrong, pairs);
    line(&format!(
        "\n## unrelated, by fingerprints alone\n\n{pairs} pairs of {count} pictures ({} real photos): {wrong} called a \
         duplicate, {:.2} of 100,000, at most {:.2} with 95 %; the goal is 1. {similar} are called similar ({:.1} of 100,000)",
        of_photos.iter().filter(|it| it.made.is_none()).count(),
        1e3 * percent(wrong, pairs),
        1e3 * high,
        1e3 * percent(similar, pairs),
    ))?;
    for pair in duplicates.iter().take(20) {
        line(&format!("- {pair}"))?;
    }
    Ok(())
}
