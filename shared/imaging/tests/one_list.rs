//! What the verifier accepts, the writer has nothing to take from: also of files put together from parts of clean ones.
//! Random bytes hardly ever make a part that is right in itself and stands where it may not.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::cell::Cell;

use jaga_imaging::{Limits, Method, strip, verify};
use proptest::{prelude::*, test_runner::TestRunner};
use support::{
    containers::{jpeg_places, png_chunk, riff_chunk},
    dressed, gifs,
};

/// A file taken apart: segments, chunks or blocks, each whole.
type Parts = Vec<Vec<u8>>;

/// What is done to a file: what, where, with which file's part, and which of them or which bit.
type Step = (u8, usize, usize, usize);

/// Cleans the files, takes them apart, and puts parts of them together in other ways.
fn one_list(dirty: &[Vec<u8>], split: fn(&[u8]) -> Parts, join: fn(&[Vec<u8>]) -> Vec<u8>) {
    let limits = Limits::default();
    let taken_apart = |file: &Vec<u8>| {
        let clean = strip(file, &limits).unwrap().bytes;
        let parts = split(&clean);
        assert_eq!(verify(&clean), Ok(()));
        assert_eq!(join(&parts), clean);
        parts
    };
    let pool: Vec<Parts> = dirty.iter().map(taken_apart).collect();
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    let step = (0..4_u8, any::<usize>(), any::<usize>(), any::<usize>());
    let case = (any::<usize>(), prop::collection::vec(step, 1..4));
    let config = ProptestConfig {
        cases: 4096,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let tried = TestRunner::new(config).run(&case, |(first, steps)| {
        let mut parts = pool[first % pool.len()].clone();
        for step in steps {
            changed(&mut parts, &pool, step);
        }
        let file = join(&parts);
        if verify(&file).is_err() {
            refused.set(refused.get() + 1);
            return Ok(());
        }
        accepted.set(accepted.get() + 1);
        if let Ok(clean) = strip(&file, &limits)
            && clean.method == Method::Lossless
        {
            prop_assert_eq!(clean.removed, []);
            prop_assert!(clean.bytes == file, "the writer writes it otherwise");
        }
        Ok(())
    });
    tried.unwrap();
    let (accepted, refused) = (accepted.get(), refused.get());
    assert!(accepted > 100 && refused > 1000, "{accepted} of {refused}");
}

fn changed(parts: &mut Parts, pool: &[Parts], (what, at, from, which): Step) {
    let other = &pool[from % pool.len()];
    let part = other[which % other.len()].clone();
    let at = at % (parts.len() + usize::from(what == 0));
    match what {
        0 => parts.insert(at, part),
        1 if parts.len() > 1 => drop(parts.remove(at)),
        2 => parts[at] = part,
        _ => {
            let length = parts[at].len().min(48);
            parts[at][which / 8 % length] ^= 1 << (which % 8);
        }
    }
}

#[test]
fn a_jpeg_of_parts_of_clean_ones_has_nothing_to_remove() {
    let split = |file: &[u8]| {
        let mut places = jpeg_places(file);
        places.insert(0, 0);
        places.push(file.len());
        places.dedup();
        let parts = places.windows(2);
        parts.map(|it| file[it[0]..it[1]].to_vec()).collect()
    };
    one_list(&dressed::jpegs(), split, <[Vec<u8>]>::concat);
}

#[test]
fn a_png_of_parts_of_clean_ones_has_nothing_to_remove() {
    let split = |file: &[u8]| {
        let (mut parts, mut at) = (Parts::new(), 8);
        while at < file.len() {
            let length = u32::from_be_bytes(*file[at..].first_chunk().unwrap()) as usize;
            parts.push(file[at + 4..at + 8 + length].to_vec());
            at += 12 + length;
        }
        parts
    };
    let join = |parts: &[Vec<u8>]| {
        let chunk = |it: &Vec<u8>| png_chunk(*it.first_chunk().unwrap(), &it[4..]);
        let chunks: Parts = parts.iter().map(chunk).collect();
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
    };
    one_list(&dressed::pngs(), split, join);
}

#[test]
fn a_webp_of_parts_of_clean_ones_has_nothing_to_remove() {
    let split = |file: &[u8]| {
        let (mut parts, mut at) = (Parts::new(), 12);
        while at < file.len() {
            let length = u32::from_le_bytes(*file[at + 4..].first_chunk().unwrap()) as usize;
            parts.push([&file[at..at + 4], &file[at + 8..at + 8 + length]].concat());
            at += 8 + length.next_multiple_of(2);
        }
        parts
    };
    let join = |parts: &[Vec<u8>]| {
        let chunk = |it: &Vec<u8>| riff_chunk(*it.first_chunk().unwrap(), &it[4..]);
        let chunks: Parts = parts.iter().map(chunk).collect();
        riff_chunk(*b"RIFF", &[b"WEBP".to_vec(), chunks.concat()].concat())
    };
    one_list(&dressed::webps(), split, join);
}

#[test]
fn a_gif_of_parts_of_clean_ones_has_nothing_to_remove() {
    let split = |file: &[u8]| {
        let table = |flags: u8| {
            if flags & 0x80 == 0 {
                0
            } else {
                6 << (flags & 7)
            }
        };
        let mut at = 13 + table(file[10]);
        let mut parts = vec![file[..at].to_vec()];
        while file[at] != 0x3b {
            let from = at;
            at += match file[at] {
                0x21 => 2,
                _ => 11 + table(file[at + 9]),
            };
            while file[at] != 0 {
                at += 1 + usize::from(file[at]);
            }
            at += 1;
            parts.push(file[from..at].to_vec());
        }
        parts.push(file[at..].to_vec());
        parts
    };
    let files: Vec<_> = (1..6).map(gifs::moving).collect();
    one_list(&files, split, <[Vec<u8>]>::concat);
}
