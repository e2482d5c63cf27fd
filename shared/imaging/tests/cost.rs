//! What reading the evidence costs on an ordinary photo. Run by hand:
//! `cargo test --release -p jaga-imaging --test cost -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::print_stderr, reason = "prints what it measured")]

mod support;

use jaga_imaging::{Limits, analyse, read_evidence};
use support::{jpeg, tiff::Block};

/// Least milliseconds of some runs: what the work takes when nothing disturbs it.
fn least(runs: usize, mut work: impl FnMut()) -> f64 {
    let once = |_| {
        #[expect(clippy::disallowed_methods, reason = "measures its own machine")]
        let start = std::time::Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..runs).map(once).fold(f64::INFINITY, f64::min)
}

#[test]
#[ignore = "measures"]
fn evidence_of_twelve_megapixels_is_cheap() {
    let picture = jpeg(4000, 3000, false);
    let body = [b"Exif\0\0".as_slice(), &Block::jakarta().tiff()].concat();
    let length = (body.len() as u16 + 2).to_be_bytes();
    let file = [&picture[..2], &[0xff, 0xe1], &length, &body, &picture[2..]].concat();
    let limits = Limits::default();
    let read = least(50, || {
        std::hint::black_box(read_evidence(&file, &limits));
    });
    let whole = least(5, || {
        std::hint::black_box(analyse(&file, &limits).unwrap());
    });
    eprintln!(
        "{} bytes: evidence {read:.3} ms of {whole:.1} ms",
        file.len()
    );
}
