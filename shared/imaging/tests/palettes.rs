//! What a PNG says of colours: as much of a palette as its pixels have, and numbers that can be meant.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use jaga_imaging::{Limits, Method, Stripped, strip, verify};
use support::{SECRET, containers::png_chunk, encoded, leaks, pixels, pngs::made};

fn cleaned(file: &[u8]) -> Stripped {
    let limits = Limits::default();
    let clean = strip(file, &limits).unwrap();
    assert!(!leaks(&clean.bytes), "the secret is still there");
    assert_eq!(clean.method, Method::Lossless);
    assert_eq!(verify(&clean.bytes), Ok(()));
    // A codec may refuse what can't be meant.
    let [before, after] =
        [file, &clean.bytes].map(|it| pixels(it).map(image::DynamicImage::into_bytes));
    assert!(before.is_none() || before == after, "pixels changed");
    assert!(after.is_some());
    let again = strip(&clean.bytes, &limits).unwrap();
    assert_eq!((&again.bytes, again.removed), (&clean.bytes, vec![]));
    clean
}

/// The first chunk of a kind.
fn chunk(file: &[u8], kind: [u8; 4]) -> Option<&[u8]> {
    let at = memchr::memmem::find(file, &kind)?;
    let length = u32::from_be_bytes(*file[at - 4..].first_chunk()?) as usize;
    file.get(at + 4..at + 4 + length)
}

/// 37 x 11 pixels, each of these colours or of the one before; words in all other colours and their transparency.
fn indexed(depth: png::BitDepth, colours: &[u8], filter: png::Filter) -> Vec<u8> {
    let bits = depth as usize;
    let count = 1_usize << bits;
    let words: Vec<u8> = SECRET.iter().copied().cycle().take(4 * count).collect();
    let (palette, alpha) = words.split_at(3 * count);
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 37, 11);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(depth);
    encoder.set_filter(filter);
    encoder.set_palette(palette);
    encoder.set_trns(alpha);
    let mut rows = Vec::new();
    for y in 0..11 {
        let mut row = vec![0_u8; (37 * bits).div_ceil(8)];
        for x in 0..37 {
            let colour = colours[(x * x + 3 * y) % 7 % colours.len()];
            row[x * bits / 8] |= colour << (8 - bits - x * bits % 8);
        }
        // Spare bits name nothing.
        if !(37 * bits).is_multiple_of(8) {
            *row.last_mut().unwrap() |= 1;
        }
        rows.extend(row);
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&rows).unwrap();
    drop(writer);
    out
}

#[test]
fn colours_that_no_pixel_has_go_whatever_the_filter() {
    use png::{BitDepth, Filter};
    let filters = [
        Filter::NoFilter,
        Filter::Sub,
        Filter::Up,
        Filter::Avg,
        Filter::Paeth,
        Filter::Adaptive,
    ];
    for filter in filters {
        for (depth, colours) in [
            (BitDepth::Eight, &[3_u8, 200, 77, 5][..]),
            (BitDepth::Four, &[9, 2, 13]),
            (BitDepth::Two, &[2, 0]),
            (BitDepth::One, &[0]),
        ] {
            let file = indexed(depth, colours, filter);
            assert!(verify(&file).is_err());
            let clean = cleaned(&file);
            let last = usize::from(*colours.iter().max().unwrap());
            let palette = chunk(&clean.bytes, *b"PLTE").unwrap();
            let alpha = chunk(&clean.bytes, *b"tRNS").unwrap();
            assert_eq!((palette.len(), alpha.len()), (3 * last + 3, last + 1));
            for at in 0..=last {
                let used = colours.contains(&(at as u8));
                assert_eq!(palette[3 * at..3 * at + 3] == [0; 3], !used, "colour {at}");
                assert_eq!(alpha[at] == 255, !used, "colour {at}");
            }
            assert!(clean.removed.iter().all(|it| it.carrier == "palette"));
        }
    }
}

#[test]
fn every_pass_of_an_interlaced_picture_is_looked_at() {
    for depth in [1, 2, 4, 8] {
        let [plain, interlaced] = [false, true].map(|it| made((3, depth), it, 4, b""));
        cleaned(&plain);
        let clean = cleaned(&interlaced);
        // A colour less would be seen.
        let palette = chunk(&clean.bytes, *b"PLTE").unwrap();
        let mut shorter = clean.bytes.clone();
        let at = memchr::memmem::find(&shorter, b"PLTE").unwrap();
        let black = png_chunk(*b"PLTE", &[&palette[..palette.len() - 3], &[0; 6]].concat());
        shorter.splice(at - 4..at + 8 + palette.len(), black);
        assert!(verify(&shorter).is_err());
    }
}

#[test]
fn numbers_about_colours_stay_and_words_in_their_place_go() {
    let file = encoded(8, 8, image::ImageFormat::Png);
    let plain = cleaned(&file).bytes;
    let with = |kind: [u8; 4], body: &[u8]| {
        let (header, rest) = file.split_at(33);
        [header, &png_chunk(kind, body), rest].concat()
    };
    let shares: Vec<u8> = [
        31_270_u32, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000,
    ]
    .into_iter()
    .flat_map(u32::to_be_bytes)
    .collect();
    for (kind, body) in [
        (*b"gAMA", &45_455_u32.to_be_bytes()[..]),
        (*b"cHRM", &shares),
        (*b"sBIT", &[5, 6, 5]),
        (*b"cICP", &[9, 16, 0, 1]),
        (*b"sRGB", &[0]),
    ] {
        let clean = cleaned(&with(kind, body));
        assert_eq!(chunk(&clean.bytes, kind), Some(body));
        assert_eq!(clean.removed, []);
        let words: Vec<u8> = SECRET.iter().copied().cycle().take(body.len()).collect();
        let mut one = body.to_vec();
        one[body.len() - body.len().min(4)] = b'x';
        for odd in [words, one] {
            let odd = with(kind, &odd);
            assert!(verify(&odd).is_err(), "{kind:?}");
            let clean = cleaned(&odd);
            assert_eq!((&clean.bytes, clean.removed.len()), (&plain, 1));
        }
    }
}
