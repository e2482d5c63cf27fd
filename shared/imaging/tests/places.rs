//! Any bytes, in any wrapping, at any legal place of any format: gone, and the picture is the same.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use jaga_imaging::{Limits, Method, analyse, read_evidence, strip, strip_exact, verify};
use proptest::prelude::*;
use support::{
    SECRET, leaks, pixels,
    places::{Avif, Host, Jpeg, Png, Webp, dressed},
};

/// Every format whose clean file is made losslessly.
const HOSTS: [&dyn Host; 4] = [&Jpeg, &Png, &Webp, &Avif];

/// The secret as it might be written, and bytes around it that a parser may take for something.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let wide = SECRET
        .iter()
        .flat_map(|byte| [*byte, 0])
        .collect::<Vec<u8>>();
    let secret = prop::sample::select(vec![SECRET.to_vec(), wide, SECRET.repeat(40)]);
    let marks = prop::sample::select(vec![
        Vec::new(),
        b"\xff\xd9".to_vec(),
        b"\xff\xda\0\x08\x01\x01\0\0\x3f\0".to_vec(),
        b"\0\0\0\0IEND\xae\x42\x60\x82".to_vec(),
        b"RIFF\x04\0\0\0WEBP".to_vec(),
        b"Exif\0\0II*\0\x08\0\0\0".to_vec(),
    ]);
    let noise = || prop::collection::vec(any::<u8>(), 0..48);
    (noise(), marks, secret, noise())
        .prop_map(|parts| [parts.0, parts.1, parts.2, parts.3].concat())
}

fn parts() -> impl Strategy<Value = Vec<(usize, usize, Vec<u8>)>> {
    prop::collection::vec((0..64_usize, 0..256_usize, body()), 1..6)
}

/// Strips and checks all that must hold.
fn gone(original: &[u8], dirty: &[u8]) -> Result<(), TestCaseError> {
    let limits = Limits::default();
    let clean = strip(dirty, &limits).map_err(|why| TestCaseError::fail(why.to_string()))?;
    prop_assert!(!leaks(&clean.bytes), "the secret is still there");
    prop_assert_eq!(verify(&clean.bytes), Ok(()));
    prop_assert_eq!(clean.method, Method::Lossless);
    prop_assert!(pixels(&clean.bytes) == pixels(original), "pixels changed");
    let plain = strip(original, &limits).unwrap();
    prop_assert_eq!(
        clean.bytes.len(),
        plain.bytes.len(),
        "not what the plain file gives"
    );
    prop_assert!(clean.bytes == plain.bytes, "not what the plain file gives");
    // Nor does anything that is told about the photo repeat it.
    let told = serde_json::to_vec(&read_evidence(dirty, &limits)).unwrap();
    prop_assert!(!leaks(&told), "the evidence repeats the secret");
    Ok(())
}

/// Strips a picture with bytes behind its coded data, and checks all that must hold: by both who look there.
fn cut(original: &[u8], dirty: &[u8]) -> Result<(), TestCaseError> {
    let limits = Limits::default();
    let clean = strip_exact(dirty, &limits).map_err(|why| TestCaseError::fail(why.to_string()))?;
    prop_assert!(!leaks(&clean.bytes), "the secret is still there");
    prop_assert_eq!(verify(&clean.bytes), Ok(()));
    prop_assert!(clean.removed.iter().any(|it| it.carrier == "slack"));
    if clean.method == Method::Lossless {
        prop_assert!(pixels(&clean.bytes) == pixels(original), "pixels changed");
        prop_assert!(clean.bytes.len() <= original.len(), "bytes stayed");
    }
    let again = strip_exact(&clean.bytes, &limits).unwrap();
    prop_assert!(again.bytes == clean.bytes && again.removed.is_empty());
    let seen = analyse(dirty, &limits).unwrap();
    prop_assert!(seen.clean == clean.bytes, "analysed, another file");
    prop_assert_eq!(seen.facts.removed, clean.removed);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_stands_behind_coded_pixels_is_gone(
        host in 0..HOSTS.len(),
        picture in 0..16_usize,
        tail in body(),
    ) {
        let host = HOSTS[host];
        let pictures = host.pictures();
        let original = &pictures[picture % pictures.len()];
        for dirty in host.tailed(original, &tail) {
            cut(original, &dirty)?;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_put_at_a_legal_place_is_gone(
        host in 0..HOSTS.len(),
        picture in 0..16_usize,
        parts in parts(),
        trailer in prop_oneof![Just(Vec::new()), body()],
    ) {
        let host = HOSTS[host];
        let pictures = host.pictures();
        let original = &pictures[picture % pictures.len()];
        gone(original, &dressed(host, original, &parts, &trailer))?;
    }

    #[test]
    fn a_file_cut_or_bent_anywhere_neither_leaks_nor_panics(
        host in 0..HOSTS.len(),
        picture in 0..16_usize,
        parts in parts(),
        cut in any::<prop::sample::Index>(),
        bent in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let host = HOSTS[host];
        let pictures = host.pictures();
        let original = &pictures[picture % pictures.len()];
        let mut dirty = dressed(host, original, &parts, &[]);
        for (at, value) in bent {
            let at = at.index(dirty.len());
            dirty[at] = value;
        }
        dirty.truncate(cut.index(dirty.len()) + 1);
        // What is handed out was verified; what is refused is refused in words without the secret.
        match strip(&dirty, &Limits::default()) {
            Ok(clean) => {
                prop_assert_eq!(verify(&clean.bytes), Ok(()));
                let again = strip(&clean.bytes, &Limits::default());
                prop_assert!(again.is_ok_and(|again| again.bytes == clean.bytes && again.removed.is_empty()));
            }
            Err(refusal) => prop_assert!(!leaks(refusal.to_string().as_bytes())),
        }
    }
}

/// No place and no kind is left to chance.
#[test]
fn every_kind_of_part_is_gone_from_every_place() {
    let body = [SECRET, b"\xff\xd9 and more"].concat();
    for host in HOSTS {
        for original in host.pictures() {
            let every = host.places(&original).len();
            for place in 0..every {
                for kind in 0..40 {
                    let dirty = dressed(host, &original, &[(place, kind, body.clone())], &[]);
                    gone(&original, &dirty)
                        .unwrap_or_else(|why| panic!("kind {kind} at place {place}: {why}"));
                }
            }
        }
    }
}

/// The copies for display are made from the clean file; still, they are outputs too.
#[test]
fn no_part_reaches_the_copies_for_display() {
    for host in HOSTS {
        let original = &host.pictures()[0];
        let parts: Vec<_> = (0..40).map(|kind| (kind, kind, SECRET.repeat(3))).collect();
        let seen = analyse(&dressed(host, original, &parts, SECRET), &Limits::default()).unwrap();
        for small in &seen.renditions {
            assert!(!leaks(&small.jpeg));
            assert_eq!(verify(&small.jpeg), Ok(()));
        }
        assert!(!leaks(&serde_json::to_vec(&seen.facts).unwrap()));
    }
}
