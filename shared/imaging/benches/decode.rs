//! What a JPEG's pixels cost: this crate's own decoder beside libjpeg-turbo, on photos of 12
//! megapixels as phones write them, and on the large ones of the shared collection where there is
//! one. `cargo bench -p jaga-imaging --bench decode`.
//!
//! Processor time; rounds are interleaved, so that a noisy machine disturbs all alike. The planes must
//! be equal before anything is measured.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program: it reads the clock and the environment, prints, and fails by panicking"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};

use jaga_imaging::planes_for_measuring;
use jaga_scene::{PhoneShot, Problem, Scene, State, View};
use turbojpeg::{Decompressor, ScalingFactor, YuvImage};

const ROUNDS: usize = 15;

/// Files smaller than this say little about photos.
const LARGE: usize = 1 << 20;

fn shot(seed: u64, problem: Problem, noise: f32, (width, height): (u32, u32)) -> Vec<u8> {
    let view = View {
        noise,
        ..View::somewhere(seed)
    };
    let rgb = Scene::new(seed, problem).render(State::Before, &view, width, height);
    let mut shot = PhoneShot::new(rgb, None, None);
    shot.quality = 92;
    shot.jpeg()
}

/// Names and bytes.
fn photos() -> Vec<(String, Vec<u8>)> {
    let phone = (3024, 4032);
    let mut photos = vec![
        ("street".to_owned(), shot(11, Problem::Pothole, 5.0, phone)),
        (
            "parking".to_owned(),
            shot(12, Problem::IllegalParking, 7.0, phone),
        ),
        (
            "messenger".to_owned(),
            shot(13, Problem::Pothole, 5.0, (1200, 1600)),
        ),
    ];
    let shared = std::env::var_os("JAGA_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let mut folders = vec![shared.join("photos/public")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            if bytes.len() >= LARGE && bytes.starts_with(&[0xff, 0xd8]) {
                let name = path.file_name().map(|it| it.to_string_lossy().into_owned());
                photos.push((name.unwrap_or_default(), bytes));
            }
        }
    }
    photos
}

/// The planes by libjpeg-turbo. What it complains of is still there.
fn theirs(file: &[u8], scale: ScalingFactor) -> Vec<u8> {
    let mut codec = Decompressor::new().unwrap();
    let header = codec.read_header(file).unwrap();
    codec.set_scaling_factor(scale).unwrap();
    let scaled = header.scaled(scale);
    let (width, height, subsamp) = (scaled.width, scaled.height, header.subsamp);
    let length = turbojpeg::yuv_pixels_len(width, 1, height, subsamp).unwrap();
    let mut pixels = vec![0; length];
    let image = YuvImage {
        pixels: pixels.as_mut_slice(),
        width,
        align: 1,
        height,
        subsamp,
    };
    black_box(codec.decompress_to_yuv(file, image)).ok();
    pixels
}

/// Milliseconds of processor time.
fn timed<T>(work: impl FnOnce() -> T) -> f64 {
    let now = || {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
    };
    let start = now();
    black_box(work());
    now() - start
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    println!("| photo | MB | size | ours ms | libjpeg-turbo ms | ratio | to its bare 1/8 |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for (name, file) in photos() {
        let header = turbojpeg::read_header(&file).unwrap();
        let long = header.width.max(header.height);
        for (size, part, scale) in [
            ("1/2", 2, ScalingFactor::ONE_HALF),
            ("1", 1, ScalingFactor::ONE),
        ] {
            let enough = long.div_ceil(part) as u32;
            let Some(planes) = planes_for_measuring(&file, enough) else {
                println!("| {name} | | {size} | left to libjpeg-turbo | | | |");
                continue;
            };
            assert!(planes == theirs(&file, scale), "{name}: planes differ");
            let [mut ours, mut whole, mut bare] = [const { Vec::new() }; 3];
            for _ in 0..ROUNDS {
                ours.push(timed(|| planes_for_measuring(&file, enough)));
                whole.push(timed(|| theirs(&file, scale)));
                bare.push(timed(|| theirs(&file, ScalingFactor::ONE_EIGHTH)));
            }
            let [ours, whole, bare] = [ours, whole, bare].map(|mut it| median(&mut it));
            println!(
                "| {name} | {:.1} | {size} | {ours:.1} | {whole:.1} | {:.2} | {:.2} |",
                file.len() as f64 / 1e6,
                ours / whole,
                ours / bare,
            );
        }
    }
}
