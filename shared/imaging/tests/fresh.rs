//! Any bytes, at any legal place of a TIFF or a bitmap: gone, and the fresh file is the plain one's to the last byte.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use jaga_imaging::{Limits, Method, read_evidence, strip, verify};
use proptest::prelude::*;
use support::{
    SECRET, leaks, picture,
    sheet::{Page, file},
};

/// Rows of a bitmap with this width end in padding.
const SIZE: (u32, u32) = (45, 32);

/// Tags that hold what programs and people say: names, texts, dates, XMP, IPTC, Photoshop's, EXIF and GPS in place of
/// where they lie, maker's and private ones, C2PA, and some that nobody knows.
const TAGS: [u32; 24] = [
    269, 270, 271, 272, 285, 300, 305, 306, 315, 316, 700, 32_996, 33_432, 33_723, 34_377, 34_665,
    34_675, 34_853, 37_500, 37_724, 42_016, 50_740, 52_545, 60_001,
];

/// The secret, with bytes around it.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let noise = || prop::collection::vec(any::<u8>(), 0..40);
    (noise(), prop::sample::select(vec![1, 1, 30]), noise())
        .prop_map(|(before, times, after)| [before, SECRET.repeat(times), after].concat())
}

/// `slack` is how many bytes nothing leads to.
fn same(plain: &[u8], dirty: &[u8], (carrier, slack): (&str, usize)) -> Result<(), TestCaseError> {
    let limits = Limits::default();
    let clean = strip(dirty, &limits).map_err(|why| TestCaseError::fail(why.to_string()))?;
    prop_assert!(!leaks(&clean.bytes), "the secret is still there");
    prop_assert_eq!(verify(&clean.bytes), Ok(()));
    prop_assert_eq!(clean.method, Method::Reencoded);
    let expected = strip(plain, &limits).unwrap();
    prop_assert!(
        clean.bytes == expected.bytes,
        "not what the plain file gives"
    );
    let said = clean.removed.iter().find(|it| it.carrier == carrier);
    prop_assert_eq!(said.map_or(0, |it| it.bytes), slack as u64, "{}", carrier);
    let told = serde_json::to_vec(&read_evidence(dirty, &limits)).unwrap();
    prop_assert!(!leaks(&told), "the evidence repeats the secret");
    Ok(())
}

fn page() -> Page {
    Page::new(SIZE, 2, 8, 3, picture(SIZE.0, SIZE.1).as_raw())
}

/// A bitmap whose pixels begin `gap` bytes behind the headers, with something in whatever shows nothing.
fn bitmap(reserved: [u8; 4], metres: [u8; 8], gap: &[u8], padding: u8) -> Vec<u8> {
    let rows = picture(SIZE.0, SIZE.1);
    let stride = (3 * SIZE.0).next_multiple_of(4);
    let start = 54 + gap.len() as u32;
    let mut out = b"BM".to_vec();
    out.extend((start + stride * SIZE.1).to_le_bytes());
    out.extend(reserved);
    for number in [start, 40, SIZE.0, SIZE.1, 1 | 24 << 16, 0, stride * SIZE.1] {
        out.extend(number.to_le_bytes());
    }
    out.extend(metres);
    out.extend([0; 8]);
    out.extend(gap);
    for row in rows.as_raw().chunks(3 * SIZE.0 as usize).rev() {
        out.extend(row.chunks(3).flat_map(|it| [it[2], it[1], it[0]]));
        out.extend(vec![padding; (stride - 3 * SIZE.0) as usize]);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_put_into_a_tiff_survives(
        tags in prop::collection::btree_map(prop::sample::select(&TAGS[..]), (prop::sample::select(vec![1_u16, 2, 7]), body()), 0..6),
        pages in prop::collection::vec(body(), 0..3),
        slack in prop::option::of(body()),
        trailer in prop_oneof![Just(Vec::new()), body()],
        big: bool,
    ) {
        let mut first = page();
        first.pixels.extend(slack.unwrap_or_default());
        for (tag, (kind, bytes)) in &tags {
            first = first.saying(*tag as u16, *kind, bytes);
        }
        let mut all = vec![first];
        // Further pages hide things as descriptions and as pixels.
        all.extend(pages.iter().map(|bytes| {
            Page::new((bytes.len() as u32, 1), 1, 8, 1, bytes).saying(270, 2, bytes)
        }));
        let dirty = [file(&all, big), trailer.clone()].concat();
        same(&file(&[page()], big), &dirty, ("slack", trailer.len()))?;
    }

    #[test]
    fn nothing_put_into_a_bitmap_survives(
        reserved in any::<[u8; 4]>(),
        metres in any::<[u8; 8]>(),
        gap in body(),
        padding: u8,
        trailer in body(),
    ) {
        let dirty = [bitmap(reserved, metres, &gap, padding), trailer.clone()].concat();
        let plain = bitmap([0; 4], [0; 8], &[], 0);
        same(&plain, &dirty, ("trailer", trailer.len()))?;
        let reserved = reserved.iter().filter(|it| **it != 0).count();
        same(&plain, &dirty, ("slack", gap.len() + reserved))?;
    }
}

/// What a header of Windows 5 brings as its profile, in front of or behind the pixels.
#[test]
fn a_bitmap_keeps_its_wide_colours() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let short = bitmap([0; 4], [0; 8], &[], 0);
    let mut told = short.clone();
    told.splice(54..54, [0; 84]);
    let mut put = |at: usize, number: usize| {
        told[at..at + 4].copy_from_slice(&(number as u32).to_le_bytes());
    };
    put(10, 138);
    put(14, 124);
    put(70, u32::from_be_bytes(*b"MBED") as usize);
    put(126, short.len() + 84 - 14);
    put(130, profile.len());
    let plain = strip(&told, &Limits::default()).unwrap().bytes;
    told.extend(profile);
    let wide = strip(&told, &Limits::default()).unwrap().bytes;
    let kept = |bytes: &[u8]| memchr::memmem::find(bytes, b"ICC_PROFILE").is_some();
    assert_eq!((kept(&plain), kept(&wide)), (false, true));
}

/// A few bytes that lead to each other again and again cost little.
#[test]
fn directories_that_lead_in_circles_end() {
    let circle: Vec<u32> = (8..400).collect();
    let mut first = page();
    for tag in [330, 34_665, 34_853] {
        first = first.with(tag, 4, &circle);
    }
    let dirty = file(&vec![first; 40], false);
    assert!(read_evidence(&dirty, &Limits::default()).carriers.len() < 10);
}
