//! What must hold for every input, whatever the target: see README.md.

mod checksums;
mod picture;
#[path = "../../tests/support/mod.rs"]
mod support;

use jaga_imaging::{Format, Limits, Method, Reading, analyse, read_evidence, sniff, strip, verify};
use libfuzzer_sys::Corpus;

pub use checksums::with_true_checksums;

/// Caps small enough that a run tries thousands of inputs a second; the code paths are the same.
pub fn limits() -> Limits {
    Limits {
        max_bytes: 1 << 20,
        max_pixels: 1 << 20,
        max_frames: 32,
        max_chunks: 1024,
        max_decompressed: 16 << 20,
        max_memory: 64 << 20,
    }
}

/// Cleans a file of these formats; files of others are not worth keeping.
///
/// # Panics
/// Where the clean file is not clean, not final, or not the same picture: a finding.
pub fn strip_holds(bytes: &[u8], formats: &[Format]) -> Corpus {
    let bytes = &with_true_checksums(bytes);
    let format = sniff(bytes);
    if !formats.contains(&format) {
        return Corpus::Reject;
    }
    let limits = limits();
    let Ok(clean) = strip(bytes, &limits) else {
        return Corpus::Keep;
    };
    assert_eq!(verify(&clean.bytes), Ok(()), "handed out unverified");
    assert_eq!(sniff(&clean.bytes), clean.format, "misnamed");
    assert!((1..=8).contains(&clean.orientation));
    let again = strip(&clean.bytes, &limits).expect("what was cleaned can be cleaned again");
    assert!(
        again.bytes == clean.bytes,
        "cleaning twice is not cleaning once"
    );
    assert_eq!(again.removed, [], "something was left to remove");
    assert_eq!(again.orientation, clean.orientation, "turned");
    if clean.method == Method::Lossless {
        assert_eq!(clean.format, format, "another format is not lossless");
        picture::same(bytes, &clean.bytes, format);
    } else {
        assert_eq!(clean.orientation, 1, "encoded again is upright");
    }
    Corpus::Keep
}

/// Reads the evidence.
///
/// # Panics
/// Where it says what can't be meant, or repeats text of the file in a carrier's name.
pub fn evidence_holds(bytes: &[u8]) {
    let evidence = read_evidence(bytes, &limits());
    assert_eq!(evidence, read_evidence(bytes, &limits()), "two readings");
    if let Reading::Present(gps) = &evidence.gps {
        assert!(gps.lat.abs() <= 90.0 && gps.lon.abs() <= 180.0, "no place");
        assert!(gps.lat != 0.0 || gps.lon != 0.0, "0,0 is no position");
        let accuracy = gps.accuracy_m.unwrap_or(0.0);
        assert!(accuracy.is_finite() && accuracy >= 0.0, "no accuracy");
    }
    for carrier in &evidence.carriers {
        let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(carrier.carrier.chars().all(known), "a name from the file");
        assert!(carrier.bytes > 0);
    }
}

/// Verifies anything. What is accepted must be a file from which the writer of its format has
/// nothing to take: the two lists are one.
///
/// # Panics
/// Where the writer removes something from an accepted file, or cleans it differently.
pub fn verify_holds(bytes: &[u8]) {
    let bytes = &with_true_checksums(bytes);
    if verify(bytes).is_err() {
        return;
    }
    let Ok(clean) = strip(bytes, &limits()) else {
        return;
    };
    if clean.method == Method::Lossless {
        assert_eq!(
            clean.removed,
            [],
            "the verifier accepts what the writer removes"
        );
        assert!(
            clean.bytes == **bytes,
            "the verifier accepts what the writer never writes"
        );
    }
}

/// Takes a photo apart.
///
/// # Panics
/// Where an output is not clean, a figure does not fit another, or a second run differs.
pub fn analyse_holds(bytes: &[u8]) {
    let bytes = &with_true_checksums(bytes);
    let limits = limits();
    let Ok(seen) = analyse(bytes, &limits) else {
        return;
    };
    assert_eq!(verify(&seen.clean), Ok(()), "handed out unverified");
    let facts = &seen.facts;
    assert!(u64::from(facts.width) * u64::from(facts.height) <= limits.max_pixels);
    assert!(!seen.renditions.is_empty(), "nothing to look at");
    for small in &seen.renditions {
        assert_eq!(verify(&small.jpeg), Ok(()), "rendition not clean");
        assert!(small.width <= facts.width.max(1) && small.height <= facts.height.max(1));
    }
    // The clean copy is the same picture: whoever analyses it sees the same.
    let again = analyse(&seen.clean, &limits).expect("what was cleaned can be analysed");
    assert!(again.clean == seen.clean);
    assert_eq!(again.facts.removed, []);
    assert_eq!(again.facts.pixel_digest, facts.pixel_digest);
    assert_eq!(again.facts.fingerprint, facts.fingerprint);
    assert_eq!(
        (again.facts.width, again.facts.height),
        (facts.width, facts.height)
    );
}
