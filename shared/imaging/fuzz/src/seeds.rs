//! Writes the inputs to start from: `seeds INTO [PHOTOS…]`. Small pictures of every format that can
//! be made here with every carrier in them, and the small files of the folders named.

#[path = "../../tests/support/mod.rs"]
mod support;

use std::{error::Error, fs, path::Path};

use image::ImageFormat;
use jaga_imaging::{Format, Limits, sniff, strip};
use support::{
    containers::{ALL, into_jpeg, into_png, into_webp},
    dressed, gifs,
    heif::{CARRIERS, Heif, boxed, hide},
    layers::{derived, overlaid},
};

/// Larger files slow the fuzzer down more than they teach it.
const LARGEST: usize = 24 << 10;

fn main() -> Result<(), Box<dyn Error>> {
    let mut names = std::env::args().skip(1);
    let into = names.next().ok_or("usage: seeds INTO [PHOTOS…]")?;
    let into = Path::new(&into);
    for seed in made() {
        both(into, &seed)?;
    }
    for folder in names {
        walk(Path::new(&folder), into)?;
    }
    Ok(())
}

fn made() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let every: Vec<_> = ALL.iter().copied().zip(0..).collect();
    let jpegs = [support::jpeg(24, 16, false), support::jpeg(24, 16, true)];
    let png = support::encoded(16, 12, ImageFormat::Png);
    let webp = support::encoded(16, 12, ImageFormat::WebP);
    let gif = support::encoded(16, 12, ImageFormat::Gif);
    for jpeg in &jpegs {
        seeds.push(into_jpeg(jpeg, &every));
        seeds.extend(every.iter().map(|one| into_jpeg(jpeg, &[*one])));
    }
    seeds.push(into_png(&png, &every));
    seeds.extend(every.iter().map(|one| into_png(&png, &[*one])));
    seeds.push(into_webp(&webp, (16, 12), &every));
    seeds.extend(every.iter().map(|one| into_webp(&webp, (16, 12), &[*one])));
    for plain in heifs() {
        seeds.push(plain.write());
        for carrier in 0..CARRIERS {
            let mut dressed = plain.clone();
            hide(&mut dressed, carrier, carrier % 2 == 0);
            seeds.push(dressed.write());
        }
    }
    seeds.extend(jpegs);
    seeds.extend([png, webp, gif]);
    seeds.extend([dressed::jpegs(), dressed::pngs(), dressed::webps()].concat());
    seeds.extend((1..6).map(gifs::moving));
    seeds
}

/// Every way in which a picture is put together.
fn heifs() -> Vec<Heif> {
    let mut files = vec![Heif::grid()];
    for av1 in [false, true] {
        files.push(Heif::new(av1));
        files.push(overlaid(av1, (48, 40), 255, &[(0, 0), (20, 9)]));
        let mut turned = overlaid(av1, (48, 64), 0, &[(0, 0)]);
        turned.items[0] = derived(*b"iden", Vec::new(), (48, 64));
        turned.items[0].properties.push(boxed(*b"irot", &[1]));
        files.push(turned);
    }
    files.push(Heif::new(true).with_alpha());
    files.push(Heif::new(true).with_alpha().multiplied());
    files
}

fn walk(folder: &Path, into: &Path) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, into)?;
        } else if path.metadata()?.len() <= LARGEST as u64 {
            let bytes = fs::read(&path)?;
            if sniff(&bytes) != Format::Other {
                both(into, &bytes)?;
            }
        }
    }
    Ok(())
}

/// A file and its clean copy: what is right already teaches the verifier's target more than what it refuses at once.
fn both(into: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    keep(into, bytes)?;
    match strip(bytes, &Limits::default()) {
        Ok(clean) if clean.bytes.len() <= LARGEST => keep(into, &clean.bytes),
        _ => Ok(()),
    }
}

/// One folder a format, so that a target starts from its own.
fn keep(into: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let folder = match sniff(bytes) {
        Format::Avif => Format::Heif,
        format => format,
    };
    let folder = into.join(folder.as_str());
    fs::create_dir_all(&folder)?;
    let name = format!("{:08x}-{}", crc32fast::hash(bytes), bytes.len());
    fs::write(folder.join(name), bytes)?;
    Ok(())
}
